"""Owns how questions come in: quick messages are one, changes within seconds count, deleting withdraws.

What looks finished is asked at once; what doesn't is waited for a little, for people press Enter in the middle.
"""

import asyncio
import logging
import re
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol
from weakref import WeakValueDictionary

import discord

from adapters.discord.answering.threads import Threads, thread_name
from adapters.discord.hearing.asking import Cause, cause_of, is_to_others, replied_message
from adapters.discord.hearing.context import context_of
from adapters.discord.hearing.places import Places
from adapters.discord.hearing.translate import Asked, conversation_of, incoming_of, spoken_language
from bot.errors import AssistantError
from bot.messages import ConversationKey, Incoming, Language
from bot.ports import AnswerIn
from bot.service.platforms import Receive

logger = logging.getLogger(__name__)

REMEMBERED = 1_000
"""Of how many messages it is known what was asked with them."""
_FINISHED = re.compile(r"(?:[.?!…。？！][)\"'»”“*_]*|```)\s*\Z")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: how long it is waited for the rest of what doesn't look finished, and until when changes count."""

    merge_seconds: float = 1.5
    edit_seconds: float = 5.0

    def after(self, text: str) -> float:
        """How long to wait for another message after this one."""
        return 0.0 if _FINISHED.search(text) else self.merge_seconds


class Marks(Protocol):
    """Remembers up to which message all were taken in."""

    def note(self, message: discord.Message) -> None:
        """All up to this one were, in its channel."""
        ...


@dataclass(slots=True)
class _Held:
    """A question that may not be whole yet."""

    messages: list[discord.Message]
    cause: Cause
    is_whole: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What was asked with a message, and when; seconds of the loop's clock."""

    incoming: Incoming
    asked: Asked
    at: float


