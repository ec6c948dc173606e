"""Owns noticing that the event loop is late: whatever holds it up holds up every answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.monitoring.metrics import ServiceMetrics

EVERY_SECONDS = 1.0


@asynccontextmanager
async def watching_the_loop(metrics: ServiceMetrics, *, every: float = EVERY_SECONDS) -> AsyncIterator[None]:
    """Look meanwhile how late the loop wakes a task that asked to be woken."""
    task = asyncio.create_task(_look(metrics, every))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _look(metrics: ServiceMetrics, every: float) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + every
        await asyncio.sleep(every)
        metrics.lag.observe(max(0.0, loop.time() - due))
