"""Owns what is kept in Redis of errors: how often each code came up, in each piece of time.

The hash `sova:v1:errors:3600:1800000000` holds the errors of one hour, by code.
"""

from collections import Counter
from collections.abc import Mapping

from redis.asyncio import Redis

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import VERSION
from bot.backends.redis.records import decode_text, encode_text
from bot.stats.spans import GRAINS, Grain, pieces


class RedisErrorCounts:
    """The `ErrorCounts` on a Redis server; `prefix` is what all of Sova's keys begin with."""

    def __init__(self, connection: RedisConnection, *, prefix: str) -> None:
        self._connection = connection
        self._stem = f"{prefix}:{VERSION}:errors"

    async def add(self, counts: Mapping[str, int], *, at: float) -> None:
        """Count these errors, by code, in each piece of time that holds `at`."""

        async def write(redis: Redis) -> None:
            async with redis.pipeline(transaction=False) as pipe:
                for grain in GRAINS:
                    key = self._key(grain, grain.start(at))
                    for code, count in counts.items():
                        pipe.hincrby(key, code, count)
                    pipe.expire(key, grain.kept_seconds)
                await pipe.execute()

        if counts:
            await self._connection.run(write)

    async def counts(self, *, since: float, until: float) -> Mapping[str, int]:
        """How many there were of each code, the most frequent first."""
        grain, starts = pieces(since=since, until=until)

        async def read(redis: Redis) -> Mapping[str, int]:
            counted: Counter[str] = Counter()
            async with redis.pipeline(transaction=False) as pipe:
                for start in starts:
                    pipe.hgetall(self._key(grain, start))
                for found in await pipe.execute():
                    counted.update({decode_text(code): int(count) for code, count in found.items()})
            return dict(counted.most_common())

        return await self._connection.run(read)

    def _key(self, grain: Grain, start: int) -> bytes:
        return encode_text(f"{self._stem}:{grain.step}:{start}")
