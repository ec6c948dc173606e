"""Owns what is asked of the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.messages import ConversationKey


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One use of a command that takes more than asking: who, when, where, what, and whether it was allowed.

    `at` is seconds since the epoch, `author` the platform's id of the person, `permission` the one it took.
    `parameters` are the command's own values, never the text of a message.
    """

    at: float
    author: str
    conversation: ConversationKey
    command: str
    parameters: Mapping[str, str]
    permission: str
    allowed: bool


class AuditLog(Protocol):
    """Where the uses of administrators' commands are written down, each before it is carried out."""

    async def record(self, entry: AuditEntry) -> None:
        """Keep `entry` for good. Never raises: what can't be kept is logged, and what was asked for is done."""
        ...
