# Personas: /persona, their files, Modelfiles, and `sova personas`.

command-persona = Show who answers here, let a persona answer, or look after the personas
command-persona-action = list, use, show, reset; create, delete and push are for administrators
command-persona-name = the persona's name
command-persona-scope = for this thread, this channel, you (“me”), the whole “workspace”, or everyone (“default”)
command-persona-system = what a new persona is told: who it is and how it answers
command-persona-model = which model a new persona answers with; without it, the one that is chosen here
command-persona-knowledge = which folders a new persona may search, with commas between them; “-” is none
slash-persona = persona
slash-persona-action = action
slash-persona-action-list = list
slash-persona-action-use = use
slash-persona-action-show = show
slash-persona-action-reset = reset
slash-persona-action-create = create
slash-persona-action-delete = delete
slash-persona-action-push = push
slash-persona-name = name
slash-persona-scope = scope
slash-persona-scope-thread = this thread
slash-persona-scope-channel = this channel
slash-persona-scope-user = only me
slash-persona-scope-workspace = this server
slash-persona-scope-global = everyone
slash-persona-system = instructions
slash-persona-model = model
slash-persona-knowledge = knowledge

# --- /persona ---------------------------------------------------------------------------------------------------

persona-title = Personas
persona-one-title = Persona { $persona }
persona-answers = The persona { $persona } answers here.
persona-none-answers = No persona is chosen here: I answer as myself.
persona-there-are-none = There is no persona yet. `/persona create` writes one, `sova personas import MODELFILE` takes one from Ollama.
persona-any-model = whichever is chosen here
persona-no-knowledge = no documents
persona-workspace = { $platform ->
    [discord] this server
   *[other] this workspace
  }
persona-used = { $scope ->
    [thread] From now on the persona { $persona } answers in this thread.
    [channel] { $platform ->
        [terminal] From now on the persona { $persona } answers in this conversation.
       *[other] From now on the persona { $persona } answers in this channel.
      }
    [user] From now on the persona { $persona } answers you.
    [workspace] From now on the persona { $persona } is the default for { persona-workspace }.
   *[global] From now on the persona { $persona } is the default for everyone.
  }
persona-reset = { $scope ->
    [thread] The choice of persona for this thread is taken back.
    [channel] { $platform ->
        [terminal] The choice of persona for this conversation is taken back.
       *[other] The choice of persona for this channel is taken back.
      }
    [user] Your choice of persona is taken back.
    [workspace] The default persona for { persona-workspace } is taken back.
   *[global] The default persona for everyone is taken back.
  }
persona-not-used = { $scope ->
    [thread] No persona was chosen for this thread.
    [channel] { $platform ->
        [terminal] No persona was chosen for this conversation.
       *[other] No persona was chosen for this channel.
      }
    [user] You had chosen no persona.
    [workspace] There was no default persona for { persona-workspace }.
   *[global] There was no default persona for everyone.
  }
persona-created = The persona { $persona } is written to { $path }.
persona-deleted = The persona { $persona } is deleted. Where it was chosen, I answer as myself and say so.
persona-pushed = The persona { $persona } is now a model of Ollama's own: { $model }.
persona-field-pin = { $scope ->
    [thread] Chosen for this thread
    [channel] { $platform ->
        [terminal] Chosen for this conversation
       *[other] Chosen for this channel
      }
    [user] Chosen by you
    [workspace] Default for { persona-workspace }
   *[global] Default for everyone
  }
persona-field-model = Model
persona-field-knowledge = Searches in
persona-field-parameters = Parameters
persona-field-examples = Examples
persona-column-current = Here
persona-column-name = Persona
persona-column-description = What for
persona-column-model = Model
persona-column-knowledge = Searches in
persona-action-list = All personas
persona-action-use = Use { $persona }
persona-action-reset = { $scope ->
    [thread] Take the choice for this thread back
    [channel] { $platform ->
        [terminal] Take the choice for this conversation back
       *[other] Take the choice for this channel back
      }
    [user] Take my choice back
    [workspace] Take the default for { persona-workspace } back
   *[global] Take the default for everyone back
  }

# --- beside an answer -------------------------------------------------------------------------------------------

notice-persona-gone = The persona { $persona } that was chosen here is gone. `/persona reset` takes the choice back.
notice-persona-broken = The persona { $persona } that was chosen here can't be used: its file is broken{ $line ->
    [0] {""}
   *[other] {" "}(line { $line })
  }. `/persona` tells why.
notice-persona-model-gone = The engine no longer has { $model }, the model of the persona { $persona }; { $instead } answers in its place.
notice-persona-cut = The instructions of the persona { $persona } are longer than this model can take: it was given the first { $percent } %.
notice-persona-examples-cut = { $count ->
    [one] The last example of the persona { $persona } didn't fit and was left out.
   *[other] The last { $count } examples of the persona { $persona } didn't fit and were left out.
  }

