"""Owns what the conversation keeps in Redis: its turns, and who chose what to answer.

Keys carry a version, and a hash tag for what belongs together: `sova:v1:{discord/team/general/}:turns`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar, assert_never, cast

from redis import exceptions as vendor
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.backends.redis.choices import count_choices
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.people import PeopleIndex, pinned_key
from bot.backends.redis.records import (
    decode_author,
    decode_id,
    decode_text,
    decode_turns,
    encode_text,
    encode_turn,
)
from bot.messages import Author, ConversationKey, Turn
from bot.ports import Forgotten, PersonaPin, Pin, PinScope

VERSION = "v1"
_MODEL, _PERSONA = "pin", "persona"
_PINNED = (_MODEL, _PERSONA)
"""What may be chosen for somebody or some place, as its keys end."""

Result = TypeVar("Result")


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
        self._people = PeopleIndex(f"{prefix}:{VERSION}", max_age=max_age)

    async def turns(self, conversation: ConversationKey) -> Sequence[Turn]:
        """The kept turns, oldest first. Those that can't be read are left out and logged without their text."""
        key = _turns_key(self._prefix, str(conversation))

        async def read(redis: Redis) -> Sequence[bytes]:
            return cast("list[bytes]", await redis.lrange(key, 0, -1))

        return decode_turns(await self._connection.run(read))

    async def append(self, conversation: ConversationKey, turn: Turn, *, replaces: str | None = None) -> None:
        """Keep `turn` as the newest, in the place of the newest one where that is `replaces`, atomically.

        When another turn is the newest by then, nothing is replaced. A turn that is the newest already changes nothing.
        """
        append = partial(self._append, conversation, turn, replaces)
        await self._connection.run(partial(until_unchanged, transaction=append))

    async def forget(self, conversation: ConversationKey) -> Forgotten:
        """Erase the conversation's turns and the pins of its own thread or channel."""
        erase = partial(self._forget, conversation)
        return await self._connection.run(partial(until_unchanged, transaction=erase))

    async def forget_person(self, platform: str, author: str) -> Forgotten:
        """Erase the turns in which the person asked, in every conversation on `platform`, and the person's own pins.

        Turns that don't tell who asked stay.
        """
        places = await self._connection.run(lambda redis: self._people.conversations(redis, platform, author))
        counts = []
        for place in places:  # each within its own deadline
            erase = partial(self._forget_in, place, platform, author)
            counts.append(await self._connection.run(partial(until_unchanged, transaction=erase)))
        pins = await self._connection.run(lambda redis: self._forget_pins(redis, platform, author))
        return Forgotten(turns=sum(counts), pins=pins, conversations=sum(map(bool, counts)))

    async def _append(self, place: ConversationKey, turn: Turn, replaces: str | None, pipe: Pipeline) -> None:
        key = _turns_key(self._prefix, str(place))
        await pipe.watch(key)
        length = await pipe.llen(key)
        newest = decode_id(await cast("Awaitable[bytes | None]", pipe.lindex(key, -1)))
        if newest == turn.id != replaces:
            return
        replacing = newest is not None and newest == replaces
        before = await self._people.people(pipe, str(place))
        overfull = not replacing and length + 1 > 2 * self._max_turns
        staying = await self._authors(pipe, key, newest=self._max_turns - 1) if overfull else before
        pipe.multi()  # type: ignore[no-untyped-call]
        if replacing:
            pipe.lset(key, -1, encode_turn(turn))  # type: ignore[arg-type]  # typed for str, takes bytes
        else:
            pipe.rpush(key, encode_turn(turn))
        if overfull:
            pipe.ltrim(key, -self._max_turns, -1)
        pipe.pexpire(key, self._max_age)
        people = (staying | {turn.author}) - {""}
        self._people.drop(pipe, place.platform, str(place), before - people)
        self._people.note(pipe, place, people, at=turn.at)
        await pipe.execute()

    async def _authors(self, pipe: Pipeline, key: bytes, *, newest: int) -> frozenset[str]:
        """Who asked in the `newest` turns."""
        items = cast("list[bytes]", await pipe.lrange(key, -newest, -1)) if newest else []
        return frozenset(turn.author for turn in decode_turns(items))

    async def _forget(self, place: ConversationKey, pipe: Pipeline) -> Forgotten:
        key = _turns_key(self._prefix, str(place))
        await pipe.watch(key)
        people = await self._people.people(pipe, str(place))
        pipe.multi()  # type: ignore[no-untyped-call]
        pipe.llen(key)
        pipe.delete(*(_place_key(self._prefix, place, what) for what in _PINNED))
        pipe.delete(key)
        self._people.drop(pipe, place.platform, str(place), people)
        turns, pins, *_ = cast("list[int]", await pipe.execute())
        return Forgotten(turns=turns, pins=pins)

    async def _forget_in(self, place: str, platform: str, author: str, pipe: Pipeline) -> int:
        """Erase the person's turns in one conversation; the others keep their order, and their end in time."""
        key = _turns_key(self._prefix, place)
        await pipe.watch(key)
        items = cast("list[bytes]", await pipe.lrange(key, 0, -1))
        theirs = [item for item in items if decode_author(item) == author]
        pipe.multi()  # type: ignore[no-untyped-call]
        for item in set(theirs):
            pipe.lrem(key, 0, item)  # type: ignore[arg-type]  # typed for str, takes bytes
        self._people.drop(pipe, platform, place, [author])
        await pipe.execute()
        return len(theirs)

    async def _forget_pins(self, redis: Redis, platform: str, author: str) -> int:
        index = pinned_key(f"{self._prefix}:{VERSION}", platform, author)
        workspaces = cast("set[bytes]", await redis.smembers(index))
        async with redis.pipeline(transaction=True) as pipe:
            for workspace in workspaces:
                place = ConversationKey(platform, decode_text(workspace), author)
                pipe.delete(*(_person_key(self._prefix, place, what) for what in _PINNED))
            pipe.delete(index)
            *erased, _ = cast("list[int]", await pipe.execute())
        return sum(erased)


