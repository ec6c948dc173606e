"""Owns the durable inbox on a Redis server; its steps are in `redis_inbox_scripts`."""

import logging
import uuid
from collections.abc import Collection
from dataclasses import replace
from typing import cast

from redis.asyncio import Redis

from bot.backends.redis import inbox_scripts as scripts
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import VERSION
from bot.backends.redis.inbox_records import decode_incoming, encode_incoming
from bot.backends.redis.records import decode_text, encode_text
from bot.errors import TooBusy, TooFast
from bot.inbox import Bounds, Claim, Standing, Stopped
from bot.messages import Author, ConversationKey, Incoming

logger = logging.getLogger(__name__)

WAIT_S = 1.0
"""How long a waiter listens at a time: so late at most is seen that somebody's claim has ended."""

_Found = tuple[bytes, bytes, int, bytes, int, int, bytes, int]
"""What can be claimed: line, record, attempt, message, whether withdrawn, how long told (ms), id, how often rested."""


class RedisInbox:
    """The `Inbox` on a Redis server; any number of programs may accept and claim at the same time."""

    def __init__(self, connection: RedisConnection, *, prefix: str, bounds: Bounds | None = None) -> None:
        self._connection = connection
        self._root = encode_text(f"{prefix}:{VERSION}:{{inbox}}:")
        self._bounds = bounds or Bounds()

    async def accept(self, incoming: Incoming) -> int | None:
        """Keep the question, once; raises `TooBusy` when no more may wait, `TooFast` when the person shall wait."""
        bounds = self._bounds
        answer = await self._step(
            scripts.ACCEPT,
            _id_of(incoming),
            _line_of(incoming.conversation),
            _person_of(incoming.conversation, incoming.author.id),
            _author_of(incoming.conversation.platform, incoming.author.id),
            encode_incoming(incoming),
            encode_incoming(_without_its_text(incoming)),
            bounds.waiting,
            bounds.waiting_of_one,
            self._remembered_ms,
            bounds.per_minute,
            encode_text(incoming.reply or ""),
            _person_of(incoming.conversation, incoming.owner),
            _author_of(incoming.conversation.platform, incoming.owner),
            encode_text(incoming.replaces or ""),
        )
        match answer:
            case [b"kept", int() | None as ahead]:
                return ahead
            case [b"fast", int(seconds)]:
                raise TooFast(seconds=seconds)
            case [verdict, int(waiting)]:
                raise TooBusy(waiting=waiting, whose="own" if verdict == b"own" else "all")
        raise AssertionError(answer)

    async def first_time(self, conversation: ConversationKey, id_: str) -> bool:
        """Whether nobody has told of this event yet; it is known as long as a question's id."""
        seen, remembered = self._key(b"seen:" + _event_of(conversation, id_)), self._remembered_ms
        return bool(await self._connection.run(lambda redis: redis.set(seen, b"1", px=remembered, nx=True)))

    async def ahead(self, incoming: Incoming) -> int | None:
        """How many others are answered before it; None when its turn is there, or is over."""
        order, id_ = self._key(b"order"), _id_of(incoming)
        return cast("int | None", await self._connection.run(lambda redis: redis.zrank(order, id_)))

    async def begin_telling(self, incoming: Incoming, teller: str) -> Standing | None:
        """What `teller` may show now; None when nothing may be shown now."""
        arguments = _id_of(incoming), encode_text(teller), self._lease_ms, self._telling_ms
        found = cast("tuple[int, bytes] | None", await self._step(scripts.BEGIN_TELLING, *arguments))
        return None if found is None else Standing(found[0], decode_text(found[1]) or None)

    async def told(self, incoming: Incoming, teller: str, message: str) -> bool:
        """Remember what the platform calls the message that tells the place."""
        return bool(await self._step(scripts.TOLD, _id_of(incoming), encode_text(teller), encode_text(message)))

    async def end_telling(self, incoming: Incoming, teller: str) -> None:
        """Let a worker have the message."""
        await self._step(scripts.END_TELLING, _id_of(incoming), encode_text(teller), self._telling_ms)

    async def claim(self, worker: str) -> Claim | None:
        """The next question; what can't be read is thrown out, logged without its text, so that the line goes on."""
        holder, at_once = uuid.uuid4().hex, self._bounds.at_once
        while found := await self._step(scripts.CLAIM, holder, self._lease_ms, encode_text(worker), at_once):
            line, record, attempt, posted, withdrawn, telling, id_, rested = cast("_Found", found)
            incoming = _readable(record)
            if incoming is None:
                await self._step(scripts.FINISH, line, holder)
                continue
            claim = Claim(
                incoming,
                holder,
                decode_text(line),
                attempt,
                decode_text(posted) or None,
                withdrawn=bool(withdrawn),
                rested=rested,
            )
            if not telling:
                return claim
            taken_over = await self._taken_over(claim, id_, seconds=telling / 1000)
            if taken_over:
                return taken_over
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

    async def hand_back(self, claim: Claim, *, tried: bool = False, rest: float = 0.0) -> bool:
        """Put the question back into its place."""
        return bool(await self._held(scripts.HAND_BACK, claim, 0 if tried else -1, round(rest * 1000)))

    async def stop(self, conversation: ConversationKey, *, author: str | None = None) -> Stopped:
        """Withdraw what waits, and tell the worker that answers."""
        person = b"" if author is None else _person_of(conversation, author)
        return _stopped(await self._step(scripts.STOP, _line_of(conversation), person))

    async def withdraw(self, conversation: ConversationKey, id_: str) -> Stopped:
        """Withdraw one question of the conversation, or tell the worker that answers it; its id is known then."""
        line, id_of_it = _line_of(conversation), _event_of(conversation, id_)
        return _stopped(await self._step(scripts.WITHDRAW, line, id_of_it, self._remembered_ms))

    async def stop_person(self, platform: str, author: str) -> Stopped:
        """The same with all questions of a person; looks at every question that waits."""
        return _stopped(await self._step(scripts.STOP_PERSON, _author_of(platform, author)))

    async def is_held(self, claims: Collection[str]) -> bool:
        """Whether somebody still holds one of these `claims`."""
        return bool(await self._step(scripts.IS_HELD, *claims))

    async def to_stop(self, worker: str) -> str | None:
        """The holder's name of a claim that this worker shall stop; None after a second."""
        told = await self._pop(b"stops:" + encode_text(worker))
        return None if told is None else decode_text(told)

    async def waiting(self) -> int:
        """How many questions wait, those being answered left out."""
        order = self._key(b"order")
        return int(await self._connection.run(lambda redis: redis.zcard(order)))

    async def _taken_over(self, claim: Claim, id_: bytes, *, seconds: float) -> Claim | None:
        """The claim once nobody shows the place any more, `seconds` at most; None when it is lost by then."""
        await self._pop(b"let-go:" + id_, seconds=seconds)
        posted = await self._held(scripts.TAKE_OVER, claim, self._lease_ms)
        return None if posted is None else replace(claim, posted=decode_text(cast("bytes", posted)) or None)

    @property
    def _remembered_ms(self) -> int:
        return round(self._bounds.remembered_seconds * 1000)

    @property
    def _lease_ms(self) -> int:
        return round(self._bounds.lease_seconds * 1000)

    @property
    def _telling_ms(self) -> int:
        return round(self._bounds.telling_seconds * 1000)

    def _key(self, name: bytes) -> bytes:
        return self._root + name

    async def _pop(self, name: bytes, *, seconds: float = WAIT_S) -> bytes | None:
        """The first of a list, as soon as there is one; None after `seconds`."""
        key = self._key(name)

        async def pop(redis: Redis) -> tuple[bytes, bytes] | None:
            return cast("tuple[bytes, bytes] | None", await redis.blpop([key], timeout=seconds))

        popped = await self._connection.run(pop)
        return None if popped is None else popped[1]

    async def _held(self, script: str, claim: Claim, *arguments: bytes | int) -> object:
        return await self._step(script, encode_text(claim.line), claim.holder, *arguments)

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


