"""A knowledge folder with an index: real files, and doubles where reading and embedding would need a vendor."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import AssistantError, DocumentUnreadable, EmbeddingUnavailable, IndexMismatch
from bot.messages import Language, Notice
from bot.ports import DocumentRecord, IndexedChunk, PassageIndex, Vector
from bot.retrieval.indexer import Alone, Indexer
from bot.retrieval.loading import Kind, LoadedDocument, Reason
from bot.retrieval.plan import digest_of
from bot.retrieval.preparing import DenseModel, Preparation
from bot.retrieval.reports import IndexReport
from bot.retrieval.scopes import ScopesFile
from bot.retrieval.sparse import FoldedStems
from tests.doubles.memory_index import MemoryIndex
from tests.doubles.word_embedder import WordEmbedder

NOW = 1_900_000_000.0
NO_MODEL = EmbeddingUnavailable(model="words", reasons=(Notice("not-saved"),))


class PlainLoader:
    """Reads text files, below `cs/` in Czech; keeps what it was asked for. Files in `refused` are refused."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked: list[str] = []
        self.refused: dict[str, Reason] = {}

    async def load(self, document: str) -> LoadedDocument:
        self.asked.append(document)
        path = self.root / document
        reason = self.refused.get(document, None if path.is_file() else Reason.GONE)
        if reason:
            raise DocumentUnreadable(document=document, reason=reason)
        data = path.read_bytes()
        digest, modified = hashlib.sha256(data).hexdigest(), path.stat().st_mtime
        language = Language.CZECH if document.startswith("cs/") else None
        return LoadedDocument(data.decode(), "Title", language, Kind.TEXT, modified, digest)


@dataclass
class CountingEmbedder(WordEmbedder):
    """Keeps the texts that it embedded; `gate`, while it is closed, holds them up."""

    texts: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Vector]:
        vectors = await super().embed_passages(texts)
        if list(texts) != ["Sova"]:
            self.reached.set()
            if self.gate:
                await self.gate.wait()
            self.texts.extend(texts)
        return vectors


class VectorIndex(MemoryIndex):
    """A memory index that can be built anew. Keeps the order of what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []
        self.outdated: IndexMismatch | None = None
        self.building: VectorIndex | None = None

    async def replace(self, record: DocumentRecord, chunks: Sequence[IndexedChunk]) -> None:
        if self.outdated:
            raise self.outdated
        assert {(one.chunk.document, one.chunk.scope) for one in chunks} <= {(record.document, record.scope)}
        assert len(chunks) == record.chunks
        await super().replace(record, chunks)
        self.writes.append(f"+{record.document}")

    async def remove(self, documents: Sequence[str]) -> None:
        await super().remove(documents)
        self.writes.extend(f"-{document}" for document in documents)

    @asynccontextmanager
    async def rebuild(self) -> AsyncIterator[PassageIndex]:
        self.building = self.building or VectorIndex()
        yield self.building
        self._records, self._chunks = self.building._records, self.building._chunks
        self.building = self.outdated = None


@dataclass
class KnowledgeFolder:
    """A folder, its index, and the one who keeps the two equal. The clock stands still unless it is moved."""

    root: Path
    state: Path
    index: MemoryIndex = field(default_factory=VectorIndex)
    embedder: CountingEmbedder = field(default_factory=CountingEmbedder)
    models: tuple[DenseModel, ...] = ()
    now: float = NOW
    alone: Alone = nullcontext
    loader: PlainLoader = field(init=False)
    indexer: Indexer = field(init=False)

    def __post_init__(self) -> None:
        self.root.mkdir(exist_ok=True)
        self.loader = PlainLoader(self.root)
        self.restart()

    def restart(self) -> None:
        """A new process on the same folders and the same index."""
        preparation = Preparation(
            loader=self.loader,
            dense=self.models or (DenseModel(self.embedder),),
            sparse=FoldedStems(),
            count_tokens=lambda text: len(text.split()),
        )
        self.indexer = Indexer(
            self.root,
            index=self.index,
            preparation=preparation,
            scopes=ScopesFile(self.root),
            state=self.state,
            alone=self.alone,
            now=lambda: self.now,
        )

    def write(self, document: str, text: str = "", *, at: float = 1_000_000_000.0) -> None:
        path = self.root / document
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text or f"What {document} says.")
        os.utime(path, (at, at))

    def scopes(self, **folders: str) -> None:
        entries = [f"[folders.{name!r}]\nreaders = ['{reader}']" for name, reader in folders.items()]
        (self.root / "scopes.toml").write_text("\n".join(entries))

    async def run(self, *, force: bool = False) -> IndexReport:
        self.loader.asked.clear()
        self.embedder.texts.clear()
        if isinstance(self.index, VectorIndex):
            self.index.writes.clear()
        return await self.indexer.run(force=force)

    async def run_failing(self, kind: type[AssistantError]) -> AssistantError:
        try:
            await self.run()
        except kind as error:
            return error
        raise AssertionError(f"no {kind.__name__}")

    async def documents(self) -> dict[str, str]:
        """What the index holds: the scope of each document."""
        return {record.document: record.scope for record in await self.index.documents()}

    async def texts(self, document: str) -> str:
        return "\n".join(chunk.text for chunk in await self.index.chunks(document, first=0, last=99))

    async def is_true(self, *, but: Iterable[str] = ()) -> bool:
        """Whether the index holds just what the folder holds, except for some documents."""
        files = {path for path in self.root.rglob("*") if path.is_file() and path.name != "scopes.toml"}
        names = {path.relative_to(self.root).as_posix() for path in files} - set(but)
        there = {name: hashlib.sha256((self.root / name).read_bytes()).hexdigest() for name in names}
        return there == {record.document: digest_of(record) for record in await self.index.documents()}
