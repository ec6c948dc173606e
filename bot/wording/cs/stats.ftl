### /stats: počítač, engine, odpovědi, dokumenty a chyby.

stats-field-cpu = Procesor
stats-field-ram = Paměť
stats-field-gpu = GPU { $number }
stats-field-disk = Disk
stats-field-engine = Engine
stats-field-loaded = Načtené modely
stats-field-latency = Doby odpovědí
stats-cores = { $cores ->
    [one] { $cores } jádro
    [few] { $cores } jádra
   *[other] { $cores } jader
  }
stats-threads = { $threads ->
    [one] { $threads } vlákno
    [few] { $threads } vlákna
   *[other] { $threads } vláken
  }
stats-load = zátěž { NUMBER($load, minimumFractionDigits: 1, maximumFractionDigits: 1) }
stats-ram = obsazeno { $used } z { $total }, z toho Sova sama { NUMBER($process, maximumFractionDigits: 0) } MB
stats-gpu-busy = vytížení { $percent } %
stats-gpu-vram = VRAM: obsazeno { $used } z { $total }
stats-disk = volných { $free } z { $total }
stats-none-loaded = teď žádný; příští otázka nějaký načte
stats-loaded-title = Načtené modely
stats-loaded-model = Model
stats-loaded-ram = RAM
stats-loaded-vram = VRAM
stats-loaded-context = Kontext (tokeny)
stats-loaded-leaves = Opustí paměť
stats-stays = zůstává
stats-leaves = { $minutes ->
    [0] za okamžik
    [one] za { $minutes } minutu
    [few] za { $minutes } minuty
   *[other] za { $minutes } minut
  }
stats-no-turns = zatím není změřena žádná odpověď
stats-latency-title = { $unit ->
    [newest] Doby posledních odpovědí (p50 / p95)
   *[other] Doby odpovědí { stats-over } (p50 / p95)
  }
stats-latency-model = Model
stats-latency-turns = Odpovědi
stats-latency-cold = Studené starty
stats-latency-load = Načtení (s)
stats-latency-ttft = První token (s)
stats-latency-rate = Tokeny/s
stats-latency-total = Celkem (s)
stats-seconds = { NUMBER($p50, minimumFractionDigits: 2, maximumFractionDigits: 2) } / { NUMBER($p95, minimumFractionDigits: 2, maximumFractionDigits: 2) }
stats-rate = { NUMBER($p50, minimumFractionDigits: 1, maximumFractionDigits: 1) } / { NUMBER($p95, minimumFractionDigits: 1, maximumFractionDigits: 1) }

stats-title-overview = Statistiky
stats-title-models = Statistiky: modely
stats-title-hardware = Statistiky: počítač
stats-title-latency = Statistiky: doby odpovědí
stats-title-index = Statistiky: dokumenty
stats-title-errors = Statistiky: chyby

stats-over = { $unit ->
    [m] { $number ->
        [one] za poslední minutu
        [few] za poslední { $number } minuty
       *[other] za posledních { $number } minut
      }
    [h] { $number ->
        [one] za poslední hodinu
        [few] za poslední { $number } hodiny
       *[other] za posledních { $number } hodin
      }
   *[d] { $number ->
        [one] za poslední den
        [few] za poslední { $number } dny
       *[other] za posledních { $number } dní
      }
  }

stats-gpu-celsius = { $celsius } °C
stats-gpu-watts = { NUMBER($watts, maximumFractionDigits: 0) } W

stats-field-hour = Poslední hodina
stats-hour-title = Počítače (teď / nejvíc za poslední hodinu)
stats-hour-machine = Počítač
stats-hour-cpu = CPU %
stats-hour-ram = RAM %
stats-hour-gpu = GPU %
stats-hour-vram = VRAM %
stats-hour-celsius = °C
stats-hour-watts = W
stats-hour-extent = { $now } / { $most }
stats-hour-stale = { $machine } ({ $ago })

stats-field-queue = Fronta
stats-queue-waiting = { $waiting ->
    [0] nikdo nečeká
    [one] čeká { $waiting } otázka
    [few] čekají { $waiting } otázky
   *[other] čeká { $waiting } otázek
  }
stats-queue-answering = rozepsané odpovědi: { $answering }
stats-queue-parallel = { $parallel ->
    [one] nejvýš { $parallel } odpověď najednou
    [few] nejvýš { $parallel } odpovědi najednou
   *[other] nejvýš { $parallel } odpovědí najednou
  }

stats-no-turns-over = žádné odpovědi { stats-over }
stats-stages-title = { $unit ->
    [newest] Na co šel čas posledních odpovědí (p50 / p95)
   *[other] Na co šel čas odpovědí { stats-over } (p50 / p95)
  }
stats-latency-abstained = Není v dokumentech
stats-latency-queue = Fronta (s)
stats-latency-search = Hledání (s)

stats-field-ratings = Srovnání

stats-field-errors = Chyby
stats-errors-line = { $count } { stats-over }, nejčastěji: { $meaning } ({ $most })
stats-errors-none = { stats-over } žádné
stats-errors-title = Chyby, které se lidé dozvěděli { stats-over }
stats-errors-count = Počet
stats-errors-meaning = Co znamená
stats-errors-code = Kód

stats-field-documents = Dokumenty
stats-no-documents = nejsou tu žádné, odpovídám tedy bez zdrojů
stats-passages = { $count ->
    [one] { $count } pasáž
    [few] { $count } pasáže
   *[other] { NUMBER($count) } pasáží
  }
stats-changed = změna { $ago }
stats-unread = { $count ->
    [0] všechny soubory šly přečíst
    [one] { $count } soubor nešel přečíst
    [few] { $count } soubory nešly přečíst
   *[other] { $count } souborů nešlo přečíst
  }
stats-unread-files = Soubory
stats-field-ran = Poslední úplný průchod
stats-field-embedding = Modely pro embeddingy

stats-chart-hour = Poslední hodina: { $machine }
stats-chart-gpu = GPU
stats-chart-minutes = { $minutes ->
    [0] teď
   *[other] −{ $minutes } min
  }

command-stats-what = přehled, nebo něco podrobně: modely, počítač, odezva, dokumenty či chyby
command-stats-since = za jakou dobu: 1h, 24h, 7d, 30d a podobně; bez ní poslední odpovědi

slash-stats-what = co
slash-stats-what-overview = přehled
slash-stats-what-models = modely
slash-stats-what-hardware = počítač
slash-stats-what-latency = odezva
slash-stats-what-index = dokumenty
slash-stats-what-errors = chyby
slash-stats-since = za

cli-stats = ukáže počítač, engine, doby odpovědí a chyby
cli-stats-what = co ukázat podrobně místo přehledu
cli-stats-since = za jakou dobu, třeba 90m, 24h nebo 7d
cli-stats-json = jako jeden objekt JSON
