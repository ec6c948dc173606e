"""Owns changing the index: relabelling, removing, and putting a prepared document in, each in one step."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import EmbeddingUnavailable
from bot.ports import DocumentRecord, IndexedChunk, PassageIndex
from bot.retrieval.plan import Job, Plan, Relabel, Why, mark_of, seal
from bot.retrieval.preparing import CutDocument, Preparation, in_scope
from bot.retrieval.scopes import Scopes


class IndexWriter:
    """Writes to `index`. Labels are those of the scopes it was shown last, however long a document took."""

    def __init__(self, index: PassageIndex, preparation: Preparation) -> None:
        self._index = index
        self._preparation = preparation
        self._scopes = Scopes()
        self._one_at_a_time = asyncio.Lock()

    async def tidy(self, plan: Plan, scopes: Scopes) -> None:
        """Take out what is gone, and relabel what has another audience now."""
        self._scopes = scopes
        if plan.removed:
            await self.remove(plan.removed)
        for relabel in plan.relabels:
            await self._relabel(relabel)

    async def remove(self, documents: Sequence[str]) -> None:
        """Take documents out."""
        async with self._one_at_a_time:
            await self._index.remove(documents)

    async def put(self, job: Job, cut: CutDocument, *, without: dict[str, EmbeddingUnavailable]) -> DocumentRecord:
        """Give the document its vectors and put it in. Models that fail are added to `without`."""
        held = await self._held(job, without)
        embedded = await self._preparation.embed(cut.chunks, held=held, without=without)
        async with self._one_at_a_time:
            scope = self._scopes.scope_of(job.document)
            sealed = seal(cut.digest, self._preparation.mark(without=without))
            record = DocumentRecord(job.document, sealed, len(embedded), scope, cut.modified)
            await self._index.replace(record, await asyncio.to_thread(in_scope, embedded, scope))
            if job.why is Why.MOVED and job.held:
                await self._index.remove([job.held.document])
        return record

    async def _held(self, job: Job, without: dict[str, EmbeddingUnavailable]) -> Sequence[IndexedChunk]:
        """What the index has of the content, if its vectors are such as would be made now."""
        if job.held is None:
            return ()
        marks = {self._preparation.mark(), self._preparation.mark(without=without)}
        return await self._index.indexed(job.held.document) if mark_of(job.held) in marks else ()

    async def _relabel(self, relabel: Relabel) -> None:
        async with self._one_at_a_time:  # nobody may put a newer text in between reading and writing
            held = await self._index.indexed(relabel.record.document)
            chunks = await asyncio.to_thread(in_scope, held, relabel.scope)
            await self._index.replace(replace(relabel.record, scope=relabel.scope, chunks=len(chunks)), chunks)
