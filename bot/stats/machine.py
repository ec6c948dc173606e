"""Owns what is sampled of this machine: how busy its processors were since the sample before, memory, heat, cards."""

import asyncio
import platform
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

import psutil

from bot.ports import GpuSample, MachineSample
from bot.stats.gpus import Gpu, Nvml, read_gpus
from bot.stats.reading import Reading

_CHIPS = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "cpu-thermal", "acpitz")
"""Who tells the processor's temperature, the better ones first: Intel, AMD, ARM boards, and the firmware."""
_PLAUSIBLE = range(1, 150)
"""In degrees Celsius; sensors that aren't connected tell 0, or far less."""
_IDLE = ("idle", "iowait")
_COUNTED_TWICE = ("guest", "guest_nice")
"""The kernel counts these in `user` and `nice` already (`man 5 proc_stat`)."""

Times = Mapping[str, float]


class Meter(Protocol):
    """Whoever samples a machine."""

    async def sample(self) -> MachineSample:
        """How busy it is now; never raises."""
        ...


class MachineMeter:
    """Samples this machine, each part in at most `seconds`. `clock` gives seconds since the epoch.

    Without `nvml`, NVIDIA's own binding is loaded when it is first needed.
    """

    def __init__(
        self, *, nvml: Nvml | None = None, seconds: float = 2.0, clock: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self._before: Times | None = None
        self._cpu = Reading(_times, seconds=seconds)
        self._memory = Reading(psutil.virtual_memory, seconds=seconds)
        self._celsius = Reading(read_celsius, seconds=seconds)
        self._gpus = Reading(partial(read_gpus, nvml), seconds=seconds)

    async def sample(self) -> MachineSample:
        """How busy this machine is. Nobody knows of the first sample how busy the processors were before it."""
        times, memory, celsius, gpus = await asyncio.gather(self._cpu(), self._memory(), self._celsius(), self._gpus())
        before, self._before = self._before, times
        return MachineSample(
            at=self._clock(),
            cpu=busy_percent(before, times) if before and times else None,
            ram_used=memory.total - memory.available if memory else None,
            ram_total=memory.total if memory else None,
            celsius=celsius,
            gpus=tuple(map(_gpu, gpus or ())),
        )


def machine_name() -> str:
    """What this machine is called in its network; in a container that is the container's name."""
    return platform.node() or "localhost"


def busy_percent(before: Times, after: Times) -> float | None:
    """The share of all processors that was at work between two readings of their times; None where none has passed."""
    passed = {name: after[name] - before.get(name, 0.0) for name in after if name not in _COUNTED_TWICE}
    whole = sum(passed.values())
    if whole <= 0:
        return None
    idle = sum(passed.get(name, 0.0) for name in _IDLE)
    return round(min(100.0, max(0.0, 100 * (whole - idle) / whole)), 1)


def read_celsius() -> float | None:
    """The processor's temperature, where the system tells; the hottest of its sensors. Blocks."""
    ask = getattr(psutil, "sensors_temperatures", None)
    told = ask() if ask else {}  # only Linux and FreeBSD have it
    return processor_celsius({chip: [one.current for one in sensors] for chip, sensors in told.items()})


def processor_celsius(told: Mapping[str, list[float]]) -> float | None:
    """The processor's among the temperatures that the machine's chips tell; None where there is none."""
    for chip in _CHIPS:
        if plausible := [celsius for celsius in told.get(chip, ()) if round(celsius) in _PLAUSIBLE]:
            return max(plausible)
    return None


def _times() -> Times:
    times: Times = psutil.cpu_times()._asdict()
    return times


def _gpu(card: Gpu) -> GpuSample:
    return GpuSample(card.utilisation, card.vram_used, card.vram_total, card.celsius, card.watts)
