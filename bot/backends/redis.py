"""Owns what the conversation keeps in Redis: its turns, the choices of model, the newest turns' durations.

Keys carry a version, and a hash tag for what belongs together: `sova:v1:{discord/team/general/}:turns`.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import assert_never, cast

from redis import exceptions as vendor
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.backends.redis_connection import RedisConnection
from bot.backends.redis_records import (
    decode_id,
    decode_samples,
    decode_text,
    decode_turns,
    encode_sample,
    encode_text,
    encode_turn,
)
from bot.messages import Author, ConversationKey, Turn
from bot.ports import Forgotten, LatencySample, Pin, PinScope

VERSION = "v1"


class RedisHistory:
    """The `History` on a Redis server: one list a conversation, oldest turn first.

    Up to twice `max_turns` are kept, then cut to `max_turns` at once: a turn dropped from the front at every append
    would change the prompt's beginning each time, and cost the engine its cache. `max_age` counts from the newest turn.
    """

    def __init__(self, connection: RedisConnection, *, prefix: str, max_turns: int, max_age: timedelta) -> None:
        self._connection = connection
        self._prefix = prefix
        self._max_turns = max_turns
        self._max_age = max_age

    async def turns(self, conversation: ConversationKey) -> Sequence[Turn]:
        """The kept turns, oldest first. Those that can't be read are left out and logged without their text."""
        key = _turns_key(self._prefix, conversation)

        async def read(redis: Redis) -> Sequence[bytes]:
            return cast("list[bytes]", await redis.lrange(key, 0, -1))

        return decode_turns(await self._connection.run(read))

    async def append(self, conversation: ConversationKey, turn: Turn, *, replaces: str | None = None) -> None:
        """Keep `turn` as the newest, in the place of the newest one where that is `replaces`, atomically.

        When another turn is the newest by then, nothing is replaced. A turn that is the newest already changes nothing.
        """
        key = _turns_key(self._prefix, conversation)
        await self._connection.run(lambda redis: self._append(redis, key, turn, replaces))

    async def forget(self, conversation: ConversationKey) -> Forgotten:
        """Erase the conversation's turns and the pin of its own thread or channel."""
        turns_key, pin_key = _turns_key(self._prefix, conversation), _place_key(self._prefix, conversation)

        async def erase(redis: Redis) -> list[int]:
            async with redis.pipeline(transaction=True) as pipe:
                pipe.llen(turns_key)
                pipe.delete(turns_key)
                pipe.delete(pin_key)
                return cast("list[int]", await pipe.execute())

        turns, _, pins = await self._connection.run(erase)
        return Forgotten(turns=turns, pins=pins)

    async def _append(self, redis: Redis, key: bytes, turn: Turn, replaces: str | None) -> None:
        async with redis.pipeline(transaction=True) as pipe:
            while True:  # the connection's deadline ends it
                try:
                    return await self._append_unless_changed(pipe, key, turn, replaces)
                except vendor.WatchError:
                    continue

    async def _append_unless_changed(self, pipe: Pipeline, key: bytes, turn: Turn, replaces: str | None) -> None:
        """Raises the vendor's `WatchError` when the list changed between reading and writing."""
        await pipe.watch(key)
        length = await pipe.llen(key)
        newest = decode_id(await cast("Awaitable[bytes | None]", pipe.lindex(key, -1)))
        pipe.multi()  # type: ignore[no-untyped-call]
        if newest is not None and newest == replaces:
            pipe.lset(key, -1, encode_turn(turn))  # type: ignore[arg-type]  # typed for str, takes bytes
        elif newest == turn.id:
            return
        else:
            pipe.rpush(key, encode_turn(turn))
            if length + 1 > 2 * self._max_turns:
                pipe.ltrim(key, -self._max_turns, -1)
        pipe.pexpire(key, self._max_age)
        await pipe.execute()


