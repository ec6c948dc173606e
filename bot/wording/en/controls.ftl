# What is pressed and typed in Discord: buttons, forms, slash commands.

button-stop = Stop
button-sources = Sources
button-no-models = I can't find out right now which models there are.
button-which-model = Which model shall answer again?
button-models = Choose a model
button-asked-model = { $model } answers again.
button-given-below = I can't put the new answer in the old one's place, so it will follow below.
button-outdated = This button is from another version of mine, and I don't know any more what it meant. The commands do the same.

feedback-title = What was wrong?
feedback-reason = In your own words, if you like
feedback-thanks = Thank you, that helps.

command-ask = Ask me something
command-ask-question = what you would like to know
command-ask-private = only you see the answer
command-ask-file = a text, document or picture that the question is about

ask-with-file = 📎 { $name }
private-expired = Discord lets me show you an answer in that place for 15 minutes only. This is what you asked there:

slash-shared = Done. Everybody here can read it.
slash-outdated = This command has changed. Please choose it anew; Discord may need a minute until it shows the new one.
slash-help = help
slash-help-command = command
slash-model = model
slash-model-name = name
slash-model-scope = scope
slash-model-scope-thread = this thread
slash-model-scope-channel = this channel
slash-model-scope-user = only me
slash-model-scope-workspace = this server
slash-model-scope-global = everyone
slash-sources = sources
slash-sources-number = number
slash-knowledge = knowledge
slash-knowledge-action = action
slash-knowledge-action-reindex = look again
slash-knowledge-action-force = look again, though most are gone
slash-stats = stats
slash-stop = stop
slash-regenerate = regenerate
slash-forget = forget
slash-forget-what = what
slash-forget-what-here = this conversation
slash-forget-what-me = what I asked
slash-forget-what-person = what somebody else asked
slash-forget-who = who
slash-privacy = privacy
slash-ask = ask
slash-ask-question = question
slash-ask-private = private
slash-ask-file = file
