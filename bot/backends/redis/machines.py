"""Owns what is kept in Redis of machines: how busy each of them was, as often as one of its processes tells.

    sova:v1:machines            the machines by when they told last
    sova:v1:machine:gpu-1       a machine's samples, as JSON, newest first
    sova:v1:machine-told:gpu-1  there for as long as no other process of the machine need tell

Everything ends by itself two hours after a machine told last.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import cast

from redis.asyncio import Redis

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import VERSION
from bot.backends.redis.records import decode_text, encode_text, number
from bot.ports import GpuSample, MachineSample

logger = logging.getLogger(__name__)

MOST_SAMPLES = 240
MOST_MACHINES = 16
"""Of so many, those that told last, the samples are read."""
KEPT = timedelta(hours=2)
TOLD_MS = 14_000
"""A little less than the time between two samples of one process."""


class RedisMachineLog:
    """The `MachineLog` on a Redis server; `prefix` is what all of Sova's keys begin with."""

    def __init__(self, connection: RedisConnection, *, prefix: str) -> None:
        self._connection = connection
        self._stem = f"{prefix}:{VERSION}"
        self._machines = encode_text(f"{self._stem}:machines")

    async def record(self, machine: str, sample: MachineSample) -> None:
        """Keep one more sample of `machine`, unless another process there has just told."""
        key, told = self._key(machine), encode_text(f"{self._stem}:machine-told:{machine}")

        async def write(redis: Redis) -> None:
            if not await redis.set(told, b"1", px=TOLD_MS, nx=True):
                return
            async with redis.pipeline(transaction=False) as pipe:
                pipe.lpush(key, _encoded(sample))
                pipe.ltrim(key, 0, MOST_SAMPLES - 1)
                pipe.pexpire(key, KEPT)
                pipe.zadd(self._machines, {encode_text(machine): sample.at})
                pipe.zremrangebyscore(self._machines, "-inf", sample.at - KEPT.total_seconds())
                pipe.pexpire(self._machines, KEPT)
                await pipe.execute()

        await self._connection.run(write)

    async def samples(self) -> Mapping[str, Sequence[MachineSample]]:
        """The kept samples by machine, newest first; machines by name."""

        async def read(redis: Redis) -> Mapping[str, Sequence[MachineSample]]:
            found = cast("list[bytes]", await redis.zrevrange(self._machines, 0, MOST_MACHINES - 1))
            names = sorted(map(decode_text, found))
            async with redis.pipeline(transaction=False) as pipe:
                for name in names:
                    pipe.lrange(self._key(name), 0, -1)
                lists = await pipe.execute()
            read = {name: tuple(_readable(items)) for name, items in zip(names, lists, strict=True)}
            return {name: samples for name, samples in read.items() if samples}

        return await self._connection.run(read)

    def _key(self, machine: str) -> bytes:
        return encode_text(f"{self._stem}:machine:{machine}")


def _encoded(sample: MachineSample) -> bytes:
    return json.dumps(asdict(sample), separators=(",", ":")).encode()


def _readable(items: Sequence[bytes]) -> Iterator[MachineSample]:
    for item in items:
        try:
            yield _sample(json.loads(item))
        except (ValueError, TypeError, RecursionError) as error:
            logger.warning("skipping a machine's sample that can't be read: %s", type(error).__name__)


def _sample(fields: object) -> MachineSample:
    match fields:
        case {"at": int() | float() as at, "gpus": list(gpus), **rest}:
            return MachineSample(
                float(at),
                cpu=number(rest.get("cpu")),
                ram_used=_whole(rest.get("ram_used")),
                ram_total=_whole(rest.get("ram_total")),
                celsius=number(rest.get("celsius")),
                gpus=tuple(map(_gpu, gpus)),
            )
    raise ValueError("not a sample")


def _gpu(fields: object) -> GpuSample:
    if not isinstance(fields, dict):
        raise ValueError("not a card")  # noqa: TRY004 - what was read is wrong, not who calls
    return GpuSample(
        busy=number(fields.get("busy")),
        vram_used=_whole(fields.get("vram_used")),
        vram_total=_whole(fields.get("vram_total")),
        celsius=number(fields.get("celsius")),
        watts=number(fields.get("watts")),
    )


def _whole(value: object) -> int | None:
    told = number(value)
    return None if told is None else int(told)
