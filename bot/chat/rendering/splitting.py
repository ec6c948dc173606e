"""Owns cutting a growing text into messages: where one ends, and that a full one never changes again. Pure.

Texts are in a platform's Markdown, as `dialect` writes it. Code, in blocks or in a line, is closed where a message ends
and opened again in the next, so that nothing in it comes alive; everything else is cut between its parts. Limits are in
code points.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple
from unicodedata import category

from wcwidth import iter_graphemes

_LOOKAHEAD = 16  # as much as must be known behind a message to end it: the end of a block, a number that begins an item
_LONGEST_SOFT = 300  # a link or an emphasis that is longer may be cut
_FENCE = "```"

OPENING = re.compile(r"(?P<margin>(?:> ?){0,3} {0,3})```(?P<info>[\w+#.-]{0,40})[ \t]*")
"""A line that opens a block of code."""
_EMPTY_START = re.compile(rf"(?P<opening>{OPENING.pattern}\n)(?:[> \t]*\n)*(?P<closing>[> \t]*```[ \t]*\n)?")
_ITEM = re.compile(r"[ \t]*(?:[-*]|\d{1,9}\.)[ \t]")
_HEADING = re.compile(r"#{1,6} ")
_MARKER_ALONE = re.compile(r"[> \t]*(?:[-*+]|\d{1,9}[.)]|#{1,6}|-#)?")
_SPACE = re.compile(r"[ \t]+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”“’)\]*_~`]*\Z")
_REFERENCE = re.compile(r"[ \t]*\[[\d?]")
_CODE = re.compile(r"\\[^\w\s]|(?P<run>(?<!`)`{1,3}(?!`))(?:[^\n]*?(?<!`)(?P=run)(?!`)|[^\n]*\Z)")
_SOFT = re.compile(
    r"\[[^\[\]\n]*(?:\](?:\([^\s()]*(?:\)|\Z)|\Z)|\Z)|(?P<mark>\*\*|~~|__)(?=\S)[^\n]*?(?:\S(?P=mark)|\Z)"
)
_ACTIVE_START = re.compile(r"(?P<mark>#{1,6}|-#|[-*+]|>{1,3})(?=\s)|(?P<number>\d{1,9})(?=\.\s)")


class Pages(NamedTuple):
    """A text as messages. The first `finished` of `texts` are full and never change again, however the text goes on."""

    texts: tuple[str, ...]
    finished: int


class Splitter:
    """Cuts one text that comes in pieces into messages of at most `limit`; how it comes makes no difference to them."""

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._finished: list[str] = []
        self._rest = ""

    def feed(self, text: str) -> None:
        """Take in what follows for good."""
        self._rest = _tidy(self._rest + text)
        while len(self._rest) >= self._limit + _LOOKAHEAD:
            self._end_page(self._limit)

    @property
    def settled(self) -> str:
        """What is certain of the message behind the finished ones: it only grows at its end, until it is finished.

        Then it is the beginning of that message, unless the message ends earlier: where reads best.
        """
        return _without_open_block(self._rest).strip("\n ")

    def pages(self, *, tail: str = "") -> Pages:
        """The messages as they look now, with `tail` at their end, which may still become something else."""
        rest = Splitter(limit=self._limit)
        rest._rest = self._rest
        rest.feed(tail)
        return Pages((*self._finished, *rest.end()), len(self._finished))

    def end(self, *, room: int = 0) -> tuple[str, ...]:
        """All messages, now that nothing more comes; the last one could be longer by `room`, unless it was finished."""
        self._rest = _tidy(self._rest + "\n")
        while len(closed(self._rest)) > self._limit - room:
            self._end_page(self._limit if len(closed(self._rest)) > self._limit else self._limit - room)
        return (*self._finished, *filter(_is_visible, [closed(self._rest).strip("\n ")]))

    def _end_page(self, limit: int) -> None:
        page, self._rest = _cut(self._rest, limit)
        self._rest = _tidy(self._rest)
        if _is_visible(page):
            self._finished.append(page)


def split(text: str, *, limit: int, room: int = 0) -> tuple[str, ...]:
    """A whole text as messages of at most `limit` characters; `room` as in `Splitter.end`."""
    splitter = Splitter(limit=limit)
    splitter.feed(text)
    return splitter.end(room=room)


def closed(text: str) -> str:
    """`text` with an open block of code closed, or left out while there is nothing in it."""
    block, start = _open_block(text)
    if block is None:
        return text
    return text.rstrip("\n") + block.closing if block.has_code else text[:start]


# --- where a message may end --------------------------------------------------------------------------------------


class _Rank(IntEnum):
    """How well a message ends there, the best first."""

    PARAGRAPH = 0
    ITEM = 1
    LINE = 2
    SENTENCE = 3
    WORD = 4
    SOFT = 5
    CODE = 6


@dataclass(frozen=True, slots=True)
class _Break:
    """A place where a message may end: what closes it, and what the next one must begin with."""

    at: int
    rank: _Rank
    closing: str = ""
    reopening: str = ""

    @property
    def length(self) -> int:
        """How long the message becomes."""
        return self.at + len(self.closing)


@dataclass(frozen=True, slots=True)
class _Block:
    """An open block of code."""

    margin: str
    info: str
    has_code: bool = False

    @property
    def opening(self) -> str:
        return f"{self.margin}{_FENCE}{self.info}\n"

    @property
    def closing(self) -> str:
        return f"\n{self.margin}{_FENCE}"


def _after(line: str, block: _Block | None) -> _Block | None:
    """What is open behind `line` when `block` is open before it."""
    if block is None:
        found = OPENING.fullmatch(line)
        return _Block(found["margin"], found["info"].strip()) if found else None
    code = line.strip("> \t")
    return None if code == _FENCE else replace(block, has_code=block.has_code or bool(code))


def _open_block(text: str) -> tuple["_Block | None", int]:
    """The block of code that is open at the end of `text`, and where the line before it ends."""
    block: _Block | None = None
    opened = start = 0
    for line in text.split("\n"):
        was, block = block, _after(line, block)
        opened = max(start - 1, 0) if was is None else opened
        start += len(line) + 1
    return block, opened


def _without_open_block(text: str) -> str:
    """`text` up to a block of code that has been opened, but has nothing in it yet."""
    block, start = _open_block(text)
    return text[:start] if block and not block.has_code else text


def _cut(text: str, limit: int) -> tuple[str, str]:
    """The first message of at most `limit` characters, and the rest; looks no further than `_LOOKAHEAD` behind it."""
    best = _best(text[: limit + _LOOKAHEAD], limit)
    page, rest = text[: best.at].rstrip("\n "), text[best.at :]
    if best.rank <= _Rank.LINE:
        rest = rest[1:]
    elif not best.closing:
        rest = _inert_start(rest.lstrip(" \t"))
    return page + best.closing, best.reopening + rest


def _best(text: str, limit: int) -> _Break:
    """The best place: of the best rank that fills half a message, else the last one that tears nothing apart."""
    places, start, block = _line_ends(text, limit)
    inner = list(_inner_places(text, start, block, limit))
    for rank in (_Rank.PARAGRAPH, _Rank.ITEM, _Rank.LINE, _Rank.SENTENCE):
        for place in reversed([*places, *inner]):
            if place.rank == rank and place.at >= limit // 2:
                return place
    for kinds in ({_Rank.SENTENCE, _Rank.WORD}, {_Rank.PARAGRAPH, _Rank.ITEM, _Rank.LINE}, {_Rank.SOFT}, {_Rank.CODE}):
        if found := [place for place in (*places, *inner) if place.rank in kinds]:
            return found[-1]
    return _within_word(text, start, block, limit)


def _line_ends(text: str, limit: int) -> tuple[list[_Break], int, _Block | None]:
    """The ends of lines where a message may end; where the line begins that doesn't fit, and the block it is in."""
    places: list[_Break] = []
    block: _Block | None = None
    start, last = 0, ""
    while (end := text.find("\n", start)) >= 0:
        after = _after(text[start:end], block)
        if end + len(after.closing if after else "") > limit:
            break
        last = text[start:end] if _is_visible(text[start:end]) else last
        next_end = text.find("\n", end + 1)
        following = text[end + 1 : next_end if next_end >= 0 else None]
        rank = _rank(text[start:end], following, was=block, block=after)
        if last and rank is not None and (after or not _HEADING.match(last)):
            places.append(_Break(end, rank, after.closing if after else "", after.opening if after else ""))
        start, block = end + 1, after
    return places, start, block


