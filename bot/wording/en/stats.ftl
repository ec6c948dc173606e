### /stats: the machine, the engine, answers, documents and errors.

stats-field-cpu = Processor
stats-field-ram = Memory
stats-field-gpu = GPU { $number }
stats-field-disk = Disk
stats-field-engine = Engine
stats-field-loaded = Loaded models
stats-field-latency = Answer times
stats-cores = { $cores ->
    [one] { $cores } core
   *[other] { $cores } cores
  }
stats-threads = { $threads ->
    [one] { $threads } thread
   *[other] { $threads } threads
  }
stats-load = load { NUMBER($load, minimumFractionDigits: 1, maximumFractionDigits: 1) }
stats-ram = { $used } of { $total } in use, { NUMBER($process, maximumFractionDigits: 0) } MB of it by Sova itself
stats-gpu-busy = { $percent }% busy
stats-gpu-vram = VRAM { $used } of { $total } in use
stats-disk = { $free } of { $total } free
stats-none-loaded = none right now; the next question loads one
stats-loaded-title = Loaded models
stats-loaded-model = Model
stats-loaded-ram = RAM
stats-loaded-vram = VRAM
stats-loaded-context = Context (tokens)
stats-loaded-leaves = Leaves memory
stats-stays = stays
stats-leaves = { $minutes ->
    [0] in a moment
    [one] in { $minutes } minute
   *[other] in { $minutes } minutes
  }
stats-no-turns = no answers measured yet
stats-latency-title = { $unit ->
    [newest] Answer times of the last turns (p50 / p95)
   *[other] Answer times { stats-over } (p50 / p95)
  }
stats-latency-model = Model
stats-latency-turns = Turns
stats-latency-cold = Cold starts
stats-latency-load = Loading (s)
stats-latency-ttft = First token (s)
stats-latency-rate = Tokens/s
stats-latency-total = Total (s)
stats-seconds = { NUMBER($p50, minimumFractionDigits: 2, maximumFractionDigits: 2) } / { NUMBER($p95, minimumFractionDigits: 2, maximumFractionDigits: 2) }
stats-rate = { NUMBER($p50, minimumFractionDigits: 1, maximumFractionDigits: 1) } / { NUMBER($p95, minimumFractionDigits: 1, maximumFractionDigits: 1) }

stats-title-overview = Statistics
stats-title-models = Statistics: models
stats-title-hardware = Statistics: hardware
stats-title-latency = Statistics: answer times
stats-title-index = Statistics: documents
stats-title-errors = Statistics: errors

stats-over = { $unit ->
    [m] { $number ->
        [one] in the last minute
       *[other] in the last { $number } minutes
      }
    [h] { $number ->
        [one] in the last hour
       *[other] in the last { $number } hours
      }
   *[d] { $number ->
        [one] in the last day
       *[other] in the last { $number } days
      }
  }

stats-gpu-celsius = { $celsius } °C
stats-gpu-watts = { NUMBER($watts, maximumFractionDigits: 0) } W

stats-field-hour = The last hour
stats-hour-title = Machines (now / highest of the last hour)
stats-hour-machine = Machine
stats-hour-cpu = CPU %
stats-hour-ram = RAM %
stats-hour-gpu = GPU %
stats-hour-vram = VRAM %
stats-hour-celsius = °C
stats-hour-watts = W
stats-hour-extent = { $now } / { $most }
stats-hour-stale = { $machine } ({ $ago })

stats-field-queue = Queue
stats-queue-waiting = { $waiting ->
    [0] nobody waits
    [one] { $waiting } question waits
   *[other] { $waiting } questions wait
  }
stats-queue-answering = { $answering } being answered here
stats-queue-parallel = { $parallel ->
    [one] { $parallel } answer at a time
   *[other] up to { $parallel } answers at once
  }

stats-no-turns-over = no answers { stats-over }
stats-stages-title = { $unit ->
    [newest] Where the time of the last turns went (p50 / p95)
   *[other] Where the time of answers went { stats-over } (p50 / p95)
  }
stats-latency-abstained = Not in the documents
stats-latency-queue = Queue (s)
stats-latency-search = Search (s)

stats-field-ratings = Comparisons

stats-field-errors = Errors
stats-errors-line = { $count } { stats-over }, most often: { $meaning } ({ $most })
stats-errors-none = none { stats-over }
stats-errors-title = Errors that people were told { stats-over }
stats-errors-count = Count
stats-errors-meaning = What it means
stats-errors-code = Code

stats-field-documents = Documents
stats-no-documents = there are none here, so I answer without sources
stats-passages = { $count ->
    [one] { $count } passage
   *[other] { NUMBER($count) } passages
  }
stats-changed = changed { $ago }
stats-unread = { $count ->
    [0] every file could be read
    [one] { $count } file couldn't be read
   *[other] { $count } files couldn't be read
  }
stats-unread-files = Files
stats-field-ran = Last complete run
stats-field-embedding = Embedding models

stats-chart-hour = Last hour of { $machine }
stats-chart-gpu = GPU
stats-chart-minutes = { $minutes ->
    [0] now
   *[other] −{ $minutes } min
  }

command-stats-what = an overview, or one thing at length: models, hardware, latency, index or errors
command-stats-since = over which time: 1h, 24h, 7d, 30d, or any such span; without it, the last turns

slash-stats-what = what
slash-stats-what-overview = overview
slash-stats-what-models = models
slash-stats-what-hardware = hardware
slash-stats-what-latency = latency
slash-stats-what-index = documents
slash-stats-what-errors = errors
slash-stats-since = since

cli-stats = show the machine, the engine, the answer times and the errors
cli-stats-what = what to show at length instead of the overview
cli-stats-since = over which time, such as 90m, 24h or 7d
cli-stats-json = as one JSON object
