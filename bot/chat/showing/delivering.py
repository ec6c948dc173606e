"""Owns bringing one answer before people: shown while it streams, with a sign of life until its first words.

Also what ends that for good: that the platform won't show it, or that somebody else goes on with it.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator
from contextlib import aclosing
from typing import Any

from bot.chat.showing.pacing import Pace, monotonic
from bot.chat.showing.streaming import Screen, Streaming
from bot.service.platforms import Told

logger = logging.getLogger(__name__)


class Undeliverable(Exception):
    """The platform will never let this be shown here: `code` is its word for why. There is nobody to be told."""

    def __init__(self, code: int | str) -> None:
        super().__init__(str(code))
        self.code = code


class TakenOver(Exception):
    """Somebody else answers this question by now."""


async def deliver(
    screen: Screen,
    told: AsyncGenerator[Told, None],
    *,
    pace: Pace,
    meanwhile: Coroutine[Any, Any, None],
    clock: Callable[[], float] = monotonic,
) -> None:
    """Show what is `told`, and close it; nothing more where that is over for good. `clock` gives seconds.

    `meanwhile` runs beside it and is cancelled in the end; what it raises matters to nobody.
    """
    beside = asyncio.create_task(meanwhile)
    try:
        async with aclosing(told) as shown:
            with unless_over():
                await Streaming(screen, pace=pace, clock=clock).run(shown)
    finally:
        beside.cancel()
        await asyncio.wait({beside})


@contextlib.contextmanager
def unless_over() -> Iterator[None]:
    """Show something; that it can't be shown there, or by us, ends the block and is written into the log."""
    try:
        yield
    except Undeliverable as error:
        logger.warning("this can't be shown there, nor will it ever be: the platform says %s", error.code)
    except TakenOver:
        logger.warning("somebody else goes on with the answer")


async def kept_up(
    show: Callable[[], Awaitable[None]], *, needed: Callable[[], bool], after_seconds: float, every_seconds: float
) -> None:
    """Show a sign of life, for the first time `after_seconds`, over and over for as long as it is `needed`."""
    await asyncio.sleep(after_seconds)
    while needed():
        await show()
        await asyncio.sleep(every_seconds)
