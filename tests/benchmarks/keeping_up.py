"""What one change costs in a folder of 10 000 documents: limits 1 s until it is found, 2 s until a deletion isn't.

The folder holds 10 000 small files, all indexed by the product's indexer in the embedded index. To fill it quickly, the
models' vectors are made up; from then on the default models themselves embed, on the same records. The product's keeper
runs with the real watcher. Ten times a file gets a text with a word of its own, and the index is asked for that word
until it is found; ten times a file is deleted, and the index is asked until it isn't found any more. Time runs from
when the file is written or gone. A heartbeat tells how long the event loop was blocked.

Files read are counted where they are opened: by the indexer to compare contents, and by the reader's process for their
text. For a change that is the file itself, and the one that was changed just before it, which was too young then for
its stamp to be trusted.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from bot.backends.documents.folder_watch import WatchedFolder
from bot.backends.documents.process import DocumentProcesses
from bot.backends.embedding.fastembed import FastembedEmbedder
from bot.backends.qdrant.edge import open_edge_index
from bot.backends.qdrant.points import IndexSchema
from bot.composition.embedding import open_embedders
from bot.composition.garbage import settled
from bot.ports import IndexQuery, PassageIndex, Vector
from bot.retrieval.indexer import Indexer
from bot.retrieval.keeping import FolderKeeper
from bot.retrieval.loading import DocumentLoader, LoadedDocument
from bot.retrieval.preparing import DenseModel, Preparation
from bot.retrieval.scopes import PUBLIC, ScopesFile
from bot.retrieval.sparse import FoldedStems
from bot.settings import Settings, child_environment
from tests.benchmarks.figures import Figure, Measurement
from tests.benchmarks.heartbeat import LIMIT_MS, heartbeat
from tests.benchmarks.texts import prose

FILES = 10_000
FILES_A_FOLDER = 500
TIMES = 10
CHANGE_S, DELETION_S = 1.0, 2.0
FILES_READ = 2.0
LONG_AGO = 1_700_000_000.0
SETTLED_S = 2.5
"""Longer than a file counts as too young to trust its stamp."""
POLL_S = 0.005
PATIENCE_S = 60.0


@dataclass
class Quick:
    """An embedder that makes vectors up as long as it is `quick`, under the name of the real one behind it."""

    real: FastembedEmbedder
    quick: bool = True
    random: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - made-up vectors, no secret

    @property
    def name(self) -> str:
        return self.real.name

    @property
    def model(self) -> str:
        return self.real.model

    @property
    def dimension(self) -> int:
        return self.real.dimension

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Vector]:
        if not self.quick:
            return await self.real.embed_passages(texts)
        return [[self.random.uniform(-1, 1) for _ in range(self.dimension)] for _ in texts]

    async def embed_query(self, text: str) -> Vector:
        return await self.real.embed_query(text)


@dataclass
class Opened:
    """Counts the documents that are opened for reading below a folder, in our process or by the loader."""

    loader: DocumentLoader
    names: set[str] = field(default_factory=set)
    counting: bool = True

    def __post_init__(self) -> None:
        sys.addaudithook(self._hear)  # there is no way to take it away again

    async def load(self, document: str) -> LoadedDocument:
        self.names.add(Path(document).name)
        return await self.loader.load(document)

    def _hear(self, event: str, args: tuple[object, ...]) -> None:
        if not self.counting or event != "open":
            return
        path, _, flags = args
        reads = isinstance(flags, int) and flags & os.O_ACCMODE == os.O_RDONLY
        if reads and isinstance(path, str) and path.endswith(".md"):
            self.names.add(Path(path).name)


@dataclass(frozen=True, slots=True)
class Kept:
    """A filled folder that is kept up with; `filled_s` is how long it took to fill the index."""

    root: Path
    index: PassageIndex
    opened: Opened
    filled_s: float

    async def holds(self, word: str, document: str) -> bool:
        """Whether a search for the word finds the document."""
        bag = FoldedStems().query(word)
        (hits,) = await self.index.rankings([IndexQuery(bag, frozenset({PUBLIC}), limit=5)])
        return any(hit.chunk.document == document for hit in hits)


async def measure() -> Measurement:
    """Fill the folder, change files, and delete files."""
    async with _kept() as kept, heartbeat() as pulse:
        changed, read = [], []
        for number in range(TIMES):
            kept.opened.names.clear()
            changed.append(await _change(kept, number))
            read.append(len(kept.opened.names))
            await asyncio.sleep(SETTLED_S)
        deleted = [await _delete(kept, number) for number in range(TIMES)]
    return Measurement(
        key="keeping-up",
        method=f"{TIMES} changes and {TIMES} deletions among {FILES} documents, indexed in {kept.filled_s:.0f} s",
        figures=(
            Figure("One changed file among 10 000, until it is found, slowest", max(changed), "s", CHANGE_S),
            Figure("… median", median(changed), "s"),
            Figure("… files read for it, most", max(read), "files", FILES_READ),
            Figure("A deleted file, until it isn't found, slowest", max(deleted), "s", DELETION_S),
            Figure("… median", median(deleted), "s"),
            Figure("Event loop's longest block while keeping up", max(pulse.late_ms), "ms", LIMIT_MS),
        ),
        causes="The details tell what Sova computed in the latest beat; the rest was waiting for a core.",
        details={
            "changed_s": [round(value, 3) for value in changed],
            "deleted_s": [round(value, 3) for value in deleted],
            "files_read": read,
            "filled_s": round(kept.filled_s, 1),
            **pulse.details(),
        },
    )


async def _change(kept: Kept, number: int) -> float:
    """Seconds until a changed file is found by its new word."""
    document, word = _document(number * 997), f"changed{number}"
    text = f"# Page {number}\n\n{prose(word, tokens=60)} The word is {word}.\n"
    await asyncio.to_thread((kept.root / document).write_text, text, encoding="utf-8")
    return await _seconds_until(lambda: kept.holds(word, document))


async def _delete(kept: Kept, number: int) -> float:
    """Seconds until a deleted file isn't found any more."""
    place = number * 997 + 1
    document, word = _document(place), _word(place)

    async def is_gone() -> bool:
        return not await kept.holds(word, document)

    if await is_gone():
        raise RuntimeError(f"{document} was never there")
    await asyncio.to_thread((kept.root / document).unlink)
    return await _seconds_until(is_gone)


