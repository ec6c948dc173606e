"""Owns the index of who asked where: a person's conversations, and a conversation's people, in step with the turns.

    sova:v1:{slack/T1/C1/}:people          the ids of those who have turns in the conversation, and perhaps had
    sova:v1:{slack//U1/}:conversations     the conversations in which the person has turns, by when one was added there
    sova:v1:{slack//U1/}:pins              the workspaces in which the person chose a model or a persona, perhaps before

A person's index must live as long as the turns, which live on while anybody asks there: so every turn renews the index
of all the conversation's people.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import cast

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.backends.redis.records import decode_text, encode_text
from bot.messages import ConversationKey


class PeopleIndex:
    """Its commands are put into the transaction of the turn that they belong to. Keys begin with `stem`."""

    def __init__(self, stem: str, *, max_age: timedelta) -> None:
        self._stem = stem
        self._max_age = max_age

    async def people(self, redis: Redis, conversation: str) -> frozenset[str]:
        """The ids of those who may have turns in the conversation."""
        ids = cast("set[bytes]", await redis.smembers(self._people_key(conversation)))
        return frozenset(map(decode_text, ids))

    async def conversations(self, redis: Redis, platform: str, author: str) -> tuple[str, ...]:
        """The conversations in which the person may have turns, as keys are written."""
        names = cast("list[bytes]", await redis.zrange(self._conversations_key(platform, author), 0, -1))
        return tuple(map(decode_text, names))

    def note(self, pipe: Pipeline, place: ConversationKey, people: Iterable[str], *, at: float) -> None:
        """Keep the conversation with each of its `people`, for as long as its newest turn, which is of `at`."""
        key = self._people_key(str(place))
        for person in people:
            theirs = self._conversations_key(place.platform, person)
            pipe.sadd(key, encode_text(person))
            pipe.zadd(theirs, {encode_text(str(place)): at})
            pipe.zremrangebyscore(theirs, "-inf", at - 2 * self._max_age.total_seconds())
            pipe.pexpire(theirs, self._max_age)
        pipe.pexpire(key, self._max_age)

    def drop(self, pipe: Pipeline, platform: str, conversation: str, people: Iterable[str]) -> None:
        """The `people` have no turns in the conversation any more."""
        for person in people:
            pipe.srem(self._people_key(conversation), encode_text(person))
            pipe.zrem(self._conversations_key(platform, person), encode_text(conversation))

    def _people_key(self, conversation: str) -> bytes:
        return encode_text(f"{self._stem}:{{{conversation}}}:people")

    def _conversations_key(self, platform: str, author: str) -> bytes:
        return _of_person(self._stem, platform, author, "conversations")


def pinned_key(stem: str, platform: str, author: str) -> bytes:
    """The key of the set of workspaces in which the person chose a model or a persona."""
    return _of_person(stem, platform, author, "pins")


def _of_person(stem: str, platform: str, author: str, what: str) -> bytes:
    return encode_text(f"{stem}:{{{ConversationKey(platform, '', author)}}}:{what}")
