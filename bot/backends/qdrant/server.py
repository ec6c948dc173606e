"""Owns the index of documents on a Qdrant server: collections named by their schema, and an alias to the one in use."""

import asyncio
import logging
import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from qdrant_client import AsyncQdrantClient, models

from bot.backends.gates.connecting import INSIDE
from bot.backends.qdrant.connection import Gone, QdrantConnection, connect
from bot.backends.qdrant.faults import IndexFault
from bot.backends.qdrant.points import (
    CHUNK,
    KEYWORDS,
    RECORD,
    IndexSchema,
    Payload,
    answerable,
    chunk_of,
    demand_whole,
    new_generation,
    newest,
    pack,
    record_of,
)
from bot.backends.qdrant.server_points import (
    SPARSE_CONFIG,
    UNLISTED,
    dense_config,
    equals,
    hits_of,
    indexed_of,
    is_latest,
    of_newest,
    payload_of,
    point_of,
    request_of,
    switch,
)
from bot.egress import Gate
from bot.errors import AssistantError, IndexMismatch, IndexUnavailable
from bot.ports import Chunk, DocumentRecord, Hit, IndexedChunk, IndexQuery

logger = logging.getLogger(__name__)

BATCH = 64
PAGE = 1_000
LEFTOVER_AGE = timedelta(hours=1)
"""What was staged so long ago and never shown belongs to a program that died."""
SCHEMA_ID = str(uuid.UUID("0e0f7a51-64f4-4f9e-8f66-6c1f9c0b8d11"))
"""The point of each collection that holds its schema."""

Result = TypeVar("Result")


@asynccontextmanager
async def open_server_index(
    url: str,
    schema: IndexSchema,
    *,
    api_key: str = "",
    collection: str = "sova",
    required: bool = False,
    gate: Gate = INSIDE,
) -> AsyncIterator["QdrantServerIndex"]:
    """Use the index behind the alias `collection` on the server at `url`, made if there is none.

    An index of another schema is used as it is: `outdated` says so, and `rebuild` makes the one that is wanted. When
    the server doesn't answer, `required` raises `IndexUnavailable`; without it the fault is logged, and each call tries
    by itself. `gate` permits the addresses that it connects to. Raises `BadSetting` when `url` can't be understood.
    """
    async with connect(url, api_key=api_key, gate=gate) as connection:
        index = QdrantServerIndex(connection, schema, alias=collection)
        try:
            await index.find()
        except AssistantError as error:
            if required:
                raise
            logger.warning("starting without the index of documents: %s", error)
        yield index


@dataclass(frozen=True, slots=True)
class _Collection:
    name: str
    schema: IndexSchema


