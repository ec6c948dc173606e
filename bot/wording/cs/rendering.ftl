# Co se říká kolem odpovědi na platformách, které ji ukazují ve zprávách.

rendering-queued = Čekám, až na mě přijde řada…
rendering-loading = Načítám { $model }…
rendering-reading = Čtu…

rendering-ended-length = Odpověď dosáhla nejvyšší povolené délky a tady končí.
rendering-ended-repeating = Model se začal opakovat, a tak jsem ho zastavila.
rendering-ended-stopped = Zastaveno. Co jsem stihla říct, zůstalo uloženo.
rendering-ended-interrupted = Odpověď se tady přerušila. Co jsem stihla říct, zůstalo uloženo.

rendering-sources = Zdroje:
rendering-more-sources = { $count ->
    [one] a jeden další
    [few] a { $count } další
   *[other] a { $count } dalších
  }
rendering-page = strana { $page } z { $pages }
