# Persony: /persona, jejich soubory, Modelfile a `sova personas`.

command-persona = Ukáže, kdo tu odpovídá, nechá odpovídat personu, nebo persony spravuje
command-persona-action = seznam, použít, ukázat, zrušit; vytvořit, smazat a nahrát smí jen správci
command-persona-name = název persony
command-persona-scope = pro toto vlákno, tento kanál, vás („mě“), celý „prostor“, nebo pro všechny („výchozí“)
command-persona-system = co má nová persona vědět: kdo je a jak odpovídá
command-persona-model = kterým modelem nová persona odpovídá; bez něj tím, který je tu zvolený
command-persona-knowledge = které složky smí nová persona prohledávat, oddělené čárkami; „-“ je žádná
slash-persona = persona
slash-persona-action = akce
slash-persona-action-list = seznam
slash-persona-action-use = použít
slash-persona-action-show = ukázat
slash-persona-action-reset = zrušit
slash-persona-action-create = vytvořit
slash-persona-action-delete = smazat
slash-persona-action-push = nahrát
slash-persona-name = název
slash-persona-scope = rozsah
slash-persona-scope-thread = toto vlákno
slash-persona-scope-channel = tento kanál
slash-persona-scope-user = jen já
slash-persona-scope-workspace = tento server
slash-persona-scope-global = všichni
slash-persona-system = pokyny
slash-persona-model = model
slash-persona-knowledge = znalosti

# --- /persona ---------------------------------------------------------------------------------------------------

persona-title = Persony
persona-one-title = Persona { $persona }
persona-answers = Odpovídá tu persona { $persona }.
persona-none-answers = Žádná persona tu zvolená není, odpovídám sama za sebe.
persona-there-are-none = Zatím tu není žádná persona. Novou napíše `/persona create`, z Ollamy ji převezme `sova personas import MODELFILE`.
persona-any-model = ten, který je tu zvolený
persona-no-knowledge = žádné dokumenty
persona-workspace = { $platform ->
    [discord] tento server
   *[other] tento prostor
  }
persona-used = { $scope ->
    [thread] Odteď v tomto vlákně odpovídá persona { $persona }.
    [channel] { $platform ->
        [terminal] Odteď v této konverzaci odpovídá persona { $persona }.
       *[other] Odteď v tomto kanálu odpovídá persona { $persona }.
      }
    [user] Odteď vám odpovídá persona { $persona }.
    [workspace] Persona { $persona } je odteď výchozí pro { persona-workspace }.
   *[global] Persona { $persona } je odteď výchozí pro všechny.
  }
persona-reset = { $scope ->
    [thread] Volba persony pro toto vlákno je zrušená.
    [channel] { $platform ->
        [terminal] Volba persony pro tuto konverzaci je zrušená.
       *[other] Volba persony pro tento kanál je zrušená.
      }
    [user] Vaše volba persony je zrušená.
    [workspace] Výchozí persona pro { persona-workspace } je zrušená.
   *[global] Výchozí persona pro všechny je zrušená.
  }
persona-not-used = { $scope ->
    [thread] Pro toto vlákno žádná persona zvolená nebyla.
    [channel] { $platform ->
        [terminal] Pro tuto konverzaci žádná persona zvolená nebyla.
       *[other] Pro tento kanál žádná persona zvolená nebyla.
      }
    [user] Žádnou personu jste zvolenou neměli.
    [workspace] Výchozí persona pro { persona-workspace } žádná nebyla.
   *[global] Výchozí persona pro všechny žádná nebyla.
  }
persona-created = Persona { $persona } je zapsaná v { $path }.
persona-deleted = Persona { $persona } je smazaná. Kde byla zvolená, budu odpovídat sama za sebe a řeknu to.
persona-pushed = Z persony { $persona } je teď samostatný model v Ollamě: { $model }.
persona-field-pin = { $scope ->
    [thread] Zvolená pro toto vlákno
    [channel] { $platform ->
        [terminal] Zvolená pro tuto konverzaci
       *[other] Zvolená pro tento kanál
      }
    [user] Zvolená vámi
    [workspace] Výchozí pro { persona-workspace }
   *[global] Výchozí pro všechny
  }