def _rank(line: str, following: str, *, was: _Block | None, block: _Block | None) -> _Rank | None:
    """How well a message ends between two lines; None where it may not."""
    blank = not line.strip("> \t") or not following.strip("> \t")
    if block:
        if not block.has_code:
            return None
        return _Rank.ITEM if blank else _Rank.LINE
    if blank or was or _HEADING.match(following) or OPENING.fullmatch(following):
        return _Rank.PARAGRAPH
    return _Rank.ITEM if _ITEM.match(following) else _Rank.LINE


def _inner_places(text: str, start: int, block: _Block | None, limit: int) -> Iterator[_Break]:
    """The places between the words of the line that begins at `start` and doesn't fit."""
    if block:
        yield from _code_places(text, start, block, limit)
        return
    line = text[start:limit]
    quote = "> " if line.startswith("> ") else ""
    code, soft = list(_code_spans(line)), list(_soft_spans(line))
    for found in _SPACE.finditer(line):
        at = found.start()
        if _MARKER_ALONE.fullmatch(line[:at]):
            continue
        if inside := next((span for span in code if span.holds(at)), None):
            if inside.has_text(line, at) and start + at + len(inside.run) <= limit:
                yield _Break(start + at, _Rank.CODE, inside.run, quote + inside.run)
            continue
        rank = _Rank.SOFT if any(span.holds(at) for span in soft) else _word_rank(line, at, text[start + at :])
        yield _Break(start + at, rank, "", quote)


