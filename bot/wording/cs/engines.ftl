# Více počítačů s jedním enginem, jak je ukazuje /stats.

stats-hosts-title = Počítače s enginem
stats-host-url = Počítač
stats-host-state = Stav
stats-host-loaded = Načtené modely
stats-host-answering = Rozpracováno
stats-host-answers = { $version ->
    [none] odpovídá
   *[other] odpovídá ({ $version })
  }
stats-host-left-out = vynechán: { $trouble ->
    [engine-unreachable] nikdo tam neodpovídá
    [engine-outside] vede mimo vaši síť
    [engine-interrupted] přerušil se uprostřed odpovědi
    [engine-silent] příliš dlouho nic neřekl
    [engine-busy] má víc práce, než zvládne
   *[other] { $problem }
  }
stats-host-of = { $answering } z { $parallel }
