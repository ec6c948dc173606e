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