class Intake:
    """Takes in what a connected `client` hears, and hands questions to `receive`. `now` is seconds since the epoch.

    `withdraw` takes a question back that was handed over. `type` shows typing in a channel.
    """

    def __init__(
        self,
        client: discord.Client,
        *,
        receive: Receive,
        withdraw: Callable[[Incoming], Awaitable[None]],
        type_in: Callable[[int], Awaitable[None]],
        threads: Threads,
        places: Places,
        marks: Marks,
        language: Language,
        patience: Patience | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._receive = receive
        self._withdraw = withdraw
        self._type_in = type_in
        self._threads = threads
        self._places = places
        self._marks = marks
        self._language = language
        self._patience = patience or Patience()
        self._now = now
        self._held: dict[tuple[int, int], _Held] = {}
        self._taken: OrderedDict[int, _Taken] = OrderedDict()
        self._orders: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[object]] = set()

    async def close(self) -> None:
        """Take nothing more in. What is held is heard again at the next connection, for nobody has noted it."""
        tasks = self._tasks - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def message(self, message: discord.Message) -> None:
        """Somebody wrote something; returns when a question is handed over."""
        held = self._held.get(_key(message))
        if held and self._belongs(message, held):
            held.messages.append(message)
            held.news.set()
            return
        cause = cause_of(message, self._me)
        if cause is None:
            self._note(message)
        elif message.id not in self._taken:
            async with self.owned():
                await self._ask(_Held([message], cause))

    async def missed(self, messages: Sequence[discord.Message]) -> None:
        """What was written in one channel while nobody listened, oldest first; none of it changes any more."""
        held: _Held | None = None
        for message in messages:
            if held and message.author == held.messages[0].author and self._belongs(message, held):
                held.messages.append(message)
                continue
            if held:
                await self._ask(held)
            cause = None if message.id in self._taken else cause_of(message, self._me)
            held = _Held([message], cause, is_whole=True) if cause else None
        if held:
            await self._ask(held)
        if messages:
            self._note(messages[-1])

    async def changed(self, message: discord.Message) -> None:
        """Somebody changed a message: that counts within seconds, and also makes a question of what was none."""
        for held in self._held.values():
            held.messages = [message if one.id == message.id else one for one in held.messages]
        taken = self._taken.get(message.id)
        age = (discord.utils.utcnow() - message.created_at).total_seconds()
        if taken is None and age <= self._patience.edit_seconds and not self._is_held(message.id):
            await self.message(message)
        elif taken and asyncio.get_running_loop().time() - taken.at <= self._patience.edit_seconds:
            async with self.owned():
                await self._ask_differently(taken, message)

    async def deleted(self, message: int) -> None:
        """Somebody deleted a message: the question is withdrawn, unless the person has asked again there since."""
        for held in self._held.values():
            held.messages = [one for one in held.messages if one.id != message]
        taken = self._taken.pop(message, None)
        if taken and self._is_newest(taken.incoming):
            await self._withdraw(taken.incoming)

    # --- one question -----------------------------------------------------------------------------------------

    async def _ask(self, held: _Held) -> None:
        first = held.messages[0]
        self._held[_key(first)] = held
        try:
            rules = await self._places.rules(conversation_of(first, answer_in=AnswerIn.REPLY))
            if not rules.is_open:
                self._note(first)
                return
            conversation = conversation_of(first, answer_in=rules.answer_in)
            language = rules.language or spoken_language(first, default=self._language)
            self._begin(self._incoming(Asked((first,)), conversation, language))
            await self._until_whole(held)
        finally:
            if self._held.get(_key(first)) is held:
                del self._held[_key(first)]
        if held.messages:
            async with self._in_order(first.channel.id):
                await self._hand_over(held, conversation, language)

    async def _until_whole(self, held: _Held) -> None:
        """Wait for the rest of what doesn't look finished, after each message anew."""
        while held.messages and not held.is_whole:
            held.news.clear()
            seconds = self._patience.after(held.messages[-1].content)
            if not seconds:
                return
            try:
                async with asyncio.timeout(seconds):
                    await held.news.wait()
            except TimeoutError:
                return

    async def _hand_over(self, held: _Held, conversation: ConversationKey, language: Language) -> None:
        first = held.messages[0]
        context = await context_of(first, held.cause, conversation=conversation, me=self._me, client=self._client)
        asked = Asked(tuple(held.messages), context)
        incoming = self._incoming(asked, conversation, language)
        if await self._received(incoming, asked):
            self._note(held.messages[-1])

    async def _received(self, incoming: Incoming, asked: Asked) -> bool:
        """Whether it was taken in, or refused; otherwise it is heard again after the next gap."""
        try:
            await self._receive(incoming)
        except AssistantError as error:
            logger.warning("a question could neither be kept nor refused: %s", error)
            return False
        for message in asked.messages:
            self._taken[message.id] = _Taken(incoming, asked, asyncio.get_running_loop().time())
        while len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)
        return True

    async def _ask_differently(self, taken: _Taken, message: discord.Message) -> None:
        """Withdraw the question, and ask it as it reads now. The new one's id is the moment of the change.

        Discord also calls it a change when it unfurls a link.
        """
        messages = tuple(message if one.id == message.id else one for one in taken.asked.messages)
        asked = replace(taken.asked, messages=messages)
        old, at = taken.incoming, message.edited_at or discord.utils.utcnow()
        new = self._incoming(asked, old.conversation, old.language, id_=discord.utils.time_snowflake(at, high=True))
        if new.text == old.text:
            return
        await self._withdraw(old)
        await self._received(new, asked)

    def _incoming(
        self, asked: Asked, conversation: ConversationKey, language: Language, *, id_: int | None = None
    ) -> Incoming:
        return incoming_of(
            asked, me=self._me, conversation=conversation, language=language, received_at=self._now(), id_=id_
        )

    def _begin(self, incoming: Incoming) -> None:
        """Show at once that somebody is at it, beside keeping the question."""
        task = asyncio.create_task(self._show_typing(incoming))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _show_typing(self, incoming: Incoming) -> None:
        place = incoming.conversation
        try:
            if place.thread == incoming.id:
                await self._threads.open(int(place.channel), int(incoming.id), name=thread_name(incoming))
            await self._type_in(int(place.thread or place.channel))
        except AssistantError as error:
            logger.info("typing can't be shown: %s", error)

    # --- what is known of messages ----------------------------------------------------------------------------

    @property
    def _me(self) -> int:
        user = self._client.user
        if user is None:
            raise RuntimeError("nobody is logged in")
        return user.id

    def _belongs(self, message: discord.Message, held: _Held) -> bool:
        """Whether it goes on with what the same person wrote just before; not if it is said to somebody else."""
        if not held.messages or replied_message(message) or is_to_others(message, self._me):
            return False
        pause = (message.created_at - held.messages[-1].created_at).total_seconds()
        return pause <= self._patience.merge_seconds

    def _is_held(self, message: int) -> bool:
        return any(message == one.id for held in self._held.values() for one in held.messages)

    def _is_newest(self, incoming: Incoming) -> bool:
        """Whether nothing was asked by the same person in the same conversation since."""
        asked = (one.incoming for one in reversed(self._taken.values()))
        key = (incoming.conversation, incoming.author.id)
        newest = next((one for one in asked if (one.conversation, one.author.id) == key), incoming)
        return int(newest.id) <= int(incoming.id)

    def _note(self, message: discord.Message) -> None:
        """Everything up to `message` was heard, unless an earlier question in its channel isn't handed over yet."""
        if not any(channel == message.channel.id for channel, _ in self._held):
            self._marks.note(message)

    @asynccontextmanager
    async def _in_order(self, channel: int) -> AsyncIterator[None]:
        """Questions of one channel are handed over one after the other."""
        lock = self._orders.get(channel)
        if lock is None:
            lock = self._orders[channel] = asyncio.Lock()
        async with lock:
            yield

    @asynccontextmanager
    async def owned(self) -> AsyncIterator[None]:
        """The current task ends with the intake."""
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
        try:
            yield
        finally:
            if task:
                self._tasks.discard(task)


def _key(message: discord.Message) -> tuple[int, int]:
    """Whose and where: what belongs together is written by one person in one place."""
    return message.channel.id, message.author.id
