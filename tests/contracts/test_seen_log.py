"""Owns the contract of the port `SeenLog`, on every server that may stand behind it."""

import pytest

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.seen import RedisSeenLog

pytest_plugins = ["tests.contracts.redis_servers"]

NEWEST = 2**63 - 1


@pytest.fixture
def log(redis_connection: RedisConnection, redis_prefix: str) -> RedisSeenLog:
    return RedisSeenLog(redis_connection, prefix=redis_prefix)


async def test_nothing_was_seen_at_first(log: RedisSeenLog) -> None:
    assert dict(await log.marks("discord")) == {}


async def test_the_last_message_of_each_channel_is_remembered(log: RedisSeenLog) -> None:
    await log.note("discord", {"1": 10, "dm:2": NEWEST})
    await log.note("discord", {"1": 11, "3": 1})
    assert dict(await log.marks("discord")) == {"1": 11, "dm:2": NEWEST, "3": 1}


async def test_noting_nothing_changes_nothing(log: RedisSeenLog) -> None:
    await log.note("discord", {"1": 10})
    await log.note("discord", {})
    await log.drop("discord", frozenset())
    assert dict(await log.marks("discord")) == {"1": 10}


async def test_what_is_dropped_is_forgotten_and_nothing_else(log: RedisSeenLog) -> None:
    await log.note("discord", {"1": 10, "2": 20})
    await log.drop("discord", frozenset({"1", "9"}))
    assert dict(await log.marks("discord")) == {"2": 20}


async def test_platforms_are_kept_apart(log: RedisSeenLog) -> None:
    await log.note("discord", {"1": 10})
    assert dict(await log.marks("slack")) == {}
