# What administrators set for channels and servers.

command-settings = Show or change what is set for this channel, or for all channels here
command-settings-option = what to change: where I answer, language, model, knowledge, channels
command-settings-value = such as “thread”, “cs”, a model, a folder, or “reset” to take it back
command-settings-where = for this “channel”, or for all of them: the whole “workspace”
slash-settings = settings
slash-settings-option = option
slash-settings-option-answer_in = where I answer
slash-settings-option-language = language
slash-settings-option-model = model
slash-settings-option-knowledge = knowledge
slash-settings-option-channels = channels
slash-settings-option-all = everything (reset)
slash-settings-value = value
slash-settings-where = where
slash-settings-where-channel = this channel
slash-settings-where-workspace = the whole server

settings-title = Settings of this channel
settings-workspace = { $platform ->
    [discord] whole server
   *[other] whole workspace
  }
settings-terminal = The terminal has no channels, so there is nothing to set here. Call this in a chat.
settings-precedence = What is set for the channel comes before what is set for the { settings-workspace }; where nothing is set, the operator's choice holds. A model that somebody chose for themselves comes between the two.
settings-closed-here = I don't answer questions in this channel: it is not in the list of those where I do.
settings-set = { $level ->
    [channel] Done. It holds for this channel from now on.
   *[workspace] Done. It holds for the { settings-workspace } from now on.
  }
settings-reset = { $count ->
    [0] There was nothing to take back.
    [one] One setting is taken back.
   *[other] { $count } settings are taken back.
  }
settings-column-option = Setting
settings-column = { $level ->
    [channel] This channel
   *[workspace] { $platform ->
        [discord] Whole server
       *[other] Whole workspace
      }
  }
settings-answer_in = Where I answer
settings-language = My own language
settings-model = Model
settings-knowledge = Documents searched
settings-channels = Channels with me
settings-answers = { $where ->
    [thread] in a thread
   *[reply] { $platform ->
        [slack] in a thread: Slack knows no other replies
       *[other] as a reply
      }
  }
settings-speaks = { $language ->
    [en] English
    [cs] Czech
   *[auto] each person's own
  }
settings-no-channel = none
settings-action-reset = { $level ->
    [channel] Take back all for this channel
   *[workspace] Take back all for the { settings-workspace }
  }
