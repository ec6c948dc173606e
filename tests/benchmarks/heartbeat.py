"""Owns the pulse of an event loop: how late a timer is shows how long the loop was blocked."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.benchmarks.figures import spread

BEAT_S = 0.002
LIMIT_MS = 50.0


@dataclass(slots=True)
class Heartbeat:
    """How late each beat was, in ms, and the processor time that our process used meanwhile.

    A beat that is late while our process computed little waited for other programs on the machine.
    """

    late_ms: list[float] = field(default_factory=list)
    computed_ms: list[float] = field(default_factory=list)

    async def beat(self) -> None:
        """Beat until cancelled."""
        while True:
            due, computed = time.perf_counter() + BEAT_S, time.process_time()
            await asyncio.sleep(BEAT_S)
            self.late_ms.append((time.perf_counter() - due) * 1000)
            self.computed_ms.append((time.process_time() - computed) * 1000)

    def take(self, other: "Heartbeat") -> None:
        """Count what `other` felt as well."""
        self.late_ms.extend(other.late_ms)
        self.computed_ms.extend(other.computed_ms)

    def details(self) -> dict[str, object]:
        """How late the beats were, and what our process computed during the latest one, in ms."""
        latest = self.late_ms.index(max(self.late_ms))
        return {"late_ms": spread(self.late_ms), "computed_in_the_latest_ms": round(self.computed_ms[latest], 1)}


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
