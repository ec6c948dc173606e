"""Owns mrkdwn, Slack's own markup: of Sova's sentences, of titles and names, and of the text beside blocks. Pure.

mrkdwn knows no escapes but for `&`, `<` and `>`, which all mentions and links are made of. So a star in somebody's
words may make letters bold; it can't do more.
"""

import html
import re

from adapters.slack.rendering.limits import FALLBACK
from bot.chat.rendering.saying import Escapes
from bot.output.sanitizer import sanitized_plain

_ENTITY_START = re.compile(r"&[a-z]{0,3}\Z")
_MARKS = re.compile(r"(?m)^[ \t]*```.*\n?|^[ \t]*#{1,6}[ \t]+|\*\*|~~|`|\\(?=[!-/:-@\[-`{-~])")
_ENDS = ("\n\n", "\n", " ")


def plainly(text: str) -> str:
    """`text` in mrkdwn, so that nothing in it mentions anybody or leads anywhere."""
    return html.escape(sanitized_plain(text), quote=False)


ESCAPES = Escapes(plainly, plainly)
"""What Sova herself puts in backticks is code in mrkdwn, too."""


def bold(text: str) -> str:
    """A line in bold; nothing for one that shows nothing."""
    line = plainly(" ".join(text.replace("*", "∗").split()))
    return f"*{line}*" if line else ""


def quoted(text: str) -> str:
    """Escaped `text` as a quotation."""
    return "\n".join(f">{line}" for line in text.split("\n"))


def pieces(text: str, *, limit: int) -> tuple[str, ...]:
    """Escaped `text` in pieces of at most `limit` characters, cut between paragraphs, lines or words if that goes."""
    cut: list[str] = []
    while len(text) > limit:
        at = _end(text, limit)
        cut.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return tuple(filter(None, [*cut, text.strip()]))


def fallback(markdown: str) -> str:
    """What a notification says of an answer in Slack's Markdown: its words without marks, as many as fit, or `…`."""
    words = plainly(_MARKS.sub("", html.unescape(markdown)))
    return next(iter(pieces(words, limit=FALLBACK)), "…")


def _end(text: str, limit: int) -> int:
    """Where a piece ends; a reference is never torn apart."""
    for sign in _ENDS:
        at = text.rfind(sign, 0, limit)
        if at >= limit // 2:
            return at
    torn = _ENTITY_START.search(text, 0, limit)
    return torn.start() if torn else limit
