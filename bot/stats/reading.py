"""Owns measuring the machine off the event loop: each measurement by itself, in bounded time."""

import asyncio
import logging
from collections.abc import Callable
from typing import Generic, TypeVar

import psutil

logger = logging.getLogger(__name__)

Measured = TypeVar("Measured")


class Reading(Generic[Measured]):
    """One blocking measurement, in a thread. A stuck one is waited for, never started twice: threads are few."""

    def __init__(self, measure: Callable[[], Measured], *, seconds: float) -> None:
        self._measure = measure
        self._seconds = seconds
        self._running: asyncio.Future[Measured] | None = None

    async def __call__(self) -> Measured | None:
        """What is measured; None when it can't be, or takes longer than `seconds`."""
        running = self._running
        if running is None or running.done():
            running = self._running = asyncio.get_running_loop().run_in_executor(None, self._measure)
        done, _ = await asyncio.wait({running}, timeout=self._seconds)
        if not done:
            logger.warning("the machine didn't tell about itself within %s s", self._seconds)
            return None
        try:
            return running.result()
        except (OSError, psutil.Error) as error:
            logger.warning("the machine doesn't tell about itself: %s", error)
            return None
