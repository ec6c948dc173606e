# Co se říká o odpovědi z dokumentů, a tam, kde žádná není.

grounding-nothing-found = { $documents ->
    [0] Ve složce se znalostmi není žádný dokument, který bych tu směla ukázat, a tak z ní odpovědět nemohu.
    [one] Ve složce se znalostmi jsem o tom nic nenašla. Prohledala jsem jediný dokument, který tu smím ukázat.
    [few] Ve složce se znalostmi jsem o tom nic nenašla. Prohledala jsem všechny { $documents } dokumenty, které tu smím ukázat.
   *[other] Ve složce se znalostmi jsem o tom nic nenašla. Prohledala jsem všech { $documents } dokumentů, které tu smím ukázat.
  }
grounding-closest = Jasnou odpověď jsem v dokumentech nenašla. Nejblíž jsou tyto úryvky:
grounding-not-held = Tato odpověď se o dokumenty neopírá, nespoléhejte na ni. Nejblíž jsou tyto úryvky:
grounding-passages-instead = Žádný model teď nemůže odpovědět. Tyto úryvky se k otázce hodí nejlépe:

notice-unsupported = { $sentences ->
    [one] Pro větu označenou [?] jsem ve zdrojích nic nenašla. Než se na ni spolehnete, ověřte si ji prosím.
    [few] Pro { $sentences } věty označené [?] jsem ve zdrojích nic nenašla. Než se na ně spolehnete, ověřte si je prosím.
   *[other] Pro { $sentences } vět označených [?] jsem ve zdrojích nic nenašla. Než se na ně spolehnete, ověřte si je prosím.
  }
notice-indexing = { $total ->
    [0] Vaše dokumenty teprve začínám číst, takže v této odpovědi může chybět, co v nich stojí.
   *[other] Vaše dokumenty ještě čtu (hotovo { $done } z { $total }), takže v této odpovědi může chybět, co stojí v ostatních.
  }
notice-unindexed = Vaše dokumenty ještě nikdo nenačetl, takže se o ně tato odpověď neopírá. Načte je `sova index`.
notice-uncited = { $reason ->
    [index-locked] Tato odpověď se neopírá o vaše dokumenty: jejich index právě používá jiný program.
   *[other] Tato odpověď se neopírá o vaše dokumenty: jejich index teď nejde použít.
  }
notice-general-knowledge = Vaše dokumenty o tom nic neříkají: odpověď vychází z obecných znalostí modelu a nemá zdroje.

command-sources = Ukáže úryvky, o které se opírá poslední odpověď
command-sources-number = číslo jednoho zdroje, například 2
sources-title = Zdroje poslední odpovědi
sources-title-one = Zdroje této odpovědi
sources-forgotten = Na tuto odpověď už si nepamatuji, a tak ani na její zdroje.
sources-none-yet = Zatím tu není žádná odpověď, jejíž zdroje bych mohla ukázat.
sources-without = Poslední odpověď žádné zdroje neuvádí.
sources-no-such = Zdroj [{ $number }] poslední odpověď nemá. Má tyto: { $known }.
sources-not-allowed = Tento zdroj tu ukázat nesmím.
sources-gone = Tento dokument už v indexu není.
sources-changed = Dokument se od té odpovědi změnil. Na tom místě teď stojí:
sources-not-kept = Kde přesně úryvek v dokumentu stál, se neuložilo.
sources-action-whole = Ukázat celý zdroj [{ $number }]
