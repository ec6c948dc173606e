"""Owns the contract of the port `TurnDigests`, on every server that may stand behind it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.latency import MOST_MODELS, RedisLatencyLog
from bot.ports import LatencySample
from bot.stats.digests import digest_of, summaries
from bot.stats.spans import DAY, HOUR, MINUTE

pytest_plugins = ["tests.contracts.redis_servers"]

NOW = 1_800_000_000.0
MONTH = timedelta(days=30)


@pytest.fixture
def log(redis_connection: RedisConnection, redis_prefix: str) -> RedisLatencyLog:
    return RedisLatencyLog(redis_connection, prefix=redis_prefix, max_samples=4, max_age=MONTH)


def turn(model: str = "owl", *, ago: float = 0, total: float = 100.0) -> LatencySample:
    return LatencySample(model, NOW - ago, total, ttft_ms=total / 2, tokens_per_second=13.5, queue_ms=3, retrieval_ms=7)


async def turns(log: RedisLatencyLog, seconds: float) -> dict[str, int]:
    found = await log.digests(since=NOW - seconds, until=NOW)
    return {model: digest.turns for model, digest in found.items()}


async def test_nothing_was_counted_at_first(log: RedisLatencyLog) -> None:
    assert await turns(log, DAY) == {}


async def test_turns_are_counted_in_the_spans_that_reach_back_to_them(log: RedisLatencyLog) -> None:
    for ago in (0, 10 * MINUTE, 2 * HOUR, 20 * HOUR, 3 * DAY, 20 * DAY):
        await log.record(turn(ago=ago))
    spans = (5 * MINUTE, HOUR, 3 * HOUR, DAY, 7 * DAY, 30 * DAY)
    assert [(await turns(log, span))["owl"] for span in spans] == [1, 2, 3, 4, 5, 6]


async def test_figures_come_back_as_they_were_counted_one_by_one_or_all_at_once(log: RedisLatencyLog) -> None:
    samples = [turn(total=total, ago=total) for total in (40, 900, 5_000, 5_001, 1e9)]
    samples[1:2] = [LatencySample("owl", NOW, 900, load_ms=800, cold=True, abstained=True)]
    for sample in samples[:2]:
        await log.record(sample)
    await log.record_all(samples[2:])
    expected = summaries({"owl": digest_of(samples[:-1])})
    assert summaries(await log.digests(since=NOW - 2 * HOUR, until=NOW)) == expected


async def test_the_model_used_last_comes_first_and_those_without_a_turn_are_left_out(log: RedisLatencyLog) -> None:
    await log.record_all([turn("old", ago=2 * DAY), turn("lark", ago=60), turn("owl", ago=30)])
    assert list(await turns(log, HOUR)) == ["owl", "lark"]
    assert list(await turns(log, 7 * DAY)) == ["owl", "lark", "old"]


async def test_no_more_models_are_read_than_anybody_would_look_at(log: RedisLatencyLog) -> None:
    await log.record_all([turn(f"owl-{number}", ago=100 - number) for number in range(MOST_MODELS + 3)])
    assert list(await turns(log, HOUR)) == [f"owl-{number}" for number in range(MOST_MODELS + 2, 2, -1)]


async def test_a_clock_that_was_put_back_breaks_nothing(log: RedisLatencyLog) -> None:
    await log.record(turn(ago=-DAY))
    await log.record(turn())
    assert await turns(log, HOUR) == {"owl": 1}
    assert await log.digests(since=NOW, until=NOW - DAY) == {}


async def test_nothing_is_recorded_of_no_turns(log: RedisLatencyLog) -> None:
    await log.record_all([])
    assert await log.samples() == {}


async def test_names_of_models_may_hold_anything(log: RedisLatencyLog) -> None:
    names = ["a:b", "hub/ěščř:8b", "\ud83e", " ", ""]
    await log.record_all([turn(name) for name in names])
    assert set(await turns(log, HOUR)) == set(names)


async def test_what_is_kept_does_not_grow_with_the_number_of_turns(
    log: RedisLatencyLog, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    async def room() -> Sequence[int]:
        keys = sorted(await redis_connection.run(lambda redis: redis.keys(f"{redis_prefix}:v1:latency-spread:*")))
        return [await redis_connection.run(lambda redis, key=key: redis.strlen(key)) for key in keys]  # type: ignore[misc]

    await log.record(turn(total=1e7))
    before = await room()
    await log.record_all([turn(total=1e7) for _ in range(5_000)])
    assert await room() == before
    assert sum(before) < 4 * 6_000
    assert await turns(log, HOUR) == {"owl": 5_001}
