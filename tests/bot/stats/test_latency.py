import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import LatencySample
from bot.stats.latency import Spread, percentile, summarize

FIGURES = st.lists(st.floats(min_value=0, max_value=1e6), min_size=2, max_size=50)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([7.0], 95, 7.0), ([4, 1, 3, 2], 50, 2.5), ([1, 2, 3, 4], 95, 3.85), ([1, 2, 3], 0, 1), ([1, 2, 3], 100, 3)],
)
def test_percentiles_are_interpolated_as_numpy_does_by_default(
    values: list[float], percent: float, expected: float
) -> None:
    assert percentile(values, percent) == pytest.approx(expected)


@given(values=FIGURES)
def test_percentiles_agree_with_the_inclusive_quantiles_of_the_standard_library(values: list[float]) -> None:
    quantiles = statistics.quantiles(values, n=100, method="inclusive")
    assert percentile(values, 50) == pytest.approx(quantiles[49])
    assert percentile(values, 95) == pytest.approx(quantiles[94])


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no percentile"):
        percentile([], 50)


def test_a_summary_counts_turns_and_cold_starts_and_spreads_each_figure() -> None:
    samples = [
        LatencySample("owl", at=2, total_ms=2000, ttft_ms=100, load_ms=3, tokens_per_second=20),
        LatencySample("owl", at=1, total_ms=4000, ttft_ms=3100, load_ms=3000, tokens_per_second=10, cold=True),
    ]
    (owl,) = summarize({"owl": samples})
    assert (owl.turns, owl.cold_starts) == (2, 1)
    assert owl.total == Spread(p50=3000, p95=3900)
    assert owl.ttft == Spread(p50=1600, p95=2950)
    assert owl.tokens_per_second == Spread(p50=15, p95=19.5)


def test_the_load_time_is_that_of_cold_starts_alone() -> None:
    samples = [LatencySample("owl", at=1, total_ms=1, load_ms=2)] * 9
    cold = LatencySample("owl", at=2, total_ms=1, load_ms=3000, cold=True)
    assert summarize({"owl": [cold, *samples]})[0].load == Spread(p50=3000, p95=3000)
    assert summarize({"owl": samples})[0].load is None


def test_figures_that_no_turn_tells_are_unknown_and_those_of_some_turns_count_alone() -> None:
    samples = [LatencySample("owl", at=1, total_ms=1), LatencySample("owl", at=2, total_ms=1, ttft_ms=80)]
    (owl,) = summarize({"owl": samples})
    assert owl.tokens_per_second is None
    assert owl.ttft == Spread(p50=80, p95=80)


def test_the_model_used_last_comes_first_and_one_without_turns_not_at_all() -> None:
    samples = {
        "old": [LatencySample("old", at=1, total_ms=1)],
        "never": [],
        "new": [LatencySample("new", at=9, total_ms=1)],
    }
    assert [summary.model for summary in summarize(samples)] == ["new", "old"]
