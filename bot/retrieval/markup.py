"""Owns the reading of an answer as it streams in: Markdown as tokens, with what could be a citation told apart. Pure.

Text passes through as soon as it can't become anything else; together the tokens hold every character that came in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """What a token is. `BLOCK` belongs to no sentence: headings, tables; `FENCED` is code in a block of its own."""

    TEXT = auto()
    CODE = auto()
    STOP = auto()
    SPACE = auto()
    REFERENCE = auto()
    BULLET = auto()
    BLOCK = auto()
    FENCED = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the answer, word for word. `numbers` are a reference's; `spoken` when it is words in running text."""

    kind: Kind
    text: str
    numbers: tuple[int, ...] = ()
    spoken: bool = False


_LONGEST_REFERENCE = 80
_LONGEST_CODE = 400
_MOST_NUMBERS = 20

_WORDS = r"(?:documents?|docs?|dokument(?:u|em|ě|y)?|sources?|zdroj(?:e|i|em)?)"
_NUMBERS = rf"\d{{1,60}}(?:\s*(?:,|;|/|&|-|–|\band\b|\ba\b)\s*(?:{_WORDS}\s*)?\d{{1,60}})*"
_BRACKETED = re.compile(
    rf"\[\s*\^?\s*(?:{_WORDS}\.?\s*:?\s*)?{_NUMBERS}\s*\]|【\s*(?:{_WORDS}\s*)?{_NUMBERS}\s*(?:†[^】\n]*)?】"
    rf"|\(\s*{_WORDS}\s*{_NUMBERS}\s*\)|\[\s*\?\s*\]",
    re.IGNORECASE,
)
_OPEN = re.compile(r"[\[【(]\s*\^?\s*(?P<word>[^\W\d_]*)[\w\s.,;:/&?\-–]*(?:†[^】\n]*)?")
_SPOKEN = re.compile(r"(?:document|dokument(?:u|em|ě)?)[ \u00a0](\d{1,4})(?![\w]|[.,]\d)", re.IGNORECASE)
_SPOKEN_OPEN = re.compile(r"(?P<word>[^\W\d_]+)(?:[ \u00a0]\d{0,4}[.,]?)?")
_REFERRING = ("documents", "docs", "dokument", "sources", "zdroj")
_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")

_LEAD = re.compile(r"(?:[ \t]*>)*[ \t]*(?:(?:[-*+•]|\d{1,9}[.)])[ \t]+)*")
_UNDECIDED = re.compile(r"(?:`{1,2}|~{1,2}|#{1,6}|[-*+•]|\d{1,9}[.)]?)?")
_FENCE = re.compile(r"(?P<run>`{3,}|~{3,})(?P<info>[^\n]*)(?P<end>\n)?")
_HEADING = re.compile(r"#{1,6}(?=\s)")
_MARGIN = re.compile(r"[ \t>]*")

_SPACE = re.compile(r"\s+")
_STOP = re.compile(r"[.!?…]+[\"'”“’»)*_]*")
_TICKS = re.compile(r"`+")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Fence:
    """An open block of code: what closes it, and how far it is indented (a shallower line ends its list or quote)."""

    run: str
    margin: int

    def is_closed_by(self, line: str) -> bool:
        bare = line.strip(" \t>\n\r")
        return len(bare) >= len(self.run) and set(bare) == {self.run[0]}


