"""Owns the durable inbox on a Redis server; its steps are in `redis_inbox_scripts`."""

import logging
import uuid
from typing import cast

from redis.asyncio import Redis

from bot.backends import redis_inbox_scripts as scripts
from bot.backends.redis import VERSION
from bot.backends.redis_connection import RedisConnection
from bot.backends.redis_inbox_records import decode_incoming, decode_place, encode_incoming, encode_place
from bot.backends.redis_records import decode_text, encode_text
from bot.errors import TooBusy
from bot.inbox import Bounds, Claim, Stopped
from bot.messages import Author, ConversationKey, Incoming

logger = logging.getLogger(__name__)

WAIT_S = 1.0
"""How long a waiter listens at a time: so late at most is seen that somebody's claim has ended."""


class RedisInbox:
    """The `Inbox` on a Redis server; any number of programs may accept and claim at the same time."""

    def __init__(self, connection: RedisConnection, *, prefix: str, bounds: Bounds | None = None) -> None:
        self._connection = connection
        self._root = encode_text(f"{prefix}:{VERSION}:{{inbox}}:")
        self._bounds = bounds or Bounds()

    async def accept(self, incoming: Incoming) -> int | None:
        """Keep the question, once; raises `TooBusy` when no more may wait."""
        bounds = self._bounds
        answer = await self._step(
            scripts.ACCEPT,
            _id_of(incoming),
            _name_of(incoming.conversation),
            _person_of(incoming.conversation, incoming.author),
            encode_incoming(incoming),
            bounds.waiting,
            bounds.waiting_of_one,
            round(bounds.remembered_seconds * 1000),
        )
        match answer:
            case [b"kept", int() | None as ahead]:
                return ahead
            case [verdict, int(waiting)]:
                raise TooBusy(waiting=waiting, whose="own" if verdict == b"own" else "all")
        raise AssertionError(answer)

    async def ahead(self, incoming: Incoming) -> int | None:
        """How many others are answered before it; None when its turn is there, or is over."""
        order, id_ = self._key(b"order"), _id_of(incoming)
        return cast("int | None", await self._connection.run(lambda redis: redis.zrank(order, id_)))

    async def claim(self, worker: str) -> Claim | None:
        """The next question; what can't be read is thrown out, logged without its text, so that the line goes on."""
        holder = uuid.uuid4().hex
        while found := await self._step(scripts.CLAIM, holder, self._lease_ms, encode_text(worker)):
            conversation, record, attempt, posted = cast("tuple[bytes, bytes, int, bytes]", found)
            incoming = _readable(record)
            if incoming is not None:
                return Claim(incoming, holder, attempt, decode_text(posted) or None)
            await self._step(scripts.FINISH, conversation, holder)
        return None

    async def wait(self) -> None:
        """Return when the bell was rung, after a second at the latest."""
        await self._pop(b"bell")

    async def renew(self, claim: Claim) -> bool:
        """Hold the claim for another `lease_seconds`."""
        return bool(await self._held(scripts.RENEW, claim, self._lease_ms))

    async def posted(self, claim: Claim, message: str) -> bool:
        """Remember what the platform calls the visible reply."""
        return bool(await self._held(scripts.POSTED, claim, encode_text(message)))

    async def finish(self, claim: Claim) -> bool:
        """Forget the question, and let the conversation's next one go."""
        return bool(await self._held(scripts.FINISH, claim))

    async def hand_back(self, claim: Claim, *, tried: bool = False) -> bool:
        """Put the question back into its place."""
        return bool(await self._held(scripts.HAND_BACK, claim, 0 if tried else -1))

    async def stop(self, conversation: ConversationKey) -> Stopped:
        """Take out what waits, and tell the worker that answers."""
        place = encode_place(conversation)
        found = await self._step(scripts.STOP, _name_of(conversation), place, self._lease_ms)
        running, records = cast("tuple[int, list[bytes]]", found)
        return Stopped(tuple(filter(None, map(_readable, records))), running=bool(running))

    async def to_stop(self, worker: str) -> ConversationKey | None:
        """A conversation whose answer this worker shall stop; None after a second."""
        told = await self._pop(b"stops:" + encode_text(worker))
        return None if told is None else decode_place(told)

    async def waiting(self) -> int:
        """How many questions wait, those being answered left out."""
        order = self._key(b"order")
        return int(await self._connection.run(lambda redis: redis.zcard(order)))

    @property
    def _lease_ms(self) -> int:
        return round(self._bounds.lease_seconds * 1000)

    def _key(self, name: bytes) -> bytes:
        return self._root + name

    async def _pop(self, name: bytes) -> bytes | None:
        """The first of a list, as soon as there is one; None after a second."""
        key = self._key(name)

        async def pop(redis: Redis) -> tuple[bytes, bytes] | None:
            return cast("tuple[bytes, bytes] | None", await redis.blpop([key], timeout=WAIT_S))

        popped = await self._connection.run(pop)
        return None if popped is None else popped[1]

    async def _held(self, script: str, claim: Claim, *arguments: bytes | int) -> object:
        return await self._step(script, _name_of(claim.incoming.conversation), claim.holder, *arguments)

    async def _step(self, script: str, *arguments: bytes | str | int) -> object:
        async def run(redis: Redis) -> object:
            step = redis.register_script(script)
            return await step(keys=[self._root], args=list(arguments))

        return await self._connection.run(run)


def _readable(record: bytes) -> Incoming | None:
    try:
        return decode_incoming(record)
    except ValueError as error:
        logger.error("a question can't be read and is thrown out: %s, %d bytes", type(error).__name__, len(record))  # noqa: TRY400  # a traceback would quote it
        return None


def _name_of(conversation: ConversationKey) -> bytes:
    return encode_text(str(conversation))


def _id_of(incoming: Incoming) -> bytes:
    """Platforms number their events, each for itself and some for each workspace."""
    place = incoming.conversation
    return encode_text(str(ConversationKey(place.platform, place.workspace, incoming.id)))


def _person_of(conversation: ConversationKey, author: Author) -> bytes:
    return encode_text(str(ConversationKey(conversation.platform, conversation.workspace, author.id)))
