"""Owns what a measurement gives: figures with their limits, and whatever explains them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.stats.latency import percentile


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value against its limit, both in `unit`; None is a figure without a promise.

    `lower_is_better` tells on which side of the limit the value should be.
    """

    name: str
    measured: float
    unit: str
    limit: float | None = None
    lower_is_better: bool = True

    @property
    def met(self) -> bool | None:
        """Whether the limit is kept; None where there is none."""
        if self.limit is None:
            return None
        return self.measured <= self.limit if self.lower_is_better else self.measured >= self.limit


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of a measurement's own: the first column is text, the others are figures; `summary` stands below it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    summary: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """One benchmark's outcome: how it was done in a sentence, its figures, and its raw material for the JSON file.

    `causes` says what is known about why a limit may be missed; it is shown only when one is. A `listing` has a
    place of its own in the page, marked with the `key`.
    """

    key: str
    method: str
    figures: tuple[Figure, ...]
    causes: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    listing: Listing | None = None

    @property
    def missed(self) -> tuple[Figure, ...]:
        """The figures over their limit."""
        return tuple(figure for figure in self.figures if figure.met is False)


def spread(values: Sequence[float]) -> dict[str, float]:
    """The usual percentiles of `values`, rounded for reading."""
    percents = {"p50": 50, "p90": 90, "p95": 95, "p99": 99, "max": 100}
    return {name: round(percentile(values, percent), 4) for name, percent in percents.items()}
