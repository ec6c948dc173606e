"""Owns the contract of the port `MachineLog`, on every server that may stand behind it."""

import logging
from dataclasses import replace

import pytest

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.machines import KEPT, MOST_MACHINES, MOST_SAMPLES, RedisMachineLog
from bot.ports import GpuSample, MachineSample

pytest_plugins = ["tests.contracts.redis_servers"]

NOW = 1_800_000_000.0
SAMPLE = MachineSample(
    NOW,
    37.5,
    6_000_000_000,
    8_000_000_000,
    61.0,
    (GpuSample(98, 20_000_000_000, 24_000_000_000, 71, 280.5), GpuSample()),
)


@pytest.fixture
def log(redis_connection: RedisConnection, redis_prefix: str) -> RedisMachineLog:
    return RedisMachineLog(redis_connection, prefix=redis_prefix)


@pytest.fixture
def prefix(redis_prefix: str) -> str:
    return f"{redis_prefix}:v1"


async def told(log: RedisMachineLog, connection: RedisConnection, prefix: str, machine: str, *ats: float) -> None:
    """Each sample as if the machine's turn to tell had come."""
    for at in ats:
        await log.record(machine, replace(SAMPLE, at=at))
        await connection.run(lambda redis: redis.delete(f"{prefix}:machine-told:{machine}"))


async def test_nobody_told_at_first(log: RedisMachineLog) -> None:
    assert dict(await log.samples()) == {}


async def test_every_figure_comes_back_as_it_was(log: RedisMachineLog) -> None:
    await log.record("gpu-1", SAMPLE)
    await log.record("bare", MachineSample(NOW))
    assert dict(await log.samples()) == {"bare": (MachineSample(NOW),), "gpu-1": (SAMPLE,)}


async def test_samples_come_back_newest_first(
    log: RedisMachineLog, redis_connection: RedisConnection, prefix: str
) -> None:
    await told(log, redis_connection, prefix, "gpu-1", NOW, NOW + 15)
    assert [sample.at for sample in (await log.samples())["gpu-1"]] == [NOW + 15, NOW]


async def test_two_processes_of_a_machine_tell_no_more_than_one(log: RedisMachineLog) -> None:
    await log.record("gpu-1", SAMPLE)
    await log.record("gpu-1", replace(SAMPLE, at=NOW + 1))
    await log.record("gpu-2", SAMPLE)
    assert {machine: len(kept) for machine, kept in (await log.samples()).items()} == {"gpu-1": 1, "gpu-2": 1}


async def test_no_more_samples_are_kept_than_an_hour_has(
    log: RedisMachineLog, redis_connection: RedisConnection, prefix: str
) -> None:
    await redis_connection.run(lambda redis: redis.rpush(f"{prefix}:machine:gpu-1", *[b"{}"] * (MOST_SAMPLES + 10)))
    await log.record("gpu-1", SAMPLE)
    assert await redis_connection.run(lambda redis: redis.llen(f"{prefix}:machine:gpu-1")) == MOST_SAMPLES


async def test_the_machines_that_told_last_are_read_and_no_more_than_anybody_would_look_at(
    log: RedisMachineLog,
) -> None:
    for number in range(MOST_MACHINES + 3):
        await log.record(f"m{number:02}", replace(SAMPLE, at=NOW + number))
    assert list(await log.samples()) == [f"m{number:02}" for number in range(3, MOST_MACHINES + 3)]


async def test_a_machine_that_is_gone_ends_by_itself(
    log: RedisMachineLog, redis_connection: RedisConnection, prefix: str
) -> None:
    await log.record("gpu-1", SAMPLE)
    for key in (f"{prefix}:machine:gpu-1", f"{prefix}:machines"):
        left = await redis_connection.run(lambda redis, key=key: redis.ttl(key))  # type: ignore[misc]
        assert 0 < left <= KEPT.total_seconds()
    await log.record("gpu-2", replace(SAMPLE, at=NOW + KEPT.total_seconds() + 1))
    assert list(await log.samples()) == ["gpu-2"]


async def test_a_sample_that_cannot_be_read_is_skipped(
    log: RedisMachineLog, redis_connection: RedisConnection, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    await log.record("gpu-1", SAMPLE)
    damaged = [b"?", b"[]", b'{"at":1,"gpus":[7]}', b'{"at":1,"gpus":[],"cpu":"hot"}']
    await redis_connection.run(lambda redis: redis.lpush(f"{prefix}:machine:gpu-1", *damaged))
    with caplog.at_level(logging.WARNING):
        assert (await log.samples())["gpu-1"] == (SAMPLE,)
    assert caplog.text.count("can't be read") == 4
