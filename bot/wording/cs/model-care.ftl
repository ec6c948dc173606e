# Péče o modely v chatu: podrobnosti, stahování, paměť, mazání.

command-model-info = Ukáže o jednom modelu vše: velikost, licenci, paměť, kdo ho vybral
command-model-info-name = název modelu
command-model-pull = Nechá engine stáhnout model, nebo pokračovat v nedokončeném
command-model-pull-name = název modelu, třeba qwen2.5:3b
command-model-pull-anyway = „anyway“ ho stáhne, i když se na tento počítač nevejde
command-model-pause = Zastaví stahování modelu; co se stáhlo, zůstává
command-model-pause-name = model, který se stahuje
command-model-warm = Načte model do paměti, aby jeho první odpověď přišla brzy
command-model-warm-name = název modelu
command-model-unload = Uvolní model z paměti, aby v ní bylo místo
command-model-unload-name = název modelu
command-model-delete = Smaže model z disku enginu
command-model-delete-name = název modelu
command-model-delete-confirm = „yes“ ho opravdu smaže

care-action-info = O modelu { $model }
care-action-fit = Jak to vychází
care-action-warm = Načíst
care-action-unload = Uvolnit z paměti
care-action-delete = Smazat…
care-action-delete-yes = Ano, smazat { $model }
care-action-continue = Pokračovat
care-action-anyway = Přesto stáhnout
care-action-pause = Pozastavit
care-action-watch = Sledovat

# --- v seznamu --------------------------------------------------------------------------------------------------

model-column-build = Váhy
model-column-licence = Licence
model-state = { $left ->
    [none] načtený
    [stays] načtený, zůstává
   *[other] načtený, ještě { $left }
  }
model-pulling = { $model } se stahuje: { $progress }.
model-unfinished = { $why ->
    [paused] Stahování modelu { $model } je pozastavené{ $progress } (začal s ním uživatel { $by }). Co se stáhlo, zůstává.
    [interrupted] Stahování modelu { $model } přerušil můj restart{ $progress } (začal s ním uživatel { $by }). Co se stáhlo, zůstává.
   *[other] Stahování modelu { $model } selhalo{ $progress } (začal s ním uživatel { $by }). Co se stáhlo, zůstává.
  }
model-unfinished-at = { " " }na { $percent } %

# --- podrobnosti ------------------------------------------------------------------------------------------------

info-title = { $model }
info-holders = Kde je výslovně vybraný: { $places }.
info-holders-none = Výslovně ho nevybral nikdo.
info-holder = { $scope ->
    [thread] { $count ->
        [one] jedno vlákno
        [few] { $count } vlákna
       *[other] { $count } vláken
      }
    [channel] { $count ->
        [one] jeden kanál nebo konverzace
        [few] { $count } kanály nebo konverzace
       *[other] { $count } kanálů nebo konverzací
      }
    [user] { $count ->
        [one] jeden člověk
        [few] { $count } lidé
       *[other] { $count } lidí
      }
    [workspace] { $count ->
        [one] jeden server nebo pracovní prostor
        [few] { $count } servery nebo pracovní prostory
       *[other] { $count } serverů nebo pracovních prostorů
      }
   *[global] výchozí pro všechny
  }
info-field-size = Velikost na disku
info-field-parameters = Parametry
info-field-quantization = Kvantizace
info-field-context = Určen pro (tokeny)
info-field-family = Rodina
info-field-experts = Experti
info-experts = na každém tokenu pracuje { $used } z { $every }
info-field-capabilities = Umí
info-field-licence = Licence
info-licence-begins = začíná „{ $line }“
info-field-format = Formát
info-field-base = Vytvořen z
info-field-template = Šablona konverzace
info-template = { $there ->
    [yes] vlastní
   *[no] žádná
  }
info-field-own = Vlastní parametry
info-field-changed = Změněn
info-field-digest = Otisk
info-field-files = Soubory
info-file = { $size ->
    [none] { $name }
   *[other] { $name } ({ $size })
  }
info-field-memory = V paměti
info-not-loaded = ne
info-memory = { $vram ->
    [none] { $ram ->
        [none] ano
       *[other] { $ram } v RAM
      }
   *[other] { $ram } v RAM, { $vram } ve VRAM
  }
info-memory-context = s kontextem { $tokens } tokenů
info-memory-left = { $left ->
    [stays] zůstává tam
   *[other] uvolní se za { $left }
  }
info-field-needs = Tady zabere
info-needs = asi { $total }: { $place }
info-field-tags = Další varianty tady