class RedisModelPins:
    """The `ModelPins` on a Redis server."""

    def __init__(self, connection: RedisConnection, *, prefix: str) -> None:
        self._connection = connection
        self._prefix = prefix
        self._pins = _Pins(connection, prefix=prefix, what=_MODEL)

    async def pins(self, conversation: ConversationKey, author: Author) -> Sequence[Pin]:
        """The pins that concern this person in this conversation, in order of precedence."""
        return tuple(Pin(scope, model) for scope, model in await self._pins.read(conversation, author))

    async def pin(self, scope: PinScope, conversation: ConversationKey, author: Author, model: str) -> None:
        """Choose `model` for the scope; `THREAD` outside a thread is the channel."""
        await self._pins.put(scope, conversation, author, model)

    async def unpin(self, scope: PinScope, conversation: ConversationKey, author: Author) -> bool:
        """Take a choice back; False when there was none."""
        return await self._pins.remove(scope, conversation, author)

    async def holders(self, model: str) -> Mapping[PinScope, int]:
        """How often `model` is chosen, scope by scope."""
        root = f"{self._prefix}:{VERSION}"
        return await self._connection.run(partial(count_choices, root=root, what=_MODEL, name=model))


class RedisPersonaPins:
    """The `PersonaPins` on a Redis server."""

    def __init__(self, connection: RedisConnection, *, prefix: str) -> None:
        self._pins = _Pins(connection, prefix=prefix, what=_PERSONA)

    async def chosen(self, conversation: ConversationKey, author: Author) -> Sequence[PersonaPin]:
        """The choices that concern this person in this conversation, in order of precedence."""
        return tuple(PersonaPin(scope, persona) for scope, persona in await self._pins.read(conversation, author))

    async def choose(self, scope: PinScope, conversation: ConversationKey, author: Author, persona: str) -> None:
        """Choose `persona` for the scope; `THREAD` outside a thread is the channel."""
        await self._pins.put(scope, conversation, author, persona)

    async def reset(self, scope: PinScope, conversation: ConversationKey, author: Author) -> bool:
        """Take a choice back; False when there was none."""
        return await self._pins.remove(scope, conversation, author)


