"""Owns what Sova must be allowed in a workspace: the manifest asks for it, the doctor looks whether it was given."""

BOT_SCOPES = (
    "app_mentions:read",  # to hear that somebody asks
    "assistant:write",  # what is suggested in the agent's view, and what its threads are called
    "channels:history",  # what was said in a thread into which Sova is called, and while nobody listened
    "channels:read",  # the names of channels, for settings
    "chat:write",  # to answer
    "commands",  # slash commands and shortcuts
    "files:read",  # files that come with questions
    "files:write",  # charts
    "groups:history",  # the same in private channels that Sova was invited into
    "groups:read",
    "im:history",  # questions in direct messages
    "im:read",
    "users:read",  # names and languages
)
"""Of the bot's token."""
APP_SCOPE = "connections:write"
"""Of the app's token, which opens sockets."""