# --- what of a persona isn't used -------------------------------------------------------------------------------

notice-persona-template-unused = Its TEMPLATE is kept and not used here: engines take the model's own. It counts once the persona is pushed to Ollama.
notice-persona-adapter-unused = Its ADAPTER is kept and not used: no engine takes one with a question.
notice-persona-parameters-unused = Kept and not used, because I don't know them or the engine would have to load its model anew for them: { $names }.
notice-persona-directives-unused = Kept and not used, for I don't know these directives: { $names }.
notice-persona-examples-unpaired = { $count ->
    [one] One example is left out, for it has no question or no answer.
   *[other] { $count } examples are left out, for they have no question or no answer.
  }
notice-persona-unknown-scopes = No folder in scopes.toml is called: { $names }. Nothing is found there.
notice-persona-adapter-not-pushed = Its ADAPTER was not sent along: that takes the file itself, with `ollama create`.
notice-persona-directives-not-pushed = Not sent along, for I don't know them: { $names }.
notice-persona-knowledge-not-pushed = What it may search was not sent along: Ollama knows no documents.

# --- what may be wrong with a persona's file --------------------------------------------------------------------

notice-persona-not-text = it is not text in UTF-8
notice-persona-not-toml = it is not valid TOML: { $detail }
notice-persona-unknown-entry = I don't know “{ $entry }”
notice-persona-outside-parameters = “{ $entry }” belongs below a line with [parameters]
notice-persona-wrong-entry = “{ $entry }” has a value of the wrong kind
notice-persona-missing-entry = “{ $entry }” is missing
notice-persona-empty = it says nothing about the persona: set at least `system` or `model`
notice-persona-parameter = { $name } can't be “{ $value }”, but { $expected }
notice-persona-bad-name = a persona can't be called “{ $name }”: it takes small letters, digits, - and _, at most 40
notice-persona-no-file = it is no file
notice-persona-cannot-open = I can't open it ({ $detail })
notice-persona-too-large = it is larger than a megabyte

# --- what may be wrong with a Modelfile -------------------------------------------------------------------------

notice-modelfile-too-large = it is larger than a megabyte
notice-modelfile-not-text = it is not text
notice-modelfile-cannot-open = I can't open it ({ $detail })
notice-modelfile-no-from = it has no FROM with a model
notice-modelfile-from-twice = there is a second FROM; a persona has one model
notice-modelfile-unknown = “{ $word }” is no directive; there is FROM, PARAMETER, TEMPLATE, SYSTEM, ADAPTER, LICENSE and MESSAGE
notice-modelfile-no-value = { $directive } has no value
notice-modelfile-bad-role = { $role ->
    [none] MESSAGE begins with a role: system, user or assistant
   *[other] “{ $role }” is no role: MESSAGE takes system, user or assistant
  }
notice-modelfile-unended = quotation marks are opened here and never closed

# --- sova personas ----------------------------------------------------------------------------------------------

cli-personas = look after the personas: list them, take one from an Ollama Modelfile, write one, make a model of one
cli-personas-action = list; import a Modelfile; export a persona as one; push a persona to Ollama
cli-personas-what = the Modelfile to import, or the persona's name
cli-personas-name = what the imported persona shall be called; without it, as the file is
cli-personas-replace = import also where there is a persona of this name
personas-folder = They lie in { $path }.
personas-imported = The persona { $persona } is written to { $path }.

doctor-check-personas = Personas
doctor-personas = { $personas ->
    [0] none in { $path }
    [one] { $personas } persona in { $path }
   *[other] { $personas } personas in { $path }
  }
doctor-persona-bad = { $problem }
doctor-persona-bad-remedy = Mend the file; it counts as soon as it is saved. The other personas are not affected.

# --- errors -----------------------------------------------------------------------------------------------------

error-unknown-persona = { $nearest ->
    [none] There is no persona “{ $name }”. /persona lists them all.
   *[other] There is no persona “{ $name }”. Did you mean { $nearest }?
  }
error-bad-persona = { $line ->
    [0] { $path } can't be used: { $reason }.
   *[other] { $path }, line { $line }, can't be used: { $reason }.
  }
error-bad-modelfile = { $line ->
    [0] I can't read { persona-modelfile }: { $reason }.
   *[other] I can't read { persona-modelfile }, line { $line }: { $reason }.
  }
persona-modelfile = { $path ->
    [none] this Modelfile
   *[other] { $path }
  }
error-unwritable = No Modelfile can hold this persona: a line of its { $directive } ends with quotation marks, which would end the value there.
error-persona-exists = There is a persona { $name } already. Choose another name, or delete it first.
error-persona-not-kept = I can't change { $path }: { $reason }.
error-persona-without-model = The persona { $name } has no model of its own, and this takes one. Set `model` in its file.
error-cannot-create-models = { $engine } can't make models of others; only a single Ollama can.
