"""Owns the `SeenLog` on a Redis server: one hash a platform, from the channel to the last message seen there."""

from collections.abc import Awaitable, Mapping
from typing import cast

from redis.asyncio import Redis

from bot.backends.redis.connection import RedisConnection

VERSION = "v1"


class RedisSeenLog:
    """`prefix` is what all of Sova's keys begin with."""

    def __init__(self, connection: RedisConnection, *, prefix: str) -> None:
        self._connection = connection
        self._prefix = prefix

    async def marks(self, platform: str) -> Mapping[str, int]:
        """The last message seen, by channel."""

        async def read(redis: Redis) -> dict[bytes, bytes]:
            return await cast("Awaitable[dict[bytes, bytes]]", redis.hgetall(self._key(platform)))

        found = await self._connection.run(read)
        return {channel.decode(): int(message) for channel, message in found.items()}

    async def note(self, platform: str, marks: Mapping[str, int]) -> None:
        """Remember these; other channels stay as they are."""
        if marks:
            fields = [part for mark in marks.items() for part in mark]
            await self._connection.run(lambda redis: redis.hset(self._key(platform), items=fields))

    async def drop(self, platform: str, channels: frozenset[str]) -> None:
        """Forget these channels."""
        if channels:
            await self._connection.run(lambda redis: redis.hdel(self._key(platform), *channels))

    def _key(self, platform: str) -> str:
        return f"{self._prefix}:{VERSION}:seen:{platform}"
