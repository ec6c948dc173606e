"""Owns how documents lie in Qdrant, embedded or on a server: schemas, point ids, payloads, generations.

A document's chunks and its record are written as one *generation*, first without a `scope`. Every search asks for
scopes, so nobody sees them; one operation then gives the whole generation its scope, and the older ones are deleted.
"""

import hashlib
import json
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from bot.errors import IndexMismatch
from bot.ports import Chunk, DocumentRecord, IndexedChunk, IndexQuery, SparseEmbedder, SparseVector, TextEmbedder

LAYOUT = 1
"""Counts up when the points of an older Sova can't be read any more."""
SPARSE = "sparse"
CHUNK = "chunk"
RECORD = "record"
KEYWORDS = ("kind", "document", "scope", "language")
"""The payload's fields that are filtered by, and so are indexed."""

Payload = dict[str, Any]
"""A point's payload, as both vendor packages take and give it."""

_NAMESPACE = uuid.UUID("5b0f4a3e-6f0d-4a52-9c55-1d7a6f6f3c0e")
_RECORD_ORDINAL = -1
_ESCAPE = "\ufdd0"
"""A noncharacter, which no text holds by chance."""


@dataclass(frozen=True, slots=True)
class IndexSchema:
    """What the vectors of an index were made with; vectors of another schema don't compare.

    `dense` gives each embedder's full model name and dimension by its short name, `sparse` the tokenization. `version`
    is whatever else makes an index useless when it changes, such as how documents are cut into chunks.
    """

    dense: Mapping[str, tuple[str, int]]
    sparse: str
    version: str = "1"

    @classmethod
    def of(cls, dense: Iterable[TextEmbedder], sparse: SparseEmbedder, *, version: str = "1") -> Self:
        """The schema of an index that is filled by these embedders."""
        return cls({one.name: (one.model, one.dimension) for one in dense}, sparse.model, version)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The schema that `as_json` wrote; `ValueError` or `KeyError` when `text` is something else."""
        stored = json.loads(text)
        if stored["layout"] != LAYOUT:
            raise ValueError("another layout")
        dense = {name: (model, int(dimension)) for name, (model, dimension) in stored["dense"].items()}
        return cls(dense, stored["sparse"], stored["version"])

    def as_json(self) -> str:
        """One line that is the same for equal schemas."""
        return json.dumps(asdict(self) | {"layout": LAYOUT}, sort_keys=True)

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that name the schema in folders and collections."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()[:12]

    def __str__(self) -> str:
        models = [f"{model} ({dimension})" for _, (model, dimension) in sorted(self.dense.items())]
        return " + ".join([*models, self.sparse, f"v{self.version}"])

    def compares(self, query: IndexQuery, *, made_with: "IndexSchema") -> bool:
        """Whether the query's vector, made with the schema `made_with`, compares with the vectors of this one."""
        if isinstance(query.vector, SparseVector):
            return self.sparse == made_with.sparse
        return query.using in self.dense and self.dense[query.using] == made_with.dense.get(query.using)

    def mismatch(self, wanted: "IndexSchema") -> IndexMismatch | None:
        """The fault of an index of this schema where `wanted` is asked for; None when they are equal."""
        return None if self == wanted else IndexMismatch(built_with=str(self), wanted=str(wanted))


def answerable(query: IndexQuery, schema: IndexSchema | None, *, made_with: IndexSchema) -> bool:
    """Whether there is anything to ask an index of `schema` for; otherwise the ranking is empty.

    Raises `IndexMismatch` when the query's vector has another dimension than its own model.
    """
    if schema is None or not query.scopes or query.limit < 1 or not schema.compares(query, made_with=made_with):
        return False
    if isinstance(query.vector, SparseVector):
        return bool(query.vector.indices)
    if len(query.vector) != schema.dense[query.using][1]:
        raise IndexMismatch(built_with=str(schema), wanted=f"{query.using} ({len(query.vector)})")
    return True


