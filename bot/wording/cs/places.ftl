# Co správci nastavují pro kanály a servery.

command-settings = Ukáže nebo změní nastavení tohoto kanálu nebo všech zdejších kanálů
command-settings-option = co změnit: kam odpovídám, jazyk, model, dokumenty, kanály
command-settings-value = třeba „thread“, „cs“, model, složka, nebo „reset“ pro zrušení volby
command-settings-where = pro tento kanál („channel“), nebo pro všechny: celý „workspace“
slash-settings = nastavení
slash-settings-option = volba
slash-settings-option-answer_in = kam odpovídám
slash-settings-option-language = jazyk
slash-settings-option-model = model
slash-settings-option-knowledge = dokumenty
slash-settings-option-channels = kanály
slash-settings-option-all = všechno (zrušit)
slash-settings-value = hodnota
slash-settings-where = kde
slash-settings-where-channel = tento kanál
slash-settings-where-workspace = celý server

settings-title = Nastavení tohoto kanálu
settings-workspace = { $platform ->
    [discord] celý server
   *[other] celý pracovní prostor
  }
settings-terminal = Terminál kanály nemá, takže tu není co nastavovat. Zavolejte mě v chatu.
settings-precedence = Nastavení pro kanál má přednost před nastavením pro { settings-workspace }; kde nic nastaveno není, platí volba provozovatele. Mezi ně patří model, který si někdo vybral sám pro sebe.
settings-closed-here = V tomto kanálu na otázky neodpovídám: není v seznamu těch, kde odpovídám.
settings-set = { $level ->
    [channel] Hotovo. Od teď to platí pro tento kanál.
   *[workspace] Hotovo. Od teď to platí pro { settings-workspace }.
  }
settings-reset = { $count ->
    [0] Nebylo co rušit.
    [one] Jedno nastavení je zrušeno.
    [few] { $count } nastavení jsou zrušena.
   *[other] { $count } nastavení je zrušeno.
  }
settings-column-option = Nastavení
settings-column = { $level ->
    [channel] Tento kanál
   *[workspace] { $platform ->
        [discord] Celý server
       *[other] Celý pracovní prostor
      }
  }
settings-answer_in = Kam odpovídám
settings-language = Můj vlastní jazyk
settings-model = Model
settings-knowledge = Prohledávané dokumenty
settings-channels = Kanály, kde jsem
settings-answers = { $where ->
    [thread] do vlákna
   *[reply] { $platform ->
        [slack] do vlákna: jiné odpovědi Slack nezná
       *[other] jako odpověď na zprávu
      }
  }
settings-speaks = { $language ->
    [en] angličtina
    [cs] čeština
   *[auto] jazyk každého člověka
  }
settings-no-channel = žádné
settings-action-reset = { $level ->
    [channel] Zrušit vše pro tento kanál
   *[workspace] Zrušit vše pro { settings-workspace }
  }
