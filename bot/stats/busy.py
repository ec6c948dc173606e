"""Owns how busy the processors are: how many cores all programs together keep at work."""

import asyncio
import time
from dataclasses import dataclass, field

import psutil


def _busy_seconds() -> float:
    """Programs of a low priority count as well, and what a hypervisor gave to other machines."""
    times = psutil.cpu_times()
    return float(sum(getattr(times, kind, 0.0) for kind in ("user", "nice", "system", "steal")))


@dataclass(frozen=True, slots=True)
class CpuMoment:
    """How many seconds processors have been at work up to a moment, which `at` counts in seconds of a steady clock."""

    at: float = field(default_factory=time.monotonic)
    busy: float = field(default_factory=_busy_seconds)

    def cores_until(self, later: "CpuMoment") -> float:
        """How many cores were busy from here until `later`, on average; 0 where no time went by."""
        return max(0.0, later.busy - self.busy) / (later.at - self.at) if later.at > self.at else 0.0


async def cores_busy(seconds: float = 1.0) -> float:
    """How many cores are busy during the next `seconds`."""
    before = CpuMoment()
    await asyncio.sleep(seconds)
    return before.cores_until(CpuMoment())
