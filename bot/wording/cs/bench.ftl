# Měření modelů: `sova bench models`, /bench a /bench-stop.

command-bench = Změřit modely: rychlost, čekání, paměť, spotřebu a jednoduše ověřit jejich odpovědi
command-bench-models = názvy oddělené čárkami; bez nich všechny konverzační modely, které se sem vejdou
command-bench-rounds = kolikrát se každá otázka položí: 1 až 10, obvykle 3
command-bench-stop = Ukončit měření, které tu běží; co se stihlo změřit, zůstane

cli-bench = změří modely, znovu ukáže dřívější měření, nebo umožní ohodnotit jeho odpovědi
cli-bench-action = models: změří je; show: ukáže dřívější měření; rate: ohodnotíte jeho odpovědi od 1 do 5 tam, kde jste přestali
cli-bench-names = u models: názvy, bez nich všechny konverzační modely, které se vejdou; u show a rate: soubor nebo „latest“
cli-bench-models = seznam modelů v JSON místo názvů
cli-bench-prompts = seznam zadání v JSON místo těch, která má Sova s sebou
cli-bench-rounds = kolikrát se každé zadání položí (3)
cli-bench-judge = nechá odpovědi potom ohodnotit tímto modelem
cli-bench-rate = odpovědi potom ohodnotíte sami, aniž byste viděli, čí jsou
cli-bench-watts = kolik wattů počítač při odpovídání odebírá podle wattmetru; jinak to řeknou čítače, nebo se to odhadne
cli-bench-price = kolik stojí kilowatthodina
cli-bench-currency = v jaké měně (EUR)
cli-bench-export = zapíše zprávu do souboru .md, .csv, .json nebo .png; lze uvést vícekrát
cli-bench-compare = porovná s dřívějším měřením: „latest“, nebo jeho soubor
cli-bench-json = vypíše měření se všemi výsledky jako jeden objekt JSON

bench-progress = { $doing ->
    [loading] Načítá se { $model } ({ $number } z { $models })
    [judging] { $model } hodnotí odpovědi: { $done } z { $total }
   *[asking] Měří se { $model } ({ $number } z { $models }): otázky { $done } z { $total }
  }
bench-eta = { $minutes ->
    [0] Zbývá necelá minuta.
    [one] Zbývá asi minuta.
    [few] Zbývají asi { $minutes } minuty.
   *[other] Zbývá asi { $minutes } minut.
  }
bench-eta-unknown = Jak dlouho to potrvá, se brzy ukáže.
bench-running = Na otázky teď odpovídám pomaleji.
bench-stop = Ukončit

bench-title = Měření modelů
bench-stopping = Měření teď končí; co se stihlo změřit, se ukáže tam, kde začalo.
bench-nothing = Nic se nezměřilo.
bench-kept = Uloženo v { $path }.
bench-not-kept = Tohle se neuložilo: { $reason }
bench-exported = Zapsáno: { $path }

bench-method = { $prompts ->
    [one] Jedno zadání
    [few] { $prompts } zadání
   *[other] { $prompts } zadání
  }, { $rounds ->
    [one] jedno kolo
    [few] { $rounds } kola
   *[other] { $rounds } kol
  } po zahřívacím, teplota 0, seed { $seed }, odpovědi po částech, engine { $version ->
    [none] { $engine }
   *[other] { $engine } { $version }
  }, nastavení jako v chatu.
bench-machine = { $processor }, vlákna: { $threads }, paměť { NUMBER($ram, minimumFractionDigits: 1, maximumFractionDigits: 1) } GB, { $gpus ->
    [none] bez grafické karty.
   *[other] { $gpus }.
  }
bench-elsewhere = Engine běží na jiném počítači, než je ten popsaný.
bench-others = Před začátkem zaměstnávaly jiné programy { NUMBER($cores, minimumFractionDigits: 1, maximumFractionDigits: 1) } jádra: výsledky jsou horší, než by mohly být.
bench-ended = { $how ->
    [stopped] Měření bylo ukončeno předčasně: tohle se stihlo.
    [engine-gone] Engine uprostřed přestal odpovídat: tohle se stihlo.
   *[other] Měření nedoběhlo: tohle se stihlo.
  }
