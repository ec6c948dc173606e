"""Owns what is asked about documents: embeddings and the index."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.errors import IndexMismatch

Vector = Sequence[float]


@dataclass(frozen=True, slots=True)
class SparseVector:
    """A bag of weighted tokens: each index once, with its weight."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document as it is stored.

    `document` is the path relative to the knowledge folder, with '/' on every system. `text` is what is shown, and
    `document_text[start:end] == text` for the document's extracted text. `headings` is the path of headings above it,
    outermost first. `language` is `en`, `cs` or empty when neither; `scope` the audience that may read it; `modified`
    seconds since the epoch.
    """

    document: str
    ordinal: int
    title: str
    headings: tuple[str, ...]
    text: str
    start: int
    end: int
    language: str
    scope: str
    modified: float


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """A chunk with its vectors: `dense` by the embedding model's short name (a model may leave a chunk out)."""

    chunk: Chunk
    dense: Mapping[str, Vector]
    sparse: SparseVector


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found by one ranking, with that ranking's own score (scores of different rankings don't compare)."""

    chunk: Chunk
    score: float


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """One ranking to ask an index for: by a dense vector of the model `using`, or by tokens when it is a sparse one.

    Only chunks whose scope is in `scopes` are looked at, inside the index; `language` narrows further when it is set.
    """

    vector: Vector | SparseVector
    scopes: frozenset[str]
    limit: int
    using: str = "sparse"
    language: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document as the index holds it: the digest of the file that was indexed, and its number of chunks."""

    document: str
    digest: str
    chunks: int
    scope: str
    modified: float


class TextEmbedder(Protocol):
    """Turns texts into vectors that are near each other when the texts mean alike."""

    @property
    def name(self) -> str:
        """A short name for the vectors, such as `e5`."""
        ...

    @property
    def model(self) -> str:
        """The model's full name and variant; vectors of different models don't compare."""
        ...

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        ...

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Vector]:
        """One vector a text, in order; never on the event loop."""
        ...

    async def embed_query(self, text: str) -> Vector:
        """The vector of a question."""
        ...


class SparseEmbedder(Protocol):
    """Turns texts into bags of tokens; pure and fast."""

    @property
    def model(self) -> str:
        """The name of the tokenization; bags of different ones don't compare."""
        ...

    def passage(self, text: str) -> SparseVector:
        """The bag of a passage, weighted by BM25's term frequency (the index weighs by rarity)."""
        ...

    def query(self, text: str) -> SparseVector:
        """The bag of a question, every token once."""
        ...


class PassageIndex(Protocol):
    """The store of chunks and vectors. Everything it answers is of whole documents: it never shows half of one."""

    async def replace(self, record: DocumentRecord, chunks: Sequence[IndexedChunk]) -> None:
        """Hold exactly `chunks` for the document, instead of those it had."""
        ...

    async def remove(self, documents: Sequence[str]) -> None:
        """Forget these documents; unknown ones are none of anybody's business."""
        ...

    async def documents(self) -> Sequence[DocumentRecord]:
        """Every document that is held, by path."""
        ...

    async def rankings(self, queries: Sequence[IndexQuery]) -> Sequence[Sequence[Hit]]:
        """One ranking a query, best first, in one round trip."""
        ...

    async def chunks(self, document: str, *, first: int, last: int) -> Sequence[Chunk]:
        """The document's chunks with ordinals from `first` to `last`, in order: neighbours of a hit."""
        ...

    async def indexed(self, document: str) -> Sequence[IndexedChunk]:
        """The document's chunks with their vectors, in order, so that nothing is embedded twice; none if unknown.

        Dense vectors come back as they compare: in their direction, of any length.
        """
        ...

    async def size(self) -> tuple[int, int]:
        """How many chunks there are, and how many bytes they take on disk (0 where the store doesn't tell)."""
        ...


@runtime_checkable
class BuiltAnew(Protocol):
    """What a `PassageIndex` may be able to do besides: be built anew beside itself, when other models are wanted."""

    @property
    def outdated(self) -> IndexMismatch | None:
        """Set while the index was built with others than it is asked for; then nothing can be put into it."""
        ...

    def rebuild(self) -> AbstractAsyncContextManager[PassageIndex]:
        """The index that is wanted. It takes this one's place at the end of the block.

        When the block fails or is cancelled nothing changes, and the next `rebuild` goes on with what was built.
        """
        ...
