"""Owns which characters may be shown and how many of them: nothing invisible, nothing endless. Pure.

Invisible characters hide words from people, or join what is looked for and not found. The word joiner is dropped with
them, so that one in the result is always Sova's own.
"""

import re
from dataclasses import dataclass
from unicodedata import category

CUT = "…"
"""Stands where something was cut off."""

_MOST_MARKS = 4  # combining marks on one letter; Vietnamese and Hebrew need up to 3
_ORDINARY = re.compile(
    "[\n\t -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0373\u0386-\u0481\u1e00-\u1fff\u2010-\u2027\u20a0-\u20cf]*"
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_JOINERS = "\u200c\u200d"  # emoji and some scripts need them; between Latin letters they only hide
_LINE_ENDS = "\u2028\u2029"
_WHITE = " \n\t"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is shown, in characters; a word is what stands between white space."""

    answer: int = 100_000
    line: int = 20_000
    word: int = 4_000


class CharacterFilter:
    """Filters one text that comes in pieces, character by character, so cuts make no difference.

    `answer_cut` and `lines_cut` tell whether a bound was reached.
    """

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._answer = self._line = self._word = self._marks = 0
        self._last = ""
        self.answer_cut = False
        self.lines_cut = False

    def feed(self, piece: str) -> str:
        """What may be shown of `piece`."""
        if not piece:
            return ""
        if not _ORDINARY.fullmatch(piece):
            piece = "".join(filter(None, map(self._visible, piece)))
        else:
            self._marks, self._last = 0, piece[-1]
        return self._within_bounds(piece)

    def _visible(self, character: str) -> str:
        """The character itself, another one in its place, or nothing."""
        if "\ud800" <= character <= "\udfff":
            character = "\ufffd"
        if _INVISIBLE.match(character) or (character in _JOINERS and (self._last.isascii() or self._last in _JOINERS)):
            return ""
        character = " " if character in _LINE_ENDS else character
        self._marks = self._marks + 1 if category(character) in {"Mn", "Me"} else 0
        if self._marks > _MOST_MARKS:
            return ""
        self._last = character
        return character

    def _within_bounds(self, text: str) -> str:
        bounds, length = self._bounds, len(text)
        if (
            self._answer + length > bounds.answer
            or self._line + length > bounds.line
            or self._word + length > bounds.word
        ):
            return "".join(map(self._if_room, text))
        self._answer += length
        newline, white = text.rfind("\n"), max(map(text.rfind, _WHITE))
        self._line = self._line + length if newline < 0 else length - newline - 1
        self._word = self._word + length if white < 0 else length - white - 1
        return text

    def _if_room(self, character: str) -> str:
        if self._answer >= self._bounds.answer:
            first, self.answer_cut = not self.answer_cut, True
            return CUT if first else ""
        self._answer += 1
        self._line = 0 if character == "\n" else self._line + 1
        self._word = 0 if character in _WHITE else self._word + 1
        line, word = self._line - self._bounds.line, self._word - self._bounds.word
        if line <= 0 and word <= 0:
            return character
        self.lines_cut = True
        return CUT if line == 1 or (word == 1 and line <= 0) else ""
