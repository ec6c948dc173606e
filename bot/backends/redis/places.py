"""Owns what is set for places on a Redis server: a hash for each channel and each workspace, without an end.

sova:v1:{discord/team/general/}:place    the channel's
sova:v1:{discord/team//}:place           the workspace's
"""

import json
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TypeVar

from redis.asyncio import Redis

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import VERSION
from bot.backends.redis.records import decode_text, encode_text
from bot.messages import ConversationKey
from bot.ports import AnswerIn, ChosenHere, PlaceChoices, PlaceLanguage, PlaceLevel, PlaceOption

logger = logging.getLogger(__name__)

Value = TypeVar("Value")
Fields = Mapping[bytes, bytes]


class RedisPlaceSettings:
    """The `PlaceSettings` on a Redis server."""

    def __init__(self, connection: RedisConnection, *, prefix: str) -> None:
        self._connection = connection
        self._stem = f"{prefix}:{VERSION}"

    async def chosen(self, conversation: ConversationKey) -> ChosenHere:
        """What is set for the conversation's channel and workspace, in one round trip."""
        keys = [self._key(level, conversation) for level in (PlaceLevel.CHANNEL, PlaceLevel.WORKSPACE)]

        async def read(redis: Redis) -> list[Fields]:
            async with redis.pipeline(transaction=False) as pipe:
                for key in keys:
                    pipe.hgetall(key)
                return await pipe.execute()

        channel, workspace = await self._connection.run(read)
        return ChosenHere(_choices(channel), _choices(workspace))

    async def choose(self, level: PlaceLevel, conversation: ConversationKey, choices: PlaceChoices) -> None:
        """Set those of `choices` that aren't None."""
        key, fields = self._key(level, conversation), _fields(choices)
        if fields:
            await self._connection.run(lambda redis: redis.hset(key, mapping=fields))  # type: ignore[arg-type]  # typed for values of any kind

    async def reset(
        self, level: PlaceLevel, conversation: ConversationKey, options: Collection[PlaceOption] = tuple(PlaceOption)
    ) -> int:
        """Take back what is set at this level."""
        key, names = self._key(level, conversation), [option.value for option in options]
        if not names:
            return 0
        return int(await self._connection.run(lambda redis: redis.hdel(key, *names)))

    def _key(self, level: PlaceLevel, conversation: ConversationKey) -> bytes:
        of_channel = level is PlaceLevel.CHANNEL
        place = replace(conversation, thread="", channel=conversation.channel if of_channel else "")
        return encode_text(f"{self._stem}:{{{place}}}:place")


def _fields(choices: PlaceChoices) -> Mapping[str, bytes]:
    texts = {
        PlaceOption.ANSWER_IN: choices.answer_in,
        PlaceOption.LANGUAGE: choices.language,
        PlaceOption.KNOWLEDGE: _listed(choices.knowledge),
        PlaceOption.CHANNELS: _listed(choices.channels),
    }
    return {option.value: encode_text(text) for option, text in texts.items() if text is not None}


def _choices(fields: Fields) -> PlaceChoices:
    return PlaceChoices(
        answer_in=_read(fields, PlaceOption.ANSWER_IN, AnswerIn),
        language=_read(fields, PlaceOption.LANGUAGE, PlaceLanguage),
        knowledge=_read(fields, PlaceOption.KNOWLEDGE, _names),
        channels=_read(fields, PlaceOption.CHANNELS, _names),
    )


def _read(fields: Fields, option: PlaceOption, decode: Callable[[str], Value]) -> Value | None:
    """The option's value; None where it isn't set, or is something that a later version has set."""
    data = fields.get(option.value.encode())
    if data is None:
        return None
    try:
        return decode(decode_text(data))
    except ValueError:
        logger.warning("skipping a setting of a place that can't be read: %s", option)
        return None


def _listed(names: frozenset[str] | None) -> str | None:
    return None if names is None else json.dumps(sorted(names), ensure_ascii=False)


def _names(text: str) -> frozenset[str]:
    match json.loads(text):
        case list(names) if all(isinstance(name, str) for name in names):
            return frozenset(names)
    raise ValueError("not a list")
