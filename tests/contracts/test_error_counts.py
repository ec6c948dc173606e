"""Owns the contract of the port `ErrorCounts`, on every server that may stand behind it."""

import pytest

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.errors import RedisErrorCounts
from bot.stats.spans import DAY, HOUR, MINUTE

pytest_plugins = ["tests.contracts.redis_servers"]

NOW = 1_800_000_000.0


@pytest.fixture
def errors(redis_connection: RedisConnection, redis_prefix: str) -> RedisErrorCounts:
    return RedisErrorCounts(redis_connection, prefix=redis_prefix)


async def within(errors: RedisErrorCounts, seconds: float) -> dict[str, int]:
    return dict(await errors.counts(since=NOW - seconds, until=NOW))


async def test_nothing_went_wrong_at_first(errors: RedisErrorCounts) -> None:
    await errors.add({}, at=NOW)
    assert await within(errors, 30 * DAY) == {}


async def test_errors_are_counted_by_code_the_most_frequent_first(errors: RedisErrorCounts) -> None:
    await errors.add({"not-allowed": 1, "engine-busy": 2}, at=NOW)
    await errors.add({"engine-busy": 1, "unexpected": 2}, at=NOW - MINUTE)
    assert list((await within(errors, HOUR)).items()) == [("engine-busy", 3), ("unexpected", 2), ("not-allowed", 1)]


async def test_errors_are_counted_in_the_spans_that_reach_back_to_them(errors: RedisErrorCounts) -> None:
    for ago in (0, 2 * HOUR, 20 * HOUR, 3 * DAY, 20 * DAY):
        await errors.add({"engine-busy": 1}, at=NOW - ago)
    spans = (HOUR, 3 * HOUR, DAY, 7 * DAY, 30 * DAY)
    assert [(await within(errors, span))["engine-busy"] for span in spans] == [1, 2, 3, 4, 5]


async def test_what_is_too_old_to_be_asked_for_ends_by_itself(
    errors: RedisErrorCounts, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await errors.add({"engine-busy": 1}, at=NOW)
    keys = await redis_connection.run(lambda redis: redis.keys(f"{redis_prefix}:*"))
    left = [await redis_connection.run(lambda redis, key=key: redis.ttl(key)) for key in keys]  # type: ignore[misc]
    assert len(left) == 4
    assert 3 * HOUR < min(left) < 4 * HOUR
    assert 30 * DAY < max(left) <= 31 * DAY


async def test_a_clock_that_was_put_back_breaks_nothing(errors: RedisErrorCounts) -> None:
    await errors.add({"engine-busy": 1}, at=NOW)
    assert await errors.counts(since=NOW, until=NOW - DAY) == {}
