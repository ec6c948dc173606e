"""Owns keeping the index up with the folder as long as Sova runs: at the start, on changes, on request."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Protocol

from bot.errors import AssistantError
from bot.retrieval.indexer import Indexer
from bot.retrieval.reports import IndexReport

logger = logging.getLogger(__name__)

_LOOK_AGAIN_SECONDS = 300.0
"""However quiet it is: a system drops notices of changes when there are too many at once."""
_SHORTEST_WAIT_SECONDS = 1.0
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 8.0
"""After a failed run. An index that was gone is filled again within ten seconds of its return."""


Requests = tuple[asyncio.Future[IndexReport], ...]


class FolderWatch(Protocol):
    """Notices what happens to the knowledge folder."""

    def changes(self) -> AsyncGenerator[None, None]:
        """Yield when something in the folder may have changed, itself included; no more often than needed, no end."""
        ...


class FolderKeeper:
    """Runs `indexer` whenever there is a reason to. `run` is its one task; cancel it to stop."""

    def __init__(self, indexer: Indexer, watch: FolderWatch, *, now: Callable[[], float] = time.time) -> None:
        self._indexer = indexer
        self._watch = watch
        self._now = now
        self._wanted = asyncio.Event()
        self._requests: list[asyncio.Future[IndexReport]] = []
        self._forced = False
        self._pause = _FIRST_PAUSE_SECONDS

    async def run(self) -> None:
        """Keep the index up with the folder. Never returns, and no failure ends it: each one is tried again."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._notice())
                while True:
                    wait = await self._index()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(wait):
                            await self._wanted.wait()
        finally:
            for future in self._requests:
                future.cancel()

    def request(self, *, force: bool = False) -> asyncio.Future[IndexReport]:
        """Ask for a run; the future gets its report, or the error that ended it. Cancelling it cancels no run."""
        future: asyncio.Future[IndexReport] = asyncio.get_running_loop().create_future()
        future.add_done_callback(_look_at)
        self._requests.append(future)
        self._forced = self._forced or force
        self._wanted.set()
        return future

    async def _notice(self) -> None:
        async with aclosing(self._watch.changes()) as changes:
            async for _ in changes:
                self._wanted.set()
                if self._indexer.is_running:
                    await self._prune()

    async def _prune(self) -> None:
        """A long run must not keep deleted documents alive until its end."""
        try:
            await self._indexer.prune()
        except AssistantError as error:
            logger.info("not tidied up: %s", error.code)
        except Exception:
            logger.exception("not tidied up")

    async def _index(self) -> float:
        """One run; gives how many seconds to wait for the next one when nothing happens until then."""
        self._wanted.clear()
        requests = tuple(self._requests)
        try:
            report = await self._indexer.run(force=self._forced, interrupted=self._wanted.is_set)
        except AssistantError as error:
            logger.warning("the index is not up to date: %s", error)
            return self._failed(requests, error)
        except Exception as error:
            logger.exception("the index is not up to date")
            return self._failed(requests, error)
        self._pause = _FIRST_PAUSE_SECONDS
        if not report.finished:  # the next run starts at once, and the answer is its own
            return 0
        for future in self._served(requests):
            future.set_result(report)
        return self._until(report.retry_at)

    def _served(self, requests: Requests) -> Requests:
        """Those of `requests` that somebody waits for; what was asked for meanwhile is for the next run."""
        del self._requests[: len(requests)]
        self._forced = self._forced and bool(self._requests)
        return tuple(future for future in requests if not future.done())

    def _failed(self, requests: Requests, error: Exception) -> float:
        for future in self._served(requests):
            future.set_exception(error)
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE_SECONDS)
        return pause

    def _until(self, retry_at: float | None) -> float:
        wait = _LOOK_AGAIN_SECONDS if retry_at is None else retry_at - self._now()
        return min(max(wait, _SHORTEST_WAIT_SECONDS), _LOOK_AGAIN_SECONDS)


def _look_at(future: asyncio.Future[IndexReport]) -> None:
    """A failure that nobody waits for any more is in the log already."""
    if not future.cancelled():
        future.exception()
