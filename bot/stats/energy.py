"""Owns the counters of energy that machines have: NVIDIA's cards by NVML, Intel's and AMD's processors by RAPL.

NVML: https://docs.nvidia.com/deploy/nvml-api/ (nvmlDeviceGetTotalEnergyConsumption, mJ since the driver was loaded,
from Volta on). RAPL: https://docs.kernel.org/power/powercap/powercap.html (energy_uj, which begins anew after
max_energy_range_uj). Kernels since 5.10 let only root read RAPL, because of PLATYPUS (CVE-2020-8694).
"""
# ruff: noqa: N802, D102 - the methods of the Protocol are NVML's, by its names, and documented there

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.stats.gpus import NvmlCards

logger = logging.getLogger(__name__)

POWERCAP = Path("/sys/class/powercap")


class EnergyNvml(NvmlCards, Protocol):
    """What is asked of a card for its energy."""

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: object, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of energy in joules; it begins anew after `wraps_at`, None where it never does."""

    joules: float
    wraps_at: float | None = None

    def until(self, later: "Counter") -> float | None:
        """The joules from here until `later`; None where the counter went back without a reason."""
        gone = later.joules - self.joules
        if gone >= 0:
            return gone
        return None if self.wraps_at is None else gone + self.wraps_at


@dataclass(frozen=True, slots=True)
class EnergyReading:
    """The counters at a moment, by the cards' numbers and the packages' names."""

    gpus: Mapping[str, Counter]
    packages: Mapping[str, Counter]

    def gpu_joules(self, later: "EnergyReading") -> float | None:
        """What all cards took until `later`; None where one doesn't tell."""
        return _sum(self.gpus, later.gpus)

    def cpu_joules(self, later: "EnergyReading") -> float | None:
        """What all processor packages took until `later`; None where one doesn't tell."""
        return _sum(self.packages, later.packages)


def read_energy(nvml: EnergyNvml | None = None, *, powercap: Path = POWERCAP) -> EnergyReading:
    """The counters now; none where there are none, or they may not be read. Blocks."""
    return EnergyReading(_gpus(nvml or _nvidia()), _packages(powercap))


def _sum(before: Mapping[str, Counter], later: Mapping[str, Counter]) -> float | None:
    if not before or before.keys() != later.keys():
        return None
    taken = [before[name].until(later[name]) for name in before]
    known = [joules for joules in taken if joules is not None]
    return sum(known) if len(known) == len(taken) else None


def _gpus(nvml: EnergyNvml) -> Mapping[str, Counter]:
    """Every card's counter; none at all where one of them has none, for half a figure would mislead."""
    try:
        nvml.nvmlInit()
    except nvml.NVMLError as error:
        logger.debug("no NVIDIA driver: %s", error)
        return {}
    try:
        handles = [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())]
        told = [nvml.nvmlDeviceGetTotalEnergyConsumption(handle) for handle in handles]
    except nvml.NVMLError as error:
        logger.debug("the cards don't tell their energy: %s", error)
        return {}
    finally:
        _close(nvml)
    return {str(index): Counter(millijoules / 1e3) for index, millijoules in enumerate(told)}


def _close(nvml: EnergyNvml) -> None:
    try:
        nvml.nvmlShutdown()
    except nvml.NVMLError as error:
        logger.debug("NVML doesn't close: %s", error)


def _packages(powercap: Path) -> Mapping[str, Counter]:
    """The packages (`intel-rapl:0`), without the domains inside of them, which they count already."""
    try:
        zones = _zones(powercap)
        return {zone.name: _package(zone) for zone in zones}
    except (OSError, ValueError) as error:
        logger.debug("the processor doesn't tell its energy: %s", error)
        return {}


def _zones(powercap: Path) -> Sequence[Path]:
    found = sorted(powercap.glob("intel-rapl:*"))
    return [zone for zone in found if zone.name.count(":") == 1 and _name(zone).startswith("package")]


def _name(zone: Path) -> str:
    return (zone / "name").read_text(encoding="ascii").strip()


def _package(zone: Path) -> Counter:
    told = int((zone / "energy_uj").read_text(encoding="ascii"))
    most = int((zone / "max_energy_range_uj").read_text(encoding="ascii"))
    return Counter(told / 1e6, wraps_at=most / 1e6)


def _nvidia() -> EnergyNvml:
    import pynvml

    module: EnergyNvml = pynvml
    return module
