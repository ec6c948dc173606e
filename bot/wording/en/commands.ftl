# The commands: what they are for, and what they answer.

command-help = Show all commands, or one in detail
command-help-command = the command to explain
command-model = Show which model answers here, or choose another one
command-model-name = the model's name, or “reset” to take a choice back
command-model-scope = for this thread, this channel, you (“me”), the whole “workspace”, or everyone (“default”)
command-stats = Show the machine, the engine, and how long answers take
command-stop = Stop the answer that is being given
command-regenerate = Answer the last question again
command-forget = Erase this conversation, or what a person asked, from my memory
command-forget-what = “here” this conversation, “me” what you asked anywhere, “person” what somebody else asked
command-forget-who = the id of the person, for administrators

permission-ask = anyone who may ask me
permission-administer = administrators only

amount-unknown = –
amount-whole = { NUMBER($value, maximumFractionDigits: 0) }
amount-gigabytes = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } GB

help-title = Commands
help-text = Just write to me and I will answer. These commands do the rest; /help followed by a command's name tells more about it.
help-column-command = Command
help-column-purpose = What it does
help-column-parameter = Parameter
help-column-choices = Choices
help-column-required = Needed?
help-required = required
help-optional = optional
help-field-permission = Who may use it
help-action-all = All commands

engine-line = { $version ->
    [none] { $engine } at { $url }
   *[other] { $engine } { $version } at { $url }
  }

model-title = Models
model-workspace = { $platform ->
    [discord] this server
   *[other] this workspace
  }
model-answers = { $source ->
    [thread] { $model } answers here: it is pinned for this thread.
    [channel] { $platform ->
        [terminal] { $model } answers here: it is pinned for this conversation.
       *[other] { $model } answers here: it is pinned for this channel.
      }
    [user] { $model } answers here: it is pinned for you.
    [workspace] { $model } answers here: it is the default for { model-workspace }.
    [global] { $model } answers here: it is the default for everyone.
    [persona] { $model } answers here: it is the model of the persona { $persona }.
    [setting] { $model } answers here: it is set as SOVA_MODEL.
   *[engine] { $model } answers here: nobody has chosen a model, so the engine did.
  }
model-pinned = { $scope ->
    [thread] From now on { $model } is pinned for this thread.
    [channel] { $platform ->
        [terminal] From now on { $model } is pinned for this conversation.
       *[other] From now on { $model } is pinned for this channel.
      }
    [user] From now on { $model } is pinned for you.
    [workspace] From now on { $model } is the default for { model-workspace }.
   *[global] From now on { $model } is the default for everyone.
  }
model-unpinned = { $scope ->
    [thread] The choice for this thread is taken back.
    [channel] { $platform ->
        [terminal] The choice for this conversation is taken back.
       *[other] The choice for this channel is taken back.
      }
    [user] Your own choice is taken back.
    [workspace] The default for { model-workspace } is taken back.
   *[global] The default for everyone is taken back.
  }
model-not-pinned = { $scope ->
    [thread] Nothing was pinned for this thread.
    [channel] { $platform ->
        [terminal] Nothing was pinned for this conversation.
       *[other] Nothing was pinned for this channel.
      }
    [user] Nothing was pinned for you.
    [workspace] There was no default for { model-workspace }.
   *[global] There was no default for everyone.
  }
model-field-engine = Engine
model-field-pin = { $scope ->
    [thread] Pinned for this thread
    [channel] { $platform ->
        [terminal] Pinned for this conversation
       *[other] Pinned for this channel
      }
    [user] Pinned for you
    [workspace] Default for { model-workspace }
   *[global] Default for everyone
  }
model-column-current = Here
model-column-name = Model
model-column-size = Size
model-column-context = Context (tokens)
model-column-capabilities = Can do
model-column-state = State
model-current = ✓
model-not-loaded = not loaded
model-action-use = Use { $model }
model-action-list = All models
model-action-reset = { $scope ->
    [thread] Take this thread's choice back
    [channel] { $platform ->
        [terminal] Take this conversation's choice back
       *[other] Take this channel's choice back
      }
    [user] Take your own choice back
    [workspace] Take the default for { model-workspace } back
   *[global] Take the default for everyone back
  }

capability-completion = chat
capability-vision = pictures
capability-thinking = reasoning
capability-tools = tools
capability-embedding = embeddings

stats-title = Statistics
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
stats-disk = { $free } of { $total } free ({ $path })
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
stats-latency-title = Answer times of the last turns (p50 / p95)
stats-latency-model = Model
stats-latency-turns = Turns
stats-latency-cold = Cold starts
stats-latency-load = Loading (s)
stats-latency-ttft = First token (s)
stats-latency-rate = Tokens/s
stats-latency-total = Total (s)
stats-seconds = { NUMBER($p50, minimumFractionDigits: 2, maximumFractionDigits: 2) } / { NUMBER($p95, minimumFractionDigits: 2, maximumFractionDigits: 2) }
stats-rate = { NUMBER($p50, minimumFractionDigits: 1, maximumFractionDigits: 1) } / { NUMBER($p95, minimumFractionDigits: 1, maximumFractionDigits: 1) }

forget-title = Forgotten
forget-turns = { $turns ->
    [one] { $turns } question with its answer
   *[other] { $turns } questions with their answers
  }
forget-pins = { $pins ->
    [0] No choice of model was pinned here.
    [one] I also took back { $pins } choice of model or persona that was pinned here.
   *[other] I also took back { $pins } choices of model or persona that were pinned here.
  }
forget-done = I erased { forget-turns }. { forget-pins }
forget-in = { $conversations ->
    [one] in { $conversations } conversation
   *[other] in { $conversations } conversations
  }
forget-own-pins = { $pins ->
    [0] There was no choice of model to take back.
    [one] I also took back { $pins } choice of model or persona.
   *[other] I also took back { $pins } choices of model or persona.
  }
forget-done-of-person = Of { $person } on { $platform } I erased { forget-turns } { forget-in }. { forget-own-pins } What others asked stays, and so does what was quoted there.
forget-nothing-of-person = There was nothing to forget of { $person } on { $platform }: no questions, no chosen model.
forget-nothing = There was nothing to forget here: no questions, no pinned model.

stop-title = Stop
stop-done = I stopped. What I had said so far is kept.
stop-nothing = No answer is being given here right now.
stop-action-again = Answer again
