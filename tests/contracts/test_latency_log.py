"""Owns the contract of the port `LatencyLog`, on every server that may stand behind it."""

import logging
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.latency import RedisLatencyLog
from bot.ports import LatencySample

pytest_plugins = ["tests.contracts.redis_servers"]

MAX_SAMPLES = 4
DAY = timedelta(days=1)

many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
durations = st.floats(min_value=0, max_value=1e9)
samples = st.builds(
    LatencySample,
    model=st.text(alphabet=st.characters(exclude_categories=()), max_size=20),
    at=st.floats(min_value=1e9, max_value=1e9 + 1000),
    total_ms=durations,
    ttft_ms=st.none() | durations,
    load_ms=st.none() | durations,
    tokens_per_second=st.none() | durations,
    cold=st.booleans(),
    queue_ms=st.none() | durations,
    retrieval_ms=st.none() | durations,
)


@pytest.fixture
def log(redis_connection: RedisConnection, redis_prefix: str) -> RedisLatencyLog:
    return RedisLatencyLog(redis_connection, prefix=redis_prefix, max_samples=MAX_SAMPLES, max_age=DAY)


def a_sample(model: str, at: float) -> LatencySample:
    return LatencySample(model=model, at=at, total_ms=100.0, ttft_ms=20.0, tokens_per_second=13.5)


async def test_nothing_was_measured_at_first(log: RedisLatencyLog) -> None:
    assert dict(await log.samples()) == {}


async def test_samples_come_back_by_model_newest_first(log: RedisLatencyLog) -> None:
    for at in (1.0, 2.0):
        await log.record(a_sample("owl:1b", at))
    await log.record(a_sample("owl:7b", 3.0))
    kept = await log.samples()
    assert {model: [sample.at for sample in of_it] for model, of_it in kept.items()} == {
        "owl:7b": [3.0],
        "owl:1b": [2.0, 1.0],
    }
    assert list(kept) == ["owl:7b", "owl:1b"]


@many
@given(sample=samples)
async def test_every_figure_comes_back_as_it_was(log: RedisLatencyLog, sample: LatencySample) -> None:
    await log.record(sample)
    assert (await log.samples())[sample.model][0] == sample


async def test_only_the_newest_samples_of_each_model_are_kept(log: RedisLatencyLog) -> None:
    await log.record(a_sample("owl:7b", 0.0))
    for at in range(10):
        await log.record(a_sample("owl:1b", float(at)))
    kept = await log.samples()
    assert [sample.at for sample in kept["owl:1b"]] == [9.0, 8.0, 7.0, 6.0]
    assert len(kept["owl:7b"]) == 1


async def test_a_model_without_a_sample_for_long_is_let_go(log: RedisLatencyLog) -> None:
    await log.record(a_sample("owl:1b", 0.0))
    await log.record(a_sample("owl:7b", DAY.total_seconds() + 1))
    assert list(await log.samples()) == ["owl:7b"]


async def test_everything_ends_a_while_after_the_newest_sample(
    log: RedisLatencyLog, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await log.record(a_sample("owl:1b", 0.0))
    keys = await redis_connection.run(lambda redis: redis.keys(f"{redis_prefix}:v1:*"))
    assert len(keys) == 6
    for key in keys:
        left = await redis_connection.run(lambda redis, key=key: redis.ttl(key))  # type: ignore[misc]
        least = 3 * 3600 if b"latency-spread:300:" in key else DAY.total_seconds() - 60
        assert least < left <= DAY.total_seconds()


async def test_a_model_whose_samples_are_gone_is_not_listed(
    log: RedisLatencyLog, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await log.record(a_sample("owl:1b", 0.0))
    await redis_connection.run(lambda redis: redis.delete(f"{redis_prefix}:v1:latency:owl:1b"))
    assert dict(await log.samples()) == {}


async def test_a_sample_that_cannot_be_read_is_skipped(
    log: RedisLatencyLog, redis_connection: RedisConnection, redis_prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    await log.record(a_sample("owl:1b", 1.0))
    key = f"{redis_prefix}:v1:latency:owl:1b"
    await redis_connection.run(lambda redis: redis.lpush(key, b'{"v":1,"at":1,"total_ms":"long","cold":false}', b"?"))
    with caplog.at_level(logging.WARNING):
        assert [sample.at for sample in (await log.samples())["owl:1b"]] == [1.0]
    assert caplog.text.count("can't be read") == 2