def _stopped(found: object) -> Stopped:
    records, claims, of_others = cast("tuple[list[bytes], list[bytes], int]", found)
    withdrawn = tuple(filter(None, map(_readable, records)))
    return Stopped(withdrawn, frozenset(map(decode_text, claims)), of_others)


def _without_its_text(incoming: Incoming) -> Incoming:
    """What it takes to edit the message that is visible of it, and no more."""
    author = Author(incoming.author.id, "")
    return replace(incoming, author=author, text="", attachments=(), model=None, context=())


def _line_of(conversation: ConversationKey) -> bytes:
    return encode_text(str(conversation))


def _id_of(incoming: Incoming) -> bytes:
    return _event_of(incoming.conversation, incoming.id)


def _event_of(place: ConversationKey, id_: str) -> bytes:
    """Platforms number their events, each for itself and some for each workspace."""
    return encode_text(str(ConversationKey(place.platform, place.workspace, id_)))


def _person_of(conversation: ConversationKey, author: str) -> bytes:
    """Whom the bounds are for: somebody in a workspace."""
    return encode_text(str(ConversationKey(conversation.platform, conversation.workspace, author)))


def _author_of(platform: str, author: str) -> bytes:
    """Somebody in all workspaces of a platform."""
    return encode_text(str(ConversationKey(platform, "", author)))
