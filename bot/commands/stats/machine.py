"""Owns what `/stats` shows of hardware: this machine now, and every machine's last hour."""

from collections.abc import Callable, Mapping, Sequence

from bot.commands.cards import Field, Table
from bot.commands.documents.knowledge import ago
from bot.commands.parts import gigabytes, unknown
from bot.commands.stats.gathering import Machines, Told
from bot.commands.stats.sections import Section
from bot.errors import AssistantError
from bot.stats.gpus import Gpu
from bot.stats.hardware import Cpu, Disk, Hardware, Memory
from bot.stats.hour import Extent, MachineHour, hours
from bot.wording import Wording

_COLUMNS: Mapping[str, Callable[[MachineHour], Extent | None]] = {
    "cpu": lambda hour: hour.cpu,
    "ram": lambda hour: hour.ram,
    "gpu": lambda hour: hour.gpu,
    "vram": lambda hour: hour.vram,
    "celsius": lambda hour: hour.celsius,
    "watts": lambda hour: hour.watts,
}


def hardware_section(hardware: Hardware, say: Wording) -> Section:
    """What is in use here now: processor, memory, graphics cards and disk."""
    return Section(
        fields=(
            Field(say("stats-field-cpu"), _cpu(hardware.cpu, say)),
            Field(say("stats-field-ram"), _ram(hardware.memory, say)),
            *(Field(say("stats-field-gpu", number=number), _gpu(gpu, say)) for number, gpu in enumerate(hardware.gpus)),
            Field(say("stats-field-disk"), _disk(hardware.disk, say)),
        )
    )


def machines_section(told: Told[Machines], say: Wording, *, now: float) -> Section:
    """A row for every machine that told something within the last hour."""
    if isinstance(told, AssistantError):
        return Section(fields=(Field(say("stats-field-hour"), say.of_error(told)),))
    if not (shown := hours(told or {}, now=now)):
        return Section()
    columns = [name for name, of in _COLUMNS.items() if any(of(hour) for hour in shown)]
    table = Table(
        (say("stats-hour-machine"), *(say(f"stats-hour-{name}") for name in columns)),
        tuple(_row(hour, columns, say) for hour in shown),
        numeric=frozenset(range(1, len(columns) + 1)),
        title=say("stats-hour-title"),
    )
    return Section(tables=(table,))


def _row(hour: MachineHour, columns: Sequence[str], say: Wording) -> tuple[str, ...]:
    name = say("stats-hour-stale", machine=hour.machine, ago=ago(hour.age, say)) if hour.is_stale else hour.machine
    return (name, *(_extent(_COLUMNS[column](hour), say) for column in columns))


def _extent(extent: Extent | None, say: Wording) -> str:
    if extent is None:
        return unknown(say)
    now = unknown(say) if extent.now is None else say("amount-whole", value=extent.now)
    return say("stats-hour-extent", now=now, most=say("amount-whole", value=extent.most))


def _cpu(cpu: Cpu | None, say: Wording) -> str:
    if cpu is None:
        return unknown(say)
    size = say("stats-threads", threads=cpu.threads)
    if cpu.cores is not None:
        size = f"{say('stats-cores', cores=cpu.cores)}, {size}"
    return " · ".join((cpu.name, size, say("stats-load", load=cpu.load)))


def _ram(memory: Memory | None, say: Wording) -> str:
    if memory is None:
        return unknown(say)
    used, total = gigabytes(memory.used, say), gigabytes(memory.total, say)
    return say("stats-ram", used=used, total=total, process=memory.process / 1e6)


def _gpu(gpu: Gpu, say: Wording) -> str:
    said = [gpu.name]
    if gpu.utilisation is not None:
        said.append(say("stats-gpu-busy", percent=gpu.utilisation))
    if gpu.vram_used is not None and gpu.vram_total is not None:
        used, total = gigabytes(gpu.vram_used, say), gigabytes(gpu.vram_total, say)
        said.append(say("stats-gpu-vram", used=used, total=total))
    if gpu.celsius is not None:
        said.append(say("stats-gpu-celsius", celsius=gpu.celsius))
    if gpu.watts is not None:
        said.append(say("stats-gpu-watts", watts=gpu.watts))
    return " · ".join(said)


def _disk(disk: Disk | None, say: Wording) -> str:
    if disk is None:
        return unknown(say)
    return say("stats-disk", free=gigabytes(disk.free, say), total=gigabytes(disk.total, say))
