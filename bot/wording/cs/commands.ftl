# Příkazy: k čemu jsou a co odpovídají.

command-help = Ukáže všechny příkazy, nebo jeden podrobně
command-help-command = příkaz, který se má vysvětlit
command-model = Ukáže, který model tu odpovídá, nebo vybere jiný
command-model-name = název modelu, nebo „reset“, který volbu zruší
command-model-scope = pro toto vlákno, tento kanál, jen pro vás („me“), celý „workspace“, nebo všechny („default“)
command-stats = Ukáže počítač, engine a jak dlouho trvají odpovědi
command-stop = Zastaví právě vznikající odpověď
command-regenerate = Odpoví na poslední otázku znovu
command-forget = Vymaže z mé paměti tuto konverzaci, nebo na co se někdo ptal
command-forget-what = „here“ tuto konverzaci, „me“ vaše otázky odkudkoli, „person“ otázky někoho jiného
command-forget-who = id toho člověka, pro správce

permission-ask = každý, kdo se mě smí ptát
permission-administer = jen správci

amount-unknown = –
amount-whole = { NUMBER($value, maximumFractionDigits: 0) }
amount-gigabytes = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } GB

help-title = Příkazy
help-text = Stačí mi napsat a odpovím. Ostatní zařídí tyto příkazy; víc o každém řekne /help s jeho názvem.
help-column-command = Příkaz
help-column-purpose = Co dělá
help-column-parameter = Parametr
help-column-choices = Možnosti
help-column-required = Nutný?
help-required = povinný
help-optional = nepovinný
help-field-permission = Kdo ho smí použít
help-action-all = Všechny příkazy

engine-line = { $version ->
    [none] { $engine } na { $url }
   *[other] { $engine } { $version } na { $url }
  }

model-title = Modely
model-workspace = { $platform ->
    [discord] tento server
   *[other] tento pracovní prostor
  }
model-answers = { $source ->
    [thread] Odpovídá tu { $model }: je připnutý pro toto vlákno.
    [channel] { $platform ->
        [terminal] Odpovídá tu { $model }: je připnutý pro tuto konverzaci.
       *[other] Odpovídá tu { $model }: je připnutý pro tento kanál.
      }
    [user] Odpovídá tu { $model }: je připnutý pro vás.
    [workspace] Odpovídá tu { $model }: je výchozí pro { model-workspace }.
    [global] Odpovídá tu { $model }: je výchozí pro všechny.
    [persona] Odpovídá tu { $model }: je to model persony { $persona }.
    [setting] Odpovídá tu { $model }: je nastavený v SOVA_MODEL.
   *[engine] Odpovídá tu { $model }: nikdo žádný nevybral, a tak ho zvolil engine.
  }
model-pinned = { $scope ->
    [thread] Model { $model } je odteď připnutý pro toto vlákno.
    [channel] { $platform ->
        [terminal] Model { $model } je odteď připnutý pro tuto konverzaci.
       *[other] Model { $model } je odteď připnutý pro tento kanál.
      }
    [user] Model { $model } je odteď připnutý pro vás.
    [workspace] Model { $model } je odteď výchozí pro { model-workspace }.
   *[global] Model { $model } je odteď výchozí pro všechny.
  }
model-unpinned = { $scope ->
    [thread] Volba pro toto vlákno je zrušená.
    [channel] { $platform ->
        [terminal] Volba pro tuto konverzaci je zrušená.
       *[other] Volba pro tento kanál je zrušená.
      }
    [user] Vaše vlastní volba je zrušená.
    [workspace] Výchozí volba pro { model-workspace } je zrušená.
   *[global] Výchozí volba pro všechny je zrušená.
  }
model-not-pinned = { $scope ->
    [thread] Pro toto vlákno nebylo nic připnuto.
    [channel] { $platform ->
        [terminal] Pro tuto konverzaci nebylo nic připnuto.
       *[other] Pro tento kanál nebylo nic připnuto.
      }
    [user] Pro vás nebylo nic připnuto.
    [workspace] Výchozí volba pro { model-workspace } žádná nebyla.
   *[global] Výchozí volba pro všechny žádná nebyla.
  }
model-field-engine = Engine
model-field-pin = { $scope ->
    [thread] Připnuto pro toto vlákno
    [channel] { $platform ->
        [terminal] Připnuto pro tuto konverzaci
       *[other] Připnuto pro tento kanál
      }
    [user] Připnuto pro vás
    [workspace] Výchozí pro { model-workspace }
   *[global] Výchozí pro všechny
  }
model-column-current = Zde
model-column-name = Model
model-column-size = Velikost
model-column-context = Kontext (tokeny)
model-column-capabilities = Umí
model-column-state = Stav
model-current = ✓
model-not-loaded = nenačtený
model-action-use = Použít { $model }
model-action-list = Všechny modely
model-action-reset = { $scope ->
    [thread] Zrušit volbu pro toto vlákno
    [channel] { $platform ->
        [terminal] Zrušit volbu pro tuto konverzaci
       *[other] Zrušit volbu pro tento kanál
      }
    [user] Zrušit vlastní volbu
    [workspace] Zrušit výchozí volbu pro { model-workspace }
   *[global] Zrušit výchozí volbu pro všechny
  }

capability-completion = konverzace
capability-vision = obrázky
capability-thinking = uvažování
capability-tools = nástroje
capability-embedding = embeddingy

forget-title = Zapomenuto
forget-turns = { $turns ->
    [one] { $turns } otázku s odpovědí
    [few] { $turns } otázky s odpověďmi
   *[other] { $turns } otázek s odpověďmi
  }
forget-pins = { $pins ->
    [0] Žádný model tu připnutý nebyl.
    [one] Zrušila jsem i { $pins } volbu modelu či persony, která tu byla připnutá.
    [few] Zrušila jsem i { $pins } volby modelu či persony, které tu byly připnuté.
   *[other] Zrušila jsem i { $pins } voleb modelu či persony, které tu byly připnuté.
  }
forget-done = Vymazala jsem { forget-turns }. { forget-pins }
forget-in = { $conversations ->
    [one] v { $conversations } konverzaci
   *[other] v { $conversations } konverzacích
  }
forget-own-pins = { $pins ->
    [0] Žádnou volbu modelu rušit nebylo třeba.
    [one] Zrušila jsem i { $pins } volbu modelu či persony.
    [few] Zrušila jsem i { $pins } volby modelu či persony.
   *[other] Zrušila jsem i { $pins } voleb modelu či persony.
  }
forget-done-of-person = Vymazala jsem { forget-turns } { forget-in } (kdo: { $person }, platforma: { $platform }). { forget-own-pins } Otázky ostatních zůstávají, i s tím, co v nich citovali.
forget-nothing-of-person = Nebylo co zapomenout (kdo: { $person }, platforma: { $platform }): žádné otázky, žádný vybraný model.
forget-nothing = Nebylo tu co zapomenout: žádné otázky ani připnutý model.

stop-title = Zastavení
stop-done = Přestala jsem. Co jsem stihla říct, zůstalo uloženo.
stop-nothing = Právě tu žádná odpověď nevzniká.
stop-action-again = Odpovědět znovu
