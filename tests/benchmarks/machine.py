"""Owns what is said about the machine under the figures: its processor, and how busy others kept it meanwhile."""

import os
import platform
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil


def facts() -> dict[str, str | int | float]:
    """What the figures depend on; nothing that names the machine."""
    return {
        "processor": _processor(),
        "cores": psutil.cpu_count() or 1,
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _busy_seconds() -> float:
    """Programs that run with a low priority count as well, and what the hypervisor gave to other machines."""
    times = psutil.cpu_times()
    return float(sum(getattr(times, kind, 0.0) for kind in ("user", "nice", "system", "steal")))


def _our_seconds() -> float:
    return sum(os.times()[:4])


@dataclass(frozen=True, slots=True)
class Moment:
    """How much processor time was used up to now, in seconds: by everybody, and by this program with its children."""

    at: float = field(default_factory=time.perf_counter)
    everybody: float = field(default_factory=_busy_seconds)
    ours: float = field(default_factory=_our_seconds)

    def cores_used_by_others(self, later: Self) -> float:
        """How many cores other programs kept busy from here until `later`, on average.

        Only children that have ended are counted as ours: measurements end theirs before they return.
        """
        theirs = (later.everybody - self.everybody) - (later.ours - self.ours)
        return max(0.0, theirs / (later.at - self.at))


def memory_mb(pid: int) -> float:
    """The memory of a process: on Linux each page once, however often it is mapped, and shared ones in part.

    Qdrant's engine maps its files twice; a resident set, which is all that other systems tell, counts them twice.
    """
    memory = psutil.Process(pid).memory_full_info()
    return float(getattr(memory, "pss", memory.rss)) / 1e6


def _processor() -> str:
    """Linux keeps the name in a file; elsewhere Python knows what there is to know."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
