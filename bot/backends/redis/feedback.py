"""Owns the votes on answers on a Redis server.

    sova:v1:{discord/team/general/}:feedback    each person's vote on each answer of the conversation
    sova:v1:feedback                            the conversations that have votes, by when the newest was given

A conversation's votes live as long as its turns would: `max_age` from the newest.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import cast

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import VERSION, until_unchanged
from bot.backends.redis.records import decode_text, decode_votes, encode_text, encode_vote
from bot.messages import ConversationKey
from bot.ports import FeedbackEntry, Vote, Votes

AT_ONCE = 100
"""Of so many conversations the votes are read in one round trip."""


class RedisFeedback:
    """The `Feedback` on a Redis server: one hash a conversation."""

    def __init__(self, connection: RedisConnection, *, prefix: str, max_age: timedelta) -> None:
        self._connection = connection
        self._stem = f"{prefix}:{VERSION}"
        self._places = encode_text(f"{self._stem}:feedback")
        self._max_age = max_age

    async def record(self, entry: FeedbackEntry) -> None:
        """Keep the vote, in the place of an earlier one of this person on this answer."""
        place = str(entry.conversation)
        key, forgotten = self._key(place), entry.at - 2 * self._max_age.total_seconds()

        async def write(redis: Redis) -> None:
            async with redis.pipeline(transaction=True) as pipe:
                pipe.hset(key, _field(entry), encode_vote(entry))
                pipe.pexpire(key, self._max_age)
                pipe.zadd(self._places, {encode_text(place): entry.at})
                pipe.zremrangebyscore(self._places, "-inf", forgotten)
                pipe.pexpire(self._places, self._max_age)
                await pipe.execute()

        await self._connection.run(write)

    async def counts(self) -> Mapping[str, Votes]:
        """The kept votes by model, those with the most votes first."""
        counted: Counter[tuple[str, Vote]] = Counter()
        async for entry in self.entries():
            counted[entry.model, entry.vote] += 1
        models = {model for model, _ in counted}
        votes = {model: Votes(counted[model, Vote.UP], counted[model, Vote.DOWN]) for model in models}
        return dict(sorted(votes.items(), key=lambda item: (-item[1].up - item[1].down, item[0])))

    async def entries(self) -> AsyncIterator[FeedbackEntry]:
        """Every kept vote, conversation by conversation, within each oldest first."""
        places = await self._all_places()
        for begin in range(0, len(places), AT_ONCE):  # each within its own deadline
            for votes in await self._votes(places[begin : begin + AT_ONCE]):
                for entry in sorted(votes, key=lambda vote: vote.at):
                    yield entry

    async def forget(self, conversation: ConversationKey) -> int:
        """Erase the votes on answers in `conversation`."""
        place = str(conversation)

        async def erase(redis: Redis) -> int:
            async with redis.pipeline(transaction=True) as pipe:
                pipe.hlen(self._key(place))
                pipe.delete(self._key(place))
                pipe.zrem(self._places, encode_text(place))
                erased, *_ = cast("list[int]", await pipe.execute())
                return erased

        return await self._connection.run(erase)

    async def forget_person(self, platform: str, author: str) -> int:
        """Erase the person's votes and those on answers to the person; looks at every vote on `platform`."""
        of_platform = str(ConversationKey(platform, "", "")).partition("/")[0] + "/"
        erased = 0
        for place in [place for place in await self._all_places() if place.startswith(of_platform)]:
            erase = partial(self._forget_in, place, author)
            erased += await self._connection.run(partial(until_unchanged, transaction=erase))
        return erased

    async def _forget_in(self, place: str, author: str, pipe: Pipeline) -> int:
        key = self._key(place)
        await pipe.watch(key)
        votes = decode_votes(cast("list[bytes]", await pipe.hvals(key)))
        theirs = [vote for vote in votes if author in {vote.author, vote.asker}]
        pipe.multi()  # type: ignore[no-untyped-call]
        for vote in theirs:
            pipe.hdel(key, _field(vote))
        if len(theirs) == len(votes):
            pipe.delete(key)
            pipe.zrem(self._places, encode_text(place))
        await pipe.execute()
        return len(theirs)

    async def _all_places(self) -> Sequence[str]:
        names = await self._connection.run(lambda redis: redis.zrange(self._places, 0, -1))
        return tuple(map(decode_text, cast("list[bytes]", names)))

    async def _votes(self, places: Sequence[str]) -> Sequence[Sequence[FeedbackEntry]]:
        async def read(redis: Redis) -> list[list[bytes]]:
            async with redis.pipeline(transaction=False) as pipe:
                for place in places:
                    pipe.hvals(self._key(place))
                return await pipe.execute()

        return tuple(map(decode_votes, await self._connection.run(read)))

    def _key(self, place: str) -> bytes:
        return encode_text(f"{self._stem}:{{{place}}}:feedback")


def _field(entry: FeedbackEntry) -> bytes:
    """Whose vote on which answer."""
    return encode_text(json.dumps([entry.turn, entry.author], ensure_ascii=False))