# --- stahování --------------------------------------------------------------------------------------------------

pull-title = Stahování modelu { $model }
pull-phase = { $phase ->
    [asking] Engine zjišťuje, z čeho se { $model } skládá…
    [fetching] { $model } je na cestě.
    [waiting] { $model } stahuje jiný program na tomto počítači, čekám na něj…
    [checking] { $model } dorazil celý, engine ho kontroluje…
    [finishing] Engine ukládá { $model } na místo…
   *[done] Zkouším, zda se { $model } dá použít…
  }
pull-goes-on = Pokračuje to, i když se nikdo nedívá; znovu to ukáže `/model pull { $model }`.
pull-together = Chtějí ho { $people }: stáhne se jednou pro všechny.
pull-field-done = Zatím staženo
pull-field-rate = Rychlost
pull-field-left = Ještě potrvá
pull-done = { $percent } %: { $done } z { $total }
pull-rate = { NUMBER($value, maximumFractionDigits: 1, minimumFractionDigits: 1) } MB za sekundu
pull-column-host = Server
pull-column-state = Stav
pull-column-done = Staženo
pull-host-phase = { $phase ->
    [asking] zjišťuje
    [fetching] stahuje
    [waiting] čeká
    [checking] kontroluje
    [finishing] dokončuje
    [done] hotovo
   *[trouble] { $trouble }
  }
pull-arrived = { $model } je tady: { $size }.
pull-fits = { $place ->
    [nowhere] Do volné paměti se nevejde.
   *[other] Kde tu poběží: { $place }.
  }
pull-some-hosts = Nedostaly ho všechny servery; ostatní jím odpovídají. Další stažení ho obstará i těm zbylým.
pull-paused = Stahování modelu { $model } je pozastavené. Co se stáhlo, zůstává; další stahování na to naváže.
pull-interrupted = Stahování modelu { $model } se přerušilo, protože končím. Co se stáhlo, zůstává; další stahování na to naváže.
pull-kept = Co se stáhlo, zůstává; další stahování na to naváže.
pull-too-large = { $model } by tu sotva k něčemu byl, a tak řekněte, že to myslíte vážně: `/model pull { $model } anyway`, v shellu `sova models pull { $model } --yes`.
pull-not-running = { $model } teď nikdo nestahuje.
pull-finished-meanwhile = { $model } se právě dokončil, takže není co pozastavit.

duration-left = { $unit ->
    [seconds] { $count ->
        [one] jednu sekundu
        [few] { $count } sekundy
       *[other] { $count } sekund
      }
    [minutes] { $count ->
        [one] jednu minutu
        [few] { $count } minuty
       *[other] { $count } minut
      }
   *[hours] { NUMBER($count, maximumFractionDigits: 1) } h
  }

# --- paměť ------------------------------------------------------------------------------------------------------

warm-title = Paměť
warm-loading = { $seconds ->
    [0] Načítám { $model } ({ $size })…
    [one] Načítám { $model } ({ $size })… zatím jednu sekundu
    [few] Načítám { $model } ({ $size })… zatím { $seconds } sekundy
   *[other] Načítám { $model } ({ $size })… zatím { $seconds } sekund
  }
warm-ready = { $model } je v paměti; načtení trvalo { NUMBER($seconds, maximumFractionDigits: 1, minimumFractionDigits: 1) } s.
warm-was-ready = { $model } už v paměti byl a teď tam zůstane tak dlouho jako po odpovědi.
unload-done = { $model } už v paměti není. Další otázka ho načte znovu.
unload-was-not = { $model } v paměti nebyl.

# --- mazání -----------------------------------------------------------------------------------------------------

delete-title = Smazání modelu
delete-sure = { $size ->
    [none] Smazat { $model } z disku enginu?
   *[other] Smazat { $model } z disku enginu? Uvolní se { $size }.
  } Zpátky ho dostane jen nové stažení.
delete-holders = Kde je výslovně vybraný: { $places }. Tam pak odpoví další volba v pořadí a řekne to.
delete-is-setting = Je nastavený v SOVA_MODEL: kdo si nic nevybral, nedostal by odpověď, dokud se to nezmění.
delete-is-last = Je to jediný model, který tu umí konverzovat.
delete-done = { $model } je smazaný.
delete-freed = Uvolnilo se { $size }.
delete-parts = Co se z modelu { $model } stáhlo, je zahozené.
delete-parts-engine = Nedokončené stahování modelu { $model } už si nepamatuji. Stažené části patří enginu; Ollama je uklidí, až se spustí.
