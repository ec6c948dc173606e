"""Owns where sentences end in an answer that streams in, list items and lines included. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.languages import fold
from bot.retrieval.markup import Kind, Reader, Token

# ruff: noqa: SIM905 - word lists are read and mended as prose
_ABBREVIATIONS = frozenset(
    """
    e.g i.e eg ie cf vs mr mrs ms dr prof st fig no nos approx ca inc ltd dept est
    napr tzv tj tzn resp cca mj aj pozn str obr tab c cl odst pism vyd ing mgr bc judr mudr rndr phdr doc tel max min
    kap sv popr event
    """.split()
)


@dataclass(frozen=True, slots=True)
class SentenceEnd:
    """Here a sentence has ended; `text` is the sentence without its references and the marks of its list or quote."""

    text: str


Piece = Token | SentenceEnd


class SentenceReader:
    """Reads one answer: its tokens in order, and a `SentenceEnd` right behind each sentence, before the white space.

    References that follow a full stop on the same line still belong to the sentence before it.
    """

    def __init__(self) -> None:
        self._reader = Reader()
        self._said: list[str] = []
        self._after: list[Token] = []
        self._stopped = False

    def feed(self, piece: str) -> Iterator[Piece]:
        """What is certain now that `piece` has come."""
        yield from self._read(self._reader.feed(piece))

    def end(self) -> Iterator[Piece]:
        """The rest, now that nothing more comes."""
        yield from self._read(self._reader.end())
        yield from self._finish()

    def _read(self, tokens: Iterable[Token]) -> Iterator[Piece]:
        for token in tokens:
            if self._waits_behind(token):
                self._after.append(token)
                continue
            yield from self._settle(token)
            yield from self._add(token)

    def _waits_behind(self, token: Token) -> bool:
        """Whether `token` stands behind what may be a sentence's end, so that the next one decides."""
        if token.kind is Kind.SPACE:
            return self._stopped or bool(self._after) or "\n" in token.text
        if token.kind is Kind.REFERENCE and not token.spoken:
            return self._stopped and "\n" not in _text(self._after)
        return False

    def _settle(self, following: Token) -> Iterator[Piece]:
        """Decide about what waits, knowing what follows."""
        if not self._stopped and not self._after:
            return
        if self._ends_before(following):
            yield from self._finish()
            return
        waiting, self._after, self._stopped = self._after, [], False
        for token in waiting:
            yield from self._add(token)

    def _ends_before(self, following: Token) -> bool:
        between = _text(token for token in self._after if token.kind is Kind.SPACE)
        if following.kind in {Kind.BULLET, Kind.BLOCK, Kind.FENCED} and "\n" in between:
            return True
        if between.count("\n") > 1:
            return True
        if following.kind is Kind.TEXT and following.text[0].islower():
            return False
        return "\n" in between or not self._is_abbreviated()

    def _is_abbreviated(self) -> bool:
        said = "".join(self._said).rstrip()
        last = fold(said.split()[-1]).lower() if said.split() else ""
        word = last.removesuffix(".").lstrip("(\"'„*_")
        return last.endswith(".") and (word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()))

    def _add(self, token: Token) -> Iterator[Piece]:
        match token.kind:
            case Kind.BLOCK | Kind.FENCED:
                self._said.clear()
            case Kind.TEXT | Kind.CODE | Kind.STOP | Kind.SPACE:
                self._said.append(token.text)
            case Kind.REFERENCE | Kind.BULLET:
                pass
        self._stopped = token.kind is Kind.STOP
        yield token

    def _finish(self) -> Iterator[Piece]:
        """The sentence has ended: first its own references, then its end, then the white space behind it."""
        last = max((at for at, token in enumerate(self._after, 1) if token.kind is Kind.REFERENCE), default=0)
        own, rest = self._after[:last], self._after[last:]
        text = "".join(self._said).strip()
        self._said, self._after, self._stopped = [], [], False
        yield from own
        if text:
            yield SentenceEnd(text)
        yield from rest


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a whole text, without references, headings, tables and blocks of code."""
    reader = SentenceReader()
    pieces = [*reader.feed(text), *reader.end()]
    return tuple(piece.text for piece in pieces if isinstance(piece, SentenceEnd))


def _text(tokens: Iterable[Token]) -> str:
    return "".join(token.text for token in tokens)