bench-skipped = { $model } byl vynechán: { $reason }
bench-given-up = Model { $model } jsem přestala měřit: { $reason }
bench-failed = { $count ->
    [one] { $model } jednou neodpověděl: { $reason }
   *[other] { $model } neodpověděl opakovaně (počet: { $count }), naposled: { $reason }
  }

bench-speed = Rychlost
bench-speed-note = TTFT: čas do prvního tokenu, u zadání, které engine ještě nečetl, a u téhož podruhé (opakovaně). TPOT: čas na každý další token. Mediány.
bench-load-unknown = { $why ->
    [was-loaded] { $model } už byl v paměti a uvolnit ho nešlo, takže se načítání neměřilo.
   *[other] Engine neudává, zda byl { $model } v paměti, takže se načítání neměřilo.
  }
bench-by-clock = Engine neudává, jak dlouho { $model } četl: čtení je podle hodin Sovy.
bench-pieces = Engine u modelu { $model } nepočítá tokeny: místo nich se počítají části, po kterých odpověď přicházela.
bench-empty = { $count ->
    [one] { $model } dal jednu prázdnou odpověď.
    [few] { $model } dal { $count } prázdné odpovědi.
   *[other] { $model } dal { $count } prázdných odpovědí.
  }
bench-latency = Celé odpovědi
bench-latency-note = CV: variační koeficient mezi koly. Odlehlé: modifikované z-skóre nad 3,5 (Iglewicz a Hoaglin, 1993); jsou označené, ne vynechané.
bench-resources = Paměť a spotřeba
bench-energy-unknown = Spotřeba: tady ji není čím zjistit.
bench-energy = { $source ->
    [gpu] Spotřeba: změřily ji čítače grafických karet (NVML); zbytek počítače v ní není.
    [cpu] Spotřeba: změřily ji čítače procesoru (RAPL); zbytek počítače v ní není.
    [gpu-cpu] Spotřeba: změřily ji čítače grafických karet (NVML) a procesoru (RAPL).
    [watts] Spotřeba: odhad z uvedených { NUMBER($watts, maximumFractionDigits: 1) } W.
   *[heuristic] Spotřeba: odhad, 8 W na každé pracující jádro procesoru, průměrně { NUMBER($watts, maximumFractionDigits: 1) } W; jsou v tom i jádra, na kterých běžely jiné programy.
  }
bench-price = Kilowatthodina za { NUMBER($price, maximumFractionDigits: 3) } { $currency }; náklady v { $currency }.
bench-quality = Kvalita
bench-quality-note = Kontroly: jaký podíl toho, co se čekalo (slova, vzory, JSON), odpovědi mají. O slohu neříkají nic. Rychlost v žádném z těchto čísel není.
bench-own = * Model, který hodnotil vlastní odpovědi.
bench-judging = { $judge } jako hodnotitel: verdiktů, které nebyly známkou: { $unreadable }, nepodařených: { $failed }; nepočítají se.
bench-truth = Hodiny Sovy a hodiny enginu
bench-truth-note = { $within ->
    [yes] Při psaní se hodiny Sovy liší od hodin enginu nejvýš o { NUMBER($most, maximumFractionDigits: 2) } %.
   *[no] Při psaní se hodiny Sovy liší od hodin enginu o { NUMBER($most, maximumFractionDigits: 2) } %, a to je víc než 3 %: berte výsledky s rezervou.
  }
bench-truth-unknown = Engine vlastní časy neudává: všechno je podle hodin Sovy.
bench-comparison = Ve srovnání s měřením { $run }
bench-comparison-note = Podíl: teď děleno tehdy, geometrický průměr přes stejná zadání, s dvojnásobkem směrodatné chyby. Mimo rozptyl: jednička leží mimo toto rozmezí.
bench-comparison-none = Žádný model nedostal v obou měřeních totéž zadání.

