# The benchmark of models: `sova bench models`, /bench and /bench-stop.

command-bench = Measure models: speed, waiting, memory, energy and simple checks of their answers
command-bench-models = names with commas between them; without any, every chat model that fits this machine
command-bench-rounds = how often each question is asked: 1 to 10, usually 3
command-bench-stop = End the benchmark that runs here; what was measured is kept

cli-bench = measure models, show a run again, or rate its answers
cli-bench-action = models: measure them; show: an earlier run; rate: give its answers 1 to 5 by hand, where you left off
cli-bench-names = with models: names, without any every chat model that fits; with show and rate: a file, or “latest”
cli-bench-models = a JSON list of models, instead of names
cli-bench-prompts = a JSON list of prompts, instead of those that Sova brings
cli-bench-rounds = how often each prompt is asked (3)
cli-bench-judge = let this model rate the answers afterwards
cli-bench-rate = rate the answers by hand afterwards, without seeing whose they are
cli-bench-watts = what the machine draws while it answers, by a meter; otherwise counters tell it, or it is estimated
cli-bench-price = what a kilowatt-hour costs
cli-bench-currency = in which currency (EUR)
cli-bench-export = write the report into a file: .md, .csv, .json or .png; may be given several times
cli-bench-compare = hold it against an earlier run: “latest”, or its file
cli-bench-json = print the run with all figures as one JSON object

bench-progress = { $doing ->
    [loading] { $model } is being loaded ({ $number } of { $models })
    [judging] { $model } rates the answers: { $done } of { $total }
   *[asking] { $model } is being measured ({ $number } of { $models }): { $done } of { $total } questions
  }
bench-eta = { $minutes ->
    [0] Less than a minute left.
    [one] About a minute left.
   *[other] About { $minutes } minutes left.
  }
bench-eta-unknown = How long it takes will show soon.
bench-running = Meanwhile questions are answered more slowly.
bench-stop = Stop

bench-title = Benchmark
bench-stopping = The benchmark ends now; what was measured is shown where it was started.
bench-nothing = Nothing was measured.
bench-kept = Kept in { $path }.
bench-not-kept = This is not kept: { $reason }
bench-exported = Written: { $path }

bench-method = { $prompts ->
    [one] One prompt
   *[other] { $prompts } prompts
  }, { $rounds ->
    [one] one round
   *[other] { $rounds } rounds
  } after a warm-up, temperature 0, seed { $seed }, streamed by { $version ->
    [none] { $engine }
   *[other] { $engine } { $version }
  }, with the options of the chat.
bench-machine = { $processor }, { $threads } threads, { NUMBER($ram, minimumFractionDigits: 1, maximumFractionDigits: 1) } GB of memory, { $gpus ->
    [none] no graphics card.
   *[other] { $gpus }.
  }
bench-elsewhere = The engine runs on another machine than the one described.
bench-others = Before it began, other programs kept { NUMBER($cores, minimumFractionDigits: 1, maximumFractionDigits: 1) } cores busy: the figures are worse than they could be.
bench-ended = { $how ->
    [stopped] It was stopped: this is what had been measured.
    [engine-gone] The engine was gone in the middle: this is what had been measured.
   *[other] It was not finished: this is what had been measured.
  }
bench-skipped = { $model } was skipped: { $reason }
bench-given-up = { $model } was given up: { $reason }
bench-failed = { $count ->
    [one] { $model } failed to answer once: { $reason }
   *[other] { $model } failed to answer { $count } times, at last: { $reason }
  }

bench-speed = Speed
bench-speed-note = TTFT: time to the first token, of prompts not read before, and of the same again (warm). TPOT: time for each token after the first. Medians.
bench-load-unknown = { $why ->
    [was-loaded] { $model } was in memory already and couldn't be put out, so its loading wasn't measured.
   *[other] The engine doesn't tell whether { $model } was in memory, so its loading wasn't measured.
  }
bench-by-clock = The engine doesn't tell how long { $model } read: reading is by Sova's clock.
bench-pieces = The engine doesn't count the tokens of { $model }: pieces of the stream are counted instead.
bench-empty = { $count ->
    [one] { $model } gave one empty answer.
   *[other] { $model } gave { $count } empty answers.
  }
bench-latency = Whole answers
bench-latency-note = CV: coefficient of variation between rounds. Outliers: modified z-score above 3.5 (Iglewicz and Hoaglin, 1993), flagged and not left out.
bench-resources = Memory and energy
bench-energy-unknown = Energy: nothing tells it here.
bench-energy = { $source ->
    [gpu] Energy: measured by the graphics cards' counters (NVML); the rest of the machine isn't in it.
    [cpu] Energy: measured by the processor's counters (RAPL); the rest of the machine isn't in it.
    [gpu-cpu] Energy: measured by the counters of graphics cards (NVML) and processor (RAPL).
    [watts] Energy: estimated from the { NUMBER($watts, maximumFractionDigits: 1) } W that were given.
   *[heuristic] Energy: estimated, 8 W for each processor core at work, { NUMBER($watts, maximumFractionDigits: 1) } W on average; other programs' cores are in it.
  }
