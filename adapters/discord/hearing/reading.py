"""Owns what Discord's messages are to the shared intake, and what people see there while they are read."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import time

import discord

from adapters.discord.answering.threads import Threads, thread_name
from adapters.discord.connection.client import HearingClient
from adapters.discord.hearing.asking import is_question, is_spoken, is_to_others, replied_message
from adapters.discord.hearing.context import context_of
from adapters.discord.hearing.translate import conversation_of, incoming_of, spoken_language
from bot.chat.hearing.intake import Spot
from bot.chat.hearing.merging import Heard
from bot.chat.hearing.places import Places
from bot.messages import Incoming, Language, Remark
from bot.places import DIRECT_MESSAGES
from bot.ports import AnswerIn

HeardHere = Heard[discord.Message]


def place_name(channel: int, *, is_direct: bool) -> str:
    """What a channel, a thread or a direct message is called in the log of what was seen."""
    return f"{DIRECT_MESSAGES}:{channel}" if is_direct else str(channel)


def heard_of(message: discord.Message, me: int) -> HeardHere:
    """The message as the intake sees it; `me` is the bot's id. Pure."""
    return Heard(
        id=str(message.id),
        place=place_name(message.channel.id, is_direct=message.guild is None),
        mark=message.id,
        author=str(message.author.id),
        text=message.content,
        at=message.created_at.timestamp(),
        asks=is_question(message, me),
        goes_on=is_spoken(message) and not replied_message(message) and not is_to_others(message, me),
        original=message,
    )


@dataclass(frozen=True, slots=True)
class DiscordReading:
    """Reads what a logged-in `client` hears. `type_in` shows typing in a channel; `now` is seconds since the epoch."""

    client: HearingClient
    type_in: Callable[[int], Awaitable[None]]
    threads: Threads
    places: Places
    language: Language
    now: Callable[[], float] = time

    async def spot(self, first: HeardHere) -> Spot | None:
        """Where administrators want the answer."""
        message = first.original
        rules = await self.places.rules(conversation_of(message, answer_in=AnswerIn.REPLY))
        if not rules.is_open:
            return None
        language = rules.language or spoken_language(message, default=self.language)
        return Spot(conversation_of(message, answer_in=rules.answer_in), language)

    async def context(self, first: HeardHere, spot: Spot) -> tuple[Remark, ...]:
        """The discussion that Sova was called into."""
        return await context_of(first.original, conversation=spot.conversation, me=self.client.me, client=self.client)

    def incoming(self, messages: Sequence[HeardHere], spot: Spot, *, changed: HeardHere | None = None) -> Incoming:
        """A changed question's id is the moment of the change."""
        return incoming_of(
            [heard.original for heard in messages],
            me=self.client.me,
            conversation=spot.conversation,
            language=spot.language,
            received_at=self.now(),
            id_=None if changed is None else _moment_of(changed.original),
        )

    async def wait_for_more(self, first: HeardHere) -> None:
        """Typing where it was written: a thread would stay behind if the question were taken back."""
        await self.type_in(first.original.channel.id)

    async def begin(self, incoming: Incoming) -> None:
        """The question's thread, and typing there."""
        place = incoming.conversation
        if place.thread == incoming.id:
            await self.threads.open(int(place.channel), int(incoming.id), name=thread_name(incoming))
        await self.type_in(int(place.thread or place.channel))


def _moment_of(change: discord.Message) -> int:
    return discord.utils.time_snowflake(change.edited_at or discord.utils.utcnow(), high=True)