def _code_places(text: str, start: int, block: _Block, limit: int) -> Iterator[_Break]:
    """The places between the words of a line of code."""
    line = text[start : limit - len(block.closing)]
    for found in _SPACE.finditer(line):
        if line[: found.start()].strip("> \t"):
            yield _Break(start + found.start(), _Rank.WORD, block.closing, block.opening)


def _word_rank(line: str, at: int, behind: str) -> _Rank:
    """A sentence ends there, or just a word; what is cited for a sentence stays with it."""
    ends = _SENTENCE_END.search(line, max(at - 8, 0), at) and not _REFERENCE.match(behind)
    return _Rank.SENTENCE if ends else _Rank.WORD


def _within_word(text: str, start: int, block: _Block | None, limit: int) -> _Break:
    """Between two graphemes: a word, or whatever may not be torn apart otherwise, is longer than a message."""
    closing, reopening = (block.closing, block.opening) if block else ("", "")
    spans = () if block else _code_spans(text[start:limit])
    if inside := next((span for span in spans if span.holds(limit - start - len(span.run))), None):
        closing = reopening = inside.run
    end = limit - len(closing)
    last = _last_grapheme(text, start, end)
    return _Break(_before_escape(text, start, last), _Rank.CODE, closing, reopening)


def _last_grapheme(text: str, start: int, end: int) -> int:
    """Where the last grapheme from `start` on ends that is whole before `end`; `end` where none is."""
    at = start
    for grapheme in iter_graphemes(text[start:]):
        if at + len(grapheme) > end:
            break
        at += len(grapheme)
    return at if at > start else end


def _before_escape(text: str, start: int, at: int) -> int:
    """`at`, or the place before the backslash that escapes what stands there."""
    backslashes = at - len(text[start:at].rstrip("\\")) - start
    return at - 1 if backslashes % 2 and at - 1 > start else at


class _Span(NamedTuple):
    """A part of a line that is better not cut."""

    start: int
    end: int
    run: str = ""

    def holds(self, at: int) -> bool:
        return self.start < at < self.end

    def has_text(self, line: str, at: int) -> bool:
        """Whether some code stands in it before `at`."""
        return bool(line[self.start + len(self.run) : at].strip())


def _code_spans(line: str) -> Iterator[_Span]:
    """Code in a line; what is still open at the end of `line` may be closed behind it."""
    for found in _CODE.finditer(line):
        if found["run"]:
            yield _Span(found.start(), found.end(), found["run"])


def _soft_spans(line: str) -> Iterator[_Span]:
    for found in _SOFT.finditer(line):
        if found.end() - found.start() <= _LONGEST_SOFT:
            yield _Span(found.start(), found.end())


# --- how the next message begins ------------------------------------------------------------------------------------


def _inert_start(text: str) -> str:
    """`text` so that what stood within a line is no heading, list or quotation at the beginning of one."""
    found = _ACTIVE_START.match(text)
    if found is None:
        return text
    return (found["number"] or "") + "\\" + text[len(found["number"] or "") :]


def _tidy(text: str) -> str:
    """`text` without empty lines at its beginning, nor a block that was opened again for nothing."""
    text = text.lstrip("\n")
    while (found := _EMPTY_START.match(text)) and found["closing"]:
        text = text[found.end() :].lstrip("\n")
    return found["opening"] + text[found.end() :] if found else text


def _is_visible(text: str) -> bool:
    """Whether it is a message at all: platforms refuse those that show nothing."""
    return any(not character.isspace() and category(character) != "Cf" for character in text)
