"""Owns how questions come in from a platform: quick messages are one, changes in time count, deleting withdraws.

An adapter only says what its messages mean (`Reading`), and passes on what it hears.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import dropwhile
from typing import Generic, Protocol
from weakref import WeakValueDictionary

from bot.chat.hearing.merging import Heard, M, Patience
from bot.chat.hearing.noting import MarksOf, Noting
from bot.errors import AssistantError
from bot.messages import ConversationKey, Incoming, Language, Remark
from bot.service.platforms import Receive

logger = logging.getLogger(__name__)

REMEMBERED = 1_000
"""Of how many messages it is known what was asked with them, and of how many that they were deleted."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a question is answered, and in which language Sova's own sentences are."""

    conversation: ConversationKey
    language: Language


class Reading(Protocol[M]):
    """What a platform's messages mean, and what people see there while they are read.

    `wait_for_more` and `begin` run beside everything else; an `AssistantError` of theirs is only logged.
    """

    async def spot(self, first: Heard[M]) -> Spot | None:
        """Where the question is answered that begins with this message; None where Sova doesn't answer."""
        ...

    async def context(self, first: Heard[M], spot: Spot) -> tuple[Remark, ...]:
        """What was said there before, where Sova was called into a discussion."""
        ...

    def incoming(self, messages: Sequence[Heard[M]], spot: Spot, *, changed: Heard[M] | None = None) -> Incoming:
        """The question, without its context; its id is that of the first message.

        Where the message `changed` since it was handed over, its id is another one, the same at every delivery.
        """
        ...

    async def wait_for_more(self, first: Heard[M]) -> None:
        """Show that somebody reads what isn't finished yet, and leave nothing behind: it may be taken back."""
        ...

    async def begin(self, incoming: Incoming) -> None:
        """Show that somebody is at it: the question is being handed over."""
        ...


@dataclass(slots=True, eq=False)
class _Question(Generic[M]):
    """One question, from its first message on; `is_whole` when nobody is waited for any more.

    `incoming` is what was kept or refused of it, at `at` seconds of the loop's clock. `busy` is held by whoever hands
    it over or takes it back, and `settled` gives whether it was kept, or refused in words.
    """

    messages: list[Heard[M]]
    is_whole: bool = False
    spot: Spot | None = None
    incoming: Incoming | None = None
    at: float = 0.0
    news: asyncio.Event = field(default_factory=asyncio.Event)
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    settled: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def put(self, message: Heard[M]) -> None:
        """Take the message as it reads now."""
        self.messages = [message if one.id == message.id else one for one in self.messages]

    def drop(self, id_: str) -> None:
        """Leave the message out, and what is no question without it; all of it where it is whole already."""
        left = [one for one in self.messages if one.id != id_ and not self.is_whole]
        self.messages = list(dropwhile(lambda one: not one.asks, left))


