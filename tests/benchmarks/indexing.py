"""What the indexer adds to embedding: limit 0.9 × the raw embedder's passages a second.

Six times half of the handbook's Markdown pages, in both languages, come into the knowledge folder, each copy with a
word of its own in its title so that no text comes twice. The product's indexer brings them into the embedded index:
every page is read in a child process, cut, embedded by the default models, and written. By turns, the same texts go to
the models straight through fastembed, one at a time, which is the fastest way with these. Models and reader are loaded
before; whichever came first comes second the next time, and the median of the ratios counts. A heartbeat tells how long
the event loop was blocked by the indexer.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from fastembed import TextEmbedding

from bot.backends.documents.process import DocumentProcesses
from bot.backends.embedding.fastembed_models import load
from bot.backends.qdrant.edge import open_edge_index
from bot.backends.qdrant.points import IndexSchema
from bot.composition.embedding import embedding_shelf_of, open_embedders, wanted_embedding_models
from bot.composition.garbage import settled
from bot.models.embedding_shelf import ShelvedEmbedding
from bot.ports import Chunk
from bot.retrieval.chunking import embedding_text
from bot.retrieval.indexer import Indexer
from bot.retrieval.preparing import DenseModel, Preparation
from bot.retrieval.scopes import ScopesFile
from bot.retrieval.sparse import FoldedStems
from bot.settings import Settings, child_environment
from tests.benchmarks.figures import Figure, Measurement
from tests.benchmarks.heartbeat import LIMIT_MS, Heartbeat, heartbeat
from tests.benchmarks.library import HANDBOOK

ROUNDS = 6
RATIO = 0.9


@dataclass(frozen=True, slots=True)
class RawModel:
    """A model as fastembed gives it, what stands before a passage, and the languages it is given (none: all)."""

    loaded: TextEmbedding
    prefix: str
    languages: frozenset[str]

    def reads(self, chunk: Chunk) -> bool:
        """Whether the indexer gives it this chunk."""
        return not self.languages or not chunk.language or chunk.language in self.languages


@dataclass(frozen=True, slots=True)
class Workshop:
    """A knowledge folder with its indexer, and the models by themselves."""

    root: Path
    indexer: Indexer
    preparation: Preparation
    models: tuple[RawModel, ...]


@dataclass(slots=True)
class Paces:
    """Passages a second, round by round."""

    raw: list[float] = field(default_factory=list)
    indexer: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """Indexer ÷ raw embedder."""
        return [ours / raw for ours, raw in zip(self.indexer, self.raw, strict=True)]


async def measure() -> Measurement:
    """Index and embed by turns."""
    paces, late, passages = Paces(), Heartbeat(), 0
    async with _workshop() as shop:
        await _round(shop, "warm", Paces(), Heartbeat(), indexer_first=True, start=0)
        for number in range(ROUNDS):
            passages += await _round(shop, str(number), paces, late, indexer_first=bool(number % 2), start=number // 2)
    return Measurement(
        key="indexing",
        method=f"{ROUNDS} × half of the handbook's pages, {passages} passages in all, in turns with the models alone",
        figures=(
            Figure("Passages/s through the indexer ÷ raw embedder", median(paces.ratios), "×", RATIO, False),
            Figure("… raw embedder, median", median(paces.raw), "passages/s"),
            Figure("… through the indexer, median", median(paces.indexer), "passages/s"),
            Figure("Event loop's longest block while indexing", max(late.late_ms), "ms", LIMIT_MS),
        ),
        causes="On two cores, reading, cutting and writing take theirs from the models, which would use both.",
        details={"raw": paces.raw, "indexer": paces.indexer, "ratios": paces.ratios, **late.details()},
    )


@asynccontextmanager
async def _workshop() -> AsyncIterator[Workshop]:
    """Wired as the composition root does, on folders of its own."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="sova-bench-")))
        root = folder / "knowledge"
        root.mkdir()
        dense = (await stack.enter_async_context(open_embedders(Settings()))).dense
        schema = IndexSchema.of(dense, FoldedStems())
        opening = open_edge_index(folder / "store", schema, environment=child_environment(), required=True)
        index = await stack.enter_async_context(opening)
        loader = await stack.enter_async_context(DocumentProcesses(root, environment=child_environment()))
        preparation = Preparation(
            loader=loader,
            dense=[DenseModel(embedder, embedder.languages) for embedder in dense],
            sparse=FoldedStems(),
            count_tokens=dense[0].count_tokens,
        )
        indexer = Indexer(root, index=index, preparation=preparation, scopes=ScopesFile(root), state=folder)
        stack.enter_context(settled())
        yield Workshop(root, indexer, preparation, await asyncio.to_thread(_raw_models, Settings()))


async def _round(shop: Workshop, name: str, paces: Paces, late: Heartbeat, *, indexer_first: bool, start: int) -> int:
    """One copy of every other page, both ways; gives how many passages it has."""
    documents = await asyncio.to_thread(_copy_handbook, shop.root, name, start)
    chunks = [chunk for document in documents for chunk in (await shop.preparation.cut(document)).chunks]

    async def indexed() -> None:
        async with heartbeat() as pulse:
            report = await shop.indexer.run()
        late.take(pulse)
        if report.new != len(documents):
            raise RuntimeError(f"{report.new} of {len(documents)} documents were indexed")

    async def embedded() -> None:
        await asyncio.to_thread(_embed, shop.models, chunks)

    ways = [(paces.raw, embedded), (paces.indexer, indexed)]
    for kept, way in reversed(ways) if indexer_first else ways:
        began = time.perf_counter()
        await way()
        kept.append(len(chunks) / (time.perf_counter() - began))
    return len(chunks)


def _embed(models: Sequence[RawModel], chunks: Sequence[Chunk]) -> None:
    """Embed what each model takes, with nothing of ours in between."""
    for model in models:
        for chunk in chunks:
            if model.reads(chunk):
                next(iter(model.loaded.passage_embed([model.prefix + embedding_text(chunk)])))


def _raw_models(settings: Settings) -> tuple[RawModel, ...]:
    """The same models, loaded by fastembed into this process."""
    shelf = embedding_shelf_of(settings)
    return tuple(_raw_model(shelf.open(model), settings.threads) for model in wanted_embedding_models(settings))


def _raw_model(shelved: ShelvedEmbedding, threads: int) -> RawModel:
    loaded = load(shelved.model, shelved.folder, threads=threads)
    return RawModel(loaded, shelved.model.passage_prefix, shelved.model.languages)


def _copy_handbook(root: Path, name: str, start: int) -> list[str]:
    """Copy every other page into the folder `name` below `root`; the copies' names as documents."""
    documents = []
    for source in sorted(HANDBOOK.rglob("*.md"))[start % 2 :: 2]:
        document = f"{name}/{source.parent.name}/{source.name}"
        path = root / document
        path.parent.mkdir(parents=True, exist_ok=True)
        title, _, rest = source.read_text(encoding="utf-8").partition("\n")
        path.write_text(f"{title} {name}\n{rest}", encoding="utf-8")
        documents.append(document)
    return documents
