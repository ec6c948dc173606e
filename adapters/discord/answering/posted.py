"""Owns what an answer is called that only the asker sees: by the token of the interaction that it answers.

Discord takes that token for 15 minutes: `interaction:<application>:<token>:<message>,<message>,…`. An answer that
everybody sees is called as on every platform; see `bot.chat.showing.posted`.
"""

from dataclasses import dataclass
from typing import Self

_PRIVATE = "interaction:"


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
