"""Owns what stands inside a chart's axes: bars, marks and lines, and the scale that they are read by."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import MaxNLocator

from bot.backends.charts.page import POINTS, font_of, width_of
from bot.backends.charts.style import DARK, DASHES, GAP, GRID, MUTED, PAPER, SWATCH, TICK, TRACK, colour_of
from bot.ports.charts import Chart, ChartKind, Series

_GROUP = 0.74
"""How much of a row its bars take."""
_ROOM = 1.06
"""The axis goes a little further than the longest bar."""
_STEPS, _ROUND = 5, (1, 2, 2.5, 5, 10)
_FEW_POINTS = 30
"""So many points of a line are marked each."""
_COUNTED = (1, 2, 5, 10, 15, 20, 30, 60)
"""The steps of labels along lines, which people count minutes in."""


def fill(axes: Axes, chart: Chart, *, labels: Sequence[str], width: float) -> None:
    """Draw the figures of `chart` into axes that are `width` pixels wide; `labels` are its own as they fit."""
    if chart.kind is ChartKind.LINES:
        _draw_lines(axes, chart, labels=labels, width=width)
    else:
        _draw_bars(axes, chart)


def end_of(chart: Chart) -> float:
    """Where the axis of the figures ends."""
    if chart.most is not None:
        return chart.most
    longest = max((*_lengths(chart), *_known(chart.marks.values if chart.marks else ())), default=0.0)
    return longest * _ROOM or 1.0


def steps_of(chart: Chart) -> list[float]:
    """The round figures that stand along the axis."""
    end = end_of(chart)
    return [float(step) for step in MaxNLocator(_STEPS, steps=_ROUND).tick_values(0, end) if step <= end]


def in_figures(value: float, chart: Chart) -> str:
    """A figure of the axis as the reader writes it."""
    return f"{value:.10g}".replace(".", chart.decimal_mark)


# --- bars -----------------------------------------------------------------------------------------------------


def _draw_bars(axes: Axes, chart: Chart) -> None:
    rows = len(chart.labels)
    thickness = axes.bbox.height / rows * _GROUP
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks([])
    _scale(axes, axes.xaxis, chart)
    axes.set_xlim(0, end_of(chart))
    if chart.most is not None:
        axes.barh(range(rows), chart.most, height=_GROUP, color=TRACK)
    if chart.kind is ChartKind.STACKED:
        _stack(axes, chart, thickness=thickness)
    else:
        _side_by_side(axes, chart)
    if chart.marks:
        _mark(axes, chart.marks, thickness=thickness)


def _stack(axes: Axes, chart: Chart, *, thickness: float) -> None:
    ends = [0.0] * len(chart.labels)
    for index, series in enumerate(chart.series):
        lengths = [value or 0.0 for value in series.values]
        axes.barh(range(len(ends)), lengths, left=ends, height=_GROUP, color=colour_of(index))
        ends = [end + length for end, length in zip(ends, lengths, strict=True)]
        edges = [(end, row) for row, end in enumerate(ends)]
        _stroke(axes, edges, PAPER, thickness=thickness, width=2)


def _side_by_side(axes: Axes, chart: Chart) -> None:
    thickness = _GROUP / len(chart.series)
    for index, series in enumerate(chart.series):
        middle = (index + 0.5) * thickness - _GROUP / 2
        rows = [row + middle for row in range(len(chart.labels))]
        axes.barh(rows, [value or 0.0 for value in series.values], height=thickness * 0.92, color=colour_of(index))


def _mark(axes: Axes, marks: Series, *, thickness: float) -> None:
    """A stroke through the row, light around it so that it is seen on every colour."""
    points = [(value, row) for row, value in enumerate(marks.values) if value is not None]
    _stroke(axes, points, PAPER, thickness=thickness + 8, width=10)
    _stroke(axes, points, DARK, thickness=thickness + 8, width=4)


def _stroke(axes: Axes, points: Sequence[tuple[float, float]], colour: str, *, thickness: float, width: float) -> None:
    """A vertical stroke at each of the points, `thickness` high and `width` wide in pixels."""
    axes.plot(
        [x for x, _ in points],
        [y for _, y in points],
        marker="|",
        linestyle="none",
        color=colour,
        markersize=thickness * POINTS,
        markeredgewidth=width * POINTS,
        clip_on=False,
    )


# --- lines ----------------------------------------------------------------------------------------------------


def _draw_lines(axes: Axes, chart: Chart, *, labels: Sequence[str], width: float) -> None:
    points = len(chart.labels)
    _scale(axes, axes.yaxis, chart)
    axes.set_ylim(0, end_of(chart))
    axes.set_xlim(0, max(1, points - 1))
    shown = _shown_labels(labels, width=width)
    axes.set_xticks(shown, [labels[index] for index in shown], color=MUTED, fontproperties=font_of(TICK))
    for index, series in enumerate(chart.series):
        values = [math.nan if value is None else value for value in series.values]
        axes.plot(
            range(points),
            values,
            color=colour_of(index),
            linestyle=DASHES[index % len(DASHES)],
            linewidth=2.6,
            marker="o",
            markersize=6,
            markevery=None if points <= _FEW_POINTS else _lonely_points(series),
            clip_on=False,
        )
    if chart.marks:
        marked = [(index, value) for index, value in enumerate(chart.marks.values) if value is not None]
        _stroke(axes, marked, DARK, thickness=SWATCH, width=4)


def _lonely_points(series: Series) -> list[int]:
    """Where a figure has no neighbour: no line would show it."""
    around = (None, *series.values, None)
    return [
        index
        for index, value in enumerate(series.values)
        if value is not None and around[index] is None and around[index + 2] is None
    ]


def _shown_labels(labels: Sequence[str], *, width: float) -> range:
    """Every so manieth label, so that each has room: the last one, and from there back in round steps."""
    widest = max(width_of(label, TICK) for label in labels) + GAP
    needed = math.ceil(len(labels) / max(1, int(width / widest)))
    step = next((step for step in _COUNTED if step >= needed), needed)
    last = len(labels) - 1
    return range(last % step, last + 1, step)


# --- the scale ------------------------------------------------------------------------------------------------


def _scale(axes: Axes, axis: Axis, chart: Chart) -> None:
    """Round figures along `axis`, and a light line at each; nothing else around the figures."""
    axes.tick_params(length=0, pad=9)
    steps = steps_of(chart)
    axis.set_ticks(steps, [in_figures(step, chart) for step in steps])
    axis.set_tick_params(labelcolor=MUTED, labelsize=TICK.pixels * POINTS)
    axes.grid(visible=True, axis="x" if axis is axes.xaxis else "y", color=GRID, linewidth=1.4)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _lengths(chart: Chart) -> list[float]:
    """How long the longest bar, or how high the highest point, of each label is."""
    figures = zip(*(series.values for series in chart.series), strict=True)
    together = sum if chart.kind is ChartKind.STACKED else max
    return [together(value or 0.0 for value in of_label) for of_label in figures]


def _known(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None]
