"""Owns how the rules of access are opened: which file, and which platforms may stand in it."""

from bot.access import Access, AccessFile
from bot.settings import Settings

PLATFORMS = frozenset({"discord", "slack", "web"})
"""The platforms that `access.toml` may have tables for: those in `adapters/`, without the terminal."""


def open_access(settings: Settings) -> Access:
    """The gate as the settings want it. Reads the file: call it from a thread. Raises `BadAccess`."""
    file = AccessFile(settings.access_file, platforms=PLATFORMS) if settings.access_file else None
    return Access(settings.admins, file)