bench-price = A kilowatt-hour at { NUMBER($price, maximumFractionDigits: 3) } { $currency }; costs in { $currency }.
bench-quality = Quality
bench-quality-note = Checks: the share of expected aspects (words, patterns, JSON) that the answers have. They say nothing about style. Speed isn't in any of these figures.
bench-own = * A model that judged its own answers.
bench-judging = { $judge } as a judge: { $unreadable } verdicts were no score, { $failed } failed; these aren't counted.
bench-truth = Sova's clock and the engine's
bench-truth-note = { $within ->
    [yes] Generating, Sova's clock differs from the engine's by { NUMBER($most, maximumFractionDigits: 2) } % at most.
   *[no] Generating, Sova's clock differs from the engine's by { NUMBER($most, maximumFractionDigits: 2) } %, which is more than 3 %: take the figures with care.
  }
bench-truth-unknown = The engine tells no times of its own: every figure is by Sova's clock.
bench-comparison = Against the run { $run }
bench-comparison-note = Factor: now divided by then, the geometric mean over the same prompts, with twice its standard error. Beyond the spread: 1 lies outside of that.
bench-comparison-none = The two runs have no prompt and model in common.

bench-column-model = Model
bench-column-load = Load, s
bench-column-ttft = TTFT, s
bench-column-ttft-warm = warm, s
bench-column-tpot = TPOT, ms
bench-column-prefill = Reads, tok/s
bench-column-decode = Writes, tok/s
bench-column-answers = n
bench-column-mean = Mean, s
bench-column-p50 = p50
bench-column-p95 = p95
bench-column-p99 = p99
bench-column-cv = CV
bench-column-cv-decode = CV tok/s
bench-column-outliers = Outliers
bench-column-size = File, GB
bench-column-ram = RAM, GB
bench-column-vram = VRAM, GB
bench-column-wh-answers = Wh/1,000 answers
bench-column-wh-tokens = Wh/1M tokens
bench-column-cost-answers = per 1,000 answers
bench-column-cost-tokens = per 1M tokens
bench-column-checks = Checks
bench-column-by-hand = By hand
bench-column-by-judge = By { $judge }
bench-column-reading-ours = Reading, s
bench-column-reading-engine = engine, s
bench-column-generating-ours = Writing, s
bench-column-generating-engine = engine, s
bench-column-deviation = differs
bench-column-figure = Figure
bench-column-factor = Factor
bench-column-interval = from – to
bench-column-verdict = Beyond the spread

bench-figure = { $figure ->
    [ttft] time to first token
    [prefill] reading speed
    [decode] writing speed
   *[latency] whole answer
  }
bench-factor = { NUMBER($value, minimumFractionDigits: 2, maximumFractionDigits: 2) } ×
bench-changed = { $verdict ->
    [better] yes, better
    [worse] yes, worse
    [same] no
   *[unknown] too few prompts
  }
bench-amount = { $digits ->
    [1] { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) }
    [2] { NUMBER($value, minimumFractionDigits: 2, maximumFractionDigits: 2) }
   *[3] { NUMBER($value, minimumFractionDigits: 3, maximumFractionDigits: 3) }
  }
bench-percent = { NUMBER($value, maximumFractionDigits: 0) } %
bench-signed = { NUMBER($value, minimumFractionDigits: 2, maximumFractionDigits: 2) } %
bench-mean = { $own ->
    [yes] { NUMBER($score, minimumFractionDigits: 1, maximumFractionDigits: 1) } ({ $count }) *
   *[no] { NUMBER($score, minimumFractionDigits: 1, maximumFractionDigits: 1) } ({ $count })
  }

bench-chart-speed = Writing speed
bench-chart-tokens = tokens/s
bench-chart-answers = { $answers ->
    [one] { $answers } answer
   *[other] { $answers } answers
  }
bench-chart-ttft = Time to the first token
bench-chart-seconds = seconds
bench-chart-cold = new prompt
bench-chart-warm = the same again

bench-rate-how = Rate each answer from 1 (wrong, empty or no answer) to 5 (correct, complete and as asked). Enter leaves one out, q ends; `sova bench rate` goes on later.
bench-rate-number = Answer { $number } of { $total }
bench-rate-question = Question
bench-rate-aspects = Expected
bench-rate-answer = Answer
bench-rate-ask = 1–5:{ " " }
bench-rate-again = A number from 1 to 5, Enter or q.
bench-rate-done = Every answer is rated.
bench-rate-left = { $left ->
    [one] One answer is left.
   *[other] { $left } answers are left.
  }
bench-rate-no-terminal = Rating by hand needs a terminal.

notice-bench-file-missing = there is no such file
notice-bench-file-unreadable = it can't be read ({ $reason })
notice-bench-file-too-large = it is larger than 4 MB
notice-bench-file-no-list = it is no JSON list
notice-bench-file-empty = there is nothing in it
notice-bench-file-entry = { $field }: { $reason }
notice-bench-file-repeated = it is there twice
notice-bench-file-ending = it must end in .md, .csv, .json or .png