class Intake(Generic[M]):
    """Takes in what a connected platform hears, and hands questions to `receive`. `now` is seconds since the epoch.

    `withdraw` takes one question back that was handed over. Each call may come in a task of its own; those that are
    under way end with `close`.
    """

    def __init__(
        self,
        reading: Reading[M],
        *,
        receive: Receive,
        withdraw: Callable[[Incoming], Awaitable[object]],
        marks: MarksOf,
        patience: Patience | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._reading = reading
        self._receive = receive
        self._withdraw = withdraw
        self._noting = Noting(marks)
        self._patience = patience or Patience()
        self._now = now
        self._held: dict[tuple[str, str], _Question[M]] = {}
        self._known: OrderedDict[str, _Question[M]] = OrderedDict()
        self._deleted: OrderedDict[str, None] = OrderedDict()
        self._orders: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[object]] = set()

    async def close(self) -> None:
        """Take nothing more in. What is held is heard again at the next connection, for nobody has noted it."""
        tasks = self._tasks - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def message(self, heard: Heard[M]) -> bool:
        """Somebody wrote something; returns when the question is handed over that it belongs to, if any.

        False when it could neither be kept nor refused: then the platform may bring it again. The same message again
        changes nothing.
        """
        with self.owned():
            if heard.id in self._deleted:
                return True
            if known := self._known.get(heard.id):
                return await asyncio.shield(known.settled)
            held = self._held.get(heard.key)
            if held and self._patience.joins(heard, held.messages):
                return await self._joined(held, heard)
            if not heard.asks:
                self._noting.heard(heard)
                return True
            return await self._ask(_Question([heard]))

    async def missed(self, messages: Sequence[Heard[M]]) -> bool:
        """What was written in one place while nobody listened, oldest first; none of it changes any more.

        False when one of the questions could neither be kept nor refused; what comes after it wasn't asked then.
        """
        with self.owned():
            fresh = [heard for heard in messages if heard.id not in self._known and heard.id not in self._deleted]
            for question in self._patience.questions(fresh):
                if not await self._ask(_Question(question, is_whole=True)):
                    return False
            for heard in messages[-1:]:
                self._noting.heard(heard)
            return True

    async def changed(self, heard: Heard[M]) -> None:
        """Somebody changed a message: that counts within seconds, and also makes a question of what was none."""
        question = self._known.get(heard.id)
        if question is None:
            if self._now() - heard.at <= self._patience.edit_seconds:
                await self.message(heard)
            return
        if question.incoming is None and not question.busy.locked():
            question.put(heard)
            return
        with self.owned():
            async with question.busy:
                await self._ask_differently(question, heard)

    async def deleted(self, id_: str) -> bool:
        """Somebody deleted a message: the question that it was part of is withdrawn, and asked by nobody any more.

        False when no such question is known here.
        """
        self._deleted[id_] = None
        _bound(self._deleted)
        question = self._known.pop(id_, None)
        if question is None:
            return False
        unasked = self._begun_by(question, id_)
        question.drop(id_)
        question.news.set()
        with self.owned():
            async with question.busy:
                incoming = question.incoming or unasked
                if incoming and await self._withdrawn(incoming):
                    question.incoming = None
        return True

    @contextmanager
    def owned(self) -> Iterator[None]:
        """The current task ends with the intake."""
        task = asyncio.current_task()
        if task is None or task in self._tasks:
            yield
            return
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    # --- one question -----------------------------------------------------------------------------------------

    async def _joined(self, held: _Question[M], heard: Heard[M]) -> bool:
        held.messages.append(heard)
        self._remember(held)
        held.news.set()
        return await asyncio.shield(held.settled)

    async def _ask(self, question: _Question[M]) -> bool:
        """Whether it is kept, or refused in words, or there is nothing to ask any more."""
        first = question.messages[0]
        self._remember(question)
        with self._on_its_way(first), self._settling(question):
            try:
                await self._settle(question)
            except AssistantError as error:
                logger.warning("a question could neither be kept nor refused: %s", error)
                self._noting.fails(first)
                return False
            question.settled.set_result(True)
            return True

    @contextmanager
    def _on_its_way(self, first: Heard[M]) -> Iterator[None]:
        """Nothing behind it counts as heard meanwhile, and never where Sova ends before."""
        self._noting.begins(first.place)
        try:
            yield
        except asyncio.CancelledError:
            raise
        except BaseException:
            self._noting.ends(first.place)
            raise
        self._noting.ends(first.place)

    @contextmanager
    def _settling(self, question: _Question[M]) -> Iterator[None]:
        """What isn't settled afterwards is unknown, so that it may come again."""
        try:
            yield
        finally:
            if not question.settled.done():
                question.settled.set_result(False)
                self._forget(question)

    async def _settle(self, question: _Question[M]) -> None:
        with self._holding(question):
            question.spot = await self._reading.spot(question.messages[0])
            if question.spot:
                await self._until_whole(question)
        spot = question.spot
        if spot and question.messages:
            self._beside(self._reading.begin(self._reading.incoming(question.messages, spot)))
            async with self._in_order(question.messages[0].place), question.busy:
                await self._hand_over(question, spot)
        self._note(question.messages)

    @contextmanager
    def _holding(self, question: _Question[M]) -> Iterator[None]:
        """Quick messages join the question."""
        key = question.messages[0].key
        self._held[key] = question
        try:
            yield
        finally:
            question.is_whole = True
            if self._held.get(key) is question:
                del self._held[key]

    async def _until_whole(self, question: _Question[M]) -> None:
        """Wait for the rest of what doesn't look finished, after each message anew."""
        first = question.messages[0]
        is_shown = False
        while question.messages and not question.is_whole and (seconds := self._pause(question)):
            if not is_shown:
                self._beside(self._reading.wait_for_more(first))
                is_shown = True
            if not await _told(question.news, seconds=seconds):
                break
        if question.messages and question.messages[0].id != first.id:
            question.spot = await self._reading.spot(question.messages[0])

    def _pause(self, question: _Question[M]) -> float:
        return self._patience.after(question.messages[-1].text)

    async def _hand_over(self, question: _Question[M], spot: Spot) -> None:
        """It may have been deleted while another one was handed over, or while the discussion was read."""
        if not question.messages:
            return
        incoming = self._reading.incoming(question.messages, spot)
        context = await self._reading.context(question.messages[0], spot)
        if question.messages:
            await self._keep(question, replace(incoming, context=context))

    async def _keep(self, question: _Question[M], incoming: Incoming) -> None:
        await self._receive(incoming)
        question.incoming, question.at = incoming, asyncio.get_running_loop().time()

    async def _ask_differently(self, question: _Question[M], heard: Heard[M]) -> None:
        """Withdraw the question, and ask it as it reads now. It is a change, too, when a platform unfurls a link."""
        old, spot = question.incoming, question.spot
        if old is None or spot is None or not self._counts(question):
            return
        question.put(heard)
        new = replace(self._reading.incoming(question.messages, spot, changed=heard), context=old.context)
        if new.text == old.text or not await self._withdrawn(old):
            return
        try:
            await self._keep(question, new)
        except AssistantError as error:
            logger.warning("a changed question could neither be kept nor refused: %s", error)

    async def _withdrawn(self, incoming: Incoming) -> bool:
        try:
            await self._withdraw(incoming)
        except AssistantError as error:
            logger.warning("a question can't be withdrawn: %s", error)
            return False
        return True

    def _counts(self, question: _Question[M]) -> bool:
        """Whether a change still does."""
        return asyncio.get_running_loop().time() - question.at <= self._patience.edit_seconds

    def _beside(self, showing: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(_shown(showing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- what is known of messages ----------------------------------------------------------------------------

    def _remember(self, question: _Question[M]) -> None:
        for message in question.messages:
            self._known[message.id] = question
        _bound(self._known)

    def _begun_by(self, question: _Question[M], id_: str) -> Incoming | None:
        """What would have been asked, by the id of its first message, if that is the one."""
        if question.spot is None or not question.messages or question.messages[0].id != id_:
            return None
        return self._reading.incoming(question.messages, question.spot)

    def _forget(self, question: _Question[M]) -> None:
        for message in question.messages:
            self._known.pop(message.id, None)

    def _note(self, messages: Sequence[Heard[M]]) -> None:
        for message in messages[-1:]:
            self._noting.heard(message)

    def _in_order(self, place: str) -> asyncio.Lock:
        """Questions of one place are handed over one after the other."""
        return self._orders.setdefault(place, asyncio.Lock())


def _bound(known: OrderedDict[str, _Question[M]] | OrderedDict[str, None]) -> None:
    while len(known) > REMEMBERED:
        known.popitem(last=False)


async def _told(news: asyncio.Event, *, seconds: float) -> bool:
    """Whether there is news within the time."""
    news.clear()
    try:
        async with asyncio.timeout(seconds):
            return await news.wait()
    except TimeoutError:
        return False


async def _shown(showing: Coroutine[object, object, None]) -> None:
    try:
        await showing
    except AssistantError as error:
        logger.info("it can't be shown that somebody is at it: %s", error)
