"""Owns keeping something running that may fail: again after a pause, longer each time, and not for ever."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import SystemRandom

from bot.errors import AssistantError, CrashLoop

logger = logging.getLogger(__name__)

WRONG_USAGE = 2


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses in seconds: doubling from `first` to `longest`, each cut by up to half at random; anew after `well`.

    More than `faults` faults of our own within `window` seconds are a crash loop: what is tried again then is not the
    network but a mistake.
    """

    first: float = 1.0
    longest: float = 60.0
    well: float = 60.0
    faults: int = 5
    window: float = 300.0

    def pause(self, failures: int) -> float:
        """Before the next try, after so many in a row that failed (from 1)."""
        return float(min(self.longest, self.first * 2 ** min(failures - 1, 30)))


@dataclass(slots=True)
class Supervisor:
    """Runs what must be running. `sleep`, `clock` and `random` (from 0 to 1) are there to be replaced in tests."""

    backoff: Backoff = field(default_factory=Backoff)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    random: Callable[[], float] = field(default_factory=lambda: SystemRandom().random)

    async def keep(self, run: Callable[[], Awaitable[None]], *, name: str) -> None:
        """Await `run`, again whenever it fails or ends, until cancelled.

        Raises what says that the settings are wrong, for no waiting mends these, and `CrashLoop` after too many faults
        of our own.
        """
        failures, faults = 0, deque[float](maxlen=self.backoff.faults)
        while True:
            began = self.clock()
            try:
                await run()
                logger.warning("%s ended by itself", name)
            except AssistantError as error:
                if error.exit_code == WRONG_USAGE:
                    raise
                logger.warning("%s failed: %s", name, error)
            except Exception as error:
                logger.exception("%s failed by a fault of ours", name)
                self._count(faults, error, name=name)
            failures = 1 if self.clock() - began >= self.backoff.well else failures + 1
            await self.sleep(self.backoff.pause(failures) * (1 - self.random() / 2))

    def _count(self, faults: deque[float], error: Exception, *, name: str) -> None:
        now = self.clock()
        if len(faults) == faults.maxlen and now - faults[0] <= self.backoff.window:
            raise CrashLoop(name=name) from error
        faults.append(now)
