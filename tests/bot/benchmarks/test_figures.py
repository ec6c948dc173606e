from dataclasses import replace

import pytest

from bot.benchmarks.figures import figures_of, modified_z_scores
from bot.benchmarks.records import Failure, Sample
from tests.bot.benchmarks.samples import model, sample, warm


def test_time_per_token_leaves_out_the_first_one_and_the_wait_for_it() -> None:
    figures = figures_of(model([sample(ttft=100.0, total=1100.0, tokens=11)]))

    assert figures.tpot is not None
    assert figures.tpot.p50 == pytest.approx(100.0)
    assert figures.decode is not None
    assert figures.decode.p50 == pytest.approx(10.0)
    assert figures.prefill is not None
    assert figures.prefill.p50 == pytest.approx(500.0)


def test_percentiles_are_interpolated_over_all_answers() -> None:
    latency = figures_of(model([sample(total=total) for total in (1000.0, 2000.0, 3000.0, 4000.0, 5000.0)])).latency

    assert latency is not None
    assert (latency.n, latency.mean, latency.p50) == (5, 3000.0, 3000.0)
    assert latency.p95 == pytest.approx(4800.0)
    assert latency.p99 == pytest.approx(4960.0)


def test_prompts_that_differ_are_no_variation_and_rounds_that_differ_are() -> None:
    steady = [sample(name, total=total) for name, total in (("owls", 1000.0), ("mice", 9000.0)) for _ in range(3)]
    unsteady = [sample(total=total) for total in (900.0, 1000.0, 1100.0)]

    latencies = [figures_of(model(samples)).latency for samples in (steady, unsteady, steady[:1])]

    assert [latency and latency.cv for latency in latencies] == [0.0, pytest.approx(0.1), None]


def test_modified_z_scores_are_those_of_iglewicz_and_hoaglin() -> None:
    assert modified_z_scores([1.0, 2.0, 3.0, 4.0, 100.0])[-1] == pytest.approx(0.6745 * 97)
    assert modified_z_scores([5.0, 5.0, 5.0, 100.0]) == [0.0, 0.0, 0.0, 0.0]


def test_an_outlier_is_flagged_and_still_counted() -> None:
    times = [1000.0, 1010.0, 990.0, 1005.0, 995.0, 4000.0]
    samples = [sample(total=total) for total in times]

    figures = figures_of(model(samples))

    latency = figures.latency
    assert latency is not None
    assert (latency.outliers, latency.n, latency.most) == (1, 6, 4000.0)
    assert figures.latency_outliers == {"owls": [5]}


def test_a_slow_prompt_is_no_outlier_among_quick_ones() -> None:
    quick = [sample("owls", total=1000.0 + number) for number in range(4)]
    slow = [sample("mice", total=9000.0 + number) for number in range(4)]

    latency = figures_of(model([*quick, *slow])).latency

    assert latency is not None
    assert latency.outliers == 0


def test_what_the_engine_had_read_before_is_no_cold_prompt() -> None:
    cold, cached = sample(ttft=400.0), replace(sample(ttft=10.0), evaluated_tokens=1)

    figures = figures_of(model([cold, cached, warm(sample(ttft=20.0, total=25.0))]))

    assert figures.ttft is not None
    assert (figures.ttft.n, figures.ttft.p50) == (1, 400.0)
    assert figures.ttft_warm is not None
    assert figures.ttft_warm.p50 == 20.0
    assert figures.answered == 2


def test_loading_is_no_part_of_the_time_to_the_first_token() -> None:
    figures = figures_of(model([replace(sample(ttft=3100.0, total=4000.0), load_ms=3000.0)]))

    assert figures.ttft is not None
    assert figures.ttft.p50 == pytest.approx(100.0)


def test_our_clock_is_held_against_the_engine_s() -> None:
    slower = replace(sample(ttft=110.0, total=1120.0), prompt_ms=100.0, generation_ms=1000.0)

    figures = figures_of(model([slower, slower]))

    assert figures.reading is not None
    assert figures.reading.deviation == pytest.approx(0.1)
    assert figures.generating is not None
    assert figures.generating.ours_ms == 2020.0
    assert figures.generating.deviation == pytest.approx(0.01)


def test_an_engine_that_tells_no_times_leaves_our_clock_and_that_is_marked() -> None:
    mute = replace(
        sample(ttft=100.0), prompt_ms=None, generation_ms=None, evaluated_tokens=None, completion_tokens=None
    )

    figures = figures_of(model([mute]))

    assert (figures.reading, figures.generating) == (None, None)
    assert (figures.read_by_clock, figures.counted_pieces) == (True, True)
    assert figures.prefill is not None
    assert figures.prefill.p50 == pytest.approx(500.0)
    assert figures.output_tokens == 11


@pytest.mark.parametrize("taken", [sample(ttft=None, tokens=0), sample(tokens=1)], ids=["no token", "one token"])
def test_without_a_second_token_there_is_no_time_for_each(taken: Sample) -> None:
    figures = figures_of(model([taken]))

    assert (figures.tpot, figures.decode, figures.generating) == (None, None, None)
    assert figures.latency is not None
    assert figures.empty == (taken.ttft_ms is None)


def test_a_failed_answer_counts_as_failed_and_in_no_figure() -> None:
    failed = replace(sample(total=9.0), failure=Failure("engine-silent"))

    figures = figures_of(model([sample(), failed]))

    assert (figures.answered, figures.failed) == (1, 1)
    assert figures.latency is not None
    assert figures.latency.least == 1100.0
