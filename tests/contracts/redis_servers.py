"""Owns the servers that the contract suites of the Redis stores run on: fakeredis, our own Valkey, a configured one.

Test modules take these fixtures by `pytest_plugins`. `SOVA_TEST_REDIS_URL` names the third server, where there is one.
"""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis

from bot.backends.redis.connection import RedisConnection, open_redis
from bot.backends.redis.valkey import open_valkey

CONFIGURED_URL = os.environ.get("SOVA_TEST_REDIS_URL", "")  # noqa: TID251  # a server for the tests, not for Sova


@pytest.fixture(scope="session")
def embedded_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder whose embedded server runs for the whole session; tests join it as further programs."""
    folder = tmp_path_factory.mktemp("v")
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        keeper = open_valkey(folder, required=True)
        runner.run(_enter(keeper))
        yield folder
        runner.run(_leave(keeper))


@pytest.fixture
def redis_prefix() -> str:
    """Keys of this test alone."""
    return f"sova-test-{uuid.uuid4().hex}"


@pytest.fixture(params=["fakeredis", "embedded", *(["configured"] if CONFIGURED_URL else [])])
def redis_server(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[RedisConnection]:
    """The way to each kind of server."""
    match request.param:
        case "fakeredis":
            return _open_fake()
        case "embedded":
            return open_valkey(request.getfixturevalue("embedded_state"), required=True)
        case _:
            return open_redis(CONFIGURED_URL, required=True)


@pytest.fixture
async def redis_connection(
    redis_server: AbstractAsyncContextManager[RedisConnection], redis_prefix: str
) -> AsyncIterator[RedisConnection]:
    """A connection to each kind of server; what the test wrote is erased afterwards."""
    async with redis_server as connection:
        yield connection
        await connection.run(lambda redis: _erase(redis, redis_prefix))


@pytest.fixture
async def embedded_connection(embedded_state: Path) -> AsyncIterator[RedisConnection]:
    """A connection to the embedded server alone, for what fakeredis doesn't imitate."""
    async with open_valkey(embedded_state, required=True) as connection:
        yield connection


@pytest.fixture(params=["embedded", *(["configured"] if CONFIGURED_URL else [])])
def evaluating_server(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[RedisConnection]:
    """The way to each kind of server that runs Lua, which fakeredis doesn't by itself."""
    if request.param == "embedded":
        return open_valkey(request.getfixturevalue("embedded_state"), required=True)
    return open_redis(CONFIGURED_URL, required=True)


@pytest.fixture
async def evaluating_connection(
    evaluating_server: AbstractAsyncContextManager[RedisConnection], redis_prefix: str
) -> AsyncIterator[RedisConnection]:
    """A connection to each kind of server that runs Lua; what the test wrote is erased afterwards."""
    async with evaluating_server as connection:
        yield connection
        await connection.run(lambda redis: _erase(redis, redis_prefix))


@asynccontextmanager
async def _open_fake() -> AsyncIterator[RedisConnection]:
    async with FakeAsyncRedis() as client:
        yield RedisConnection(client, where="fakeredis")


async def _erase(redis: Redis, prefix: str) -> None:
    async for key in redis.scan_iter(match=f"{prefix}*"):
        await redis.delete(key)


async def _enter(context: AbstractAsyncContextManager[RedisConnection]) -> None:
    await context.__aenter__()


async def _leave(context: AbstractAsyncContextManager[RedisConnection]) -> None:
    await context.__aexit__(None, None, None)
