# Co říká sám terminál kolem odpovědí a karet.

terminal-banner = { $model ->
    [none] Tady Sova (engine: { $engine }). Co umím, ukáže /help, Ctrl-D končí.
   *[other] Tady Sova, odpovídám modelem { $model } (engine: { $engine }). Co umím, ukáže /help, Ctrl-D končí.
  }
terminal-toolbar = { $model } · konverzace { $conversation } · Alt-Enter začne nový řádek
terminal-how-to-leave = Ctrl-D končí. Ctrl-C jen zastaví odpověď nebo smaže řádek.
terminal-input-not-kept = Co píšete, nejde uložit na příště ({ $path }: { $reason }). Všechno ostatní funguje.

terminal-queued = čekám, až na mě přijde řada…
terminal-loading = načítám { $model }…
terminal-reading = čtu…
terminal-thinking = přemýšlím…
terminal-working = okamžik…

terminal-ended-length = Odpověď dosáhla nejvyšší povolené délky a tady končí.
terminal-ended-repeating = Model se začal opakovat, a tak jsem ho zastavila. /regenerate to zkusí znovu.
terminal-ended-stopped = Zastaveno. Co jsem stihla říct, zůstalo uloženo.
terminal-ended-interrupted = Odpověď se tady přerušila. Co jsem stihla říct, zůstalo uloženo.
terminal-stopped = Zastaveno.

terminal-sources = Zdroje
terminal-next = Co dál
terminal-footer-tokens = { $tokens ->
    [one] { $tokens } token
    [few] { $tokens } tokeny
   *[other] { $tokens } tokenů
  }
terminal-footer-rate = { NUMBER($rate, maximumFractionDigits: 1) } tokenu/s
terminal-footer-ttft = první slovo za { NUMBER($seconds, maximumFractionDigits: 1) } s
