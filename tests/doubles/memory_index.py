"""A passage index in memory that really behaves: filters, cosine, BM25 with IDF, and whole documents only."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bot.errors import AssistantError
from bot.ports import Chunk, DocumentRecord, Hit, IndexedChunk, IndexQuery, SparseVector, Vector


@dataclass
class MemoryIndex:
    """Answers exactly and slowly. Keeps what it was asked; `failure` is raised by every call while it is set."""

    failure: AssistantError | None = None
    asked: list[tuple[IndexQuery, ...]] = field(default_factory=list)
    _records: dict[str, DocumentRecord] = field(default_factory=dict)
    _chunks: dict[str, tuple[IndexedChunk, ...]] = field(default_factory=dict)

    async def replace(self, record: DocumentRecord, chunks: Sequence[IndexedChunk]) -> None:
        self._fail()
        self._records[record.document] = record
        self._chunks[record.document] = tuple(chunks)

    async def remove(self, documents: Sequence[str]) -> None:
        self._fail()
        for document in documents:
            self._records.pop(document, None)
            self._chunks.pop(document, None)

    async def documents(self) -> Sequence[DocumentRecord]:
        self._fail()
        return [self._records[document] for document in sorted(self._records)]

    async def rankings(self, queries: Sequence[IndexQuery]) -> Sequence[Sequence[Hit]]:
        self._fail()
        self.asked.append(tuple(queries))
        return [self._ranking(query) for query in queries]

    async def chunks(self, document: str, *, first: int, last: int) -> Sequence[Chunk]:
        self._fail()
        own = sorted((held.chunk for held in self._chunks.get(document, ())), key=lambda chunk: chunk.ordinal)
        return [chunk for chunk in own if first <= chunk.ordinal <= last]

    async def indexed(self, document: str) -> Sequence[IndexedChunk]:
        self._fail()
        return sorted(self._chunks.get(document, ()), key=lambda held: held.chunk.ordinal)

    async def size(self) -> tuple[int, int]:
        self._fail()
        return sum(map(len, self._chunks.values())), 0

    def _fail(self) -> None:
        if self.failure:
            raise self.failure

    def _ranking(self, query: IndexQuery) -> list[Hit]:
        score = self._score(query)
        scored = [Hit(held.chunk, score(held)) for held in self._held() if _allowed(held.chunk, query)]
        found = [hit for hit in scored if hit.score > -math.inf]
        return sorted(found, key=lambda hit: -hit.score)[: query.limit]

    def _held(self) -> Iterable[IndexedChunk]:
        return (held for chunks in self._chunks.values() for held in chunks)

    def _score(self, query: IndexQuery) -> Callable[[IndexedChunk], float]:
        vector = query.vector
        if isinstance(vector, SparseVector):
            rarity = self._rarity(vector.indices)
            asked = {i: rarity[i] * v for i, v in zip(vector.indices, vector.values, strict=True)}
            return lambda held: _dot(asked, held.sparse)
        return lambda held: _cosine(vector, held.dense.get(query.using))

    def _rarity(self, tokens: Iterable[int]) -> dict[int, float]:
        """Qdrant's IDF modifier: ln(1 + (n − df + 0.5) / (df + 0.5)) over all chunks, whoever may read them."""
        bags = [frozenset(held.sparse.indices) for held in self._held()]
        found = {token: sum(token in bag for bag in bags) for token in tokens}
        return {token: math.log(1 + (len(bags) - n + 0.5) / (n + 0.5)) for token, n in found.items()}


def _allowed(chunk: Chunk, query: IndexQuery) -> bool:
    return chunk.scope in query.scopes and query.language in (None, chunk.language)


def _dot(asked: dict[int, float], bag: SparseVector) -> float:
    """The product over shared tokens; a chunk that shares none is not found at all."""
    shared = [asked[i] * v for i, v in zip(bag.indices, bag.values, strict=True) if i in asked]
    return sum(shared) if shared else -math.inf


def _cosine(one: Vector, other: Vector | None) -> float:
    if other is None:
        return -math.inf
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0
