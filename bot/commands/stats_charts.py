"""Owns the charts of `/stats`: where the time of answers goes, and how much of the machine is in use. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.commands.parts import gigabytes
from bot.ports import Chart, ChartKind, Series
from bot.stats.hardware import Hardware
from bot.stats.stages import ModelStages
from bot.wording import Wording

MOST_MODELS = 6
"""As many are legible in one picture; the table tells of all."""
_STAGES: tuple[tuple[str, Callable[[ModelStages], float]], ...] = (
    ("stats-chart-queue", lambda spent: spent.queue),
    ("stats-chart-search", lambda spent: spent.search),
    ("stats-chart-load", lambda spent: spent.load),
    ("stats-chart-first-token", lambda spent: spent.first_token),
    ("stats-chart-rest", lambda spent: spent.rest),
)


def stats_charts(spent: Sequence[ModelStages], hardware: Hardware, say: Wording) -> tuple[Chart, ...]:
    """The charts for which there are figures: answer times of the models used last, and the machine below them."""
    used = tuple(_in_use(hardware, say))
    return (
        *([_latency(spent[:MOST_MODELS], say)] if spent else []),
        *([_machine(used, say)] if used else []),
    )


def _latency(spent: Sequence[ModelStages], say: Wording) -> Chart:
    return Chart(
        title=say("stats-chart-latency"),
        unit=say("stats-chart-seconds"),
        labels=_short([one.model for one in spent]),
        series=tuple(Series(say(key), tuple(_seconds(of(one)) for one in spent)) for key, of in _STAGES),
        kind=ChartKind.STACKED,
        marks=Series(say("stats-chart-p95"), tuple(_seconds(one.whole_p95) for one in spent)),
        notes=tuple(say("stats-chart-turns", turns=one.turns) for one in spent),
        decimal_mark=say("chart-decimal-mark"),
    )


def _short(models: Sequence[str]) -> tuple[str, ...]:
    """The models' names without the folders before them, where they are told apart all the same."""
    short = [model.rsplit("/", 1)[-1] or model for model in models]
    return tuple(name if short.count(name) == 1 else model for name, model in zip(short, models, strict=True))


def _seconds(milliseconds: float) -> float:
    return round(milliseconds / 1000, 2)


@dataclass(frozen=True, slots=True)
class _Used:
    """A part of the machine, how many percent of it are in use, and what that is in its own measure."""

    part: str
    percent: float
    note: str


def _machine(used: Sequence[_Used], say: Wording) -> Chart:
    return Chart(
        title=say("stats-chart-machine"),
        unit=say("stats-chart-percent"),
        labels=tuple(one.part for one in used),
        series=(Series("", tuple(one.percent for one in used)),),
        notes=tuple(one.note for one in used),
        most=100.0,
        decimal_mark=say("chart-decimal-mark"),
    )


def _in_use(hardware: Hardware, say: Wording) -> Iterator[_Used]:
    """Processor, memory, and the memory of all graphics cards together."""
    if cpu := hardware.cpu:
        yield _Used(say("stats-field-cpu"), _percent(cpu.load, cpu.threads), say("stats-load", load=cpu.load))
    if memory := hardware.memory:
        yield _of_bytes(say("stats-loaded-ram"), memory.used, memory.total, say)
    cards = [(card.vram_used, card.vram_total) for card in hardware.gpus]
    known = [(used, total) for used, total in cards if used is not None and total is not None]
    if known:
        used, total = (sum(amounts) for amounts in zip(*known, strict=True))
        yield _of_bytes(say("stats-loaded-vram"), used, total, say)


def _of_bytes(part: str, used: int, total: int, say: Wording) -> _Used:
    note = say("stats-chart-of", used=gigabytes(used, say), total=gigabytes(total, say))
    return _Used(part, _percent(used, total), note)


def _percent(used: float, total: float) -> float:
    """Within the bounds of the scale: more may wait for the processor than it has threads."""
    return float(round(min(100.0, max(0.0, 100 * used / total)))) if total else 0.0
