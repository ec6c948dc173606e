"""Owns what a visible answer is called in Slack, for whoever goes on with it. Pure.

One that everybody sees is called as on every platform (`posted`), and `<channel>:<ts>,?` from the moment on at
which one more message is about to be posted: whoever goes on then looks whether it came to stand there. One that only
the asker sees is called by the address at which Slack takes five messages for 30 minutes, from any process, and by what
was sent there already: `response:<address>#<messages>`, and `…!` once the whole answer was.
"""

from dataclasses import dataclass
from typing import Self

from bot.chat.showing.posted import posted_messages, posted_name

_PRIVATE = "response:"
_ABOUT_TO = "?"
_WHOLE = "!"


@dataclass(frozen=True, slots=True)
class OpenName:
    """The answer's messages in `channel`; `is_posting` says that one more may stand there behind them."""

    channel: str
    messages: tuple[str, ...]
    is_posting: bool = False

    @classmethod
    def read(cls, name: str) -> Self:
        """The inverse of `str`."""
        channel, names = posted_messages(name)
        return cls(channel, tuple(one for one in names if one not in ("", _ABOUT_TO)), names[-1] == _ABOUT_TO)

    def __str__(self) -> str:
        return posted_name(self.channel, [*self.messages, *([_ABOUT_TO] if self.is_posting else [])])


@dataclass(frozen=True, slots=True)
class PrivateName:
    """Where the answer goes: the `response_url` of what the person did. `uses` counts what was sent there by now."""

    url: str
    uses: int = 0
    is_whole: bool = False

    @classmethod
    def read(cls, name: str | None) -> Self | None:
        """The inverse of `str`; None for an answer that everybody sees, and for none."""
        if name is None or not name.startswith(_PRIVATE):
            return None
        url, _, state = name.removeprefix(_PRIVATE).partition("#")
        return cls(url, int(state.removesuffix(_WHOLE) or 0), state.endswith(_WHOLE))

    def __str__(self) -> str:
        state = f"{self.uses or ''}{_WHOLE if self.is_whole else ''}"
        return f"{_PRIVATE}{self.url}" + (f"#{state}" if state else "")
