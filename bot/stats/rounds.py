"""Owns what is done again and again beside the work: sampling the machine, and keeping what was counted meanwhile."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from bot.errors import AssistantError
from bot.ports import MachineLog
from bot.stats.machine import Meter

logger = logging.getLogger(__name__)

EVERY_SECONDS = 15.0

Round = Callable[[], Awaitable[None]]
"""Something that is done once a round. May raise an `AssistantError`: it is tried again with the next."""


def sampling(machine: str, *, meter: Meter, log: MachineLog) -> Round:
    """A round that samples `machine` and keeps what came of it."""

    async def take() -> None:
        await log.record(machine, await meter.sample())

    return take


@asynccontextmanager
async def going_round(rounds: Sequence[Round], *, seconds: float = EVERY_SECONDS) -> AsyncIterator[None]:
    """Do each of `rounds` at once, and every so many `seconds`, until the block ends."""
    task = asyncio.create_task(_go_round(rounds, seconds=seconds))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _go_round(rounds: Sequence[Round], *, seconds: float) -> None:
    while True:
        await asyncio.gather(*map(_done, rounds))
        await asyncio.sleep(seconds)


async def _done(one: Round) -> None:
    try:
        await one()
    except AssistantError as error:
        logger.debug("not this time: %s", error)
    except Exception:
        logger.exception("what is done in rounds failed by a fault of ours")
