"""Owns a document's way from the file to what the index takes: loaded, cut, and given vectors, as few as needed."""

import asyncio
import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.errors import DocumentUnreadable, EmbeddingUnavailable
from bot.ports import Chunk, IndexedChunk, SparseEmbedder, SparseVector, TextEmbedder, Vector
from bot.retrieval.chunking import ChunkLimits, TokenCounter, chunk, embedding_text
from bot.retrieval.loading import DocumentLoader, Reason

logger = logging.getLogger(__name__)

_VERSION = 1
"""Raise it when loading or chunking changes, so that every document is indexed again."""
_PROBE = "Sova"


@dataclass(frozen=True, slots=True)
class DenseModel:
    """An embedding model, and the languages that it embeds: empty means all. Text of no known language it gets too."""

    embedder: TextEmbedder
    languages: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The short name of its vectors."""
        return self.embedder.name

    def takes(self, chunk: Chunk) -> bool:
        """Whether it is to embed this chunk."""
        return not self.languages or not chunk.language or chunk.language in self.languages


@dataclass(frozen=True, slots=True)
class CutDocument:
    """A loaded document in chunks; `digest` is that of its file, `modified` seconds since the epoch."""

    digest: str
    modified: float
    chunks: tuple[Chunk, ...]


class Preparation:
    """Prepares documents. `dense` may be empty: then there is search by words alone."""

    def __init__(
        self,
        *,
        loader: DocumentLoader,
        dense: Sequence[DenseModel],
        sparse: SparseEmbedder,
        count_tokens: TokenCounter,
        limits: ChunkLimits | None = None,
    ) -> None:
        self._loader = loader
        self._dense = tuple(dense)
        self._sparse = sparse
        self._count_tokens = count_tokens
        self._limits = limits or ChunkLimits()

    @property
    def models(self) -> tuple[str, ...]:
        """The full names of the embedding models."""
        return tuple(model.embedder.model for model in self._dense)

    def mark(self, *, without: Iterable[str] = ()) -> str:
        """A short sign of the way in which documents are indexed; `without` names models that were not there."""
        left_out = frozenset(without)
        models = sorted(
            f"{model.name}={model.embedder.model}({','.join(sorted(model.languages))})"
            for model in self._dense
            if model.name not in left_out
        )
        recipe = "|".join([str(_VERSION), repr(self._limits), self._sparse.model, *models])
        return hashlib.sha256(recipe.encode()).hexdigest()[:16]

    async def missing(self) -> dict[str, EmbeddingUnavailable]:
        """Which models can't embed now, by short name, and why."""
        found: dict[str, EmbeddingUnavailable] = {}
        for model in self._dense:
            try:
                await model.embedder.embed_passages([_PROBE])
            except EmbeddingUnavailable as error:
                found[model.name] = error
        return found

    async def cut(self, document: str) -> CutDocument:
        """Load the document and cut it; `DocumentUnreadable` with one of the `Reason`s.

        The chunks have no scope yet: it is decided when they go into the index.
        """
        loaded = await self._loader.load(document)
        try:
            chunks = await asyncio.to_thread(
                chunk,
                document,
                loaded.text,
                title=loaded.title,
                language=loaded.language or "",
                scope="",
                modified=loaded.modified,
                size=self._count_tokens,
                limits=self._limits,
            )
        except Exception as error:
            logger.warning("a document can't be cut into chunks: %s", type(error).__name__)
            raise DocumentUnreadable(document=document, reason=Reason.UNREADABLE) from error
        if not chunks:
            raise DocumentUnreadable(document=document, reason=Reason.EMPTY)
        return CutDocument(loaded.digest, loaded.modified, chunks)

    async def embed(
        self, chunks: Sequence[Chunk], *, held: Sequence[IndexedChunk], without: dict[str, EmbeddingUnavailable]
    ) -> tuple[IndexedChunk, ...]:
        """Give the chunks their vectors; those that `held` has for the same text are taken from there.

        A model that fails is put into `without`, and the rest is done without it.
        """
        texts, known = await asyncio.to_thread(_compared, chunks, held)
        vectors: list[dict[str, Vector]] = [{} for _ in chunks]
        for model in self._dense:
            if model.name in without:
                continue
            try:
                await _embed_with(model, chunks, texts, known, vectors)
            except EmbeddingUnavailable as error:
                logger.warning("going on without an embedding model: %s", error.model)
                without[model.name] = error
        bags = await asyncio.to_thread(self._bags, texts)
        return tuple(IndexedChunk(chunk, dense, bag) for chunk, dense, bag in zip(chunks, vectors, bags, strict=True))

    def _bags(self, texts: Sequence[str]) -> list[SparseVector]:
        return [self._sparse.passage(text) for text in texts]


def in_scope(chunks: Iterable[IndexedChunk], scope: str) -> tuple[IndexedChunk, ...]:
    """The chunks labelled for the audience `scope`."""
    return tuple(replace(one, chunk=replace(one.chunk, scope=scope)) for one in chunks)


def _compared(
    chunks: Sequence[Chunk], held: Sequence[IndexedChunk]
) -> tuple[list[str], Mapping[str, Mapping[str, Vector]]]:
    """What is embedded for each of `chunks`, and the dense vectors that such texts have in `held`."""
    return [embedding_text(chunk) for chunk in chunks], {embedding_text(one.chunk): one.dense for one in held}


async def _embed_with(
    model: DenseModel,
    chunks: Sequence[Chunk],
    texts: Sequence[str],
    known: Mapping[str, Mapping[str, Vector]],
    vectors: Sequence[dict[str, Vector]],
) -> None:
    """Put the model's vectors into `vectors`, of all texts at once that are not known yet; or none at all."""
    wanted = [number for number, chunk in enumerate(chunks) if model.takes(chunk)]
    there = {text: dense[model.name] for text, dense in known.items() if model.name in dense}
    reused = {number: there[texts[number]] for number in wanted if texts[number] in there}
    fresh = [number for number in wanted if number not in reused]
    embedded = await model.embedder.embed_passages([texts[number] for number in fresh]) if fresh else ()
    for number, vector in (*reused.items(), *zip(fresh, embedded, strict=True)):
        vectors[number][model.name] = vector
