from random import Random

import pytest

from bot.ports import LatencySample, TurnDigest, TurnFigure
from bot.sketch import RELATIVE_ERROR
from bot.stats.digests import digest_of, figures_of, stages_over, summaries
from bot.stats.latency import Spread, summarize
from bot.stats.stages import stages

TURN = LatencySample("owl", 1.0, 5000, ttft_ms=3000, load_ms=1500, queue_ms=200, retrieval_ms=300, tokens_per_second=12)


def turns(count: int = 200) -> list[LatencySample]:
    random = Random(3)  # noqa: S311 - figures, no secret
    return [
        LatencySample(
            "owl",
            at=number,
            total_ms=20_000 + 30_000 * random.random(),
            ttft_ms=8_000 + 9_000 * random.random(),
            load_ms=2_000 * random.random(),
            tokens_per_second=0.2 + 5 * random.random(),
            cold=number % 3 == 0,
            queue_ms=1_000 * random.random(),
            retrieval_ms=20 + 80 * random.random(),
            abstained=number % 10 == 0,
        )
        for number in range(count)
    ]


def test_the_stages_of_a_turn_and_what_it_tells_besides_are_counted() -> None:
    assert dict(figures_of(TURN)) == {
        TurnFigure.QUEUE: 200,
        TurnFigure.SEARCH: 300,
        TurnFigure.LOAD: 1500,
        TurnFigure.FIRST: 1000,
        TurnFigure.REST: 2000,
        TurnFigure.TTFT: 3000,
        TurnFigure.RATE: 12_000,
        TurnFigure.TOTAL: 5000,
    }


def test_what_a_turn_does_not_tell_is_not_counted() -> None:
    counted = dict(figures_of(LatencySample("owl", 1.0, 700)))
    none = (TurnFigure.QUEUE, TurnFigure.SEARCH, TurnFigure.LOAD, TurnFigure.REST)
    assert counted == dict.fromkeys(none, 0) | {TurnFigure.FIRST: 700, TurnFigure.TOTAL: 700}


def near(spread: Spread | None) -> object:
    assert spread is not None
    return pytest.approx((spread.p50, spread.p95), rel=2 * RELATIVE_ERROR)


def test_summaries_agree_with_those_of_the_samples_themselves() -> None:
    samples = turns()
    (exact,), (told,) = summarize({"owl": samples}), summaries({"owl": digest_of(samples)})
    assert (told.model, told.turns, told.cold_starts, told.abstained) == ("owl", 200, 67, 20)
    assert (told.model, told.turns, told.cold_starts, told.abstained) == (
        exact.model,
        exact.turns,
        exact.cold_starts,
        exact.abstained,
    )
    for name in ("load", "ttft", "tokens_per_second", "total", "queue", "search"):
        spread = getattr(told, name)
        assert (spread.p50, spread.p95) == near(getattr(exact, name))


def test_stages_agree_with_those_of_the_samples_themselves() -> None:
    samples = turns()
    (exact,), (told,) = stages({"owl": samples}), stages_over({"owl": digest_of(samples)})
    for name in ("queue", "search", "load", "first_token", "rest", "whole_p95"):
        assert getattr(told, name) == pytest.approx(getattr(exact, name), rel=2 * RELATIVE_ERROR)


def test_figures_that_nobody_told_are_unknown_and_stages_of_it_take_no_time() -> None:
    (summary,), (spent,) = summaries({"owl": TurnDigest(turns=1)}), stages_over({"owl": TurnDigest(turns=1)})
    assert (summary.ttft, summary.load, summary.total, summary.cold_starts) == (None, None, None, 0)
    assert (spent.queue, spent.whole_p95) == (0.0, 0.0)
