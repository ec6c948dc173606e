# Zda se model vejde: /model-fit a `sova models fit`.

command-model-fit = Ukázat, zda se model na tento počítač vejde a co by se vešlo lépe
command-model-fit-model = název modelu, nebo velikost, třeba „13B Q4“; bez něj všechny modely
command-model-fit-context = kolik tokenů kontextu má mít, třeba 16k
command-model-fit-parallel = kolik odpovědí má dávat najednou
command-model-fit-cache = jak se kontext ukládá: f16 je obvyklé, q8_0 zabere polovinu

fit-title = Vejde se?
fit-how = `/model fit NÁZEV` (v příkazové řádce `sova models fit NÁZEV`) ukáže výpočet pro jeden model, nebo pro velikost, třeba „13B Q4“.
fit-verdict = { $place ->
    [vram] { $model } se vejde do grafické paměti (VRAM), takže poběží rychle.
    [split] { $model } se vejde zčásti: na grafickou kartu { $layers } z { $of } vrstev, zbytek do operační paměti (RAM), což je pomalejší.
    [ram] { $model } se vejde do operační paměti (RAM).
    [slow] { $model } se vejde jen do operační paměti (RAM): poběží, ale pomalu.
   *[nowhere] { $model } se do volné paměti nevejde.
  }
fit-longest = { $place ->
    [nowhere] S kontextem nejvýše { NUMBER($tokens) } tokenů by se vešel.
   *[other] Stejně dobře poběží s kontextem až { NUMBER($tokens) } tokenů.
  }
fit-better = { $place ->
    [vram] V kvantizaci { $quantization } by se vešel do VRAM celý.
   *[other] V kvantizaci { $quantization } by se vešel.
  }
fit-empty = { $place ->
    [vram] Kdyby tu neběželo nic jiného, vešel by se do VRAM.
    [split] Kdyby tu neběželo nic jiného, vešel by se zčásti do VRAM.
   *[other] Kdyby tu neběželo nic jiného, vešel by se do RAM.
  }
fit-loaded = Teď jsou načtené: { $models }.
fit-elsewhere = Engine běží na jiném počítači ({ $url }): vím, kolik model potřebuje, ale ne, kolik je tam volno.
fit-experts = Je to směs expertů: v paměti jich musí být všech { $every }, i když na každém tokenu pracuje jen { $used }. Zabere tedy tolik místa, kolik říká jeho velikost, ale odpovídá rychleji.
fit-guessed = { $quantization ->
    [none] Jak je model postavený, nevím; počítám s tím, co je při jeho velikosti obvyklé. Starší modely (Llama 2) potřebují na kontext až pětkrát víc.
   *[other] Jak je model postavený, nevím; počítám s tím, co je při jeho velikosti a kvantizaci { $quantization } obvyklé. Starší modely (Llama 2) potřebují na kontext až pětkrát víc.
  }
fit-measured = { $count ->
    [0] Na tomto počítači jsem zatím nic neměřila, proto počítám opatrně.
    [one] Ověřeno jedním měřením na tomto počítači.
   *[other] Ověřeno měřením na tomto počítači (počet měření: { $count }).
  }

fit-field-weights = Váhy
fit-field-cache = Kontext
fit-field-engine = Samotný engine
fit-field-needed = Celkem
fit-field-ram = RAM
fit-field-card = GPU { $number }
fit-cache = { $parallel ->
    [one] { $size } na { $tokens } tokenů ({ $kind })
   *[other] { $size } na { $tokens } tokenů pro každou odpověď, najednou jich je { $parallel } ({ $kind })
  }
fit-megabytes = { NUMBER($value, maximumFractionDigits: 0) } MB
fit-needed = asi { $total } a pro jistotu { $margin } navíc
fit-free = volných { $free } z { $total }

fit-column-model = Model
fit-column-width = Bitů na váhu
fit-column-weights = Váhy
fit-column-needed = Potřebuje
fit-column-place = Kde poběží
fit-width = { $bits } ({ $quantization })
fit-place = { $place ->
    [vram] VRAM
    [split] zčásti VRAM ({ $layers } z { $of } vrstev)
    [ram] RAM
    [slow] jen RAM, pomalu
   *[nowhere] nevejde se
  }
model-column-fit = Vejde se do
