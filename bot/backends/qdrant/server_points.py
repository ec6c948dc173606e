"""Owns what a Qdrant server is asked and answers, in its client's words: points, conditions, requests. Pure."""

from collections.abc import Iterable
from typing import Any, cast

from qdrant_client import models

from bot.backends.qdrant.points import (
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
    record_payload,
)
from bot.ports import DocumentRecord, Hit, IndexedChunk, IndexQuery, SparseVector

UNLISTED = models.IsEmptyCondition(is_empty=models.PayloadField(key="scope"))
"""That a point was staged and isn't shown yet."""
SPARSE_CONFIG = {SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)}


def dense_config(schema: IndexSchema) -> dict[str, models.VectorParams]:
    """The rankings by vectors that a collection of this schema has."""
    return {
        name: models.VectorParams(size=dimension, distance=models.Distance.COSINE)
        for name, (_, dimension) in schema.dense.items()
    }


def point_of(indexed: IndexedChunk, schema: IndexSchema, generation: int) -> models.PointStruct:
    """A chunk as a point, which nobody finds before its generation is shown."""
    vectors: dict[str, Any] = dict(dense_vectors(indexed, schema))
    if indexed.sparse.indices:
        vectors[SPARSE] = _sparse(indexed.sparse)
    payload = chunk_payload(indexed.chunk, generation)
    return models.PointStruct(id=chunk_id(indexed.chunk, generation), vector=vectors, payload=payload)


def switch(record: DocumentRecord, generation: int) -> list[models.UpdateOperation]:
    """Write the record, show the generation, delete the older ones: in this order, in one request."""
    document = equals("document", pack(record.document))
    point = models.PointStruct(
        id=record_id(record.document, generation), vector={}, payload=record_payload(record, generation)
    )
    staged = models.Filter(must=[document, equals("generation", generation)])
    older = models.FieldCondition(key="generation", range=models.Range(lt=generation))
    return [
        models.UpsertOperation(upsert=models.PointsList(points=[point])),
        models.SetPayloadOperation(set_payload=models.SetPayload(payload={"scope": pack(record.scope)}, filter=staged)),
        models.DeleteOperation(delete=models.FilterSelector(filter=models.Filter(must=[document, older]))),
    ]


def request_of(query: IndexQuery) -> models.QueryRequest:
    """What the server is asked for one ranking."""
    conditions: list[Any] = [equals("scope", *sorted(map(pack, query.scopes)))]
    if query.language is not None:
        conditions.append(equals("language", pack(query.language)))
    return models.QueryRequest(
        query=_sparse(query.vector) if isinstance(query.vector, SparseVector) else list(map(float, query.vector)),
        using=SPARSE if isinstance(query.vector, SparseVector) else query.using,
        filter=models.Filter(must=conditions),
        limit=query.limit,
        with_payload=True,
    )


def _sparse(bag: SparseVector) -> models.SparseVector:
    return models.SparseVector(indices=list(bag.indices), values=list(bag.values))


def equals(field: str, *values: str | int) -> models.FieldCondition:
    """That a field has one of the values."""
    if len(values) == 1:
        return models.FieldCondition(key=field, match=models.MatchValue(value=values[0]))
    return models.FieldCondition(key=field, match=models.MatchAny(any=cast("list[str]", list(values))))


def payload_of(point: models.Record | models.ScoredPoint) -> Payload:
    """Every point of ours has one."""
    return cast("Payload", point.payload)


def indexed_of(point: models.Record) -> IndexedChunk:
    """A chunk's point, asked for with its vectors, as it was given."""
    vectors = dict(cast("dict[str, Any]", point.vector or {}))
    bag = vectors.pop(SPARSE, None)
    sparse = SparseVector(tuple(bag.indices), tuple(bag.values)) if bag else SparseVector((), ())
    return IndexedChunk(chunk_of(payload_of(point)), vectors, sparse)


def hits_of(response: models.QueryResponse, latest: dict[str, int]) -> list[Hit]:
    """The points as hits, without those of generations that are just being replaced."""
    points = [(point, payload_of(point)) for point in response.points]
    return [Hit(chunk_of(payload), point.score) for point, payload in points if is_latest(payload, latest)]


def of_newest(payloads: Iterable[Payload]) -> list[Payload]:
    """Those of each document's newest generation."""
    kept = list(payloads)
    latest = newest(kept)
    return [payload for payload in kept if is_latest(payload, latest)]


def is_latest(payload: Payload, latest: dict[str, int]) -> bool:
    """Whether it belongs to its document's newest generation."""
    return bool(payload["generation"] == latest[payload["document"]])
