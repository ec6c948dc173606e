"""Owns what the visible answer to a question is called: what the inbox keeps, for whoever goes on with it.

An answer in a channel is called `<channel>:<message>,<message>,…`. One that only the asker sees is reached by the
token of the interaction that it answers, for 15 minutes: `interaction:<application>:<token>:<message>,<message>,…`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

_PRIVATE = "interaction:"


def posted_name(channel: str, messages: Sequence[str]) -> str:
    """What the answer is called whose text stands in `messages`, in order."""
    return f"{channel}:{','.join(messages)}"


def posted_messages(name: str) -> tuple[str, tuple[str, ...]]:
    """The channel and the messages of an answer that everybody sees."""
    channel, _, messages = name.partition(":")
    return channel, tuple(messages.split(","))


@dataclass(frozen=True, slots=True)
class PrivateName:
    """What an answer is called that only the asker sees."""

    application: int
    token: str
    messages: tuple[str, ...]

    @classmethod
    def read(cls, name: str | None) -> Self | None:
        """The inverse of `str`; None for an answer that everybody sees, and for none."""
        if name is None or not name.startswith(_PRIVATE):
            return None
        application, token, messages = name.removeprefix(_PRIVATE).split(":")
        return cls(int(application), token, tuple(messages.split(",")))

    def __str__(self) -> str:
        return f"{_PRIVATE}{self.application}:{self.token}:{','.join(self.messages)}"
