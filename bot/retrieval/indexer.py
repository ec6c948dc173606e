"""Owns bringing the index up to date with the knowledge folder, document by document, one run at a time.

The index's own records are the truth: a run that is killed goes on where it was, and what it has done is not done
again. Each document is replaced in one step, so a question meanwhile is answered from whole documents.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from bot.errors import AssistantError, BadSetting, EmbeddingUnavailable, IndexingElsewhere
from bot.file_locks import FileLock
from bot.ports import BuiltAnew, PassageIndex
from bot.retrieval import manifest as manifests
from bot.retrieval.manifest import Failure, Manifest
from bot.retrieval.observing import Observer, View
from bot.retrieval.plan import Plan, Situation, Why, plan
from bot.retrieval.preparing import Preparation
from bot.retrieval.reports import IndexProgress, IndexReport, Standing, Tell
from bot.retrieval.running import Run, Target
from bot.retrieval.scopes import ScopesFile
from bot.retrieval.writing import IndexWriter

logger = logging.getLogger(__name__)

_MODEL_RETRY_SECONDS = 60.0
_MANIFEST = "manifest.jsonl"
_LOCK = "indexing.lock"


Alone = Callable[[], AbstractAsyncContextManager[None]]


def _to_nobody(_progress: IndexProgress) -> None:
    """Nobody asks how far it is."""


def _never() -> bool:
    return False


class Indexer:
    """Keeps `index` equal to the folder `root`; `state` is a folder for its manifest and its lock.

    `alone` keeps programs on other machines away meanwhile, where several share the index; it raises
    `IndexingElsewhere`. `now` gives seconds since the epoch.
    """

    def __init__(
        self,
        root: Path,
        *,
        index: PassageIndex,
        preparation: Preparation,
        scopes: ScopesFile,
        state: Path,
        alone: Alone = nullcontext,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._root = root
        self._index = index
        self._preparation = preparation
        self._scopes = scopes
        self._state = state
        self._alone_everywhere = alone
        self._now = now
        self._running = asyncio.Lock()
        self._loading = asyncio.Lock()
        self._manifest: Manifest | None = None
        self._progress: IndexProgress | None = None
        self._unread = 0
        self._report: IndexReport | None = None
        self._trouble: AssistantError | None = None
        self._ran_at: float | None = None
        self._target = self._at(index)

    @property
    def models(self) -> tuple[str, ...]:
        """The full names of the embedding models; none when it is words only."""
        return self._preparation.models

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self._running.locked()

    def unread(self) -> IndexProgress | None:
        """How far a run is with documents that the index doesn't hold as they are; None when it holds all.

        The total is 0 while the first run looks what there is to do.
        """
        progress = self._progress
        if progress is None:
            return IndexProgress(0, 0) if self.is_running and self._report is None else None
        return IndexProgress(progress.done, self._unread) if progress.done < self._unread else None

    async def standing(self) -> Standing:
        """How things stand, without looking at the folder."""
        manifest = await self._remembered()
        failures = _failures(manifest)
        return Standing(self._progress, self._report, self._trouble, failures, manifest.changed_at, self._ran_at)

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
                    self._report = await self._somewhere(self._showing(tell), interrupted, force=force)
            except AssistantError as error:
                self._trouble = error
                raise
            finally:
                self._progress = None
            self._trouble = None
            self._ran_at = self._now() if self._report.finished else self._ran_at
            return self._report

    async def prune(self) -> None:
        """Take out what is gone and relabel what has another audience, beside a run that is under way."""
        manifest = await self._remembered()
        view = await self._target.observer.look(manifest, accepted=self._accepted({}), force=False)
        decided = await asyncio.to_thread(plan, view.situation)
        if self._outdated:
            await self._target.writer.remove(decided.removed)
        else:
            await self._target.writer.tidy(decided, view.scopes)
        self._note_change(manifest, len(decided.removed))

    @property
    def _outdated(self) -> BuiltAnew | None:
        """The index, if it is to be built anew: until then documents can only be removed from it."""
        return self._index if isinstance(self._index, BuiltAnew) and self._index.outdated else None

    def _at(self, index: PassageIndex) -> Target:
        observer = Observer(self._root, index=index, scopes=self._scopes, now=self._now)
        return Target(index, observer, IndexWriter(index, self._preparation))

    async def _somewhere(self, tell: Tell, interrupted: Callable[[], bool], *, force: bool) -> IndexReport:
        """A run on the index itself, or beside it on the one that takes its place when it is complete."""
        outdated = self._outdated
        if outdated is None:
            return await self._run(self._target, tell, interrupted, force=force)
        logger.info("building the index anew: %s", outdated.outdated)
        await self._tidy_outdated(force=force)
        try:
            async with outdated.rebuild() as new:
                report = await self._run(self._at(new), tell, interrupted, force=force)
                _demand_finished(report)
        except _Unfinished as unfinished:
            return unfinished.report
        return report

    async def _tidy_outdated(self, *, force: bool) -> None:
        """Before a new index takes the place of the old one: take out of the old what is gone or moved away.

        Raises `KnowledgeVanished` when that is most of it.
        """
        view = await self._target.observer.look(await self._remembered(), accepted=frozenset(), force=force)
        decided = await asyncio.to_thread(plan, view.situation)
        if decided.vanished:
            raise decided.vanished
        await self._target.writer.remove(decided.removed)

    async def _run(self, target: Target, tell: Tell, interrupted: Callable[[], bool], *, force: bool) -> IndexReport:
        began, manifest = time.monotonic(), await self._remembered()
        try:
            view = await target.observer.look(manifest, accepted=self._accepted({}), force=force)
            view = replace(view, situation=await target.observer.digested(view.situation, manifest))
            decided, without = await self._decide(view.situation)
            logger.info("indexing: %d to do, %d to remove", len(decided.jobs), len(decided.removed))
            self._begin(decided)
            run = Run(self._preparation, target, manifest, without, self._now)
            await target.writer.tidy(decided, view.scopes)
            if not decided.vanished:
                manifest.keep_only(found.document for found in view.situation.found)
            finished = await run.index(decided.jobs, tell, interrupted)
            return await self._told(view, decided, run, finished=finished, seconds=time.monotonic() - began)
        finally:
            await self._save(manifest)

    def _begin(self, decided: Plan) -> None:
        """From here on it is known how much there is to do. What could only be indexed better is found already."""
        self._unread = len(decided.jobs) - decided.count(Why.OUTDATED)
        if decided.jobs:
            self._progress = IndexProgress(0, len(decided.jobs))

    async def _decide(self, situation: Situation) -> tuple[Plan, dict[str, EmbeddingUnavailable]]:
        """The plan, and the models that it must do without; documents that would become no better stay as they are."""
        decided = await asyncio.to_thread(plan, situation)
        if not decided.jobs or not (without := await self._preparation.missing()):
            return decided, {}
        return await asyncio.to_thread(plan, replace(situation, accepted=self._accepted(without))), without

    async def _told(self, view: View, decided: Plan, run: Run, *, finished: bool, seconds: float) -> IndexReport:
        done, manifest, target = run.done, run.manifest, run.target
        names = [found.document for found in view.situation.found]
        report = IndexReport(
            new=done[Why.NEW],
            changed=done[Why.CHANGED],
            moved=done[Why.MOVED],
            updated=done[Why.OUTDATED],
            relabelled=len(decided.relabels),
            deleted=len(decided.removed) + run.withdrawn,
            unchanged=decided.unchanged,
            documents=len(await target.index.documents()),
            chunks=(await target.index.size())[0],
            seconds=seconds,
            finished=finished,
            failures=_failures(manifest),
            skipped=view.skipped,
            trouble=decided.vanished,
            missing_models=tuple(run.without.values()),
            unused_scopes=await asyncio.to_thread(view.scopes.unused, names),
            retry_at=self._retry_at(run),
        )
        self._note_change(manifest, report.touched)
        return report

    def _retry_at(self, run: Run) -> float | None:
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
            async with self._alone_everywhere():
                yield


class _Unfinished(Exception):
    """A new index isn't complete yet, so it must not take the old one's place."""

    def __init__(self, report: IndexReport) -> None:
        super().__init__()
        self.report = report


def _demand_finished(report: IndexReport) -> None:
    if not report.finished:
        raise _Unfinished(report)


def _lock_on(path: Path) -> FileLock:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(path)
    except OSError as error:
        raise BadSetting(name="SOVA_STATE_DIR", reason=f"{path.parent}: {error.strerror or error}") from error


def _failures(manifest: Manifest) -> tuple[Failure, ...]:
    return tuple(manifest.failures[document] for document in sorted(manifest.failures))
