"""Owns what the machine is and does, read off the event loop and in bounded time."""

import asyncio
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.stats.gpus import Gpu, Nvml, read_gpus
from bot.stats.reading import Reading

_CPUINFO = Path("/proc/cpuinfo")
_CPU_NAMES = frozenset({"model name", "Model", "Hardware"})  # x86, Raspberry Pi, older ARM kernels


@dataclass(frozen=True, slots=True)
class Cpu:
    """The processor. `cores` are physical, None where the system doesn't tell; `load` is the 1-minute average."""

    name: str
    cores: int | None
    threads: int
    load: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Main memory in bytes; `used` is what a new program can't have. `process` is this program's resident part."""

    used: int
    total: int
    process: int


@dataclass(frozen=True, slots=True)
class Disk:
    """The file system that holds `path`, in bytes."""

    path: str
    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Hardware:
    """One reading of the machine. A part that couldn't be read in time is None; no graphics card is no entry."""

    cpu: Cpu | None
    memory: Memory | None
    gpus: tuple[Gpu, ...]
    disk: Disk | None


class HardwareProbe:
    """Reads the machine, each part by itself and in at most `seconds`. `disk_of` is the folder whose disk counts.

    Without `nvml`, NVIDIA's own binding is loaded when it is first needed.
    """

    def __init__(self, *, disk_of: Path, nvml: Nvml | None = None, seconds: float = 2.0) -> None:
        self._cpu = Reading(read_cpu, seconds=seconds)
        self._memory = Reading(read_memory, seconds=seconds)
        self._gpus = Reading(lambda: read_gpus(nvml), seconds=seconds)
        self._disk = Reading(lambda: read_disk(disk_of), seconds=seconds)

    async def read(self) -> Hardware:
        """Read everything at once; never raises."""
        cpu, memory, gpus, disk = await asyncio.gather(self._cpu(), self._memory(), self._gpus(), self._disk())
        return Hardware(cpu=cpu, memory=memory, gpus=gpus or (), disk=disk)


def read_cpu() -> Cpu:
    """The processor now. Blocks."""
    return Cpu(
        name=_cpu_name(),
        cores=psutil.cpu_count(logical=False),
        threads=psutil.cpu_count() or 1,
        load=psutil.getloadavg()[0],
    )


def read_memory() -> Memory:
    """Main memory now. Blocks."""
    memory = psutil.virtual_memory()
    return Memory(used=memory.total - memory.available, total=memory.total, process=psutil.Process().memory_info().rss)


def read_disk(folder: Path) -> Disk:
    """The disk of `folder`, or of the nearest parent that exists. Blocks; raises `OSError`."""
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    usage = shutil.disk_usage(existing)
    return Disk(path=str(folder), free=usage.free, total=usage.total)


def _cpu_name() -> str:
    try:
        lines = _CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # only Linux has it
        lines = []
    for line in lines:
        key, _, name = line.partition(":")
        if key.strip() in _CPU_NAMES and name.strip():
            return name.strip()
    return platform.processor() or platform.machine()
