"""Owns what can be summarized: messages and sections as they were read, and who reads them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.messages import Attachment

MOST_MESSAGES = 2_000
"""The newest of a place; reading more would take a platform's patience, and a model an hour."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message, or one section of a file: who wrote it, and what.

    `link` is its address, empty where it has none; `place` is what it is called instead of its author, such as the
    heading of a section. `at` is seconds since the epoch, 0 where nobody tells.
    """

    author: str
    text: str
    at: float = 0.0
    link: str = ""
    place: str = ""

    @property
    def called(self) -> str:
        """What it is called where sources are listed."""
        return self.place or self.author


@dataclass(frozen=True, slots=True)
class Heard:
    """What was read of a place, oldest first. `has_older` says that more was written than could be read.

    `files` came with the messages, the newest last.
    """

    said: tuple[Said, ...]
    has_older: bool = False
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """What shall be read: the thread, or the channel around it, since a moment (seconds since the epoch; 0: all)."""

    is_thread: bool
    since: float = 0.0
    most: int = MOST_MESSAGES


ReadMessages = Callable[[Reach], Awaitable[Heard]]
"""Reads what was written in the place where a command was called: people's messages, and Sova's answers to them.

What bots wrote, and the cards of Sova's own commands, are left out. Raises `NotAMember` or
`CannotReadHere` where Sova can't read, and `PlatformUnreachable`.
"""


def participants(said: Sequence[Said]) -> tuple[str, ...]:
    """Everybody who wrote something, in the order in which they first did."""
    return tuple(dict.fromkeys(one.author for one in said if one.author))
