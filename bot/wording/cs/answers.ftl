# Co se říká vedle odpovědi.

notice-question-cut = Otázka byla na tento model moc dlouhá: z jejího středu { $characters ->
    [one] byl vynechán jeden znak
    [few] byly vynechány { $characters } znaky
   *[other] bylo vynecháno { $characters } znaků
  }.
notice-history-trimmed = { $turns ->
    [0] Konverzace už je dlouhá: při této odpovědi nevidím žádné dřívější zprávy.
    [one] Konverzace už je dlouhá: odteď vidím jen poslední otázku a odpověď na ni.
    [few] Konverzace už je dlouhá: odteď vidím jen poslední { $turns } otázky a odpovědi.
   *[other] Konverzace už je dlouhá: odteď vidím jen posledních { $turns } otázek a odpovědí.
  }
notice-prompt-truncated = Pozor: engine přečetl jen { $reported } tokenů, posláno jich bylo nejméně { $expected }. Část konverzace zahodil; jeho kontext je menší, než uvádí.
notice-empty-answer = { $model } neodpověděl vůbec nic. /regenerate to zkusí znovu; jiný model možná uspěje.
notice-pinned-model-gone = Odpovídat tu měl { $model }, ale engine ho už nemá, a tak odpovídá { $instead }. Co je na výběr, ukáže /model.
notice-answer-cut = Tato odpověď měla víc než { $characters } znaků. Zbytek neukazuji.
notice-lines-cut = Některá slova nebo řádky této odpovědi byly příliš dlouhé: zkrátila jsem je tam, kde vidíte „…“.
notice-not-saved = K historii se teď nedostanu. Odpověď si nechávám a uložím ji, jakmile to půjde.