class _Pins:
    """Choices of one kind, `what`: one key a scope, without an end, for a choice holds until it is taken back."""

    def __init__(self, connection: RedisConnection, *, prefix: str, what: str) -> None:
        self._connection = connection
        self._prefix = prefix
        self._what = what

    async def read(self, conversation: ConversationKey, author: Author) -> Sequence[tuple[PinScope, str]]:
        """The choices that concern this person in this conversation, in order of precedence."""
        scopes = [scope for scope in PinScope if scope is not PinScope.THREAD or conversation.thread]
        keys = [self._key(scope, conversation, author) for scope in scopes]

        async def read(redis: Redis) -> list[bytes | None]:
            async with redis.pipeline(transaction=False) as pipe:
                for key in keys:
                    pipe.get(key)
                return await pipe.execute()

        names = await self._connection.run(read)
        return tuple((scope, decode_text(name)) for scope, name in zip(scopes, names, strict=True) if name)

    async def put(self, scope: PinScope, conversation: ConversationKey, author: Author, name: str) -> None:
        """Choose `name` for the scope."""
        key, of_person = self._key(scope, conversation, author), scope is PinScope.USER
        index = pinned_key(f"{self._prefix}:{VERSION}", conversation.platform, author.id)

        async def write(redis: Redis) -> None:
            async with redis.pipeline(transaction=True) as pipe:
                pipe.set(key, encode_text(name))
                if of_person:
                    pipe.sadd(index, encode_text(conversation.workspace))
                await pipe.execute()

        await self._connection.run(write)

    async def remove(self, scope: PinScope, conversation: ConversationKey, author: Author) -> bool:
        """Take a choice back; False when there was none. The index of the person's choices may name it still."""
        key = self._key(scope, conversation, author)
        return bool(await self._connection.run(lambda redis: redis.delete(key)))

    def _key(self, scope: PinScope, conversation: ConversationKey, author: Author) -> bytes:
        match scope:
            case PinScope.THREAD:
                return _place_key(self._prefix, conversation, self._what)
            case PinScope.CHANNEL:
                return _place_key(self._prefix, replace(conversation, thread=""), self._what)
            case PinScope.USER:
                place = ConversationKey(conversation.platform, conversation.workspace, author.id)
                return _person_key(self._prefix, place, self._what)
            case PinScope.WORKSPACE:
                return _workspace_key(self._prefix, conversation, self._what)
            case PinScope.GLOBAL:
                return encode_text(f"{self._prefix}:{VERSION}:{self._what}")
        assert_never(scope)


def _turns_key(prefix: str, conversation: str) -> bytes:
    return encode_text(f"{prefix}:{VERSION}:{{{conversation}}}:turns")


def _place_key(prefix: str, conversation: ConversationKey, what: str) -> bytes:
    """The pin of a place, its thread or, outside threads, its channel."""
    return encode_text(f"{prefix}:{VERSION}:{{{conversation}}}:{what}")


def _person_key(prefix: str, place: ConversationKey, what: str) -> bytes:
    """The pin of a person in a workspace; the person stands in the channel's place."""
    return encode_text(f"{prefix}:{VERSION}:{{{place}}}:person-{what}")


def _workspace_key(prefix: str, conversation: ConversationKey, what: str) -> bytes:
    """The pin of a workspace: the default for all its channels."""
    return encode_text(f"{prefix}:{VERSION}:{{{replace(conversation, channel='', thread='')}}}:workspace-{what}")


async def until_unchanged(redis: Redis, transaction: Callable[[Pipeline], Awaitable[Result]]) -> Result:
    """Do the transaction again for as long as what it watches changes meanwhile; the connection's deadline ends it."""
    async with redis.pipeline(transaction=True) as pipe:
        while True:
            try:
                return await transaction(pipe)
            except vendor.WatchError:
                continue
