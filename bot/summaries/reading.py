"""Owns what a model's lines mean: which kind of point each is, and which numbers it names. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.languages import fold
from bot.output.sanitizer import sanitized_plain
from bot.summaries.forms import Kind

MOST_CHARACTERS = 400
"""Of a point; a model that says more in one line has lost the thread."""

_WORDS = {
    "point": Kind.POINT,
    "fact": Kind.POINT,
    "bod": Kind.POINT,
    "fakt": Kind.POINT,
    "decision": Kind.DECISION,
    "rozhodnuti": Kind.DECISION,
    "task": Kind.TASK,
    "action": Kind.TASK,
    "ukol": Kind.TASK,
    "question": Kind.QUESTION,
    "otazka": Kind.QUESTION,
}
_LINE = re.compile(r"[\s\-*•#>\d.)]*\**\s*(?P<word>[^\W\d_]{3,12})\**\s*:\**\s*(?P<text>\S.*)")
_BULLET = re.compile(r"^[\s\-*•#>]*(?:\d+[.)]\s+)?")
_NUMBERS = re.compile(r"\s*[\[(]\s*\d[\d\s,;.–\-and]*[\])]")
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)|(\d+)")
_LONGEST_RANGE = 5
_SENTENCE = re.compile(r"(?<=[.!?…])(?:\s*\[[\d,\s]+\])?\s+(?=[^\W\d_a-z])")


@dataclass(frozen=True, slots=True)
class Draft:
    """A point as a model wrote it, unchecked: `numbers` are those that it named, of its part's entries."""

    kind: Kind
    text: str
    numbers: tuple[int, ...]


def drafts_of(answer: str, *, is_cut: bool) -> tuple[Draft, ...]:
    """The lines of an answer as points; what isn't one is left out, and so is what was said before.

    With `is_cut` the answer ended in the middle of its last line.
    """
    lines = answer.splitlines()
    if is_cut and len(lines) > 1:
        lines.pop()
    drafts = (draft for line in lines if (draft := _draft(line)))
    return tuple({fold(draft.text.lower()): draft for draft in drafts}.values())


def sentences_of(answer: str, *, is_cut: bool, most: int) -> tuple[Draft, ...]:
    """The first sentences of an answer that is prose."""
    prose = " ".join(_BULLET.sub("", line).strip() for line in answer.splitlines() if line.strip())
    sentences = [sentence for sentence in _SENTENCE.split(prose) if sentence.strip()]
    if is_cut and len(sentences) > 1:
        sentences.pop()
    return tuple(Draft(Kind.ABOUT, text, ()) for one in sentences[:most] if (text := _words(one)))


def _draft(line: str) -> Draft | None:
    found = _LINE.match(line)
    kind = _WORDS.get(fold(found["word"].lower())) if found else None
    if found is None or kind is None:
        return None
    text = _words(found["text"])
    return Draft(kind, text, tuple(dict.fromkeys(_numbers(found["text"])))) if any(map(str.isalpha, text)) else None


def _words(written: str) -> str:
    """What people will read: one line of visible words without the numbers."""
    bare = _NUMBERS.sub("", written).replace("**", "")
    return " ".join(sanitized_plain(bare).split())[:MOST_CHARACTERS]


def _numbers(written: str) -> Iterator[int]:
    for named in _NUMBERS.findall(written):
        for first, last, single in _RANGE.findall(named):
            if single:
                yield int(single[:6])
            elif int(first) <= int(last) < int(first) + _LONGEST_RANGE:
                yield from range(int(first), int(last) + 1)
