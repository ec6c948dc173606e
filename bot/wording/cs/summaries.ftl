# Shrnutí: /summarize, jak daleko je, jak vypadá, a `sova summarize`.

command-summarize = Shrnout toto vlákno, co se tu v poslední době psalo, nebo soubor
command-summarize-what = toto vlákno, tento kanál, nebo soubor; „stop“ ukončí shrnutí, které pro vás dělám
command-summarize-hours = kolik hodin kanálu projít; když neřeknete, tak 24
command-summarize-form = summary (souhrn), notes (zápis z porady), nebo short (tři věty)
command-summarize-public = „yes“ je ukáže všem; jinak je uvidíte jen vy
command-summarize-language = jazyk shrnutí; jinak ten, kterým se psalo
command-summarize-file = název dokumentu, který znám
command-summarize-upload = soubor, který mám shrnout
slash-summarize = shrnout
slash-summarize-what = co
slash-summarize-what-thread = toto vlákno
slash-summarize-what-channel = tento kanál
slash-summarize-what-file = soubor
slash-summarize-what-stop = zastavit
slash-summarize-hours = hodin
slash-summarize-form = forma
slash-summarize-form-summary = souhrn
slash-summarize-form-notes = zápis z porady
slash-summarize-form-short = tři věty
slash-summarize-public = pro-všechny
slash-summarize-public-yes = ano
slash-summarize-public-no = ne
slash-summarize-language = jazyk
slash-summarize-language-en = anglicky
slash-summarize-language-cs = česky
slash-summarize-file = dokument
slash-summarize-upload = soubor

# --- dokud se dělá ----------------------------------------------------------------------------------------------

summarize-finding = { $what ->
    [thread] Čtu toto vlákno…
    [file] Čtu soubor…
   *[channel] Čtu, co se tu psalo…
  }
summarize-reading = { $what ->
    [file] Čtu { $messages ->
        [one] jeden oddíl
        [few] { $messages } oddíly
       *[other] { $messages } oddílů
      }: část { $part } z { $parts }.
   *[other] Čtu { $messages ->
        [one] jednu zprávu
        [few] { $messages } zprávy
       *[other] { $messages } zpráv
      }: část { $part } z { $parts }.
  }
summarize-merging = Dávám dohromady, co jsem našla: část { $part } z { $parts }.
summarize-seconds-left = Zbývá asi { $seconds } sekund.
summarize-minutes-left = { $minutes ->
    [one] Zbývá asi minuta.
    [few] Zbývají asi { $minutes } minuty.
   *[other] Zbývá asi { $minutes } minut.
  }
summarize-stop = Zastavit
summarize-stopped = Přestala jsem. Shrnutí není.
summarize-none-running = Právě pro vás žádné shrnutí nedělám.

# --- shrnutí ----------------------------------------------------------------------------------------------------

summarize-title = { $form ->
    [notes] Zápis z porady
    [short] Stručně
   *[summary] Shrnutí
  }
summarize-title-of-file = Shrnutí souboru { $name }
summarize-heading = { $kind ->
    [decision] Rozhodnutí:
    [task] Úkoly:
    [question] Otevřené otázky:
   *[point] Hlavní body:
  }
summarize-participants = Účastníci
summarize-more-people = { $count ->
    [one] a jeden další
    [few] a { $count } další
   *[other] a { $count } dalších
  }
summarize-nothing-found = Nenašla jsem nic, co bych mohla dát do shrnutí a ukázat, kde to zaznělo.
summarize-left-out = Je toho hodně: { $messages ->
    [one] nejstarší zprávu jsem vynechala
    [few] nejstarší { $messages } zprávy jsem vynechala
   *[other] nejstarších { $messages } zpráv jsem vynechala
  }. S menším počtem hodin, nebo ve vlákně, nevynechám nic.
summarize-has-older = { $messages ->
    [one] Přečetla jsem nejnovější zprávu; před ní se toho psalo víc.
    [few] Přečetla jsem nejnovější { $messages } zprávy; před nimi se toho psalo víc.
   *[other] Přečetla jsem nejnovějších { $messages } zpráv; před nimi se toho psalo víc.
  }
summarize-made = { $what ->
    [file] { $messages ->
        [one] Z jednoho oddílu
       *[other] Z { $messages } oddílů
      }, model { $model }. Modely se pletou: čísla vedou k tomu, co je napsáno.
   *[other] { $messages ->
        [one] Z jedné zprávy
       *[other] Z { $messages } zpráv
      }, model { $model }. Modely se pletou: čísla vedou k tomu, co zaznělo.
  }
summarize-as = { $form ->
    [notes] Jako zápis z porady
    [short] Třemi větami
   *[summary] Jako souhrn
  }
summarize-for-all = Ukázat všem
summarize-section = { $name }, oddíl { $number }
summarize-asked = otázka { $number }
summarize-answered = odpověď { $number }

# --- co mu může bránit ------------------------------------------------------------------------------------------

error-too-little-said = { $messages ->
    [0] Není co shrnout: nenašla jsem žádné zprávy od lidí ani nic jiného, v čem by byla slova.
    [one] Na shrnutí je toho málo: našla jsem jeden krátký text. Přečíst ho netrvá déle než shrnutí.
    [few] Na shrnutí je toho málo: našla jsem { $messages } krátké texty. Přečíst je netrvá déle než shrnutí.
   *[other] Na shrnutí je toho málo: našla jsem { $messages } krátkých textů. Přečíst je netrvá déle než shrnutí.
  }
error-still-summarizing = Jedno shrnutí pro vás ještě dělám. Počkejte na ně, nebo je ukončete příkazem /summarize stop.
error-no-file-to-summarize = Který soubor? Přiložte ho, nebo napište název dokumentu: /summarize file:NÁZEV.
error-unknown-document = { $nearest ->
    [none] Dokument „{ $name }“, který by se tu směl číst, neexistuje.
   *[other] Dokument „{ $name }“, který by se tu směl číst, neexistuje. Nemysleli jste: { $nearest }?
  }
error-cannot-read-here = Nesmím číst, co se tu psalo. Dejte mi v tomto kanálu oprávnění „Číst historii zpráv“ (a „Zobrazit kanál“).
error-not-in-a-thread = Tohle není vlákno. Zavolejte mě v nějakém, nebo si nechte shrnout kanál: /summarize channel.

# --- v terminálu ------------------------------------------------------------------------------------------------

cli-summarize = shrne soubor
cli-summarize-file = soubor; - čte text ze standardního vstupu
cli-summarize-form = summary (souhrn, výchozí), notes (zápis z porady), nebo short (tři věty)
cli-summarize-language = jazyk shrnutí; jinak jazyk souboru
cli-summarize-model = model, který se použije; jinak ten, který odpovídá
cli-summarize-json = vypíše jeden objekt JSON: body s jejich druhem a zdroji
