"""Owns the charts of a run: how fast each model writes, and how long one waits for its first word. Pure."""

from collections.abc import Sequence

from bot.benchmarks.figures import ModelFigures, Spread, figures_of
from bot.benchmarks.records import Run
from bot.ports import Chart, Series
from bot.wording import Wording

MOST_MODELS = 8
"""As many are legible in one picture; the tables tell of all."""


def charts_of(run: Run, say: Wording) -> tuple[Chart, ...]:
    """One chart below the other; none where no model answered."""
    found = [figures_of(model) for model in run.models if model.answers()][:MOST_MODELS]
    return (_speed(found, say), _waiting(found, say)) if found else ()


def _speed(models: Sequence[ModelFigures], say: Wording) -> Chart:
    return Chart(
        title=say("bench-chart-speed"),
        unit=say("bench-chart-tokens"),
        labels=tuple(one.model for one in models),
        series=(Series("", tuple(_rounded(one.decode) for one in models)),),
        notes=tuple(say("bench-chart-answers", answers=one.answered) for one in models),
        decimal_mark=say("chart-decimal-mark"),
    )


def _waiting(models: Sequence[ModelFigures], say: Wording) -> Chart:
    return Chart(
        title=say("bench-chart-ttft"),
        unit=say("bench-chart-seconds"),
        labels=tuple(one.model for one in models),
        series=(
            Series(say("bench-chart-cold"), tuple(_seconds(one.ttft) for one in models)),
            Series(say("bench-chart-warm"), tuple(_seconds(one.ttft_warm) for one in models)),
        ),
        decimal_mark=say("chart-decimal-mark"),
    )


def _rounded(spread: Spread | None) -> float | None:
    return None if spread is None else round(spread.p50, 1)


def _seconds(spread: Spread | None) -> float | None:
    return None if spread is None else round(spread.p50 / 1000, 2)