persona-field-model = Model
persona-field-knowledge = Hledá v
persona-field-parameters = Parametry
persona-field-examples = Příklady
persona-column-current = Tady
persona-column-name = Persona
persona-column-description = K čemu je
persona-column-model = Model
persona-column-knowledge = Hledá v
persona-action-list = Všechny persony
persona-action-use = Použít { $persona }
persona-action-reset = { $scope ->
    [thread] Zrušit volbu pro toto vlákno
    [channel] { $platform ->
        [terminal] Zrušit volbu pro tuto konverzaci
       *[other] Zrušit volbu pro tento kanál
      }
    [user] Zrušit mou volbu
    [workspace] Zrušit výchozí volbu pro { persona-workspace }
   *[global] Zrušit výchozí volbu pro všechny
  }

# --- vedle odpovědi ---------------------------------------------------------------------------------------------

notice-persona-gone = Persona { $persona }, která tu byla zvolená, už není. Volbu zruší `/persona reset`.
notice-persona-broken = Personu { $persona }, která je tu zvolená, nelze použít: její soubor je vadný{ $line ->
    [0] {""}
   *[other] {" "}(řádek { $line })
  }. Důvod řekne `/persona`.
notice-persona-model-gone = Engine už nemá { $model }, model persony { $persona }; místo něj odpovídá { $instead }.
notice-persona-cut = Pokyny persony { $persona } jsou delší, než kolik tento model pojme: dostal prvních { $percent } %.
notice-persona-examples-cut = { $count ->
    [one] Poslední příklad persony { $persona } se nevešel a vynechala jsem ho.
    [few] Poslední { $count } příklady persony { $persona } se nevešly a vynechala jsem je.
   *[other] Posledních { $count } příkladů persony { $persona } se nevešlo a vynechala jsem je.
  }

# --- co se z persony nepoužije ----------------------------------------------------------------------------------

notice-persona-template-unused = TEMPLATE zůstává uložený, ale tady se nepoužije: enginy berou šablonu modelu. Uplatní se, až personu nahrajete do Ollamy.
notice-persona-adapter-unused = ADAPTER zůstává uložený, ale nepoužije se: žádný engine ho nepřijme spolu s otázkou.
notice-persona-parameters-unused = Zůstávají uložené, ale nepoužijí se, protože je neznám nebo by kvůli nim engine musel načíst model znovu: { $names }.
notice-persona-directives-unused = Zůstávají uložené, ale nepoužijí se, protože tyto direktivy neznám: { $names }.
notice-persona-examples-unpaired = { $count ->
    [one] Jeden příklad vynechávám, chybí mu otázka nebo odpověď.
    [few] { $count } příklady vynechávám, chybí jim otázka nebo odpověď.
   *[other] { $count } příkladů vynechávám, chybí jim otázka nebo odpověď.
  }
notice-persona-unknown-scopes = V scopes.toml není žádná složka s názvem: { $names }. Nic se tam nenajde.
notice-persona-adapter-not-pushed = ADAPTER se neposlal: k tomu je potřeba soubor sám a `ollama create`.
notice-persona-directives-not-pushed = Neposlaly se, protože je neznám: { $names }.
notice-persona-knowledge-not-pushed = Co smí prohledávat, se neposlalo: Ollama žádné dokumenty nezná.

# --- co může být špatně v souboru persony -----------------------------------------------------------------------

