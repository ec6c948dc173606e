"""Owns the comparisons and their votes on a Redis server.

    sova:v1:compare:ID    one comparison: `record`, and beside it each person's choice
    sova:v1:compare       the ids of those that are kept, by when they were made

A comparison lives for `max_age`, and its votes with it.
"""

import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import timedelta
from functools import partial
from typing import cast

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import VERSION, until_unchanged
from bot.backends.redis.records import decode_text, encode_text
from bot.ports import Comparison, Contestant, Figures, Poll

logger = logging.getLogger(__name__)

MOST_KEPT = 1_000
AT_ONCE = 100
"""So many comparisons are read in one round trip."""
_RECORD = b"record"
_FORM = 1


class RedisComparisons:
    """The `Comparisons` on a Redis server: one hash each, at most `most`."""

    def __init__(self, connection: RedisConnection, *, prefix: str, max_age: timedelta, most: int = MOST_KEPT) -> None:
        self._connection = connection
        self._all = encode_text(f"{prefix}:{VERSION}:compare")
        self._max_age = max_age
        self._most = most

    async def keep(self, comparison: Comparison) -> None:
        """Keep it; those that are too many, and ids of those that have run out, go."""
        key, gone = self._key(comparison.id), comparison.at - self._max_age.total_seconds()

        async def write(redis: Redis) -> list[bytes]:
            async with redis.pipeline(transaction=True) as pipe:
                pipe.hset(key, _RECORD, _encode(comparison))
                pipe.pexpire(key, self._max_age)
                pipe.zadd(self._all, {encode_text(comparison.id): comparison.at})
                pipe.zremrangebyscore(self._all, "-inf", gone)
                pipe.pexpire(self._all, self._max_age)
                pipe.zrange(self._all, 0, -self._most - 1)
                return cast("list[bytes]", (await pipe.execute())[-1])

        await self._drop(await self._connection.run(write))

    async def find(self, comparison: str) -> Comparison | None:
        """The comparison with this id; None when it isn't kept any more."""
        found = await self._connection.run(lambda redis: redis.hget(self._key(comparison), _RECORD))
        return _decode(cast("bytes | None", found))

    async def vote(self, comparison: str, *, platform: str, author: str, choice: int) -> Poll | None:
        """Keep the person's choice in the place of an earlier one, and give all choices."""
        voting = partial(self._vote, self._key(comparison), _voter(platform, author), choice)
        return await self._connection.run(partial(until_unchanged, transaction=voting))

    async def polls(self) -> AsyncIterator[Poll]:
        """Every kept comparison with its votes, oldest first."""
        ids = await self._ids()
        for begin in range(0, len(ids), AT_ONCE):  # each within its own deadline
            for poll in await self._read(ids[begin : begin + AT_ONCE]):
                yield poll

    async def forget_person(self, platform: str, author: str) -> int:
        """Erase the person's votes on all comparisons that are kept."""
        voter, erased = _voter(platform, author), 0
        ids = await self._ids()
        for begin in range(0, len(ids), AT_ONCE):
            erased += await self._erase(ids[begin : begin + AT_ONCE], voter)
        return erased

    async def _vote(self, key: bytes, voter: bytes, choice: int, pipe: Pipeline) -> Poll | None:
        """One that runs out meanwhile changes what is watched: no vote outlives its comparison."""
        await pipe.watch(key)
        known = _decode(cast("bytes | None", await pipe.hget(key, _RECORD)))
        if known is None:
            return None
        pipe.multi()  # type: ignore[no-untyped-call]
        pipe.hset(key, voter, str(choice))
        pipe.hgetall(key)
        _, kept = await pipe.execute()
        return Poll(known, _choices(kept))

    async def _ids(self) -> Sequence[bytes]:
        return cast("list[bytes]", await self._connection.run(lambda redis: redis.zrange(self._all, 0, -1)))

    async def _read(self, ids: Sequence[bytes]) -> Sequence[Poll]:
        async def read(redis: Redis) -> list[dict[bytes, bytes]]:
            async with redis.pipeline(transaction=False) as pipe:
                for one in ids:
                    pipe.hgetall(self._key(decode_text(one)))
                return await pipe.execute()

        hashes = await self._connection.run(read)
        known = ((_decode(kept.get(_RECORD)), kept) for kept in hashes)
        return [Poll(comparison, _choices(kept)) for comparison, kept in known if comparison]

    async def _erase(self, ids: Sequence[bytes], voter: bytes) -> int:
        async def erase(redis: Redis) -> int:
            async with redis.pipeline(transaction=False) as pipe:
                for one in ids:
                    pipe.hdel(self._key(decode_text(one)), voter)
                return sum(await pipe.execute())

        return await self._connection.run(erase)

    async def _drop(self, ids: Sequence[bytes]) -> None:
        if not ids:
            return

        async def drop(redis: Redis) -> None:
            async with redis.pipeline(transaction=True) as pipe:
                pipe.delete(*(self._key(decode_text(one)) for one in ids))
                pipe.zrem(self._all, *ids)
                await pipe.execute()

        await self._connection.run(drop)

    def _key(self, comparison: str) -> bytes:
        return self._all + b":" + encode_text(comparison)


def _voter(platform: str, author: str) -> bytes:
    """Whose choice it is; never `record`, for it is a list."""
    return encode_text(json.dumps([platform, author], ensure_ascii=False))


def _choices(kept: Mapping[bytes, bytes]) -> tuple[int, ...]:
    return tuple(int(choice) for voter, choice in kept.items() if voter != _RECORD)


def _encode(comparison: Comparison) -> bytes:
    return encode_text(json.dumps({"v": _FORM, **asdict(comparison)}, ensure_ascii=False, separators=(",", ":")))


def _decode(item: bytes | None) -> Comparison | None:
    """The comparison, None where there is none or it can't be read; what a later version adds is passed over."""
    if item is None:
        return None
    try:
        return _comparison(json.loads(item))
    except (ValueError, TypeError, RecursionError) as error:
        logger.warning("skipping a comparison that can't be read: %s, %d bytes", type(error).__name__, len(item))
        return None


def _comparison(told: object) -> Comparison:
    match told:
        case {"v": 1, "id": str(id_), "at": int() | float() as at, "contestants": list(contestants)}:
            return Comparison(id_, float(at), tuple(map(_contestant, contestants)))
    raise ValueError("not a comparison")


def _contestant(told: object) -> Contestant:
    match told:
        case {"model": str(model), "figures": dict(figures), "answered": bool(answered)}:
            known = {field.name: figures.get(field.name) for field in fields(Figures)}
            if all(value is None or isinstance(value, int | float) for value in known.values()):
                return Contestant(model, Figures(**known), answered)
    raise ValueError("not a contestant")
