# `sova manifest`: what Sova asks of a chat platform, and why.

cli-manifest = print what a chat platform must be told about Sova: the invite link, permissions, intents
cli-manifest-platform = which platform
cli-manifest-client-id = the application's id; without it, the one in SOVA_DISCORD_TOKEN
cli-manifest-json = print it as one JSON object

manifest-invite = Open this link to let Sova into a server:
manifest-no-client = For the invite link I need the application's id: give it as --client-id, or set SOVA_DISCORD_TOKEN.
manifest-bad-client = “{ $id }” is not the id of an application: that is a number of 17 to 20 digits.
manifest-title = What Sova asks of Discord
manifest-intents = Switch these privileged intents on at { $page }: { $intents }. Without them Discord doesn't let Sova in.
manifest-field-scopes = Scopes
manifest-field-permissions = Permissions in all
manifest-column-permission = Permission
manifest-column-bit = Bit
manifest-column-why = Why
manifest-view-channel = View Channels
manifest-view-channel-why = to see that it is asked
manifest-send-messages = Send Messages
manifest-send-messages-why = to answer
manifest-create-public-threads = Create Public Threads
manifest-create-public-threads-why = to answer in a thread of the question's own
manifest-send-messages-in-threads = Send Messages in Threads
manifest-send-messages-in-threads-why = to go on there
manifest-read-message-history = Read Message History
manifest-read-message-history-why = to reply to a message, to read what was said before, and to find what was asked while it was away

cli-manifest-url = for Slack over HTTP: where Slack reaches Sova, such as https://sova.example.com
manifest-no-url = With SOVA_SLACK_MODE=http Slack must know where it reaches me: give it as --url https://….
manifest-bad-url = “{ $url }” is not an address that Slack can reach: it must begin with https://.
slack-app-description = The team's own assistant: answers from your documents, with models on your own machines.
slack-app-long-description = Sova answers questions from your team's documents and says where each answer stands. The models run on your own machines; nothing that is asked leaves your network on the way to them. Mention her in a channel, write to her directly, or use her slash commands. She reads what is written where she is invited, and no more.
slack-ask-usage = [private:] your question
slack-shortcut-ask = Ask Sova about this
slack-shortcut-ask-why = Ask something about this message; the answer comes in its thread
slack-shortcut-summarize = Summarize thread
slack-shortcut-summarize-why = Sum up what was said in this thread
