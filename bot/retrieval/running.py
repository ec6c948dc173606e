"""Owns one run's work: document after document is loaded, cut, embedded and put into the index; failures are noted."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TypeVar

from bot.errors import DocumentUnreadable, EmbeddingUnavailable
from bot.ports import PassageIndex
from bot.retrieval.loading import Reason
from bot.retrieval.manifest import Manifest, is_passing
from bot.retrieval.observing import Observer
from bot.retrieval.plan import Job, Why
from bot.retrieval.preparing import CutDocument, Preparation
from bot.retrieval.reports import IndexProgress, Tell
from bot.retrieval.writing import IndexWriter

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Target:
    """An index with the ones who look at it and write to it."""

    index: PassageIndex
    observer: Observer
    writer: IndexWriter


@dataclass(slots=True)
class Run:
    """One run's work on its jobs, and what came of it. `withdrawn` counts documents whose file can't be read now."""

    preparation: Preparation
    target: Target
    manifest: Manifest
    without: dict[str, EmbeddingUnavailable]
    now: Callable[[], float]
    done: Counter[Why] = field(default_factory=Counter)
    withdrawn: int = 0

    async def index(self, jobs: tuple[Job, ...], tell: Tell, interrupted: Callable[[], bool]) -> bool:
        """Do the jobs in order; False when it was interrupted."""
        if interrupted() and jobs:
            return False
        async with aclosing(_one_ahead(jobs, self._cut)) as steps:
            number = 0
            async for job, cut in steps:
                tell(IndexProgress(number, len(jobs), job.document))
                await self._take(job, cut)
                number += 1
                if interrupted() and number < len(jobs):
                    return False
        tell(IndexProgress(len(jobs), len(jobs)))
        return True

    async def _cut(self, job: Job) -> CutDocument | Reason:
        try:
            return await self.preparation.cut(job.document)
        except DocumentUnreadable as error:
            return Reason(error.reason)

    async def _take(self, job: Job, cut: CutDocument | Reason) -> None:
        if isinstance(cut, Reason):
            await self._fail(job, cut)
            return
        await self.target.writer.put(job, cut, without=self.without)
        self.manifest.failures.pop(job.document, None)
        self.manifest.remember(job.found, cut.digest, now=self.now())
        self.done[job.why] += 1

    async def _fail(self, job: Job, reason: Reason) -> None:
        """Note the failure. What was indexed before stays only while it may still be what the file says."""
        logger.info("a document was not indexed: %s", reason)
        self.manifest.fail(job.found, reason, now=self.now())
        if job.why is Why.CHANGED and not is_passing(reason):
            await self.target.writer.remove([job.document])
            self.withdrawn += 1


Item = TypeVar("Item")
Result = TypeVar("Result")


async def _one_ahead(
    items: Iterable[Item], work: Callable[[Item], Awaitable[Result]]
) -> AsyncGenerator[tuple[Item, Result], None]:
    """Each item with what `work` makes of it, while the next one is already worked on: reading overlaps embedding."""
    waiting: tuple[Item, asyncio.Future[Result]] | None = None
    try:
        for item in items:
            before, waiting = waiting, (item, asyncio.ensure_future(work(item)))
            if before:
                yield before[0], await before[1]
        if waiting:
            yield waiting[0], await waiting[1]
    finally:
        if waiting:
            waiting[1].cancel()
            await asyncio.gather(waiting[1], return_exceptions=True)
