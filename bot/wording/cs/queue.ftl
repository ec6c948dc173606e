# Co se říká o otázkách, které čekají.

place-in-line = { $place ->
    [1] Jste další na řadě; odpověď se objeví tady.
   *[other] Jste { $place }. v pořadí; odpověď se objeví tady.
  }
stop-waiting = { $waiting ->
    [one] Jedna čekající otázka je stažena.
    [few] { $waiting } čekající otázky jsou staženy.
   *[other] { $waiting } čekajících otázek je staženo.
  }
stop-others = Otázky ostatních tu běží dál.
stop-only-others = Na nic vašeho tu právě neodpovídám a nic vašeho tu nečeká. Otázky ostatních běží dál: zastavit je mohou oni sami, nebo správce.
forget-waiting = { $waiting ->
    [one] Jednu čekající otázku jsem vyřadila z fronty a vymazala.
    [few] { $waiting } čekající otázky jsem vyřadila z fronty a vymazala.
   *[other] { $waiting } čekajících otázek jsem vyřadila z fronty a vymazala.
  }
regenerate-title = Nová odpověď
regenerate-soon = Na poslední otázku za chvíli odpovím znovu, tady.
