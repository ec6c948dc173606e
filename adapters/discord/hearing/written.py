"""Owns reading what was written in a channel or a thread, over REST: people's messages, and Sova's answers to them."""

from collections.abc import Sequence
from datetime import UTC, datetime

import discord

from adapters.discord.callers import attachment_of
from adapters.discord.faults import HIDDEN, INTENTS, NAME, translated
from adapters.discord.hearing.asking import is_spoken
from adapters.discord.hearing.translate import spoken_text
from bot.errors import CannotReadHere, PlatformIntentsRefused
from bot.messages import ConversationKey
from bot.summaries.material import Heard, Reach, Said

_LINK = "https://discord.com/channels/{guild}/{channel}/{message}"
_DIRECT = "@me"


async def written(client: discord.Client, place: ConversationKey, reach: Reach, *, me: int) -> Heard:
    """What was written there, oldest first. `me` is the bot's id.

    Raises `CannotReadHere` where Sova may not read it, `PlatformIntentsRefused` where Discord brings messages without
    their texts, and `PlatformUnreachable`.
    """
    channel = int(place.thread if reach.is_thread else place.channel)
    found = await _read(client, channel, reach)
    kept = [message for message in found if is_spoken(message) or _is_answer(message, me)]
    _demand_texts([message for message in kept if message.author.id != me])
    guild = _DIRECT if place.direct else place.workspace
    return Heard(
        said=tuple(_said(message, me, guild=guild) for message in kept),
        has_older=len(found) == reach.most,
        files=tuple(attachment_of(file) for message in kept for file in message.attachments),
    )


async def _read(client: discord.Client, channel: int, reach: Reach) -> list[discord.Message]:
    """The newest messages, oldest first. A thread that a message has opened begins with that message."""
    after = datetime.fromtimestamp(reach.since, UTC) if reach.since else None
    try:
        with translated():
            history = client.get_partial_messageable(channel).history(limit=reach.most, after=after, oldest_first=False)
            newest = [message async for message in history]
    except discord.HTTPException as error:
        if isinstance(error, discord.Forbidden | discord.NotFound) or error.code in HIDDEN:
            raise CannotReadHere from error
        raise
    return [_opening(message) for message in newest[::-1]]


def _opening(message: discord.Message) -> discord.Message:
    """In a thread the message that opened it stands in its channel, and only a mark in the thread."""
    reference = message.reference
    if message.type is discord.MessageType.thread_starter_message and reference:
        return reference.resolved if isinstance(reference.resolved, discord.Message) else message
    return message


def _is_answer(message: discord.Message, me: int) -> bool:
    """What Sova said of herself in answer to a message; what stands below a command is a card."""
    by_command = message.interaction_metadata is not None or message.type is discord.MessageType.chat_input_command
    return message.author.id == me and not by_command and bool(message.content)


def _demand_texts(messages: Sequence[discord.Message]) -> None:
    """Without the right to read what people write Discord brings every message empty."""
    if messages and not any(_has_content(message) for message in messages):
        raise PlatformIntentsRefused(NAME, INTENTS)


def _has_content(message: discord.Message) -> bool:
    return bool(message.content or message.attachments or message.embeds or message.stickers or message.poll)


def _said(message: discord.Message, me: int, *, guild: str) -> Said:
    return Said(
        author=message.author.display_name,
        text=spoken_text(message, me),
        at=message.created_at.timestamp(),
        link=_LINK.format(guild=guild, channel=message.channel.id, message=message.id),
    )
