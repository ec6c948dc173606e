"""Owns one embedded Qdrant shard: an index of one schema in one folder. Synchronous; lives in the worker process.

Each `update` of the engine is one entry of its write-ahead log, so a killed process leaves whole operations only. What
a kill may leave between two operations, or a fault may lose, is mended when the shard is opened.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from qdrant_edge import (
    CountRequest,
    Distance,
    EdgeConfig,
    EdgeOptimizersConfig,
    EdgeShard,
    EdgeSparseVectorParams,
    EdgeVectorParams,
    FacetRequest,
    FieldCondition,
    Filter,
    IdfParams,
    IsEmptyCondition,
    MatchAny,
    MatchValue,
    Modifier,
    PayloadSchemaType,
    Point,
    Query,
    QueryBatchRequest,
    QueryRequest,
    RangeFloat,
    Record,
    ScoredPoint,
    ScrollRequest,
    SearchParams,
    UpdateOperation,
)
from qdrant_edge import SparseVector as EdgeSparseVector

from bot.backends.qdrant.points import (
    CHUNK,
    KEYWORDS,
    RECORD,
    SPARSE,
    IndexSchema,
    Payload,
    chunk_id,
    chunk_of,
    chunk_payload,
    dense_vectors,
    newest,
    pack,
    record_id,
    record_of,
    record_payload,
    unpack,
)
from bot.ports import Chunk, DocumentRecord, Hit, IndexedChunk, IndexQuery, SparseVector

logger = logging.getLogger(__name__)

FLUSH_POINTS = 5_000
"""After so many points the log is flushed: at 100k chunks a flush takes 0.3 s, reading a long log back at start too."""
NO_GRAPH_KB = 2**40
"""No vector graph is ever built: 100k × 2 vectors took it 240 s [2 cores]; comparing with all takes 13 ms a query."""
PAGE = 1_000

_UNLISTED = Filter(must=[IsEmptyCondition(key="scope")])
_SHOWN = Filter(must_not=[IsEmptyCondition(key="scope")])
_SHOWN_IDF = SearchParams(idf=IdfParams(corpus=_SHOWN))
"""How rare a word is among the chunks that are shown: by itself the engine counts deleted and staged ones too."""


class StagingLost(Exception):
    """Not all chunks that were staged are there: the worker was started anew in between."""


class Shard:
    """The chunks and records of one schema. Errors of the engine pass through as they are."""

    def __init__(self, folder: Path, schema: IndexSchema) -> None:
        """Open the shard in `folder`, which `create` made, and mend what the last process left behind."""
        self.schema = schema
        self._folder = folder
        self._shard = EdgeShard.load(str(folder))
        self._unflushed = 0
        self._records = self._mend()

    @staticmethod
    def create(folder: Path, schema: IndexSchema) -> None:
        """Make an empty shard in `folder`."""
        shard = EdgeShard.create(str(folder), _config(schema))
        for field in KEYWORDS:
            shard.update(UpdateOperation.create_field_index(field, PayloadSchemaType.Keyword))
        shard.flush()
        shard.close()

    @staticmethod
    def held(folder: Path) -> int:
        """How many documents the shard in `folder` holds, as it was left: nothing is mended."""
        shard = EdgeShard.load(str(folder))
        try:
            return shard.count(CountRequest(filter=Filter(must=[_is("kind", RECORD)])))
        finally:
            shard.close()

    def close(self) -> None:
        """Write everything down and let go of the folder."""
        self._shard.flush()
        self._shard.close()

    def give_room_back(self) -> None:
        """Write the points anew without the deleted ones, when these are many (a fifth): 2 s for 50k chunks."""
        self._shard.optimize()

    def stage(self, chunks: Sequence[IndexedChunk], *, generation: int) -> None:
        """Write some of a document's chunks; nobody sees them yet."""
        self._upsert([self._point(one, generation) for one in chunks])

    def commit(self, record: DocumentRecord, *, generation: int) -> None:
        """Show the staged generation, and forget the document's other ones. `StagingLost` when it isn't whole."""
        document = _is("document", pack(record.document))
        staged = Filter(must=[document, _is("generation", generation)])
        if self._shard.count(CountRequest(filter=staged)) != record.chunks:
            raise StagingLost
        self._upsert([Point(record_id(record.document, generation), {}, record_payload(record, generation))])
        self._shard.update(UpdateOperation.set_payload_by_filter(staged, {"scope": pack(record.scope)}))
        self._delete(Filter(must=[document], must_not=[_is("generation", generation)]))
        self._records[record.document] = record
        self._flush_when_due()

    def discard(self, document: str, *, generation: int) -> None:
        """Forget what was staged."""
        self._delete(Filter(must=[_is("document", pack(document)), _is("generation", generation)]))

    def remove(self, documents: Sequence[str]) -> None:
        """Forget documents in one operation."""
        self._delete(Filter(must=[_is("document", *map(pack, documents))]))
        for document in documents:
            self._records.pop(document, None)
        self._flush_when_due()

    def documents(self) -> list[DocumentRecord]:
        """Every document, by path."""
        return [self._records[document] for document in sorted(self._records)]

    def rankings(self, queries: Sequence[IndexQuery]) -> list[list[Hit]]:
        """One ranking a query, best first; all in one pass. A chunk in several rankings is made, and travels, once."""
        scopes = frozenset(record.scope for record in self._records.values())
        found = self._shard.query_batch(QueryBatchRequest([_request(query, held=scopes) for query in queries]))
        chunks = {point.id: point for points in found for point in points}
        made = {id_: chunk_of(_payload(point)) for id_, point in chunks.items()}
        return [[Hit(made[point.id], point.score) for point in points] for points in found]

    def chunks(self, document: str, *, first: int, last: int) -> list[Chunk]:
        """The document's chunks with ordinals from `first` to `last`, in order."""
        conditions = [_is("document", pack(document)), _is("kind", CHUNK)]
        ordinals = FieldCondition(key="ordinal", range=RangeFloat(gte=first, lte=last))
        listed = Filter(must=[*conditions, ordinals], must_not=[IsEmptyCondition(key="scope")])
        return sorted(map(chunk_of, self._payloads(listed)), key=lambda chunk: chunk.ordinal)

    def indexed(self, document: str) -> list[IndexedChunk]:
        """The document's chunks with their vectors, in order."""
        shown = Filter(
            must=[_is("document", pack(document)), _is("kind", CHUNK)], must_not=[IsEmptyCondition(key="scope")]
        )
        return sorted(map(_indexed, self._points(shown, with_vector=True)), key=lambda one: one.chunk.ordinal)

    def size(self) -> tuple[int, int]:
        """How many chunks there are, and the bytes that the folder really takes (its files have holes)."""
        files = (path.stat() for path in self._folder.rglob("*") if path.is_file())
        return sum(record.chunks for record in self._records.values()), sum(_taken(facts) for facts in files)

    def _mend(self) -> dict[str, DocumentRecord]:
        """Forget what was never shown, older generations, and documents of which anything is missing."""
        self._delete(_UNLISTED)
        payloads = list(self._payloads(Filter(must=[_is("kind", RECORD)])))
        latest = newest(payloads)
        for payload in payloads:
            if payload["generation"] < latest[payload["document"]]:
                self.discard(unpack(payload["document"]), generation=payload["generation"])
        current = [record_of(payload) for payload in payloads if payload["generation"] == latest[payload["document"]]]
        return self._without_torn({record.document: record for record in current})

    def _without_torn(self, records: dict[str, DocumentRecord]) -> dict[str, DocumentRecord]:
        """A lost document is indexed again at the next look into the folder; half of one would stay for good."""
        facets = self._shard.facet(FacetRequest(key="document", limit=2**31, exact=True))
        points = {unpack(str(hit.value)): hit.count for hit in facets.hits}
        whole = {document: record.chunks + 1 for document, record in records.items()}
        torn = [document for document, count in points.items() if count != whole.get(document)]
        if torn:
            logger.warning("%d documents are not whole in the index; they will be indexed again", len(torn))
            self._delete(Filter(must=[_is("document", *map(pack, torn))]))
        return {document: record for document, record in records.items() if document not in torn}

    def _payloads(self, condition: Filter) -> Iterator[Payload]:
        return map(_payload, self._points(condition))

    def _points(self, condition: Filter, *, with_vector: bool = False) -> Iterator[Record]:
        offset: Any = None
        while True:
            request = ScrollRequest(
                offset=offset, limit=PAGE, filter=condition, with_payload=True, with_vector=with_vector
            )
            points, offset = self._shard.scroll(request)
            yield from points
            if offset is None:
                return

    def _point(self, indexed: IndexedChunk, generation: int) -> Point:
        vectors: dict[str, Any] = dict(dense_vectors(indexed, self.schema))
        if indexed.sparse.indices:
            vectors[SPARSE] = _edge_sparse(indexed.sparse)
        return Point(chunk_id(indexed.chunk, generation), vectors, chunk_payload(indexed.chunk, generation))

    def _upsert(self, points: list[Point]) -> None:
        self._shard.update(UpdateOperation.upsert_points(points))
        self._unflushed += len(points)

    def _delete(self, condition: Filter) -> None:
        self._shard.update(UpdateOperation.delete_points_by_filter(condition))

    def _flush_when_due(self) -> None:
        if self._unflushed >= FLUSH_POINTS:
            self._shard.flush()
            self._unflushed = 0


