"""Owns the indexes that the contract of `PassageIndex` runs on, and the documents that its tests fill them with.

`SOVA_TEST_QDRANT_URL` names a real Qdrant server, where there is one.
"""

import os
import uuid
import warnings
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from qdrant_client import AsyncQdrantClient

from bot.backends.qdrant.connection import QdrantConnection, connect
from bot.backends.qdrant.edge import QdrantEdgeIndex, open_edge_index
from bot.backends.qdrant.points import IndexSchema
from bot.backends.qdrant.server import QdrantServerIndex
from bot.ports import Chunk, DocumentRecord, IndexedChunk, IndexQuery, PassageIndex, SparseVector
from bot.settings import child_environment
from tests.doubles.memory_index import MemoryIndex

CONFIGURED_URL = os.environ.get("SOVA_TEST_QDRANT_URL", "")  # noqa: TID251  # a server for the tests, not for Sova
SCHEMA = IndexSchema({"e5": ("small", 3), "mini": ("tiny", 2)}, "stems")
EVERYBODY = frozenset({"all"})
KINDS = ["memory", "edge", "local", *(["server"] if CONFIGURED_URL else [])]


def open_kind(kind: str, edge_folder: Path) -> AbstractAsyncContextManager[PassageIndex]:
    """An empty index of the kind."""
    match kind:
        case "memory":
            return open_memory()
        case "edge":
            return open_edge(edge_folder)
        case "local":
            return open_local()
        case _:
            return open_configured()


@asynccontextmanager
async def open_memory() -> AsyncIterator[MemoryIndex]:
    yield MemoryIndex()


def open_edge(folder: Path, schema: IndexSchema = SCHEMA) -> AbstractAsyncContextManager[QdrantEdgeIndex]:
    """The index that lies in `folder`; faults are raised at once."""
    return open_edge_index(folder, schema, environment=child_environment(), required=True)


@asynccontextmanager
async def local_server() -> AsyncIterator[QdrantConnection]:
    """The official client's imitation of a server."""
    with warnings.catch_warnings():
        # Payload indexes don't change what is found, only how fast: the imitation has none.
        warnings.filterwarnings("ignore", "Payload indexes have no effect")
        client = AsyncQdrantClient(":memory:")
        yield QdrantConnection(client, where="memory")
        await client.close()


@asynccontextmanager
async def open_local() -> AsyncIterator[QdrantServerIndex]:
    async with local_server() as connection:
        yield QdrantServerIndex(connection, SCHEMA, alias="sova")


@asynccontextmanager
async def open_configured() -> AsyncIterator[QdrantServerIndex]:
    alias = f"sova-test-{uuid.uuid4().hex}"
    async with connect(CONFIGURED_URL) as connection:
        yield QdrantServerIndex(connection, SCHEMA, alias=alias)
        for collection in (await connection.client.get_collections()).collections:
            if collection.name.startswith(alias):
                await connection.client.delete_collection(collection.name)


def a_chunk(document: str, ordinal: int = 0, **fields: object) -> Chunk:
    values: dict[str, object] = {
        "document": document,
        "ordinal": ordinal,
        "title": "Handbook",
        "headings": ("Holidays", "Summer"),
        "text": f"{document} says {ordinal}",
        "start": 10 * ordinal,
        "end": 10 * ordinal + 9,
        "language": "en",
        "scope": "all",
        "modified": 1.5,
    }
    return Chunk(**(values | fields))  # type: ignore[arg-type]


def indexed(
    chunk: Chunk, *, e5: Sequence[float] | None = (1.0, 0.0, 0.0), tokens: Sequence[int] = (1,)
) -> IndexedChunk:
    """The chunk with one vector of three numbers, unless None, and each token with the weight 1."""
    return IndexedChunk(chunk, {"e5": e5} if e5 else {}, bag(*tokens))


def record_of(chunks: Sequence[IndexedChunk], *, digest: str = "d") -> DocumentRecord:
    """The record of the document that the chunks make up."""
    first = chunks[0].chunk
    return DocumentRecord(first.document, digest, len(chunks), first.scope, first.modified)


async def put(index: PassageIndex, *chunks: IndexedChunk, digest: str = "d") -> None:
    """Hold the chunks as one document."""
    await index.replace(record_of(chunks, digest=digest), chunks)


def bag(*tokens: int) -> SparseVector:
    return SparseVector(tokens, tuple(1.0 for _ in tokens))


def by_meaning(*vector: float, scopes: frozenset[str] = EVERYBODY, limit: int = 100, **narrow: str) -> IndexQuery:
    return IndexQuery(vector, scopes, limit, using="e5", language=narrow.get("language"))


def by_words(*tokens: int, scopes: frozenset[str] = EVERYBODY, limit: int = 100, **narrow: str) -> IndexQuery:
    return IndexQuery(bag(*tokens), scopes, limit, language=narrow.get("language"))


async def found(index: PassageIndex, query: IndexQuery) -> list[Chunk]:
    """The chunks that one query finds, best first."""
    (hits,) = await index.rankings([query])
    return [hit.chunk for hit in hits]
