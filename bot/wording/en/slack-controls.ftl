# What is pressed and typed in Slack, and Sova's own page there.

slack-looking = One moment, I'm looking…
slack-close = Close
slack-send = Send
slack-in-thread = Slack knows no commands in threads. Write this in the thread that you mean: @{ $me } { $command }. Below an answer there are buttons for the same.
slack-asks = { $name } asks:
slack-ask-title = Ask Sova
slack-ask-label = What would you like to know about it?
slack-suggestions = You can ask me for example:
suggestion-abilities-title = What can you do?
suggestion-abilities = What can you help me with?
suggestion-document = What does “{ $title }” say? Sum it up for me.

slack-home-title = Sova
slack-home-intro = I answer from your team's documents, with models that run on your own machines. Ask me here in Messages, mention me in a channel (@{ $me }), or choose “Ask Sova about this” in a message's menu.
slack-home-model = Which model answers you, wherever you ask
slack-home-settings = For the whole workspace
slack-home-choose = Choose…
slack-home-all-channels = All channels
slack-home-words = In threads Slack knows no commands. There the same work as words: @{ $me } stop, @{ $me } sources, @{ $me } model llama3.