def _config(schema: IndexSchema) -> EdgeConfig:
    dense = {
        name: EdgeVectorParams(size=dimension, distance=Distance.Cosine)
        for name, (_, dimension) in schema.dense.items()
    }
    return EdgeConfig(
        vectors=dense,
        sparse_vectors={SPARSE: EdgeSparseVectorParams(modifier=Modifier.Idf)},
        optimizers=EdgeOptimizersConfig(indexing_threshold=NO_GRAPH_KB),
    )


def _request(query: IndexQuery, *, held: frozenset[str]) -> QueryRequest:
    return QueryRequest(
        limit=query.limit,
        query=_nearest(query),
        filter=_permitted(query, held=held),
        params=_SHOWN_IDF if isinstance(query.vector, SparseVector) else None,
        with_payload=True,
    )


def _permitted(query: IndexQuery, *, held: frozenset[str]) -> Filter:
    """Whoever may see every scope that is held sees whatever is shown: half the time of comparing with a list."""
    conditions: list[Any] = [_SHOWN if held <= query.scopes else _is("scope", *sorted(map(pack, query.scopes)))]
    if query.language is not None:
        conditions.append(_is("language", pack(query.language)))
    return Filter(must=conditions)


def _nearest(query: IndexQuery) -> Query:
    if isinstance(query.vector, SparseVector):
        return Query.Nearest(_edge_sparse(query.vector), using=SPARSE)
    return Query.Nearest([float(number) for number in query.vector], using=query.using)


def _edge_sparse(bag: SparseVector) -> EdgeSparseVector:
    return EdgeSparseVector(list(bag.indices), list(bag.values))


def _is(field: str, *values: str | int) -> FieldCondition:
    """One value is compared with twice as fast as a list of one."""
    if len(values) == 1:
        return FieldCondition(key=field, match=MatchValue(values[0]))
    return FieldCondition(key=field, match=MatchAny(cast("list[str]", list(values))))


def _payload(point: ScoredPoint | Record) -> Payload:
    """Every point of ours has one."""
    return cast("Payload", point.payload)


def _indexed(point: Record) -> IndexedChunk:
    """A chunk's point, asked for with its vectors, as it was given."""
    vectors = cast("dict[str, Any]", point.vector or {})
    bag = vectors.pop(SPARSE, None)
    sparse = SparseVector(tuple(bag.indices), tuple(bag.values)) if bag else SparseVector((), ())
    return IndexedChunk(chunk_of(_payload(point)), vectors, sparse)


def _taken(facts: os.stat_result) -> int:
    blocks: int | None = getattr(facts, "st_blocks", None)  # not on Windows
    return int(facts.st_size) if blocks is None else blocks * 512