class Reader:
    """Reads one answer, however it was cut into pieces."""

    def __init__(self) -> None:
        self._held = ""
        self._final = False
        self._at_line_start = True
        self._in_block = False
        self._in_word = False
        self._fence: _Fence | None = None

    def feed(self, piece: str) -> Iterator[Token]:
        """The tokens that are certain now that `piece` has come."""
        self._held += piece
        while self._held and (token := self._next()) is not None:
            if token.text:
                yield token

    def end(self) -> Iterator[Token]:
        """The rest, now that nothing more comes."""
        self._final = True
        yield from self.feed("")

    def _next(self) -> Token | None:
        """Take the next token from what is held; None when more must come first."""
        if self._fence:
            return self._fenced(self._fence)
        if self._at_line_start:
            return self._line_start()
        return self._inline()

    def _take(self, kind: Kind, length: int, *, numbers: tuple[int, ...] = (), spoken: bool = False) -> Token:
        text, self._held = self._held[:length], self._held[length:]
        if self._in_block and kind not in {Kind.REFERENCE, Kind.FENCED, Kind.SPACE}:
            kind = Kind.BLOCK
        self._in_word = text[-1:].isalnum()
        return Token(kind, text, numbers, spoken)

    def _waits(self, length: int) -> bool:
        """Whether what is held up to `length` might go on with what comes next."""
        return length >= len(self._held) and not self._final

    # --- lines ------------------------------------------------------------------------------------------------

    def _line_start(self) -> Token | None:
        """What a line begins with: quotation and list marks, and whether it is a heading, a table or a fence."""
        lead = _matched(_LEAD, self._held)
        rest = self._held[lead:]
        undecided = _UNDECIDED.match(rest)
        if undecided and self._waits(lead + undecided.end()):
            return None
        if fence := _FENCE.match(rest):
            if not fence["end"] and not self._final and len(rest) < _LONGEST_CODE:
                return None
            if "`" not in fence["info"] or fence["run"][0] == "~":
                self._fence = _Fence(fence["run"], lead)
                return self._take(Kind.FENCED, lead + fence.end())
        self._at_line_start = False
        self._in_block = bool(_HEADING.match(rest)) or rest.startswith("|")
        is_bullet = not self._held[:lead].isspace()
        return self._take(Kind.BULLET if is_bullet else Kind.SPACE, lead)

    def _fenced(self, fence: _Fence) -> Token | None:
        """Code up to the end of a line; what might still be the closing fence waits."""
        line, newline, _ = self._held.partition("\n")
        margin = _matched(_MARGIN, line)
        if not newline and not self._final and set(line[margin:].strip()) <= {fence.run[0]}:
            return None
        if line.strip() and self._at_line_start and margin < fence.margin:
            self._fence = None
            return Token(Kind.FENCED, "")
        if self._at_line_start and fence.is_closed_by(line):
            self._fence = None
        self._at_line_start = bool(newline) or self._fence is None
        return self._take(Kind.FENCED, len(line) + len(newline))

    # --- inside a line ----------------------------------------------------------------------------------------

    def _inline(self) -> Token | None:
        first = self._held[0]
        if first.isspace():
            return self._space()
        if first == "`":
            return self._code()
        if first in "[【(":
            return self._bracket()
        if first in ".!?…":
            return self._stop()
        if first == "|":
            self._in_block = True
        if first.isalpha() and not self._in_word:
            return self._word()
        return self._take(Kind.TEXT, max(_matched(_WORD, self._held), 1))

    def _space(self) -> Token | None:
        length = _matched(_SPACE, self._held)
        if self._waits(length):
            return None
        newline = self._held.rfind("\n", 0, length)
        if newline < 0:
            return self._take(Kind.SPACE, length)
        self._at_line_start, self._in_block = True, False
        return self._take(Kind.SPACE, newline + 1)

    def _code(self) -> Token | None:
        """Code in a line. Ticks that nothing closes are text."""
        ticks = _matched(_TICKS, self._held)
        if self._waits(ticks):
            return None
        line = self._held.partition("\n")[0]
        closing = re.compile(rf"(?<!`)`{{{ticks}}}(?!`)").search(line, ticks)
        if closing and not self._waits(closing.end()):
            return self._take(Kind.CODE, closing.end())
        if line == self._held and not self._final and len(line) < _LONGEST_CODE:
            return None
        return self._take(Kind.TEXT, ticks)

    def _bracket(self) -> Token | None:
        if found := _BRACKETED.match(self._held):
            return self._take(Kind.REFERENCE, found.end(), numbers=_numbers(found[0]))
        if len(self._held) < _LONGEST_REFERENCE and not self._final:
            opened = _OPEN.fullmatch(self._held)
            must_be_spelt = self._held[0] == "(" and len(self._held) > 1
            if opened and _may_refer(opened["word"], must_be_spelt=must_be_spelt):
                return None
        return self._take(Kind.TEXT, 1)

    def _stop(self) -> Token | None:
        """Signs that may end a sentence: a stop only where white space, a reference or the end follows."""
        length = _matched(_STOP, self._held)
        if self._waits(length):
            return None
        after = self._held[length : length + 1]
        is_stop = not after or after.isspace() or after in "[【"
        return self._take(Kind.STOP if is_stop else Kind.TEXT, length)

    def _word(self) -> Token | None:
        """A word as far as it has come, unless it may become a spoken reference."""
        if found := _SPOKEN.match(self._held):
            if not self._waits(found.end() + self._held.startswith((".", ","), found.end())):
                return self._take(Kind.REFERENCE, found.end(), numbers=_numbers(found[1]), spoken=True)
            return None
        opened = _SPOKEN_OPEN.match(self._held)
        if opened and self._waits(opened.end()) and _may_refer(opened["word"], must_be_spelt=True):
            return None
        return self._take(Kind.TEXT, max(_matched(_WORD, self._held), 1))


def _matched(pattern: re.Pattern[str], text: str) -> int:
    """How many characters at the beginning of `text` the pattern takes."""
    found = pattern.match(text)
    return found.end() if found else 0


def _may_refer(word: str, *, must_be_spelt: bool) -> bool:
    """Whether `word`, as far as it has come, may be one that stands before a reference's number."""
    lowered = word.lower()
    if not lowered:
        return not must_be_spelt
    return any(known.startswith(lowered) or lowered.startswith(known) for known in _REFERRING)


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers of a reference in their order, ranges written out."""
    spelt = _RANGE.sub(lambda found: _range(int(found[1]), int(found[2])), text.partition("†")[0])
    return tuple(dict.fromkeys(int(number) for number in re.findall(r"\d+", spelt)))


def _range(first: int, last: int) -> str:
    return " ".join(map(str, range(first, last + 1) if first <= last < first + _MOST_NUMBERS else (first, last)))
