"""Owns what an answer is called that only the asker sees: by the address at which Slack takes it.

Slack takes five messages there, for 30 minutes, from any process: `response:<address>`. An answer that everybody sees
is called as on every platform; see `bot.chat.posted`.
"""

from dataclasses import dataclass
from typing import Self

_PRIVATE = "response:"


@dataclass(frozen=True, slots=True)
class PrivateName:
    """Where the answer goes: the `response_url` of what the person did."""

    url: str

    @classmethod
    def read(cls, name: str | None) -> Self | None:
        """The inverse of `str`; None for an answer that everybody sees, and for none."""
        if name is None or not name.startswith(_PRIVATE):
            return None
        return cls(name.removeprefix(_PRIVATE))

    def __str__(self) -> str:
        return f"{_PRIVATE}{self.url}"