def new_generation(after: int = 0) -> int:
    """A number above those given before: microseconds since the epoch, or one more than `after`."""
    return max(time.time_ns() // 1000, after + 1)


def demand_whole(record: DocumentRecord, chunks: Sequence[IndexedChunk]) -> None:
    """Raise `ValueError` unless `record` describes `chunks`: as many, all of its document and scope, each once."""
    owners = {(one.chunk.document, one.chunk.scope) for one in chunks}
    if not owners <= {(record.document, record.scope)}:
        raise ValueError("a chunk belongs to another document or scope than the record")
    if len({one.chunk.ordinal for one in chunks}) != record.chunks or len(chunks) != record.chunks:
        raise ValueError("the record counts other chunks than there are")


def dense_vectors(indexed: IndexedChunk, schema: IndexSchema) -> dict[str, list[float]]:
    """The chunk's dense vectors as plain lists; `IndexMismatch` when one isn't of the schema."""
    vectors = {name: [float(number) for number in vector] for name, vector in indexed.dense.items()}
    for name, vector in vectors.items():
        if len(vector) != schema.dense.get(name, ("", 0))[1]:
            raise IndexMismatch(built_with=str(schema), wanted=f"{name} ({len(vector)})")
    return vectors


def chunk_id(chunk: Chunk, generation: int) -> str:
    """The id of a chunk's point."""
    return _id(chunk.document, generation, chunk.ordinal)


def record_id(document: str, generation: int) -> str:
    """The id of the point that holds a document's record."""
    return _id(document, generation, _RECORD_ORDINAL)


def chunk_payload(chunk: Chunk, generation: int) -> Payload:
    """The chunk's fields, all but the scope, which is given to the whole generation at once."""
    return {
        "kind": CHUNK,
        "generation": generation,
        "document": pack(chunk.document),
        "ordinal": chunk.ordinal,
        "title": pack(chunk.title),
        "headings": [pack(heading) for heading in chunk.headings],
        "text": pack(chunk.text),
        "start": chunk.start,
        "end": chunk.end,
        "language": pack(chunk.language),
        "modified": chunk.modified,
    }


def chunk_of(payload: Payload) -> Chunk:
    """The chunk behind a point's payload."""
    return Chunk(
        document=unpack(payload["document"]),
        ordinal=payload["ordinal"],
        title=unpack(payload["title"]),
        headings=tuple(unpack(heading) for heading in payload["headings"]),
        text=unpack(payload["text"]),
        start=payload["start"],
        end=payload["end"],
        language=unpack(payload["language"]),
        scope=unpack(payload["scope"]),
        modified=float(payload["modified"]),
    )


def record_payload(record: DocumentRecord, generation: int) -> Payload:
    """The record's fields, all but the scope."""
    return {
        "kind": RECORD,
        "generation": generation,
        "document": pack(record.document),
        "digest": pack(record.digest),
        "chunks": record.chunks,
        "modified": record.modified,
    }


def record_of(payload: Payload) -> DocumentRecord:
    """The record behind a point's payload."""
    return DocumentRecord(
        document=unpack(payload["document"]),
        digest=unpack(payload["digest"]),
        chunks=payload["chunks"],
        scope=unpack(payload["scope"]),
        modified=float(payload["modified"]),
    )


def newest(payloads: Iterable[Payload]) -> dict[str, int]:
    """The highest generation among `payloads` by document, as packed."""
    generations: dict[str, int] = {}
    for payload in payloads:
        document = payload["document"]
        generations[document] = max(payload["generation"], generations.get(document, 0))
    return generations


def pack(text: str) -> str:
    """`text` as Qdrant can hold it: lone surrogates, which names of files may have, are not UTF-8."""
    if text.isascii() or (not text.startswith(_ESCAPE) and _is_utf8(text)):
        return text
    return _ESCAPE + text.encode("utf-8", "surrogatepass").hex()


def unpack(text: str) -> str:
    """What `pack` was given."""
    if not text.startswith(_ESCAPE):
        return text
    return bytes.fromhex(text.removeprefix(_ESCAPE)).decode("utf-8", "surrogatepass")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _id(document: str, generation: int, ordinal: int) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{generation}/{ordinal}/{pack(document)}"))
