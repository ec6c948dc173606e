"""Who may do what: the rules of `access.toml`, the decision they lead to, and the one gate that everything asks."""

from bot.access.file import AccessFile, parse
from bot.access.gate import Access
from bot.access.rules import (
    LOCAL_PLATFORM,
    Allowed,
    Decision,
    Grantee,
    Kind,
    Permission,
    Refusal,
    Rules,
    may,
)

__all__ = [
    "LOCAL_PLATFORM",
    "Access",
    "AccessFile",
    "Allowed",
    "Decision",
    "Grantee",
    "Kind",
    "Permission",
    "Refusal",
    "Rules",
    "may",
    "parse",
]
