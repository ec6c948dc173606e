"""Owns the charts of `/stats`: where the time of answers goes, and how much of a machine was in use. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.commands.parts import gigabytes
from bot.ports import Chart, ChartKind, MachineSample, Series
from bot.stats.hardware import Hardware
from bot.stats.hour import MINUTES, Course, course, within_the_hour
from bot.stats.stages import ModelStages
from bot.wording import Wording

MOST_MODELS = 6
"""As many are legible in one picture; the table tells of all."""
LEAST_MINUTES = 20
"""That the axis of time spans at least, however short Sova has been running."""
_STAGES: tuple[tuple[str, Callable[[ModelStages], float]], ...] = (
    ("stats-chart-queue", lambda spent: spent.queue),
    ("stats-chart-search", lambda spent: spent.search),
    ("stats-chart-load", lambda spent: spent.load),
    ("stats-chart-first-token", lambda spent: spent.first_token),
    ("stats-chart-rest", lambda spent: spent.rest),
)


def answer_charts(spent: Sequence[ModelStages], say: Wording) -> tuple[Chart, ...]:
    """Where the time of answers goes, of the models used last; none where there are no answers."""
    return (_latency(spent[:MOST_MODELS], say),) if spent else ()


def machine_charts(
    hardware: Hardware, machines: Mapping[str, Sequence[MachineSample]], say: Wording, *, machine: str, now: float
) -> tuple[Chart, ...]:
    """How busy a machine was within the last hour: the one with graphics cards, else this one (`machine`).

    Before there are samples of two minutes, it is what is in use here now; none where nobody tells even that.
    """
    shown = _drawn_machine(machines, machine, now=now)
    went = course(machines[shown], now=now) if shown else None
    if shown and went and (lines := tuple(_series(went, say))):
        return (_lines(shown, lines, say),)
    used = tuple(_in_use(hardware, say))
    return (_machine(used, say),) if used else ()


def _drawn_machine(machines: Mapping[str, Sequence[MachineSample]], here: str, *, now: float) -> str | None:
    """Whose last hour is drawn: where models run on a graphics card that is what people wait for."""
    recent = {name: within_the_hour(samples, now=now) for name, samples in machines.items()}
    with_cards = [name for name, samples in recent.items() if samples and samples[0].gpus]
    if here in with_cards or (not with_cards and recent.get(here)):
        return here
    return min(with_cards, default=None)


def _series(went: Course, say: Wording) -> Iterator[Series]:
    """A line for each part that told anything."""
    parts = (
        ("stats-field-cpu", went.cpu),
        ("stats-loaded-ram", went.ram),
        ("stats-chart-gpu", went.gpu),
        ("stats-loaded-vram", went.vram),
    )
    for key, values in parts:
        if any(value is not None for value in values):
            yield Series(say(key), values)


def _lines(machine: str, lines: tuple[Series, ...], say: Wording) -> Chart:
    """From the first minute that anything is known of: a line in the corner of an empty hour says little."""
    begun = min(_known_from(line.values) for line in lines)
    shown = max(LEAST_MINUTES, MINUTES - begun)
    return Chart(
        title=say("stats-chart-hour", machine=machine),
        unit=say("stats-chart-percent"),
        labels=tuple(say("stats-chart-minutes", minutes=minutes) for minutes in reversed(range(shown))),
        series=tuple(replace(line, values=line.values[-shown:]) for line in lines),
        kind=ChartKind.LINES,
        most=100.0,
        decimal_mark=say("chart-decimal-mark"),
    )


def _known_from(values: Sequence[float | None]) -> int:
    """Where the first of them is that is known."""
    return next((at for at, value in enumerate(values) if value is not None), len(values))


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
