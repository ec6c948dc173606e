"""Owns what is asked about machines: how busy each of them was within the last hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class GpuSample:
    """A graphics card at one moment: `busy` in percent, VRAM in bytes, power in watts; None where it doesn't tell."""

    busy: float | None = None
    vram_used: int | None = None
    vram_total: int | None = None
    celsius: float | None = None
    watts: float | None = None


@dataclass(frozen=True, slots=True)
class MachineSample:
    """A machine at one moment: `at` in seconds since the epoch by its own clock, `cpu` in percent, RAM in bytes.

    `cpu` is the share of all processors that was at work since the sample before. None: not known.
    """

    at: float
    cpu: float | None = None
    ram_used: int | None = None
    ram_total: int | None = None
    celsius: float | None = None
    gpus: tuple[GpuSample, ...] = ()


class MachineLog(Protocol):
    """What machines told of themselves lately: some 240 samples each, one in 15 seconds. They go after two hours."""

    async def record(self, machine: str, sample: MachineSample) -> None:
        """Keep one more sample of `machine`; nothing where another process there has just told."""
        ...

    async def samples(self) -> Mapping[str, Sequence[MachineSample]]:
        """The kept samples by machine, newest first; machines by name."""
        ...
