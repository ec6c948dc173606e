"""Owns the embedded index of documents: Qdrant's engine on a folder, run by a worker process of our own."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from bot.backends.qdrant.edge_folder import EdgeFolder
from bot.backends.qdrant.edge_process import EdgeProcess, WorkerEnded
from bot.backends.qdrant.points import IndexSchema, answerable, demand_whole, new_generation
from bot.errors import AssistantError, IndexLocked, IndexMismatch
from bot.ports import Chunk, DocumentRecord, Hit, IndexedChunk, IndexQuery

logger = logging.getLogger(__name__)

OPEN_S = 60.0
READ_S = 10.0
WRITE_S = 60.0
"""A write may have to wait for a flush, and for the writes before it."""
BATCH = 64
"""Chunks written at once; a search waits for one batch at most (some 10 ms)."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


@asynccontextmanager
async def open_edge_index(
    folder: Path, schema: IndexSchema, *, environment: Mapping[str, str], required: bool = False
) -> AsyncIterator["QdrantEdgeIndex"]:
    """Open the index in `folder`, made if there is none, and write everything down at the end.

    An index of another schema is opened as it is: `outdated` says so, and `rebuild` makes the one that is wanted.
    `environment` is the worker's. When the index can't be opened, `required` raises (`IndexLocked`, `DiskFull`,
    `IndexUnavailable`); without it the fault is logged, and each call tries again by itself.
    """
    session = _Session(EdgeProcess(folder, environment=environment), wanted=schema)
    try:
        try:
            await session.revive()
        except AssistantError as error:
            if required:
                raise
            logger.warning("starting without the index of documents: %s", error)
        yield QdrantEdgeIndex(session)
    finally:
        await session.close()


