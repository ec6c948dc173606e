import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.lease import RedisLease
from bot.errors import IndexingElsewhere

pytest_plugins = ["tests.contracts.redis_servers"]


@pytest.fixture
def connection(evaluating_connection: RedisConnection) -> RedisConnection:
    return evaluating_connection


async def test_one_program_at_a_time_holds_the_lease(connection: RedisConnection, redis_prefix: str) -> None:
    first, second = (RedisLease(connection, prefix=redis_prefix) for _ in range(2))
    async with first.held():
        with pytest.raises(IndexingElsewhere):
            async with second.held():
                pass
    async with second.held():
        pass


async def test_a_lease_that_is_held_for_long_is_renewed(connection: RedisConnection, redis_prefix: str) -> None:
    lease = RedisLease(connection, prefix=redis_prefix, lasts=timedelta(milliseconds=150))
    async with asyncio.timeout(10), lease.held():
        key = (await connection.run(lambda redis: redis.keys(f"{redis_prefix}:*")))[0]
        left, before = 0, 150
        while left <= before:  # grows only when it was renewed
            before, left = left or before, await connection.run(lambda redis: redis.pttl(key))
            assert left > 0


async def test_who_lost_the_lease_is_stopped_before_two_write(connection: RedisConnection, redis_prefix: str) -> None:
    lease = RedisLease(connection, prefix=redis_prefix, lasts=timedelta(milliseconds=150))

    async def write_for_long() -> None:
        async with lease.held():
            await connection.run(lambda redis: _give_to_another(redis, redis_prefix))
            await asyncio.Event().wait()

    with pytest.raises(IndexingElsewhere):
        await asyncio.wait_for(write_for_long(), timeout=10)


async def test_who_lost_the_lease_leaves_it_to_its_new_holder(connection: RedisConnection, redis_prefix: str) -> None:
    lease = RedisLease(connection, prefix=redis_prefix)
    async with lease.held():
        await connection.run(lambda redis: _give_to_another(redis, redis_prefix))
    with pytest.raises(IndexingElsewhere):
        async with lease.held():
            pass


async def test_being_cancelled_gives_the_lease_back(connection: RedisConnection, redis_prefix: str) -> None:
    lease, held = RedisLease(connection, prefix=redis_prefix), asyncio.Event()

    async def hold() -> None:
        async with lease.held():
            held.set()
            await asyncio.Event().wait()

    holding = asyncio.create_task(hold())
    await held.wait()
    holding.cancel()
    await asyncio.wait({holding})
    assert holding.cancelled()
    async with lease.held():
        pass


async def _give_to_another(redis: Redis, prefix: str) -> None:
    for key in await redis.keys(f"{prefix}:*"):
        await redis.set(key, "another")
