# `sova eval`: jaký podíl otázek se známou odpovědí dopadne správně.

cli-eval = položí otázky se známými odpověďmi a řekne, jaký podíl dopadl správně
cli-eval-file = soubor s otázkami, na každém řádku jeden objekt JSON; vysvětluje ho docs/retrieval.md
cli-eval-json = vypíše výsledky jako jeden objekt JSON
cli-eval-compare = zeptá se podruhé s jiným nastavením a ukáže obojí vedle sebe
cli-eval-retrieval-only = modelu se neptá: posuzuje jen hledání
cli-eval-answers = model odpoví na všechny otázky, nejen na ty, na kterých je vidět, jak odmítá

evaluation-searching = Hledám v dokumentech
evaluation-answering = Odpovídá { $model }
evaluation-progress = { $step }: { $done } z { $total }
evaluation-title = { $total ->
    [one] Položena { $total } otázka
    [few] Položeny { $total } otázky
   *[other] Položeno { $total } otázek
  }
evaluation-retrieval-only = Modelu jsem se neptala: takhle hledá a odmítá samotné vyhledávání.
evaluation-no-answers = Odpověď měla každá otázka, takže jsem se modelu neptala. S --answers se zeptám i tak.
evaluation-uncertain = V závorkách: kde s 95% jistotou leží skutečný podíl. Málo otázek říká málo.
evaluation-as-is = beze změny
evaluation-setting = Nastavení

evaluation-ranking = Nalezené stránky
evaluation-questions = Otázky
evaluation-number = n
evaluation-recall = Recall@{ $k }
evaluation-mrr = MRR@10
evaluation-language = { $language ->
    [en] anglicky
    [cs] česky
   *[all] všechny
  }
evaluation-nodia = { $language ->
    [cs] česky bez diakritiky
   *[other] { evaluation-language }, bez diakritiky
  }
evaluation-followups = navazující, { evaluation-language }

evaluation-declining = Odmítání
evaluation-declined-by = Kdo rozhoduje
evaluation-by-retrieval = samotné hledání
evaluation-by-answers = hledání a model
evaluation-abstained = odmítnuté nezodpověditelné
evaluation-refused = odmítnuté zodpověditelné
evaluation-precise = odmítnuté právem

evaluation-sources = Zdroje { $answers ->
    [one] { $answers } odpovědi
   *[other] { $answers } odpovědí
  }
evaluation-traceable = vedou k nalezené pasáži
evaluation-right-page = odpovědi, které citují správnou stránku
evaluation-unsupported = věty bez opory

notice-questions-unreadable = nejde přečíst ({ $reason })
notice-questions-not-text = není to text v UTF-8
notice-questions-none = není v něm žádná otázka
notice-questions-not-json = není to objekt JSON
notice-questions-field = { $field }: { $reason }
notice-questions-repeated = id { $id } už tu je
