# The care of models in chat: all about one, fetching, memory, deleting.

command-model-info = Tell all about one model: size, licence, memory, who has chosen it
command-model-info-name = the model's name
command-model-pull = Have the engine fetch a model, or go on with one that isn't finished
command-model-pull-name = the model's name, such as qwen2.5:3b
command-model-pull-anyway = “anyway” fetches it although it doesn't fit this machine
command-model-pause = Stop fetching a model; what has come is kept
command-model-pause-name = the model that is being fetched
command-model-warm = Load a model into memory, so that its first answer comes soon
command-model-warm-name = the model's name
command-model-unload = Put a model out of memory, to make room
command-model-unload-name = the model's name
command-model-delete = Delete a model from the engine's disk
command-model-delete-name = the model's name
command-model-delete-confirm = “yes” really deletes it

care-action-info = About { $model }
care-action-fit = The sums
care-action-warm = Load
care-action-unload = Put out of memory
care-action-delete = Delete …
care-action-delete-yes = Yes, delete { $model }
care-action-continue = Continue
care-action-anyway = Fetch it anyway
care-action-pause = Pause
care-action-watch = Watch

# --- in the list ------------------------------------------------------------------------------------------------

model-column-build = Weights
model-column-licence = Licence
model-state = { $left ->
    [none] loaded
    [stays] loaded, stays
   *[other] loaded, { $left } more
  }
model-pulling = { $model } is being fetched: { $progress }.
model-unfinished = { $why ->
    [paused] Fetching { $model } was paused{ $progress } (begun by { $by }). What has come is kept.
    [interrupted] Fetching { $model } was cut off when I was restarted{ $progress } (begun by { $by }). What has come is kept.
   *[other] Fetching { $model } failed{ $progress } (begun by { $by }). What has come is kept.
  }
model-unfinished-at = { " " }at { $percent } %

# --- details ----------------------------------------------------------------------------------------------------

info-title = { $model }
info-holders = Chosen by name: { $places }.
info-holders-none = Nobody has chosen it by name.
info-holder = { $scope ->
    [thread] { $count ->
        [one] one thread
       *[other] { $count } threads
      }
    [channel] { $count ->
        [one] one channel or conversation
       *[other] { $count } channels or conversations
      }
    [user] { $count ->
        [one] one person
       *[other] { $count } people
      }
    [workspace] { $count ->
        [one] one server or workspace
       *[other] { $count } servers or workspaces
      }
   *[global] the default for everyone
  }
info-field-size = Size on disk
info-field-parameters = Parameters
info-field-quantization = Quantization
info-field-context = Made for (tokens)
info-field-family = Family
info-field-experts = Experts
info-experts = { $used } of { $every } work on each token
info-field-capabilities = Can do
info-field-licence = Licence
info-licence-begins = begins “{ $line }”
info-field-format = Format
info-field-base = Made of
info-field-template = Chat template
info-template = { $there ->
    [yes] of its own
   *[no] none
  }
info-field-own = Its own parameters
info-field-changed = Changed
info-field-digest = Digest
info-field-files = Files
info-file = { $size ->
    [none] { $name }
   *[other] { $name } ({ $size })
  }
info-field-memory = In memory
info-not-loaded = no
info-memory = { $vram ->
    [none] { $ram ->
        [none] yes
       *[other] { $ram } in RAM
      }
   *[other] { $ram } in RAM, { $vram } in VRAM
  }
info-memory-context = with { $tokens } tokens of context
info-memory-left = { $left ->
    [stays] stays there
   *[other] leaves in { $left }
  }
info-field-needs = Takes here
info-needs = about { $total }: { $place }
info-field-tags = Other variants here

# --- fetching ---------------------------------------------------------------------------------------------------

pull-title = Fetching { $model }
pull-phase = { $phase ->
    [asking] The engine is asking what { $model } consists of …
    [fetching] { $model } is on its way.
    [waiting] Another program on this machine is fetching { $model }; I wait for it …
    [checking] All of { $model } has come; the engine is checking it …
    [finishing] The engine is putting { $model } in its place …
   *[done] Looking whether { $model } can be used …
  }
pull-goes-on = It goes on when nobody watches, too; `/model pull { $model }` shows it again.
pull-together = Wanted by { $people }: it is fetched once for all.
pull-field-done = There so far
pull-field-rate = Speed
pull-field-left = Still takes
pull-done = { $percent } %: { $done } of { $total }
pull-rate = { NUMBER($value, maximumFractionDigits: 1, minimumFractionDigits: 1) } MB a second
pull-column-host = Host
pull-column-state = State
pull-column-done = There
pull-host-phase = { $phase ->
    [asking] asking
    [fetching] on its way
    [waiting] waiting
    [checking] checking
    [finishing] finishing
    [done] done
   *[trouble] { $trouble }
  }
pull-arrived = { $model } is here: { $size }.
pull-fits = { $place ->
    [nowhere] It doesn't fit into the memory that is free.
   *[other] Runs here in: { $place }.
  }
pull-some-hosts = Not every host got it; the others answer with it. Pulling it again fetches it for the rest.
pull-paused = Fetching { $model } is paused. What has come is kept; pulling it again goes on from there.
pull-interrupted = Fetching { $model } was cut off, because I am ending. What has come is kept; pulling it again goes on from there.
pull-kept = What has come is kept; pulling it again goes on from there.
pull-too-large = { $model } would hardly be of use here, so say that you mean it: `/model pull { $model } anyway`, in a shell `sova models pull { $model } --yes`.
pull-not-running = Nobody is fetching { $model } now.
pull-finished-meanwhile = { $model } was just done, so there is nothing to pause.

duration-left = { $unit ->
    [seconds] { $count ->
        [one] one second
       *[other] { $count } seconds
      }
    [minutes] { $count ->
        [one] one minute
       *[other] { $count } minutes
      }
   *[hours] { NUMBER($count, maximumFractionDigits: 1) } h
  }

# --- memory -----------------------------------------------------------------------------------------------------

warm-title = Memory
warm-loading = { $seconds ->
    [0] Loading { $model } ({ $size }) …
    [one] Loading { $model } ({ $size }) … one second so far
   *[other] Loading { $model } ({ $size }) … { $seconds } seconds so far
  }
warm-ready = { $model } is in memory; loading it took { NUMBER($seconds, maximumFractionDigits: 1, minimumFractionDigits: 1) } s.
warm-was-ready = { $model } was in memory already, and now stays as long as after an answer.
unload-done = { $model } is out of memory. The next question to it loads it again.
unload-was-not = { $model } wasn't in memory.

# --- deleting ---------------------------------------------------------------------------------------------------

delete-title = Delete a model
delete-sure = { $size ->
    [none] Delete { $model } from the engine's disk?
   *[other] Delete { $model } from the engine's disk? That frees { $size }.
  } It can only be fetched again.
delete-holders = Chosen by name: { $places }. There the next choice will answer, and say so.
delete-is-setting = SOVA_MODEL names it: whoever has chosen nothing would get no answer until that is changed.
delete-is-last = It is the only model here that can chat.
delete-done = { $model } is deleted.
delete-freed = { $size } are free again.
delete-parts = What had come of { $model } is given up.
delete-parts-engine = What had come of { $model } is no longer remembered. Its parts are the engine's; Ollama clears them away when it starts.
