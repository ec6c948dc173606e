"""Owns the judgement of what a model made of a part: only what the part bears out stays, with what it rests on. Pure.

A small model names wrong numbers, gives one person's task to another, and goes on from an example. So a point's words,
numbers and names are looked for in the entries that it names, then in all of the part. Where only the names are wrong
the entry speaks for itself; what nothing bears out is dropped.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.languages import detect, fold
from bot.messages import Language, Passage
from bot.output.sanitizer import sanitized_plain
from bot.retrieval.support import Evidence, claim
from bot.summaries.cutting import Entry, Part
from bot.summaries.forms import Kind, Point
from bot.summaries.reading import Draft

MOST_SOURCES = 3
"""Of a point: whoever looks one up wants to find it there."""
MENDED = 0.8
"""The share of a point's words that entries must hold which it doesn't name: half of them are found anywhere."""
QUOTED_CHARACTERS = 220
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Manner:
    """How points are shown: in which `language`, and with `quoting` always in the messages' own words."""

    language: Language
    quoting: bool = False


class PartCheck:
    """Checks what was made of one part. `people` are the names of everybody who wrote something anywhere."""

    def __init__(self, part: Part, *, people: Collection[str], manner: Manner) -> None:
        self._part = part
        self._people = {name: _name_words(name) for name in people}
        self._manner = manner
        self._evidence = Evidence([_passage(entry) for entry in part])
        self._is_foreign = detect(" ".join(entry.text for entry in part)) not in {None, manner.language}

    def points(self, drafts: Sequence[Draft]) -> tuple[Point, ...]:
        """Those that stand, in their order."""
        checked = [point for draft in drafts if (point := self.point(draft))]
        return tuple({(point.kind, point.text): point for point in checked}.values())

    def point(self, draft: Draft) -> Point | None:
        """The draft as a point; None where nothing bears it out."""
        named = tuple(number for number in draft.numbers if 1 <= number <= len(self._part))
        if self._is_foreign:
            return self._shown(draft, named) if named else None
        if named and self._bears_out(draft, named):
            return self._shown(draft, self._best(draft, named))
        found = self._evidence.supporting(draft.text)
        if found and self._names_are_there(draft, found) and self._shared(draft, found) >= MENDED:
            return self._shown(draft, found)
        alike = [number for number in found if number in named]
        return self._quotation(draft, alike[0]) if alike and draft.kind is not Kind.ABOUT else None

    def _bears_out(self, draft: Draft, numbers: Sequence[int]) -> bool:
        return self._evidence.supports(draft.text, numbers) and self._names_are_there(draft, numbers)

    def _shared(self, draft: Draft, numbers: Sequence[int]) -> float:
        """The share of the draft's words that these entries hold."""
        made = claim(draft.text).stems
        held = claim(" ".join(f"{self._part[n - 1].author}: {self._part[n - 1].text}" for n in numbers)).stems
        return len(made & held) / len(made) if made else 0.0

    def _best(self, draft: Draft, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """Of many numbers those that are found by the words alone, too."""
        if len(numbers) <= MOST_SOURCES:
            return numbers
        found = tuple(number for number in self._evidence.supporting(draft.text) if number in numbers)
        return found or numbers[:MOST_SOURCES]

    def _names_are_there(self, draft: Draft, numbers: Sequence[int]) -> bool:
        """Whether everybody whom the draft names wrote one of these entries, or is named in it."""
        words = _name_words(draft.text)
        held = frozenset[str]().union(*(_entry_words(self._part[number - 1]) for number in numbers))
        return all(name <= held for name in self._people.values() if name and name <= words)

    def _shown(self, draft: Draft, numbers: Sequence[int]) -> Point:
        entries = [self._part[number - 1] for number in numbers]
        kind = self._kind(draft.kind, entries)
        if self._manner.quoting and entries and kind is not Kind.ABOUT:
            return self._as_quotation(kind, _telling(entries, kind))
        return Point(kind, draft.text, _sources(entries))

    def _quotation(self, draft: Draft, number: int) -> Point:
        entry = self._part[number - 1]
        return self._as_quotation(self._kind(draft.kind, [entry]), entry)

    def _as_quotation(self, kind: Kind, entry: Entry) -> Point:
        return Point(kind, quotation(entry), entry.sources[:MOST_SOURCES], quoted=True)

    def _kind(self, kind: Kind, entries: Sequence[Entry]) -> Kind:
        """A point that was found before keeps its kind, and a question that nobody asked is none."""
        known = {entry.kind for entry in entries if entry.kind}
        if known and kind is not Kind.ABOUT:
            return kind if kind in known else next(entry.kind for entry in entries if entry.kind)
        asked = any("?" in entry.text for entry in entries)
        return Kind.POINT if kind is Kind.QUESTION and not asked else kind


def quotation(entry: Entry) -> str:
    """Who said it, and the beginning of what they said, on one line."""
    words = " ".join(sanitized_plain(entry.text).split())
    shown = words if len(words) <= QUOTED_CHARACTERS else words[:QUOTED_CHARACTERS].rsplit(" ", 1)[0] + " …"
    author = " ".join(sanitized_plain(entry.author).split())
    return f"{author}: {shown}" if author else shown


def _telling(entries: Sequence[Entry], kind: Kind) -> Entry:
    """The entry that says most about a point of this kind: a question asks, everything else tells."""
    fitting = [entry for entry in entries if ("?" in entry.text) == (kind is Kind.QUESTION)]
    return max(fitting or entries, key=lambda entry: len(set(_WORD.findall(entry.text))))


def _sources(entries: Sequence[Entry]) -> tuple[int, ...]:
    return tuple(sorted(dict.fromkeys(_numbers(entries)))[:MOST_SOURCES])


def _numbers(entries: Sequence[Entry]) -> Iterator[int]:
    for entry in entries:
        yield from entry.sources


def _passage(entry: Entry) -> Passage:
    return Passage(
        document="",
        title=entry.author,
        headings=(),
        text=entry.text,
        start=0,
        end=len(entry.text),
        language=detect(entry.text) or "",
        scope="",
        score=0.0,
        first=0,
        last=0,
    )


def _entry_words(entry: Entry) -> frozenset[str]:
    return _name_words(f"{entry.author} {entry.text}")


def _name_words(text: str) -> frozenset[str]:
    """The words of a text by their first letters: Czech names have endings (Petr, Petra, Petrovi)."""
    return frozenset(word[:4] for word in _WORD.findall(fold(text).lower()))
