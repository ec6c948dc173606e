"""Owns the citations of an answer while it streams: which passage each sentence rests on, and which rests on none.

Pure. Every `[n]` that leaves here outside blocks of code is the number of a passage that was given; what a model writes
that looks like a citation and isn't one is dropped.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.messages import Citation, Passage, Place
from bot.retrieval.grounding import Style
from bot.retrieval.markup import Kind, Token
from bot.retrieval.refusals import refuses
from bot.retrieval.sentences import SentenceEnd, SentenceReader
from bot.retrieval.support import Evidence, Likeness, claim

UNSUPPORTED = "[?]"
"""Stands behind a sentence that no passage supports; the notice `unsupported` explains it."""

_LEADS_IN = re.compile(r"[:?][*_)\s]*$")
_MAKES_A_LINK = "(:["
"""What must not stand right behind `[n]`: Markdown would read a link, or say where all links `[n]` lead."""

_INSIDE_BRACKETS = re.compile(r"[\s\d,;^?]*")
_NUMBER = re.compile(r"[\d?]")


@dataclass(frozen=True, slots=True)
class Cited:
    """A whole answer. `rest` is what no `feed` had returned yet, `text` everything, `rest` included.

    `citations` are the passages that the text cites, by number; `unsupported` counts the marked sentences.
    """

    text: str
    rest: str
    citations: tuple[Citation, ...]
    unsupported: int


class Citer:
    """Reads one answer piece by piece and says what to show instead.

    With `Style.CORE_CITES` what the model cites itself is dropped and each sentence is attributed here. With
    `Style.MODEL_CITES` the model's citations stay, as `[n]`; a sentence that they don't support, or that has none, is
    attributed here as well. Either way a sentence that nothing supports is marked, unless `marks` is off.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        *,
        style: Style,
        question: str = "",
        likeness: Likeness | None = None,
        marks: bool = True,
    ) -> None:
        self._passages = tuple(passages)
        self._style = style
        self._marks_unsupported = marks
        self._evidence = Evidence(passages, question=question, likeness=likeness)
        self._reader = SentenceReader()
        self._own: set[int] = set()
        self._cited: set[int] = set()
        self._unsupported = 0
        self._shown: list[str] = []
        self._space = ""
        self._inside: str | None = None
        self._just_cited = False

    def feed(self, delta: str) -> str:
        """What to show now that `delta` has come."""
        return self._show(self._reader.feed(delta))

    def end(self) -> Cited:
        """The rest, and what the whole answer cites."""
        rest = self._show(self._reader.end()) + self._space
        self._shown.append(self._space)
        citations = tuple(citation(n, self._passages[n - 1]) for n in sorted(self._cited))
        return Cited("".join(self._shown), rest, citations, self._unsupported)

    def _show(self, pieces: Iterator[Token | SentenceEnd]) -> str:
        shown = "".join(self._shown_of(piece) for piece in pieces)
        self._shown.append(shown)
        return shown

    def _shown_of(self, piece: Token | SentenceEnd) -> str:
        match piece:
            case SentenceEnd(text=sentence):
                return self._marks(sentence)
            case Token(kind=Kind.SPACE, text=text):
                shown, self._space = self._space, text  # waits: it goes when the reference behind it is dropped
                return self._watched(shown)
            case Token(kind=Kind.REFERENCE):
                return self._reference(piece)
            case Token(kind=Kind.FENCED, text=text):
                self._inside = None
                return self._after_space(text)
            case Token(text=text):
                return self._text(text)

    def _text(self, text: str) -> str:
        """Text as it is, but for what would make a link of a citation, or a citation of something else."""
        if text == "]" and self._inside:
            return self._after_space("")
        if self._just_cited and not self._space and text[0] in _MAKES_A_LINK:
            self._space = " "
        return self._watched(self._after_space(text))

    def _watched(self, shown: str) -> str:
        """Keep in mind whether a number, and nothing that a reference hasn't, stands behind the last open bracket."""
        inside = shown if self._inside is None else self._inside + shown
        if "[" in shown or self._inside is not None:
            inside = inside.rpartition("[")[2]
            self._inside = "".join(_NUMBER.findall(inside)[:1]) if _INSIDE_BRACKETS.fullmatch(inside) else None
        self._just_cited = self._just_cited and not shown
        return shown

    def _after_space(self, text: str) -> str:
        space, self._space = self._space, ""
        return space + text

    def _reference(self, token: Token) -> str:
        known = [number for number in token.numbers if 1 <= number <= len(self._passages)]
        if token.spoken and not known:
            return self._text(token.text)
        if not known or (self._style is Style.CORE_CITES and not token.spoken):
            if "\n" not in self._space:
                self._space = ""
            return ""
        self._own.update(known)
        word = token.text.rstrip("".join(filter(str.isdecimal, token.text))) if token.spoken else ""
        return self._after_space(word + self._cite(known))

    def _cite(self, numbers: Sequence[int]) -> str:
        self._cited.update(numbers)
        self._inside, self._just_cited = None, True
        return "".join(f"[{number}]" for number in numbers)

    def _marks(self, sentence: str) -> str:
        """What stands behind a finished sentence: nothing where it already cites what supports it."""
        own, self._own = sorted(self._own), set()
        if not self._needs_support(sentence) or self._evidence.supports(sentence, own):
            return ""
        if numbers := [n for n in self._evidence.supporting(sentence) if n not in own]:
            return " " + self._cite(numbers)
        if not self._marks_unsupported:
            return ""
        self._unsupported += 1
        self._inside = None
        return f" {UNSUPPORTED}"

    @staticmethod
    def _needs_support(sentence: str) -> bool:
        return not _LEADS_IN.search(sentence) and not refuses(sentence) and claim(sentence).says_something


def citation(n: int, passage: Passage) -> Citation:
    """The source shown for passage `n`."""
    return Citation(
        n=n,
        document=passage.document,
        heading=" › ".join(passage.headings),
        score=passage.score,
        attached=passage.attached,
        place=None
        if passage.attached
        else Place(start=passage.start, end=passage.end, first=passage.first, last=passage.last),
    )