bench-column-model = Model
bench-column-load = Načtení, s
bench-column-ttft = TTFT, s
bench-column-ttft-warm = opakovaně, s
bench-column-tpot = TPOT, ms
bench-column-prefill = Čte, tok./s
bench-column-decode = Píše, tok./s
bench-column-answers = n
bench-column-mean = Průměr, s
bench-column-p50 = p50
bench-column-p95 = p95
bench-column-p99 = p99
bench-column-cv = CV
bench-column-cv-decode = CV tok./s
bench-column-outliers = Odlehlé
bench-column-size = Soubor, GB
bench-column-ram = RAM, GB
bench-column-vram = VRAM, GB
bench-column-wh-answers = Wh/1 000 odpovědí
bench-column-wh-tokens = Wh/1 mil. tokenů
bench-column-cost-answers = za 1 000 odpovědí
bench-column-cost-tokens = za 1 mil. tokenů
bench-column-checks = Kontroly
bench-column-by-hand = Ručně
bench-column-by-judge = { $judge }
bench-column-reading-ours = Čtení, s
bench-column-reading-engine = engine, s
bench-column-generating-ours = Psaní, s
bench-column-generating-engine = engine, s
bench-column-deviation = rozdíl
bench-column-figure = Údaj
bench-column-factor = Podíl
bench-column-interval = od – do
bench-column-verdict = Mimo rozptyl

bench-figure = { $figure ->
    [ttft] čas do prvního tokenu
    [prefill] rychlost čtení
    [decode] rychlost psaní
   *[latency] celá odpověď
  }
bench-factor = { NUMBER($value, minimumFractionDigits: 2, maximumFractionDigits: 2) } ×
bench-changed = { $verdict ->
    [better] ano, lepší
    [worse] ano, horší
    [same] ne
   *[unknown] málo zadání
  }
bench-amount = { $digits ->
    [1] { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) }
    [2] { NUMBER($value, minimumFractionDigits: 2, maximumFractionDigits: 2) }
   *[3] { NUMBER($value, minimumFractionDigits: 3, maximumFractionDigits: 3) }
  }
bench-percent = { NUMBER($value, maximumFractionDigits: 0) } %
bench-signed = { NUMBER($value, minimumFractionDigits: 2, maximumFractionDigits: 2) } %
bench-mean = { $own ->
    [yes] { NUMBER($score, minimumFractionDigits: 1, maximumFractionDigits: 1) } ({ $count }) *
   *[no] { NUMBER($score, minimumFractionDigits: 1, maximumFractionDigits: 1) } ({ $count })
  }

bench-chart-speed = Rychlost psaní
bench-chart-tokens = tokeny/s
bench-chart-answers = { $answers ->
    [one] { $answers } odpověď
    [few] { $answers } odpovědi
   *[other] { $answers } odpovědí
  }
bench-chart-ttft = Čas do prvního tokenu
bench-chart-seconds = sekundy
bench-chart-cold = nové zadání
bench-chart-warm = totéž podruhé

bench-rate-how = Ohodnoťte každou odpověď od 1 (špatně, prázdná nebo žádná) do 5 (správně, úplně a tak, jak se žádalo). Enter odpověď vynechá, q končí; `sova bench rate` naváže později.
bench-rate-number = Odpověď { $number } z { $total }
bench-rate-question = Otázka
bench-rate-aspects = Očekává se
bench-rate-answer = Odpověď
bench-rate-ask = 1–5:{ " " }
bench-rate-again = Číslo od 1 do 5, Enter nebo q.
bench-rate-done = Všechny odpovědi jsou ohodnocené.
bench-rate-left = { $left ->
    [one] Zbývá jedna odpověď.
    [few] Zbývají { $left } odpovědi.
   *[other] Zbývá { $left } odpovědí.
  }
bench-rate-no-terminal = Ručně hodnotit lze jen v terminálu.

notice-bench-file-missing = takový soubor není
notice-bench-file-unreadable = nejde přečíst ({ $reason })
notice-bench-file-too-large = je větší než 4 MB
notice-bench-file-no-list = není to seznam v JSON
notice-bench-file-empty = nic v něm není
notice-bench-file-entry = { $field }: { $reason }
notice-bench-file-repeated = je tam dvakrát
notice-bench-file-ending = musí končit na .md, .csv, .json nebo .png
