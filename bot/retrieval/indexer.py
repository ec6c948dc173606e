"""Owns bringing the index up to date with the knowledge folder, document by document, one run at a time.

The index's own records are the truth: a run that is killed goes on where it was, and what it has done is not done
again. Each document is replaced in one step, so a question meanwhile is answered from whole documents.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from bot.errors import AssistantError, BadSetting, DocumentUnreadable, EmbeddingUnavailable, IndexingElsewhere
from bot.file_locks import FileLock
from bot.ports import PassageIndex
from bot.retrieval import manifest as manifests
from bot.retrieval.loading import Reason
from bot.retrieval.manifest import Failure, Manifest, is_passing
from bot.retrieval.observing import Observer, View
from bot.retrieval.paths import Skipped
from bot.retrieval.plan import Job, Plan, Situation, Why, plan
from bot.retrieval.preparing import CutDocument, Preparation
from bot.retrieval.scopes import ScopesFile
from bot.retrieval.writing import IndexWriter, relabelling_jobs

logger = logging.getLogger(__name__)

_MODEL_RETRY_SECONDS = 60.0
_MANIFEST = "manifest.jsonl"
_LOCK = "indexing.lock"


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far a run is: `done` of `total` documents; `document` is the one in hand, empty at the end."""

    done: int
    total: int
    document: str = ""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run has done, in documents, and how things stand after it.

    `updated` were indexed again in a better way, `relabelled` got another audience. `failures` are all files that can't
    be indexed now, `skipped` what is no document. `finished` is False when it was asked to stop early. `trouble` is why
    nothing was removed, `missing_models` the models without which documents were indexed. `unused_scopes` are entries
    of `scopes.toml` that no document is below. `retry_at` (seconds since the epoch) is when another run makes sense.
    """

    new: int
    changed: int
    moved: int
    updated: int
    relabelled: int
    deleted: int
    unchanged: int
    documents: int
    chunks: int
    seconds: float
    finished: bool = True
    failures: tuple[Failure, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    trouble: AssistantError | None = None
    missing_models: tuple[EmbeddingUnavailable, ...] = ()
    unused_scopes: tuple[str, ...] = ()
    retry_at: float | None = None

    @property
    def touched(self) -> int:
        """How many documents were changed in the index."""
        return self.new + self.changed + self.moved + self.updated + self.relabelled + self.deleted


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand right now: what runs, what the last run came to, and what fails.

    `trouble` is what ended the last run early, None when nothing did. `changed_at` is when the index was changed last,
    in seconds since the epoch.
    """

    progress: IndexProgress | None
    report: IndexReport | None
    trouble: AssistantError | None
    failures: tuple[Failure, ...]
    changed_at: float | None


Tell = Callable[[IndexProgress], None]


def _to_nobody(_progress: IndexProgress) -> None:
    """Nobody asks how far it is."""


def _never() -> bool:
    return False


