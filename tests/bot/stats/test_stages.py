import pytest

from bot.ports import LatencySample
from bot.stats.stages import ModelStages, stages


def test_each_stage_of_a_turn_begins_where_the_one_before_ends() -> None:
    sample = LatencySample("owl", 1, 5000, ttft_ms=3000, load_ms=1500, queue_ms=200, retrieval_ms=300)
    assert stages({"owl": [sample]}) == (
        ModelStages("owl", 1, queue=200, search=300, load=1500, first_token=1000, rest=2000, whole_p95=5000),
    )


def test_stages_are_medians_and_the_whole_is_the_95th_percentile() -> None:
    samples = [
        LatencySample("owl", at, at * 1000, ttft_ms=at * 100, queue_ms=at * 10, retrieval_ms=0) for at in range(1, 22)
    ]
    (owl,) = stages({"owl": samples})
    assert (owl.turns, owl.queue, owl.first_token, owl.rest) == (21, 110, 990, 9900)
    assert owl.whole_p95 == pytest.approx(20_000)


def test_what_a_sample_does_not_tell_of_took_no_time() -> None:
    (owl,) = stages({"owl": [LatencySample("owl", 1, 900, ttft_ms=400)]})
    assert (owl.queue, owl.search, owl.load, owl.first_token, owl.rest) == (0, 0, 0, 400, 500)


def test_a_turn_without_a_first_token_waited_for_one_until_its_end() -> None:
    (owl,) = stages({"owl": [LatencySample("owl", 1, 900, queue_ms=100)]})
    assert (owl.first_token, owl.rest) == (800, 0)


def test_clocks_that_disagree_make_no_stage_shorter_than_nothing() -> None:
    (owl,) = stages({"owl": [LatencySample("owl", 1, 900, ttft_ms=1000, load_ms=1200)]})
    assert (owl.first_token, owl.rest) == (0, 0)


def test_models_come_newest_first_and_none_comes_without_samples() -> None:
    samples = {
        "old": [LatencySample("old", 1, 1)],
        "none": [],
        "new": [LatencySample("new", 2, 1)],
    }
    assert [one.model for one in stages(samples)] == ["new", "old"]
