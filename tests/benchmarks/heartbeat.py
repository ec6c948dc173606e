"""Owns the pulse of an event loop: how late a timer is shows how long the loop was blocked."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

BEAT_S = 0.002
LIMIT_MS = 50.0


@dataclass(slots=True)
class Heartbeat:
    """How late each beat was, in ms."""

    late_ms: list[float] = field(default_factory=list)

    async def beat(self) -> None:
        """Beat until cancelled."""
        while True:
            due = time.perf_counter() + BEAT_S
            await asyncio.sleep(BEAT_S)
            self.late_ms.append((time.perf_counter() - due) * 1000)


@asynccontextmanager
async def heartbeat() -> AsyncIterator[Heartbeat]:
    """Feel the pulse of the running loop as long as the block lasts."""
    pulse = Heartbeat()
    task = asyncio.create_task(pulse.beat())
    try:
        yield pulse
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
