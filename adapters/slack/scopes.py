"""Owns what Sova must be allowed in a workspace: the manifest asks for it, the doctor looks whether it was given."""

BOT_SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "im:history",
    "im:read",
    "im:write",
    "reactions:write",
    "users:read",
)
"""Of the bot's token."""
APP_SCOPE = "connections:write"
"""Of the app's token, which opens sockets."""
