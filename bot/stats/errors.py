"""Owns counting the errors that people are told: in memory at once, kept for everybody a little later.

Whoever is told of an error waits for nothing here, not even where the store that keeps the counts is what failed.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping

from bot.errors import AssistantError
from bot.ports import ErrorCounts


class ErrorTally:
    """Counts errors by code; `kept` gets them whenever somebody flushes. `clock` gives seconds since the epoch."""

    def __init__(self, kept: ErrorCounts, *, clock: Callable[[], float] = time.time) -> None:
        self._kept = kept
        self._clock = clock
        self._waiting: Counter[str] = Counter()

    def count(self, error: AssistantError) -> None:
        """One more of its code."""
        self._waiting[error.code] += 1

    async def flush(self) -> None:
        """Keep what was counted; when that fails it stays counted here, and the failure is raised."""
        going, self._waiting = self._waiting, Counter()
        try:
            await self._kept.add(going, at=self._clock())
        except BaseException:
            self._waiting.update(going)
            raise

    async def counts(self, *, since: float, until: float) -> Mapping[str, int]:
        """How many there were of each code, the most frequent first, with those that aren't kept yet."""
        counted = Counter(await self._kept.counts(since=since, until=until))
        counted.update(self._waiting)
        return dict(counted.most_common())