class RedisModelPins:
    """The `ModelPins` on a Redis server: one key a scope, without an end, for a choice holds until it is taken back."""

    def __init__(self, connection: RedisConnection, *, prefix: str) -> None:
        self._connection = connection
        self._prefix = prefix

    async def pins(self, conversation: ConversationKey, author: Author) -> Sequence[Pin]:
        """The pins that concern this person in this conversation, in order of precedence."""
        scopes = [scope for scope in PinScope if scope is not PinScope.THREAD or conversation.thread]
        keys = [self._key(scope, conversation, author) for scope in scopes]

        async def read(redis: Redis) -> list[bytes | None]:
            async with redis.pipeline(transaction=False) as pipe:
                for key in keys:
                    pipe.get(key)
                return await pipe.execute()

        models = await self._connection.run(read)
        return tuple(Pin(scope, decode_text(model)) for scope, model in zip(scopes, models, strict=True) if model)

    async def pin(self, scope: PinScope, conversation: ConversationKey, author: Author, model: str) -> None:
        """Choose `model` for the scope; `THREAD` outside a thread is the channel."""
        key = self._key(scope, conversation, author)
        await self._connection.run(lambda redis: redis.set(key, encode_text(model)))

    async def unpin(self, scope: PinScope, conversation: ConversationKey, author: Author) -> bool:
        """Take a choice back; False when there was none."""
        key = self._key(scope, conversation, author)
        return bool(await self._connection.run(lambda redis: redis.delete(key)))

    def _key(self, scope: PinScope, conversation: ConversationKey, author: Author) -> bytes:
        match scope:
            case PinScope.THREAD:
                return _place_key(self._prefix, conversation)
            case PinScope.CHANNEL:
                return _place_key(self._prefix, replace(conversation, thread=""))
            case PinScope.USER:
                person = ConversationKey(conversation.platform, conversation.workspace, author.id)
                return encode_text(f"{self._prefix}:{VERSION}:{{{person}}}:person-pin")
            case PinScope.GLOBAL:
                return encode_text(f"{self._prefix}:{VERSION}:pin")
        assert_never(scope)


class RedisLatencyLog:
    """The `LatencyLog` on a Redis server: one list a model, and a set of the models by their newest sample's time."""

    def __init__(self, connection: RedisConnection, *, prefix: str, max_samples: int, max_age: timedelta) -> None:
        self._connection = connection
        self._prefix = prefix
        self._max_samples = max_samples
        self._max_age = max_age
        self._models_key = encode_text(f"{prefix}:{VERSION}:latency-models")

    async def record(self, sample: LatencySample) -> None:
        """Keep one more sample; the oldest over the bound goes, and models without any for `max_age` too."""
        key, model = self._samples_key(sample.model), encode_text(sample.model)

        async def write(redis: Redis) -> None:
            async with redis.pipeline(transaction=False) as pipe:
                pipe.lpush(key, encode_sample(sample))
                pipe.ltrim(key, 0, self._max_samples - 1)
                pipe.pexpire(key, self._max_age)
                pipe.zadd(self._models_key, {model: sample.at})
                pipe.zremrangebyscore(self._models_key, "-inf", sample.at - self._max_age.total_seconds())
                pipe.pexpire(self._models_key, self._max_age)
                await pipe.execute()

        await self._connection.run(write)

    async def samples(self) -> Mapping[str, Sequence[LatencySample]]:
        """The kept samples by model, newest first; the model asked last comes first."""
        return await self._connection.run(self._read)

    async def _read(self, redis: Redis) -> Mapping[str, Sequence[LatencySample]]:
        models = [decode_text(model) for model in cast("list[bytes]", await redis.zrevrange(self._models_key, 0, -1))]
        async with redis.pipeline(transaction=False) as pipe:
            for model in models:
                pipe.lrange(self._samples_key(model), 0, -1)
            lists = await pipe.execute()
        read = {model: decode_samples(items, model=model) for model, items in zip(models, lists, strict=True)}
        return {model: samples for model, samples in read.items() if samples}

    def _samples_key(self, model: str) -> bytes:
        return encode_text(f"{self._prefix}:{VERSION}:latency:{model}")


def _turns_key(prefix: str, conversation: ConversationKey) -> bytes:
    return encode_text(f"{prefix}:{VERSION}:{{{conversation}}}:turns")


def _place_key(prefix: str, conversation: ConversationKey) -> bytes:
    """The pin of a place, its thread or, outside threads, its channel."""
    return encode_text(f"{prefix}:{VERSION}:{{{conversation}}}:pin")