class QdrantEdgeIndex:
    """The `PassageIndex` in a folder of this machine; one program at a time.

    A worker that ended is started again by the next call; a search that was in the middle is asked again.
    """

    def __init__(self, session: "_Session", *, new: bool = False) -> None:
        self._session = session
        self._new = new
        self._writing = asyncio.Lock()

    @property
    def schema(self) -> IndexSchema | None:
        """What the index was made with; None while it could not be opened."""
        return self._session.building if self._new else self._session.schema

    @property
    def outdated(self) -> IndexMismatch | None:
        """Set while the index is of another schema than the wanted one.

        Until a `rebuild`, it answers with what compares: rankings by models that it wasn't made with are empty.
        Nothing can be put into it; what is gone can be removed.
        """
        return self.schema.mismatch(self._session.wanted) if self.schema else None

    async def replace(self, record: DocumentRecord, chunks: Sequence[IndexedChunk]) -> None:
        """Hold exactly `chunks` for the document. The switch is one step: whoever is killed here leaves the old ones.

        Raises `ValueError` when `record` doesn't describe `chunks`.
        """
        demand_whole(record, chunks)
        self._demand_current()
        generation = new_generation()
        async with self._writing:
            try:
                await self._write(record, chunks, generation)
            except BaseException:
                with suppress(AssistantError):  # at worst nobody sees it, and it goes when the index is opened again
                    await self._ask(EdgeFolder.discard, READ_S, record.document, generation=generation, new=self._new)
                raise

    async def remove(self, documents: Sequence[str]) -> None:
        """Forget these documents in one step, also while the index is `outdated`."""
        if documents:
            await self._ask(EdgeFolder.remove, WRITE_S, list(documents), new=self._new)

    async def documents(self) -> Sequence[DocumentRecord]:
        """Every document that is held, by path."""
        return await self._ask_again(EdgeFolder.documents, READ_S, new=self._new)

    async def rankings(self, queries: Sequence[IndexQuery]) -> Sequence[Sequence[Hit]]:
        """One ranking a query, best first, by comparing with every chunk that may be seen."""
        await self._session.ready()
        can = [answerable(query, self.schema, made_with=self._made_with) for query in queries]
        asked = [query for query, yes in zip(queries, can, strict=True) if yes]
        found = iter(await self._ask_again(EdgeFolder.rankings, READ_S, asked, new=self._new) if asked else ())
        return [next(found) if yes else () for yes in can]

    async def chunks(self, document: str, *, first: int, last: int) -> Sequence[Chunk]:
        """The document's chunks with ordinals from `first` to `last`, in order."""
        return await self._ask_again(EdgeFolder.chunks, READ_S, document, first=first, last=last, new=self._new)

    async def indexed(self, document: str) -> Sequence[IndexedChunk]:
        """The document's chunks with their vectors, in order."""
        return await self._ask_again(EdgeFolder.indexed, READ_S, document, new=self._new)

    async def size(self) -> tuple[int, int]:
        """How many chunks there are, and how many bytes the index takes on disk."""
        return await self._ask_again(EdgeFolder.size, READ_S, new=self._new)

    @asynccontextmanager
    async def rebuild(self) -> AsyncIterator["QdrantEdgeIndex"]:
        """An index of the wanted schema, built beside this one; this one goes on answering, and becomes it at the end.

        When the block fails or is cancelled, nothing changes, and the next `rebuild` goes on with what was built.
        """
        wanted = self._session.wanted
        await self._session.build(wanted)
        try:
            yield QdrantEdgeIndex(self._session, new=True)
            await self._session.swap()
        finally:
            await self._session.leave()

    @property
    def _made_with(self) -> IndexSchema:
        """What the vectors of questions are made with."""
        return self._session.wanted

    def _demand_current(self) -> None:
        if self.outdated:
            raise self.outdated

    async def _write(self, record: DocumentRecord, chunks: Sequence[IndexedChunk], generation: int) -> None:
        for start in range(0, len(chunks), BATCH):
            batch = list(chunks[start : start + BATCH])
            await self._ask(EdgeFolder.stage, WRITE_S, batch, generation=generation, new=self._new)
        await self._ask(EdgeFolder.commit, WRITE_S, record, generation=generation, new=self._new)

    async def _ask(
        self,
        method: Callable[Concatenate[EdgeFolder, Given], Result],
        seconds: float,
        /,
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """Ask once: what a killed worker did of a write isn't known."""
        await self._session.ready()
        try:
            return await self._session.process.call(method, seconds, *args, **kwargs)
        except WorkerEnded as error:
            raise self._session.process.why_it_ended() from error

    async def _ask_again(
        self,
        method: Callable[Concatenate[EdgeFolder, Given], Result],
        seconds: float,
        /,
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """Ask, and once more when the worker ended meanwhile: reading twice changes nothing."""
        await self._session.ready()
        try:
            return await self._session.process.call(method, seconds, *args, **kwargs)
        except WorkerEnded:
            return await self._ask(method, seconds, *args, **kwargs)


class _Session:
    """The worker and what it has open, so that a new worker can be brought to the same point."""

    def __init__(self, process: EdgeProcess, *, wanted: IndexSchema) -> None:
        self.process = process
        self.wanted = wanted
        self.schema: IndexSchema | None = None
        self.building: IndexSchema | None = None
        self._opened_by: int | None = None
        self._reviving = asyncio.Lock()
        self._tries = 0
        self._failure: AssistantError | None = None

    async def ready(self) -> None:
        """Return when a worker is there with the index open."""
        if not self._is_open:
            await self.revive()

    async def revive(self) -> None:
        """Start a worker and open what was open, unless somebody else just did.

        Those who come while it is tried share what comes of it: one after the other would make the last wait for long.
        """
        tries = self._tries
        async with self._reviving:
            if self._is_open:
                return
            if self._failure and self._tries > tries:
                raise self._failure
            try:
                await self._open()
            except AssistantError as error:
                self._failure = error
                raise
            finally:
                self._tries += 1

    async def build(self, schema: IndexSchema) -> None:
        """Open the new shard."""
        await self.ready()
        try:
            await self.process.call(EdgeFolder.build, OPEN_S, schema)
        except WorkerEnded as error:
            raise self.process.why_it_ended() from error
        self.building = schema

    async def swap(self) -> None:
        """Put the new shard in the place of the other."""
        await self.ready()
        try:
            await self.process.call(EdgeFolder.swap, OPEN_S)
        except WorkerEnded as error:
            raise self.process.why_it_ended() from error
        self.schema, self.building = self.building, None

    async def leave(self) -> None:
        """Close the new shard if it is still one. Never raises: a worker that is gone has closed it too."""
        if self.building is None:
            return
        self.building = None
        with suppress(WorkerEnded, AssistantError):
            await self.process.call(EdgeFolder.leave, WRITE_S)

    async def close(self) -> None:
        """End the worker."""
        await self.process.close()

    @property
    def _is_open(self) -> bool:
        """Whether the worker that is there has opened the index; one that was just started has not yet."""
        return self.process.pid is not None and self.process.pid == self._opened_by

    async def _open(self) -> None:
        try:
            if self.process.pid is None:
                await self.process.start()
            self.schema = await self.process.call(EdgeFolder.open, OPEN_S, self.wanted)
            if self.building is not None:
                await self.process.call(EdgeFolder.build, OPEN_S, self.building)
        except WorkerEnded as error:
            raise self.process.why_it_ended() from error
        except IndexLocked:
            raise  # the worker stays, so that the next one who asks knows at once
        except BaseException:
            await self.process.stop()
            raise
        self._opened_by, self._failure = self.process.pid, None
