"""Owns a large index for the benchmarks: documents made up from the handbook's words, written through the real port.

`python -m tests.benchmarks.library FOLDER CHUNKS` writes it, as a program of its own so that making it leaves no trace
in the memory that is measured, and prints the memory in MB of the index's process after the last document.

Words come as often as Zipf's law says, over 30 000 words of which the handbook's most frequent ones are the most
frequent here, so that questions about the handbook meet the long lists of passages that common words have. A passage's
dense vector lies near one of 2 000 random centres. Every passage has a vector of every model, though really the English
one reads English alone: no folder of this size makes more work.
"""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.backends.qdrant.edge import QdrantEdgeIndex, open_edge_index
from bot.backends.qdrant.points import IndexSchema
from bot.composition.embedding import open_embedders
from bot.ports import Chunk, DocumentRecord, IndexedChunk
from bot.retrieval.chunking import embedding_text
from bot.retrieval.scopes import PUBLIC
from bot.retrieval.sparse import FoldedStems
from bot.settings import Settings, child_environment
from tests.benchmarks.machine import memory_mb

HANDBOOK = Path(__file__).parents[2] / "knowledge"
CHUNKS_A_DOCUMENT = 50
WORDS_A_CHUNK = 140
VOCABULARY = 30_000
CENTRES = 2_000
NOISE = 0.7
"""The length of what sets a vector off from its centre, whose own length is 1."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


async def fill(folder: Path, *, chunks: int) -> float:
    """Write an index of the default models with `chunks` chunks into `folder`; the memory of its process in MB."""
    async with open_embedders(Settings()) as embedders:
        schema = IndexSchema.of(embedders.dense, FoldedStems())
    made = documents(tuple(schema.dense), dimension=max(size for _, size in schema.dense.values()))
    async with open_edge_index(folder, schema, environment=child_environment(), required=True) as index:
        for record, passages in islice(made, chunks // CHUNKS_A_DOCUMENT):
            await index.replace(record, passages)
        return worker_mb(index)


def worker_mb(index: QdrantEdgeIndex) -> float:
    """The memory of the index's process."""
    pid = index._session.process.pid
    return memory_mb(pid) if pid else 0.0


def documents(models: Sequence[str], *, dimension: int) -> Iterator[tuple[DocumentRecord, tuple[IndexedChunk, ...]]]:
    """Documents without end, the same in every run, in English and in Czech by turns."""
    maker = _Maker(models, dimension)
    number = 0
    while True:
        document = f"{('en', 'cs')[number % 2]}/{number:05}.md"
        yield DocumentRecord(document, f"{number}", CHUNKS_A_DOCUMENT, PUBLIC, 0.0), maker.chunks(document)
        number += 1


def vocabulary() -> list[str]:
    """The handbook's words, most frequent first, and made-up ones after them."""
    text = " ".join(path.read_text(encoding="utf-8") for path in sorted(HANDBOOK.rglob("*.md")))
    words = [word for word, _ in Counter(re.findall(r"\w+", text.lower())).most_common()]
    random = np.random.default_rng(1)
    letters = random.integers(len(_LETTERS), size=(VOCABULARY - len(words), 7))
    return words + ["".join(_LETTERS[place] for place in row) for row in letters]


@dataclass
class _Maker:
    models: Sequence[str]
    dimension: int
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))

    def __post_init__(self) -> None:
        self.words = np.array(vocabulary())
        self.reach = np.cumsum(1 / np.arange(1, len(self.words) + 1))
        self.centres = {name: _unit(self.random.standard_normal((CENTRES, self.dimension))) for name in self.models}
        self.sparse = FoldedStems()

    def chunks(self, document: str) -> tuple[IndexedChunk, ...]:
        vectors = {name: self._vectors(name) for name in self.models}
        texts = self._texts()
        return tuple(
            self._indexed(_chunk(document, place, text), {name: rows[place] for name, rows in vectors.items()})
            for place, text in enumerate(texts)
        )

    def _indexed(self, chunk: Chunk, dense: dict[str, list[float]]) -> IndexedChunk:
        return IndexedChunk(chunk, dense, self.sparse.passage(embedding_text(chunk)))

    def _texts(self) -> list[str]:
        places = self.random.random((CHUNKS_A_DOCUMENT, WORDS_A_CHUNK)) * self.reach[-1]
        return [" ".join(row) for row in self.words[np.searchsorted(self.reach, places)]]

    def _vectors(self, name: str) -> list[list[float]]:
        centre = self.centres[name][self.random.integers(CENTRES, size=CHUNKS_A_DOCUMENT)]
        noise = _unit(self.random.standard_normal(centre.shape)) * NOISE
        rows: list[list[float]] = _unit(centre + noise).tolist()
        return rows


def _chunk(document: str, ordinal: int, text: str) -> Chunk:
    start = ordinal * 10_000
    language = document.partition("/")[0]
    return Chunk(document, ordinal, f"Title of {document}", (), text, start, start + len(text), language, PUBLIC, 0.0)


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rows at length 1."""
    lengths: NDArray[np.float64] = np.linalg.norm(rows, axis=-1, keepdims=True)
    return rows / lengths


def main() -> None:
    """Fill the folder that the first argument names."""
    memory = asyncio.run(fill(Path(sys.argv[1]), chunks=int(sys.argv[2])))
    sys.stdout.write(f"{memory}\n")


if __name__ == "__main__":
    main()
