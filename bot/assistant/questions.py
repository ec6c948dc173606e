"""Owns what counts as a question: cleans what came in, or says why it can't be answered. Pure."""

import unicodedata

from bot.errors import EmptyQuestion, NotText, QuestionTooLong
from bot.messages import Incoming, Remark

MOST_CONTEXT_CHARACTERS = 4_000
"""Of what was said before a question no more is kept with it: about as much as passages take of a prompt."""

_KEPT_CONTROLS = frozenset("\n\t")


def question_of(incoming: Incoming, *, limit: int) -> str:
    """The question's text, cleaned: composed characters, one kind of line end, no control characters.

    Raises `NotText` for binary data, `QuestionTooLong` over `limit` characters, and `EmptyQuestion` when nothing
    readable is left and no file came along.
    """
    text = incoming.text
    if len(text) > limit:
        raise QuestionTooLong(length=len(text), limit=limit)
    if "\x00" in text or _unreadable(text):
        raise NotText
    cleaned = _clean(text)
    if not incoming.attachments and not any(unicodedata.category(character)[0] in "LNS" for character in cleaned):
        raise EmptyQuestion
    return cleaned


def remarks_of(incoming: Incoming) -> tuple[Remark, ...]:
    """What was said before the question, cleaned likewise: the newest of it, in their order."""
    kept: list[Remark] = []
    room = MOST_CONTEXT_CHARACTERS
    for remark in reversed(incoming.context):
        text = _clean(remark.text)[:room]
        if text:
            kept.insert(0, Remark(_clean(remark.author), text))
            room -= len(text)
    return tuple(kept)


def _clean(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in _KEPT_CONTROLS or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def _unreadable(text: str) -> bool:
    """Whether bytes were decoded that aren't text: replacement characters or unpaired surrogates in earnest."""
    bad = sum(character == "\ufffd" or "\ud800" <= character <= "\udfff" for character in text)
    return bad > max(3, len(text) // 20)
