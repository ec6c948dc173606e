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
