"""Owns spans of time: how people write them, and into which pieces time is cut to count by them. Pure.

What happened longer ago is counted in larger pieces, so that no span takes more than `MOST_PIECES` of them.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

MINUTE, HOUR, DAY = 60, 3_600, 86_400
SPANS = ("1h", "24h", "7d", "30d")
"""The usual ones, as they are offered."""
SHORTEST, LONGEST = 5 * MINUTE, 30 * DAY

_WRITTEN = re.compile(r"(?P<number>\d{1,6})\s*(?P<unit>[mhd])")
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY}


@dataclass(frozen=True, slots=True)
class Span:
    """So many of a unit: `m` minutes, `h` hours, `d` days."""

    number: int
    unit: str

    @property
    def seconds(self) -> int:
        """How long it is."""
        return self.number * _UNITS[self.unit]

    def __str__(self) -> str:
        return f"{self.number}{self.unit}"


def read_span(written: str) -> Span:
    """The span that is `written`, such as `90m`, `24h` or `7d`; raises `ValueError`, also out of bounds."""
    found = _WRITTEN.fullmatch(written.strip().lower())
    if found is None:
        raise ValueError("no span of time")
    span = Span(int(found["number"]), found["unit"])
    if not SHORTEST <= span.seconds <= LONGEST:
        raise ValueError("a span that is too short, or too long")
    return span


@dataclass(frozen=True, slots=True)
class Grain:
    """Pieces of `step` seconds, kept for spans of up to `reach` seconds."""

    step: int
    reach: int

    @property
    def kept_seconds(self) -> int:
        """How long a piece is needed after something was counted in it last."""
        return self.reach + self.step

    def start(self, at: float) -> int:
        """When the piece began that holds the moment `at`, in seconds since the epoch."""
        return math.floor(at / self.step) * self.step


GRAINS = (
    Grain(5 * MINUTE, reach=3 * HOUR),
    Grain(HOUR, reach=3 * DAY),
    Grain(6 * HOUR, reach=10 * DAY),
    Grain(DAY, reach=LONGEST),
)
"""Everything is counted in each of them, and a span is read from the finest that reaches so far back."""
MOST_PIECES = 1 + max(math.ceil(grain.reach / grain.step) for grain in GRAINS)


def pieces(*, since: float, until: float) -> tuple[Grain, Sequence[int]]:
    """The grain that a span is read from, and when the pieces began that hold any of it, oldest first.

    A span that is longer than any grain reaches is cut at its older end; none has no pieces.
    """
    length = until - since
    grain = next((grain for grain in GRAINS if length <= grain.reach), GRAINS[-1])
    first = max(grain.start(since), grain.start(until - grain.reach))
    return grain, range(first, grain.start(until) + 1, grain.step) if length >= 0 else ()
