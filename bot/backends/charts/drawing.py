"""Owns drawing: where titles, keys, labels and axes of charts stand on a page. Figures go in, a PNG image comes out."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.backends.charts.axes import fill, in_figures, steps_of
from bot.backends.charts.page import Page, fitted, width_of
from bot.backends.charts.style import (
    AXIS_HEIGHT,
    DARK,
    DASHES,
    GAP,
    KEY,
    KEY_HEIGHT,
    LABEL,
    LEAST_ROW,
    LINES_HEIGHT,
    MOST_LABEL,
    MOST_NOTE,
    MOST_ROW,
    NOTE,
    PADDING,
    PANEL_GAP,
    SWATCH,
    TICK,
    TITLE,
    TITLE_HEIGHT,
    UNIT,
    USUAL_HEIGHT,
    WIDTH,
    colour_of,
)
from bot.ports.charts import Chart, ChartKind

_INNER = WIDTH - 2 * PADDING


@dataclass(frozen=True, slots=True)
class _Key:
    """What a series is called; `index` tells its colour, None that of the marks."""

    name: str
    index: int | None

    @property
    def width(self) -> float:
        return SWATCH + GAP / 2 + width_of(self.name, KEY) + 1.6 * GAP


@dataclass(frozen=True, slots=True)
class _Panel:
    """A chart with its texts as they fit; `keys` in lines. Heights are in pixels."""

    chart: Chart
    keys: tuple[tuple[_Key, ...], ...]
    labels: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def is_lines(self) -> bool:
        return self.chart.kind is ChartKind.LINES

    @property
    def rows(self) -> float:
        """How many rows of usual height its bars take; bars beside each other take more."""
        beside = len(self.chart.series) if self.chart.kind is ChartKind.BARS else 1
        return 0.0 if self.is_lines else len(self.labels) * max(1.0, 0.6 * beside)

    @property
    def fixed(self) -> float:
        """The height of all but the rows."""
        return TITLE_HEIGHT + KEY_HEIGHT * len(self.keys) + AXIS_HEIGHT + (LINES_HEIGHT if self.is_lines else 0)

    @property
    def gutter(self) -> float:
        """What stands to the left of the axes is so wide."""
        if self.is_lines:
            return max(width_of(in_figures(figure, self.chart), TICK) for figure in steps_of(self.chart))
        return max(width_of(label, LABEL) for label in self.labels)

    @property
    def margin(self) -> float:
        """What stands to the right of the axes is so wide."""
        if self.is_lines:
            return width_of(self.labels[-1], TICK) / 2
        return max((width_of(note, NOTE) for note in self.notes), default=0.0)


def page_of(charts: Sequence[Chart]) -> Page:
    """`charts` below each other on one page, the axes of bars aligned, and those of lines."""
    panels = [_panel(chart) for chart in charts]
    row = _row_height(panels)
    heights = [panel.fixed + panel.rows * row for panel in panels]
    page = Page(round(sum(heights) + PANEL_GAP * (len(panels) - 1) + 2 * PADDING))
    top = float(PADDING)
    for panel, height in zip(panels, heights, strict=True):
        aligned = [other for other in panels if other.is_lines == panel.is_lines]
        left = PADDING + max(other.gutter for other in aligned) + GAP
        right = WIDTH - PADDING - max(other.margin for other in aligned) - GAP
        _draw(page, panel, left=left, right=right, top=top, bottom=top + height)
        top += height + PANEL_GAP
    return page


def _panel(chart: Chart) -> _Panel:
    return _Panel(
        chart,
        keys=_lines(_keys(chart)),
        labels=tuple(fitted(label, LABEL, most=MOST_LABEL) for label in chart.labels),
        notes=tuple(fitted(note, NOTE, most=MOST_NOTE) for note in chart.notes),
    )


def _keys(chart: Chart) -> list[_Key]:
    """The names of the series; a single one isn't named."""
    if len(chart.all_series) == 1:
        return []
    named = [(series.name, index) for index, series in enumerate(chart.series)]
    marks = [(chart.marks.name, None)] if chart.marks else []
    return [_Key(fitted(name, KEY, most=_INNER / 2), index) for name, index in (*named, *marks)]


def _lines(keys: Sequence[_Key]) -> tuple[tuple[_Key, ...], ...]:
    """As many keys in a line as fit."""
    lines: list[list[_Key]] = []
    room = 0.0
    for key in keys:
        if key.width > room:
            lines.append([])
            room = _INNER
        lines[-1].append(key)
        room -= key.width
    return tuple(tuple(line) for line in lines)


def _row_height(panels: Sequence[_Panel]) -> float:
    """A row's height with which the picture is as high as usual, within bounds."""
    fixed = sum(panel.fixed for panel in panels) + PANEL_GAP * (len(panels) - 1) + 2 * PADDING
    rows = sum(panel.rows for panel in panels)
    return min(MOST_ROW, max(LEAST_ROW, (USUAL_HEIGHT - fixed) / rows)) if rows else 0.0


def _draw(page: Page, panel: _Panel, *, left: float, right: float, top: float, bottom: float) -> None:
    _head(page, panel.chart, y=top + TITLE_HEIGHT * 0.4)
    for number, line in enumerate(panel.keys):
        _draw_keys(page, line, is_lines=panel.is_lines, y=top + TITLE_HEIGHT + KEY_HEIGHT * (number + 0.3))
    above, below = top + TITLE_HEIGHT + KEY_HEIGHT * len(panel.keys), bottom - AXIS_HEIGHT
    axes = page.axes(left=left, top=above, right=right, bottom=below)
    fill(axes, panel.chart, labels=panel.labels, width=right - left)
    if panel.is_lines:
        return
    row = (below - above) / len(panel.labels)
    for number, label in enumerate(panel.labels):
        page.write(label, LABEL, x=left - GAP, y=above + row * (number + 0.5), align="right")
    for number, note in enumerate(panel.notes):
        page.write(note, NOTE, x=right + GAP, y=above + row * (number + 0.5))


def _head(page: Page, chart: Chart, *, y: float) -> None:
    """The title, and behind it the unit."""
    unit = fitted(chart.unit, UNIT, most=_INNER / 2)
    title = fitted(chart.title, TITLE, most=_INNER - width_of(unit, UNIT) - GAP)
    page.write(title, TITLE, x=PADDING, y=y)
    page.write(unit, UNIT, x=PADDING + width_of(title, TITLE) + GAP, y=y)


def _draw_keys(page: Page, keys: Sequence[_Key], *, is_lines: bool, y: float) -> None:
    x = float(PADDING)
    for key in keys:
        if key.index is None:
            page.square(DARK, x=x + SWATCH / 2 - 2, y=y, size=SWATCH, width=4)
        elif is_lines:
            page.stroke(colour_of(key.index), x=x, y=y, width=SWATCH, style=DASHES[key.index % len(DASHES)])
        else:
            page.square(colour_of(key.index), x=x, y=y, size=SWATCH)
        page.write(key.name, KEY, x=x + SWATCH + GAP / 2, y=y)
        x += key.width