async def _seconds_until(condition: Callable[[], Awaitable[bool]]) -> float:
    began = time.perf_counter()
    async with asyncio.timeout(PATIENCE_S):
        while not await condition():  # noqa: ASYNC110 - the index is asked, as questions do
            await asyncio.sleep(POLL_S)
    return time.perf_counter() - began


@asynccontextmanager
async def _kept() -> AsyncIterator[Kept]:
    """Wired as the composition root does, on folders of its own, and up to date."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="sova-bench-")))
        root = folder / "knowledge"
        await asyncio.to_thread(_write_files, root)
        dense = (await stack.enter_async_context(open_embedders(Settings()))).dense
        quick = [Quick(embedder) for embedder in dense]
        opening = open_edge_index(
            folder / "store", IndexSchema.of(dense, FoldedStems()), environment=child_environment(), required=True
        )
        index = await stack.enter_async_context(opening)
        loader = await stack.enter_async_context(DocumentProcesses(root, environment=child_environment()))
        opened = Opened(loader)
        stack.callback(setattr, opened, "counting", False)
        indexer = Indexer(
            root,
            index=index,
            preparation=Preparation(
                loader=opened,
                dense=[DenseModel(one, one.real.languages) for one in quick],
                sparse=FoldedStems(),
                count_tokens=dense[0].count_tokens,
            ),
            scopes=ScopesFile(root),
            state=folder,
        )
        stack.enter_context(settled())
        began = time.perf_counter()
        await indexer.run()
        filled = time.perf_counter() - began
        await _wake(quick)
        await stack.enter_async_context(_keeping(indexer, root))
        yield Kept(root, index, opened, filled)


async def _wake(embedders: Sequence[Quick]) -> None:
    """From now on the models themselves embed; they are loaded already, as after a first question."""
    for one in embedders:
        one.quick = False
        await one.embed_query("Sova")


@asynccontextmanager
async def _keeping(indexer: Indexer, root: Path) -> AsyncIterator[None]:
    keeper = FolderKeeper(indexer, WatchedFolder(root))
    task = asyncio.create_task(keeper.run())
    try:
        await keeper.request()
        await asyncio.sleep(SETTLED_S)  # the watch stands, and what its first look asked for is done
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _write_files(root: Path) -> None:
    """The folder, with files that nobody has touched for long."""
    for number in range(FILES):
        path = root / _document(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Page {number}\n\n{_word(number)}: {prose(str(number), tokens=40)}\n", encoding="utf-8")
        os.utime(path, (LONG_AGO, LONG_AGO))


def _document(number: int) -> str:
    return f"{number // FILES_A_FOLDER:02}/page-{number:05}.md"


def _word(number: int) -> str:
    """A word that no other page has."""
    return f"only{number}"
