"""Owns what a machine's samples of the last hour say: what is in use now, what was at most, and how it went. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.ports import MachineSample

HOUR_SECONDS = 3_600.0
STALE_SECONDS = 60.0
"""Who has told nothing for so long has missed four samples: what it told last isn't so any more."""
AHEAD_SECONDS = 300.0
"""So far another machine's clock may be ahead; what is later than that was told before a clock was put back."""
MINUTES = 60

Part = Callable[[MachineSample], float | None]


@dataclass(frozen=True, slots=True)
class Extent:
    """A figure now, None where it isn't known any more, and the highest of the hour."""

    now: float | None
    most: float


@dataclass(frozen=True, slots=True)
class MachineHour:
    """A machine's last hour. All but `celsius` and `watts` are percent; None where it never told.

    `age` is how many seconds ago it told last. `gpu` is the mean of its cards, `vram` and `watts` are theirs together,
    `celsius` is its hottest part.
    """

    machine: str
    age: float
    cpu: Extent | None
    ram: Extent | None
    gpu: Extent | None
    vram: Extent | None
    celsius: Extent | None
    watts: Extent | None

    @property
    def is_stale(self) -> bool:
        """Whether what it told last isn't so any more."""
        return self.age > STALE_SECONDS


@dataclass(frozen=True, slots=True)
class Course:
    """How the hour went, minute by minute, the last one last: percent in use, None where nothing was told."""

    cpu: tuple[float | None, ...]
    ram: tuple[float | None, ...]
    gpu: tuple[float | None, ...]
    vram: tuple[float | None, ...]


def hours(samples: Mapping[str, Sequence[MachineSample]], *, now: float) -> tuple[MachineHour, ...]:
    """One entry a machine that told something within the hour before `now` (seconds since the epoch), by name."""
    recent = {machine: within_the_hour(told, now=now) for machine, told in sorted(samples.items())}
    return tuple(_hour(machine, told, now=now) for machine, told in recent.items() if told)


def course(samples: Sequence[MachineSample], *, now: float) -> Course | None:
    """How the hour went; None where there are samples of fewer than two minutes, which make no line."""
    minutes: dict[int, list[MachineSample]] = {}
    for sample in within_the_hour(samples, now=now):
        minutes.setdefault(int(_age(sample, now) // 60), []).append(sample)
    if len(minutes) < 2:
        return None
    return Course(
        *(
            tuple(_mean(part, minutes.get(ago, ())) for ago in reversed(range(MINUTES)))
            for part in (_cpu, ram_percent, gpu_percent, vram_percent)
        )
    )


def within_the_hour(samples: Sequence[MachineSample], *, now: float) -> Sequence[MachineSample]:
    """Those told within the hour before `now`, newest first, whatever clocks did meanwhile."""
    recent = [sample for sample in samples if -AHEAD_SECONDS <= now - sample.at < HOUR_SECONDS]
    return sorted(recent, key=lambda sample: sample.at, reverse=True)


def ram_percent(sample: MachineSample) -> float | None:
    """How much of the memory is in use."""
    return _percent(sample.ram_used, sample.ram_total)


def gpu_percent(sample: MachineSample) -> float | None:
    """How busy the cards are, on average."""
    busy = [card.busy for card in sample.gpus if card.busy is not None]
    return sum(busy) / len(busy) if busy else None


def vram_percent(sample: MachineSample) -> float | None:
    """How much of the memory of all cards together is in use."""
    known = [
        (card.vram_used, card.vram_total)
        for card in sample.gpus
        if card.vram_used is not None and card.vram_total is not None
    ]
    return _percent(*map(sum, zip(*known, strict=True))) if known else None


def _hour(machine: str, samples: Sequence[MachineSample], *, now: float) -> MachineHour:
    age = _age(samples[0], now)
    parts: tuple[Part, ...] = (_cpu, ram_percent, gpu_percent, vram_percent, _celsius, _watts)
    return MachineHour(machine, age, *(_extent(part, samples, is_stale=age > STALE_SECONDS) for part in parts))


def _extent(part: Part, samples: Sequence[MachineSample], *, is_stale: bool) -> Extent | None:
    told = [figure for sample in samples if (figure := part(sample)) is not None]
    if not told:
        return None
    return Extent(None if is_stale else part(samples[0]), max(told))


def _age(sample: MachineSample, now: float) -> float:
    """Never below 0: another machine's clock may be a little ahead."""
    return max(0.0, now - sample.at)


def _mean(part: Part, samples: Iterable[MachineSample]) -> float | None:
    told = [figure for sample in samples if (figure := part(sample)) is not None]
    return round(sum(told) / len(told), 1) if told else None


def _cpu(sample: MachineSample) -> float | None:
    return sample.cpu


def _celsius(sample: MachineSample) -> float | None:
    told = (sample.celsius, *(card.celsius for card in sample.gpus))
    return max((celsius for celsius in told if celsius is not None), default=None)


def _watts(sample: MachineSample) -> float | None:
    told = [card.watts for card in sample.gpus if card.watts is not None]
    return sum(told) if told else None


def _percent(used: int | None, total: int | None) -> float | None:
    """Within the bounds of the scale."""
    return min(100.0, max(0.0, 100 * used / total)) if used is not None and total else None
