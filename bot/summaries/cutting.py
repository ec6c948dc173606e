"""Owns how messages become parts that a model can read: each within a budget, none torn that fits. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.quoting import LEAST_TOKENS, fitting
from bot.summaries.forms import Kind, Point
from bot.summaries.material import Said
from bot.tokens import rough_tokens

LINE_TOKENS = 8
"""What stands round each text: its number, its author, the line's end."""
MOST_ENTRIES = 16
"""Of a part for a small model, which loses count of more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a part: a message, or a point that was found before. `sources` are the numbers of its messages."""

    author: str
    text: str
    sources: tuple[int, ...]
    kind: Kind | None = None

    @property
    def tokens(self) -> float:
        """What it takes in a prompt, estimated."""
        return rough_tokens(self.text) + rough_tokens(self.author) + LINE_TOKENS


Part = tuple[Entry, ...]


def entries_of(said: Sequence[Said]) -> Part:
    """The messages as entries, numbered from 1; those without a word are left out."""
    return tuple(
        Entry(one.author or one.place, one.text.strip(), (number,))
        for number, one in enumerate(said, start=1)
        if one.text.strip()
    )


def entries_of_points(points: Sequence[Point]) -> Part:
    """Points as entries, to be put together."""
    return tuple(Entry("", point.text, point.sources, point.kind) for point in points)


def parts_of(entries: Sequence[Entry], *, room: float, most: int = MOST_ENTRIES) -> tuple[Part, ...]:
    """The entries in parts of about the same size, each of at most `room` tokens and `most` entries.

    An entry that is larger than a part by itself is cut into several.
    """
    pieces = [piece for entry in entries for piece in _pieces(entry, room)]
    total = sum(piece.tokens for piece in pieces)
    wanted = max(-(-len(pieces) // most), -(-int(total) // int(room)), 1)
    share = min(room, total / wanted * 1.1 + LINE_TOKENS)
    return tuple(_packed(pieces, share, min(-(-len(pieces) // wanted), most)))


def halves(part: Part) -> tuple[Part, ...]:
    """The part as two smaller ones; nothing where nothing would be left of one."""
    if len(part) > 1:
        middle = len(part) // 2
        return part[:middle], part[middle:]
    room = part[0].tokens / 2
    return tuple((piece,) for piece in _pieces(part[0], room)) if room > 2 * LEAST_TOKENS else ()


def _packed(pieces: Sequence[Entry], room: float, most: int) -> Iterator[Part]:
    part: list[Entry] = []
    left = room
    for piece in pieces:
        if part and (piece.tokens > left or len(part) == most):
            yield tuple(part)
            part, left = [], room
        part.append(piece)
        left -= piece.tokens
    if part:
        yield tuple(part)


def _pieces(entry: Entry, room: float) -> Iterator[Entry]:
    """The entry, whole where it fits."""
    rest, space = entry.text, max(room - rough_tokens(entry.author) - LINE_TOKENS, LEAST_TOKENS)
    while rest:
        shown = fitting(rest, space)
        taken = rest if shown == rest else shown.removesuffix(" …")
        yield replace(entry, text=taken)
        rest = rest[len(taken) :].strip()