notice-persona-not-text = není to text v UTF-8
notice-persona-not-toml = není to platný TOML: { $detail }
notice-persona-unknown-entry = „{ $entry }“ neznám
notice-persona-outside-parameters = „{ $entry }“ patří až pod řádek [parameters]
notice-persona-wrong-entry = „{ $entry }“ má hodnotu nesprávného druhu
notice-persona-missing-entry = chybí „{ $entry }“
notice-persona-empty = nic o personě neříká: nastavte aspoň `system` nebo `model`
notice-persona-parameter = { $name } nemůže být „{ $value }“, ale { $expected }
notice-persona-bad-name = persona se nemůže jmenovat „{ $name }“: smí mít malá písmena, číslice, - a _, nejvýš 40 znaků
notice-persona-no-file = není to soubor
notice-persona-cannot-open = nemohu ho otevřít ({ $detail })
notice-persona-too-large = je větší než megabajt

# --- co může být špatně v Modelfile -----------------------------------------------------------------------------

notice-modelfile-too-large = je větší než megabajt
notice-modelfile-not-text = není to text
notice-modelfile-cannot-open = nemohu ho otevřít ({ $detail })
notice-modelfile-no-from = chybí v něm FROM s modelem
notice-modelfile-from-twice = je tu druhé FROM; persona má jen jeden model
notice-modelfile-unknown = „{ $word }“ není direktiva; jsou to FROM, PARAMETER, TEMPLATE, SYSTEM, ADAPTER, LICENSE a MESSAGE
notice-modelfile-no-value = { $directive } nemá hodnotu
notice-modelfile-bad-role = { $role ->
    [none] MESSAGE začíná rolí: system, user nebo assistant
   *[other] „{ $role }“ není role: MESSAGE bere system, user nebo assistant
  }
notice-modelfile-unended = uvozovky se tu otevírají a nikde nezavírají

# --- sova personas ----------------------------------------------------------------------------------------------

cli-personas = správa person: výpis, převzetí z Modelfile Ollamy, zápis do něj, vytvoření modelu
cli-personas-action = list vypíše; import převezme Modelfile; export ho z persony zapíše; push nahraje personu do Ollamy
cli-personas-what = Modelfile k převzetí, nebo název persony
cli-personas-name = jak se má převzatá persona jmenovat; jinak jako soubor
cli-personas-replace = převzít i tehdy, když persona toho názvu už je
personas-folder = Leží v { $path }.
personas-imported = Persona { $persona } je zapsaná v { $path }.

doctor-check-personas = Persony
doctor-personas = { $personas ->
    [0] v { $path } žádné nejsou
    [one] { $personas } persona v { $path }
    [few] { $personas } persony v { $path }
   *[other] { $personas } person v { $path }
  }
doctor-persona-bad = { $problem }
doctor-persona-bad-remedy = Opravte soubor; platit začne, jakmile ho uložíte. Ostatních person se to netýká.

# --- chyby ------------------------------------------------------------------------------------------------------

error-unknown-persona = { $nearest ->
    [none] Persona „{ $name }“ tu není. Všechny vypíše /persona.
   *[other] Persona „{ $name }“ tu není. Nemysleli jste { $nearest }?
  }
error-bad-persona = { $line ->
    [0] Soubor { $path } nelze použít: { $reason }.
   *[other] Soubor { $path } nelze použít, řádek { $line }: { $reason }.
  }
error-bad-modelfile = { $line ->
    [0] Nemohu přečíst { persona-modelfile }: { $reason }.
   *[other] Nemohu přečíst { persona-modelfile }, řádek { $line }: { $reason }.
  }
persona-modelfile = { $path ->
    [none] tento Modelfile
   *[other] { $path }
  }
error-unwritable = Tuto personu žádný Modelfile nepojme: řádek v { $directive } končí uvozovkami, které by hodnotu ukončily.
error-persona-exists = Persona { $name } už existuje. Zvolte jiný název, nebo ji nejdřív smažte.
error-persona-not-kept = Nemohu změnit { $path }: { $reason }.
error-persona-without-model = Persona { $name } nemá vlastní model a bez něj to nejde. Nastavte `model` v jejím souboru.
error-cannot-create-models = { $engine } nedokáže vytvářet modely z jiných; umí to jen jedna samostatná Ollama.
