"""Owns charts on cards: drawn in bounded time or left out, with the same figures as a text for those who see none."""

import asyncio
import logging
from collections.abc import Sequence

from bot.commands.cards import Picture
from bot.commands.command import Invocation
from bot.errors import AssistantError
from bot.ports import Chart, ChartKind, Charts, Series
from bot.wording import Wording

logger = logging.getLogger(__name__)

DRAWING_SECONDS = 2.0
"""How long a card waits for its chart. It is slow only with the first one, which starts the process that draws."""
MOST_MOMENTS = 12
"""Nobody listens to more figures of a line; of a longer one it is told where it was lowest, highest, and in the end."""


async def pictured(charts: Charts | None, drawn: Sequence[Chart], invocation: Invocation) -> Picture | None:
    """`drawn` as one picture; None where there is nothing to draw, or it isn't drawn in time: a card does without."""
    if charts is None or not drawn:
        return None
    png = await _png(charts, drawn) if invocation.shows_pictures else b""
    return None if png is None else Picture(png, described(drawn, invocation.say))


def described(charts: Sequence[Chart], say: Wording) -> str:
    """What the charts show, figure by figure."""
    return " ".join(_chart(chart, say) for chart in charts)


async def _png(charts: Charts, drawn: Sequence[Chart]) -> bytes | None:
    try:
        async with asyncio.timeout(DRAWING_SECONDS):
            return await charts.draw(*drawn)
    except (AssistantError, TimeoutError) as error:
        logger.warning("a chart is left out: %s", str(error) or type(error).__name__)
        return None


def _chart(chart: Chart, say: Wording) -> str:
    if chart.kind is ChartKind.LINES and len(chart.labels) > MOST_MOMENTS:
        rows = "; ".join(_course(series, say) for series in chart.series)
    else:
        rows = "; ".join(_row(chart, index, say) for index in range(len(chart.labels)))
    return say("chart-described", title=chart.title, unit=chart.unit, rows=rows)


def _row(chart: Chart, index: int, say: Wording) -> str:
    figures = ", ".join(_figure(series, index, say) for series in chart.all_series)
    return say("chart-row", label=chart.labels[index], figures=figures)


def _course(series: Series, say: Wording) -> str:
    """A long line in three figures."""
    known = [value for value in series.values if value is not None] or [0.0]
    return say("chart-course", label=series.name, least=min(known), most=max(known), last=known[-1])


def _figure(series: Series, index: int, say: Wording) -> str:
    value = series.values[index]
    figure = say("amount-unknown") if value is None else say("chart-figure", value=value)
    return f"{series.name} {figure}".strip()
