"""Owns what is asked about charts: figures and their names go in, a picture comes out."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class ChartKind(StrEnum):
    """How figures are shown.

    `bars`: for each label, one bar a series, below each other. `stacked`: for each label one bar, made of the series.
    `lines`: one line a series, along the labels.
    """

    BARS = "bars"
    STACKED = "stacked"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Series:
    """What belongs together: a name, and a figure for each of the chart's labels; None where none is known."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures in `unit`, with every text in the reader's language; none of the figures is below 0.

    `labels` name the bars, or the moments that lines go along, in equal steps. `marks` are single points beside bars,
    such as a limit or a 95th percentile; `notes` are texts at the ends of bars, one a label. The axis ends at `most`,
    or where the figures do. A single series isn't named: the title does that. `decimal_mark` stands in the axis.
    """

    title: str
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    kind: ChartKind = ChartKind.BARS
    marks: Series | None = None
    notes: tuple[str, ...] = ()
    most: float | None = None
    decimal_mark: str = "."

    def __post_init__(self) -> None:
        if not self.labels or not self.series:
            raise ValueError("there is nothing to draw")
        if any(len(series.values) != len(self.labels) for series in self.all_series):
            raise ValueError("there isn't a figure for each label")
        if self.notes and len(self.notes) != len(self.labels):
            raise ValueError("there isn't a note for each label")
        if not all(math.isfinite(figure) and figure >= 0 for figure in self.figures):
            raise ValueError("a figure is below 0, or none")

    @property
    def all_series(self) -> tuple[Series, ...]:
        """The series, and the marks as one."""
        return (*self.series, self.marks) if self.marks else self.series

    @property
    def figures(self) -> tuple[float, ...]:
        """Every figure that is known."""
        return tuple(value for series in self.all_series for value in series.values if value is not None)


class Charts(Protocol):
    """Draws charts."""

    async def draw(self, *charts: Chart) -> bytes:
        """A PNG image, 1,200 pixels wide and some 700 high, with `charts` below each other.

        It is legible on light and on dark backgrounds, for it brings its own. Raises `ChartFailed`. May be cancelled.
        """
        ...
