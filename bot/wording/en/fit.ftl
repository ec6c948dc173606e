# Whether a model fits: /model-fit and `sova models fit`.

command-model-fit = Show whether a model fits this machine, and what would fit better
command-model-fit-model = a model's name, or a size such as “13B Q4”; without it, every model there is
command-model-fit-context = how many tokens of context it should have, such as 16k
command-model-fit-parallel = how many answers it should give at once
command-model-fit-cache = how the context is stored: f16 is the usual way, q8_0 takes half of it

fit-title = Does it fit?
fit-how = `/model fit NAME` (in a shell: `sova models fit NAME`) shows the sums for one model, or for a size such as “13B Q4”.
fit-verdict = { $place ->
    [vram] { $model } fits into the graphics memory (VRAM): the fast way.
    [split] { $model } fits partly: { $layers } of { $of } layers on the graphics card, the rest in main memory (RAM), which is slower.
    [ram] { $model } fits into main memory (RAM).
    [slow] { $model } fits into main memory (RAM) only: it runs, slowly.
   *[nowhere] { $model } doesn't fit into the memory that is free.
  }
fit-longest = { $place ->
    [nowhere] With a context of { NUMBER($tokens) } tokens at most it would fit.
   *[other] With a context of up to { NUMBER($tokens) } tokens it runs as well as that.
  }
fit-better = { $place ->
    [vram] In { $quantization } it would fit into VRAM as a whole.
   *[other] In { $quantization } it would fit.
  }
fit-empty = { $place ->
    [vram] If nothing else ran here, it would fit into VRAM.
    [split] If nothing else ran here, it would fit partly into VRAM.
   *[other] If nothing else ran here, it would fit into RAM.
  }
fit-loaded = Loaded now: { $models }.
fit-elsewhere = The engine runs on another machine ({ $url }): I know what a model needs, but not what is free there.
fit-experts = It is a mixture of experts: all { $every } must be in memory, although only { $used } work on each token. So it takes as much room as its size says, and answers faster than that.
fit-guessed = { $quantization ->
    [none] How it is built I don't know, so this is what is usual for its size; older models (Llama 2) take up to five times as much for their context.
   *[other] How it is built I don't know, so this is what is usual for its size in { $quantization }; older models (Llama 2) take up to five times as much for their context.
  }
fit-measured = { $count ->
    [0] Nothing was measured on this machine yet, so I reckon carefully.
    [one] Checked by one measurement on this machine.
   *[other] Checked by { $count } measurements on this machine.
  }

fit-field-weights = Weights
fit-field-cache = Context
fit-field-engine = Engine itself
fit-field-needed = Needed
fit-field-ram = RAM
fit-field-card = GPU { $number }
fit-cache = { $parallel ->
    [one] { $size } for { $tokens } tokens ({ $kind })
   *[other] { $size } for { $tokens } tokens in each of { $parallel } answers ({ $kind })
  }
fit-megabytes = { NUMBER($value, maximumFractionDigits: 0) } MB
fit-needed = about { $total }, and { $margin } left over to be safe
fit-free = { $free } of { $total } free

fit-column-model = Model
fit-column-width = Bits per weight
fit-column-weights = Weights
fit-column-needed = Needed
fit-column-place = Runs in
fit-width = { $bits } ({ $quantization })
fit-place = { $place ->
    [vram] VRAM
    [split] VRAM in part ({ $layers } of { $of } layers)
    [ram] RAM
    [slow] RAM only, slow
   *[nowhere] doesn't fit
  }
model-column-fit = Fits in