class Indexer:
    """Keeps `index` equal to the folder `root`; `state` is a folder for its manifest and its lock.

    `now` gives seconds since the epoch.
    """

    def __init__(
        self,
        root: Path,
        *,
        index: PassageIndex,
        preparation: Preparation,
        scopes: ScopesFile,
        state: Path,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._index = index
        self._preparation = preparation
        self._observer = Observer(root, index=index, scopes=scopes, now=now)
        self._writer = IndexWriter(index, preparation)
        self._state = state
        self._now = now
        self._running = asyncio.Lock()
        self._loading = asyncio.Lock()
        self._manifest: Manifest | None = None
        self._progress: IndexProgress | None = None
        self._report: IndexReport | None = None
        self._trouble: AssistantError | None = None

    @property
    def models(self) -> tuple[str, ...]:
        """The full names of the embedding models; none when it is words only."""
        return self._preparation.models

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self._running.locked()

    async def standing(self) -> Standing:
        """How things stand, without looking at the folder."""
        manifest = await self._remembered()
        return Standing(self._progress, self._report, self._trouble, _failures(manifest), manifest.changed_at)

    async def run(
        self, *, force: bool = False, tell: Tell = _to_nobody, interrupted: Callable[[], bool] = _never
    ) -> IndexReport:
        """Bring the index up to date and tell what was done.

        `force` takes the folder as it is although most documents are gone, and tries failed files at once. Asked
        before each document, `interrupted` ends the run early: the next one goes on. Cancelling it is safe. Waits for
        a run that is under way; one in another program is `IndexingElsewhere`. Raises `BadScopes`, `NoKnowledge`, and
        what the index raises.
        """
        async with self._running:
            try:
                async with self._alone():
                    self._report = await self._run(self._showing(tell), interrupted, force=force)
            except AssistantError as error:
                self._trouble = error
                raise
            finally:
                self._progress = None
            self._trouble = None
            return self._report

    async def prune(self) -> None:
        """Take out what is gone and relabel what has another audience, beside a run that is under way."""
        manifest = await self._remembered()
        view = await self._observer.look(manifest, accepted=self._accepted({}), force=False)
        decided = await asyncio.to_thread(plan, view.situation)
        await self._writer.tidy(decided, view.scopes)
        self._note_change(manifest, len(decided.removed))

    async def _run(self, tell: Tell, interrupted: Callable[[], bool], *, force: bool) -> IndexReport:
        began, manifest = time.monotonic(), await self._remembered()
        try:
            view = await self._observer.look(manifest, accepted=self._accepted({}), force=force)
            view = replace(view, situation=await self._observer.digested(view.situation, manifest))
            decided, without = await self._decide(view.situation)
            logger.info("indexing: %d to do, %d to remove", len(decided.jobs), len(decided.removed))
            run = _Run(self._preparation, self._writer, manifest, without, self._now)
            await self._writer.tidy(decided, view.scopes)
            manifest.keep_only(found.document for found in view.situation.found)
            finished = await run.index(self._jobs(decided, view.situation), tell, interrupted)
            return await self._told(view, decided, run, finished=finished, seconds=time.monotonic() - began)
        finally:
            await self._save(manifest)

    async def _decide(self, situation: Situation) -> tuple[Plan, dict[str, EmbeddingUnavailable]]:
        """The plan, and the models that it must do without; documents that would become no better stay as they are."""
        decided = await asyncio.to_thread(plan, situation)
        if not decided.jobs or not (without := await self._preparation.missing()):
            return decided, {}
        return await asyncio.to_thread(plan, replace(situation, accepted=self._accepted(without))), without

    def _jobs(self, decided: Plan, situation: Situation) -> tuple[Job, ...]:
        if self._writer.can_relabel or not decided.relabels:
            return decided.jobs
        return tuple(dict.fromkeys((*relabelling_jobs(decided, situation), *decided.jobs)))

    async def _told(self, view: View, decided: Plan, run: "_Run", *, finished: bool, seconds: float) -> IndexReport:
        done, manifest = run.done, run.manifest
        relabelled = len(decided.relabels) if self._writer.can_relabel else done[Why.RELABELLED]
        report = IndexReport(
            new=done[Why.NEW],
            changed=done[Why.CHANGED],
            moved=done[Why.MOVED],
            updated=done[Why.OUTDATED],
            relabelled=relabelled,
            deleted=len(decided.removed) + run.withdrawn,
            unchanged=decided.unchanged,
            documents=len(await self._index.documents()),
            chunks=(await self._index.size())[0],
            seconds=seconds,
            finished=finished,
            failures=_failures(manifest),
            skipped=view.skipped,
            trouble=decided.vanished,
            missing_models=tuple(run.without.values()),
            unused_scopes=view.scopes.unused(found.document for found in view.situation.found),
            retry_at=self._retry_at(run),
        )
        self._note_change(manifest, report.touched)
        return report

    def _retry_at(self, run: "_Run") -> float | None:
        times = [failure.retry_at for failure in run.manifest.failures.values()]
        return min([*times, *([self._now() + _MODEL_RETRY_SECONDS] if run.without else [])], default=None)

    def _accepted(self, without: dict[str, EmbeddingUnavailable]) -> frozenset[str]:
        """The ways of indexing that are as good as it gets without these models."""
        return frozenset({self._preparation.mark(), self._preparation.mark(without=without)})

    def _note_change(self, manifest: Manifest, touched: int) -> None:
        if touched:
            manifest.changed_at = self._now()

    def _showing(self, tell: Tell) -> Tell:
        def told(progress: IndexProgress) -> None:
            self._progress = progress
            tell(progress)

        return told

    async def _remembered(self) -> Manifest:
        async with self._loading:
            if self._manifest is None:
                self._manifest = await asyncio.to_thread(manifests.load, self._state / _MANIFEST)
            return self._manifest

    async def _save(self, manifest: Manifest) -> None:
        try:
            await asyncio.to_thread(manifests.save, manifest, self._state / _MANIFEST)
        except OSError as error:
            logger.warning("the manifest can't be kept, so files will be compared again: %s", error.strerror)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """No other program may bring the same index up to date meanwhile; the lock ends with the one who holds it."""
        path = self._state / _LOCK
        with await asyncio.to_thread(_lock_on, path) as lock:
            if not lock.seize():
                raise IndexingElsewhere(path=str(path))
            yield


@dataclass(slots=True)
class _Run:
    """One run's work on its jobs, and what came of it. `withdrawn` counts documents whose file can't be read now."""

    preparation: Preparation
    writer: IndexWriter
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
        await self.writer.put(job, cut, without=self.without)
        self.manifest.failures.pop(job.document, None)
        self.manifest.remember(job.found, cut.digest, now=self.now())
        self.done[job.why] += 1

    async def _fail(self, job: Job, reason: Reason) -> None:
        """Note the failure. What was indexed before stays only while it may still be what the file says."""
        logger.info("a document was not indexed: %s", reason)
        self.manifest.fail(job.found, reason, now=self.now())
        stale = job.why is Why.RELABELLED or (job.why is Why.CHANGED and not is_passing(reason))
        if stale:
            await self.writer.remove([job.document])
            self.withdrawn += 1


def _lock_on(path: Path) -> FileLock:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(path)
    except OSError as error:
        raise BadSetting(name="SOVA_STATE_DIR", reason=f"{path.parent}: {error.strerror or error}") from error


def _failures(manifest: Manifest) -> tuple[Failure, ...]:
    return tuple(manifest.failures[document] for document in sorted(manifest.failures))


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
