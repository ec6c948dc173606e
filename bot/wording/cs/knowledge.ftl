# Složka s dokumenty: kdo smí co číst, `/knowledge`, `sova index`.

notice-scopes-not-toml = není to platný TOML: { $detail }
notice-scopes-not-text = není to text v UTF-8
notice-scopes-too-large = je větší než megabajt
notice-scopes-no-access = nemohu ho otevřít ({ $detail })
notice-scopes-unknown-key = „{ $entry }“ neznám; má tam být [folders."…"] a v něm readers = […]
notice-scopes-no-readers = chybí „{ $entry }“
notice-scopes-wrong-value = „{ $entry }“ nemá správný typ; readers = ["…"] je seznam textů
notice-scopes-bad-folder = „{ $folder }“ není podsložka složky s dokumenty; pište ji jako "hr/smlouvy"
notice-scopes-folder-twice = „{ $folder }“ je tam dvakrát
notice-scopes-bad-reader = „{ $reader }“ (u { $folder }) není čtenář; pište "*", "platforma:*", "platforma:id" nebo "platforma:@role", platformu malými písmeny

# --- /knowledge -------------------------------------------------------------------------------------------------------

command-knowledge = Ukáže, ze kterých dokumentů odpovídám a co přečíst nejde
command-knowledge-action = „reindex“ složku projde znovu, „force“ i tehdy, když v ní většina dokumentů chybí

knowledge-title = Dokumenty
knowledge-documents = Dokumenty
knowledge-readable = zde se smí číst { $readable } z { $documents }
knowledge-chunks = Části
knowledge-index = Index
knowledge-size = { NUMBER($megabytes, maximumFractionDigits: 1, minimumFractionDigits: 1) } MB
knowledge-changed = Poslední změna
knowledge-never = zatím není nic zaindexováno
knowledge-just-now = před chvilkou
knowledge-minutes-ago = { $count ->
    [one] před { $count } minutou
   *[other] před { $count } minutami
  }
knowledge-hours-ago = { $count ->
    [one] před { $count } hodinou
   *[other] před { $count } hodinami
  }
knowledge-days-ago = { $count ->
    [one] před { $count } dnem
   *[other] před { $count } dny
  }
knowledge-search = Hledání
knowledge-by-meaning = podle významu ({ $models }) a podle slov
knowledge-by-words = jen podle slov, embeddingový model tu není
knowledge-here = Zde se hledá
knowledge-here-everything = ve všech dokumentech
knowledge-here-public = v dokumentech, které jsou pro všechny
knowledge-here-folders = v dokumentech, které jsou pro všechny, a v těchto složkách: { $folders }
knowledge-running = Probíhá
knowledge-progress = { $document ->
    [none] hotovo { $done } z { $total } dokumentů
   *[other] hotovo { $done } z { $total } dokumentů, teď { $document }
  }
knowledge-trouble = Potíže
knowledge-failed = Nejde přečíst
knowledge-document = Dokument
knowledge-reason = Proč
knowledge-more = a ještě { $count }
knowledge-unused = scopes.toml
knowledge-unused-folders = v { $folders } není žádný dokument. Pokud je název překlep, smí složku, která byla míněna, číst každý.
knowledge-reindex = Projít složku znovu
knowledge-force = Vzít složku takovou, jaká je
knowledge-refresh = Ukázat, jak to pokračuje

# --- indexing ---------------------------------------------------------------------------------------------------------

indexing-title = Indexování
indexing-started = Procházím složku. Ptát se můžete dál; co už je hotové, to se najde.
indexing-documents = Indexuji { $document }
indexing-part = { $done } z { $total } dokumentů
indexing-up-to-date = Všechno bylo aktuální.
indexing-unfinished = Není to dokončené, ještě něco zbývá.
indexing-done = Hledat lze v { $documents ->
    [one] { $documents } dokumentu
   *[other] { $documents } dokumentech
  } ({ $chunks ->
    [one] { $chunks } část
    [few] { $chunks } části
   *[other] { $chunks } částí
  }); trvalo to { NUMBER($seconds, maximumFractionDigits: 1) } s.
indexing-count-new = nové: { $count }
indexing-count-changed = změněné: { $count }
indexing-count-moved = přesunuté: { $count }
indexing-count-updated = vylepšené: { $count }
indexing-count-relabelled = pro jiné čtenáře: { $count }
indexing-count-deleted = odstraněné: { $count }
indexing-count-unchanged = beze změny: { $count }
indexing-failures = { $count ->
    [one] { $count } soubor nejde přečíst:
    [few] { $count } soubory nejdou přečíst:
   *[other] { $count } souborů nejde přečíst:
  }
indexing-skipped = { $count ->
    [one] { $count } soubor není dokument, vynechala jsem ho.
    [few] { $count } soubory nejsou dokumenty, vynechala jsem je.
   *[other] { $count } souborů nejsou dokumenty, vynechala jsem je.
  }
indexing-without-models = { $here ->
    [0] Hledám jen podle slov, ne podle významu: modely pro vyhledávání tu nejsou ({ $models }). Stáhne je `sova models fetch --if-needed`; potom spusťte `sova index` znovu.
   *[other] Podle významu najdu méně, než bych mohla: jeden model pro vyhledávání tu není ({ $models }). Stáhne ho `sova models fetch --if-needed`; potom spusťte `sova index` znovu.
  }
