"""Owns a lease on a Redis server: one program at a time, on whichever machine, does what the lease is for."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from redis.asyncio import Redis

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import VERSION
from bot.backends.redis.records import encode_text
from bot.errors import AssistantError, IndexingElsewhere

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
RENEWALS = 3
"""How often it is renewed while it lasts."""

_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


class RedisLease:
    """The right to bring the index up to date. It ends by itself when its holder does."""

    def __init__(self, connection: RedisConnection, *, prefix: str, lasts: timedelta = LEASE) -> None:
        self._connection = connection
        self._key = f"{prefix}:{VERSION}:indexing"
        self._lasts = lasts

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold it meanwhile. `IndexingElsewhere` when somebody else has it, or gets it because Redis was away long."""
        holder = encode_text(uuid.uuid4().hex)
        if not await self._connection.run(lambda redis: redis.set(self._key, holder, nx=True, px=self._lasts)):
            raise self._elsewhere
        try:
            async with self._renewed(holder):
                yield
        finally:
            await asyncio.shield(self._release(holder))

    @property
    def _elsewhere(self) -> IndexingElsewhere:
        return IndexingElsewhere(path=f"{self._connection.where}: {self._key}")

    @asynccontextmanager
    async def _renewed(self, holder: bytes) -> AsyncIterator[None]:
        """Losing it cancels the block, for somebody else may be writing by now."""
        block, lost = asyncio.current_task(), asyncio.Event()

        async def renew() -> None:
            ours = True
            while ours:
                await asyncio.sleep(self._lasts.total_seconds() / RENEWALS)
                ours = await self._is_still_ours(holder)
            lost.set()
            if block:
                block.cancel()

        renewing = asyncio.create_task(renew())
        try:
            yield
        except asyncio.CancelledError:
            if not lost.is_set() or block is None:
                raise
            block.uncancel()
            raise self._elsewhere from None
        finally:
            renewing.cancel()
            await asyncio.wait({renewing})

    async def _is_still_ours(self, holder: bytes) -> bool:
        """A server that can't be asked tells nothing; nobody else can ask it either."""
        try:
            return bool(await self._step(_RENEW, holder, round(self._lasts.total_seconds() * 1000)))
        except AssistantError as error:
            logger.warning("the lease on indexing can't be renewed: %s", error)
            return True

    async def _release(self, holder: bytes) -> None:
        try:
            await self._step(_RELEASE, holder)
        except AssistantError as error:
            logger.warning("the lease on indexing ends by itself: %s", error)

    async def _step(self, script: str, *arguments: bytes | int) -> object:
        async def run(redis: Redis) -> object:
            return await redis.register_script(script)(keys=[self._key], args=list(arguments))

        return await self._connection.run(run)
