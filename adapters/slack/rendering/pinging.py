"""Owns breaking what Slack reads as a mention or a link wherever it stands, in code as well, while text streams. Pure.

`<@U…>`, `<#C…>`, `<!channel>` and `<https://…|…>` are how Slack itself keeps mentions and links, so they may be read as
such in text and in code alike. `bot.output` breaks mentions in text alone, for others show code word for word.
"""

import re
from dataclasses import dataclass

from bot.output.fences import JOINER

_NAMES = "channel|here|everyone|group|subteam|date"
_SCHEME = "[a-z][a-z0-9+.-]{0,19}"
_ACTIVE = re.compile(rf"<(?=[@#]\w|!(?:{_NAMES})|{_SCHEME}://|(?:mailto|tel|sms):)", re.IGNORECASE | re.ASCII)
_PENDING = re.compile(rf"<(?:[@#]|!\w{{0,8}}|{_SCHEME}:?/?)?\Z", re.IGNORECASE | re.ASCII)


@dataclass(slots=True)
class Breaking:
    """Reads one text; the same comes of it however it is cut."""

    _held: str = ""

    def feed(self, piece: str) -> str:
        """What is certain now that `piece` has come."""
        text = self._held + piece
        pending = _PENDING.search(text)
        certain = pending.start() if pending else len(text)
        self._held = text[certain:]
        return without_pings(text[:certain])

    def tail(self, text: str = "") -> str:
        """How the text goes on if only `text` comes."""
        return without_pings(self._held + text)


def without_pings(text: str) -> str:
    """A whole text in which each mention and each link of Slack's own is broken."""
    return _ACTIVE.sub("<" + JOINER, text)