class QdrantServerIndex:
    """The `PassageIndex` on a Qdrant server; several programs may search it, one should write at a time.

    A document's switch is one request (show the new generation, delete the older ones). While the server works on it,
    for milliseconds, a search of another program may meet a part of either version, never of both mixed.
    """

    def __init__(self, connection: QdrantConnection, wanted: IndexSchema, *, alias: str) -> None:
        self._connection = connection
        self._wanted = wanted
        self._alias = alias
        self._found: _Collection | None = None
        self._fixed = False
        self._finding = asyncio.Lock()

    @property
    def schema(self) -> IndexSchema | None:
        """What the index was made with; None while the server has not been reached."""
        return self._found.schema if self._found else None

    @property
    def outdated(self) -> IndexMismatch | None:
        """Set while the index is of another schema than the wanted one.

        Until a `rebuild`, it answers with what compares: rankings by models that it wasn't made with are empty.
        Nothing can be put into it; what is gone can be removed.
        """
        return self.schema.mismatch(self._wanted) if self.schema else None

    async def replace(self, record: DocumentRecord, chunks: Sequence[IndexedChunk]) -> None:
        """Hold exactly `chunks` for the document. The switch is one request; a program killed before leaves the old.

        Raises `ValueError` when `record` doesn't describe `chunks`.
        """
        demand_whole(record, chunks)
        await self._on_collection(lambda at: self._replace(at, record, chunks))

    async def remove(self, documents: Sequence[str]) -> None:
        """Forget these documents, also while the index is `outdated`."""
        condition = models.Filter(must=[equals("document", *map(pack, documents))])
        if documents:
            await self._on_collection(lambda at: self._delete(at, condition))

    async def documents(self) -> Sequence[DocumentRecord]:
        """Every document that is held, by path."""
        condition = models.Filter(must=[equals("kind", RECORD)], must_not=[UNLISTED])
        payloads = await self._on_collection(lambda at: self._payloads(at, condition))
        return sorted(map(record_of, of_newest(payloads)), key=lambda record: record.document)

    async def rankings(self, queries: Sequence[IndexQuery]) -> Sequence[Sequence[Hit]]:
        """One ranking a query, best first, in one round trip."""
        return await self._on_collection(lambda at: self._rankings(at, queries))

    async def chunks(self, document: str, *, first: int, last: int) -> Sequence[Chunk]:
        """The document's chunks with ordinals from `first` to `last`, in order."""
        ordinals = models.FieldCondition(key="ordinal", range=models.Range(gte=first, lte=last))
        condition = models.Filter(
            must=[equals("document", pack(document)), equals("kind", CHUNK), ordinals], must_not=[UNLISTED]
        )
        payloads = await self._on_collection(lambda at: self._payloads(at, condition))
        return sorted(map(chunk_of, of_newest(payloads)), key=lambda chunk: chunk.ordinal)

    async def indexed(self, document: str) -> Sequence[IndexedChunk]:
        """The document's chunks with their vectors, in order."""
        condition = models.Filter(must=[equals("document", pack(document)), equals("kind", CHUNK)], must_not=[UNLISTED])
        points = await self._on_collection(lambda at: self._points(at, condition, with_vectors=True))
        latest = newest(map(payload_of, points))
        shown = [indexed_of(point) for point in points if is_latest(payload_of(point), latest)]
        return sorted(shown, key=lambda one: one.chunk.ordinal)

    async def size(self) -> tuple[int, int]:
        """How many chunks there are, and 0: the server doesn't tell what they take on its disk."""
        condition = models.Filter(must=[equals("kind", CHUNK)], must_not=[UNLISTED])

        async def count(at: _Collection) -> int:
            return (await self._read(self._client.count(at.name, count_filter=condition, exact=True))).count

        return await self._on_collection(count), 0

    @asynccontextmanager
    async def rebuild(self) -> AsyncIterator["QdrantServerIndex"]:
        """An index of the wanted schema, built beside this one; this one goes on answering, and becomes it at the end.

        When the block fails or is cancelled, nothing changes, and the next `rebuild` goes on with what was built.
        """
        old = await self.find()
        fresh = QdrantServerIndex(self._connection, self._wanted, alias=self._alias)
        fresh._found = await self._prepare()
        fresh._fixed = True
        yield fresh
        await self._point_to(fresh._found, instead_of=old)

    async def find(self) -> _Collection:
        """The collection behind the alias, made if there is none.

        Once found it is kept; an outdated one is looked for each time, as another program may be building anew.
        """
        async with self._finding:
            if self._found is not None and self.outdated is None:
                return self._found
            try:
                found = await self._look() or await self._begin()
                if self._found != found:
                    await self._forget_leftovers(found)
                self._found = found
            except Gone:
                raise IndexUnavailable(where=self._connection.where, reason=IndexFault.NOT_QDRANT) from None
            return self._found

    @property
    def _client(self) -> AsyncQdrantClient:
        return self._connection.client

    async def _on_collection(self, work: Callable[[_Collection], Awaitable[Result]]) -> Result:
        """Do it on the collection in use, and once more on its successor when another program just swapped it."""
        try:
            return await work(await self.find())
        except Gone:
            if not self._fixed:
                self._found = None
        try:
            return await work(await self.find())
        except Gone:
            raise IndexUnavailable(where=self._connection.where, reason=IndexFault.LOST) from None

    async def _look(self) -> _Collection | None:
        aliases = (await self._read(self._client.get_aliases())).aliases
        name = next((one.collection_name for one in aliases if one.alias_name == self._alias), None)
        return _Collection(name, await self._schema_of(name)) if name else None

    async def _schema_of(self, name: str) -> IndexSchema:
        points = await self._read(self._client.retrieve(name, [SCHEMA_ID]))
        try:
            return IndexSchema.from_json((points[0].payload or {})["schema"])
        except (LookupError, ValueError):
            raise IndexUnavailable(where=self._connection.where, reason=IndexFault.DAMAGED) from None

    async def _begin(self) -> _Collection:
        made = await self._prepare()
        await self._point_to(made, instead_of=None)
        return made

    async def _prepare(self) -> _Collection:
        """The collection of the wanted schema, made unless it is there, whole or not."""
        name = f"{self._alias}-{self._wanted.fingerprint}"
        if not await self._read(self._client.collection_exists(name)):
            await self._connection.write(
                self._client.create_collection(
                    name, vectors_config=dense_config(self._wanted), sparse_vectors_config=SPARSE_CONFIG
                )
            )
        for field in KEYWORDS:
            await self._connection.write(
                self._client.create_payload_index(name, field, models.PayloadSchemaType.KEYWORD)
            )
        schema = models.PointStruct(id=SCHEMA_ID, vector={}, payload={"schema": self._wanted.as_json()})
        await self._connection.write(self._client.upsert(name, [schema]))
        return _Collection(name, self._wanted)

    async def _point_to(self, collection: _Collection, *, instead_of: _Collection | None) -> None:
        """Switch the alias in one step, and delete every other collection that it pointed to or might have."""
        create = models.CreateAlias(collection_name=collection.name, alias_name=self._alias)
        operations: list[Any] = [models.CreateAliasOperation(create_alias=create)]
        if instead_of is not None:
            delete = models.DeleteAlias(alias_name=self._alias)
            operations.insert(0, models.DeleteAliasOperation(delete_alias=delete))
        await self._connection.write(self._client.update_collection_aliases(operations))
        self._found = collection
        try:
            await self._delete_others(collection)
        except (AssistantError, Gone) as error:
            logger.warning("the former collections of documents could not be deleted: %s", error)

    async def _delete_others(self, kept: _Collection) -> None:
        ours = re.compile(re.escape(self._alias) + "-[0-9a-f]{12}")
        collections = (await self._read(self._client.get_collections())).collections
        for name in [one.name for one in collections if ours.fullmatch(one.name) and one.name != kept.name]:
            await self._connection.write(self._client.delete_collection(name))

    async def _replace(self, at: _Collection, record: DocumentRecord, chunks: Sequence[IndexedChunk]) -> None:
        if mismatch := at.schema.mismatch(self._wanted):
            raise mismatch
        document = equals("document", pack(record.document))
        held = await self._payloads(at, models.Filter(must=[document, equals("kind", RECORD)]))
        generation = new_generation(after=max((payload["generation"] for payload in held), default=0))
        try:
            for start in range(0, len(chunks), BATCH):
                points = [point_of(one, at.schema, generation) for one in chunks[start : start + BATCH]]
                await self._connection.write(self._client.upsert(at.name, points))
            await self._connection.write(self._client.batch_update_points(at.name, switch(record, generation)))
        except (AssistantError, Gone):
            with suppress(AssistantError, Gone):  # at worst nobody sees it, and a later start forgets it
                await self._delete(at, models.Filter(must=[document, equals("generation", generation), UNLISTED]))
            raise

    async def _rankings(self, at: _Collection, queries: Sequence[IndexQuery]) -> Sequence[Sequence[Hit]]:
        can = [answerable(query, at.schema, made_with=self._wanted) for query in queries]
        requests = [request_of(query) for query, yes in zip(queries, can, strict=True) if yes]
        if not requests:
            return [()] * len(queries)
        responses = await self._read(self._client.query_batch_points(at.name, requests))
        latest = newest(payload_of(point) for response in responses for point in response.points)
        found = iter(responses)
        return [hits_of(next(found), latest) if yes else () for yes in can]

    async def _payloads(self, at: _Collection, condition: models.Filter) -> list[Payload]:
        return [payload_of(point) for point in await self._points(at, condition)]

    async def _points(
        self, at: _Collection, condition: models.Filter, *, with_vectors: bool = False
    ) -> list[models.Record]:
        found: list[models.Record] = []
        offset: Any = None
        while True:
            points, offset = await self._read(
                self._client.scroll(
                    at.name, scroll_filter=condition, limit=PAGE, offset=offset, with_vectors=with_vectors
                )
            )
            found += points
            if offset is None:
                return found

    async def _forget_leftovers(self, at: _Collection) -> None:
        before = new_generation() - LEFTOVER_AGE // timedelta(microseconds=1)
        old = models.FieldCondition(key="generation", range=models.Range(lt=before))
        await self._delete(at, models.Filter(must=[old, UNLISTED]))

    async def _delete(self, at: _Collection, condition: models.Filter) -> None:
        await self._connection.write(self._client.delete(at.name, models.FilterSelector(filter=condition)))

    async def _read(self, call: Awaitable[Result]) -> Result:
        return await self._connection.read(call)
