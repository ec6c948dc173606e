"""Owns the worker: it claims questions from the inbox, lets them be answered, and sees that each ends in one reply.

A worker may end at any moment. What it was answering is claimed by another one when its lease is over, which goes on
with the reply that is visible already; a worker that is told to end hands back what it can't finish in time.
"""

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.assistant import ReplyStream
from bot.errors import AssistantError, GaveUp, Withdrawn
from bot.inbox import Claim, Inbox
from bot.logs import in_turn, turn_id
from bot.messages import ConversationKey, FinishReason, Incoming, Reply, ReplyEvent
from bot.ports import Fetch
from bot.service.holding import ClaimLost, Hold, holding, unless_away
from bot.service.platforms import Outbound, Told

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Answers(Protocol):
    """What a worker asks of the assistant."""

    def answer(self, incoming: Incoming, *, fetch: Fetch | None = None) -> ReplyStream:
        """The events of one answer; `fetch` brings the files that came with the question."""
        ...

    def regenerate(self, incoming: Incoming) -> ReplyStream:
        """The same for the conversation's newest question, once more."""
        ...

    async def stop(self, conversation: ConversationKey) -> bool:
        """End the answer that is being given there; what was said is kept. False when there is none."""
        ...

    async def flush(self, conversation: ConversationKey) -> None:
        """Store the answers there that could not be stored yet; raises when they still can't."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How a worker goes about it; seconds.

    `slots` questions are answered at once. A claim is renewed every `renew_seconds`, well within its lease. After
    `attempts` that ended in the middle a question is given up, and its author told: it may be what ends the workers.
    """

    slots: int = 4
    renew_seconds: float = 3.0
    drain_seconds: float = 30.0
    retry_seconds: float = 1.0
    attempts: int = 5


MOST_CLAIMS = 8
"""How many claims are asked for at once."""
LONGEST_REST = 5
"""How often the time is doubled that a question rests which could not be shown: it costs the engine each time."""
STOP_S = 0.01
"""How long to wait before an answer that is about to begin is told once more to stop."""
STOPS = 1_000
"""How many of the newest stops are kept in mind: one may come before the claim that it is about."""


class Worker:
    """Answers questions of the platforms in `outbound`, by their names."""

    def __init__(
        self, inbox: Inbox, answers: Answers, outbound: Mapping[str, Outbound], *, pace: Pace | None = None
    ) -> None:
        self._inbox = inbox
        self._answers = answers
        self._outbound = outbound
        self._pace = pace or Pace()
        self._draining = asyncio.Event()
        self._name = uuid.uuid4().hex
        self._room = asyncio.Semaphore(self._pace.slots)
        self._is_idle = False
        self._answering: dict[str, ConversationKey] = {}
        self._stopped: deque[str] = deque(maxlen=STOPS)

    def drain(self) -> None:
        """Claim nothing more; `run` returns when what is being answered is finished, or handed back."""
        self._draining.set()

    async def run(self) -> None:
        """Answer until drained. Being cancelled hands everything back at once."""
        async with asyncio.TaskGroup() as group:
            answers = set[asyncio.Task[None]]()
            claiming = group.create_task(self._claim(group, answers))
            stopper = group.create_task(self._stop_what_shall_stop(group))
            await self._draining.wait()
            if self._is_idle:
                claiming.cancel()
            await asyncio.wait({claiming})
            if answers:
                await asyncio.wait(answers, timeout=self._pace.drain_seconds)
            for task in (*answers, stopper):
                task.cancel()

    async def _stop_what_shall_stop(self, group: asyncio.TaskGroup) -> None:
        while True:
            holder = await self._unless_away(self._inbox.to_stop(self._name))
            if holder is not None:
                self._stopped.append(holder)
                group.create_task(self._stop(holder))

    async def _stop(self, holder: str) -> None:
        """Stop the answer of this claim. It may be about to begin: until then the assistant knows nothing of it."""
        while conversation := self._answering.get(holder):
            if await self._answers.stop(conversation):
                return
            await asyncio.sleep(STOP_S)

    async def _claim(self, group: asyncio.TaskGroup, answers: set["asyncio.Task[None]"]) -> None:
        """One claims for all: each of many slots that waited would hold a connection to the inbox's store.

        Where there was as much as was asked for, more is asked for at once: in a burst the last would wait for long.
        """
        wanted = 1
        while not self._draining.is_set():
            rooms = await self._idly(self._rooms(wanted))
            asked = (self._unless_away(self._inbox.claim(self._name)) for _ in range(rooms))
            claims = [claim for claim in await asyncio.gather(*asked) if claim]
            for claim in claims:
                answer = group.create_task(self._take_up(claim))
                answers.add(answer)
                answer.add_done_callback(answers.discard)
            for _ in range(rooms - len(claims)):
                self._room.release()
            wanted = min(2 * wanted, MOST_CLAIMS) if len(claims) == rooms else 1
            if not claims:
                await self._idly(self._unless_away(self._inbox.wait()))

    async def _rooms(self, wanted: int) -> int:
        """Take room for one more answer as soon as there is any, and for up to `wanted` where there is more."""
        await self._room.acquire()
        taken = 1
        while taken < wanted and not self._room.locked():
            await self._room.acquire()
            taken += 1
        return taken

    async def _idly(self, call: Awaitable[T]) -> T:
        """Wait where ending needs no care: nothing is claimed meanwhile."""
        self._is_idle = True
        try:
            return await call
        finally:
            self._is_idle = False

    async def _take_up(self, claim: Claim) -> None:
        try:
            with in_turn(claim.incoming):
                await self._take_care_of(claim)
        finally:
            self._room.release()

    async def _unless_away(self, call: Awaitable[T]) -> T | None:
        """What the inbox says; None after a pause when it can't be reached."""
        try:
            return await call
        except AssistantError as error:
            logger.warning("the inbox can't be asked: %s", error)
            await asyncio.sleep(self._pace.retry_seconds)
            return None

    async def _take_care_of(self, claim: Claim) -> None:
        """See the claim to its end: finished, handed back, or left to whoever holds it now."""
        try:
            async with holding(self._inbox, claim, renew_seconds=self._pace.renew_seconds) as hold:
                await self._deliver(claim, hold)
        except ClaimLost:
            logger.warning("the lease ran out, somebody else goes on")
        except asyncio.CancelledError:
            await asyncio.shield(unless_away(self._inbox.hand_back(claim)))
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, it is logged there, and the question is kept
            await self._try_later(claim, error)
        else:
            await self._settle(claim)

    async def _deliver(self, claim: Claim, hold: Hold) -> None:
        outbound = self._outbound[claim.incoming.conversation.platform]
        async with aclosing(self._told(claim, outbound)) as told:
            await outbound.deliver(claim.incoming, told, posted=claim.posted, remember=hold.remember)

    async def _told(self, claim: Claim, outbound: Outbound) -> AsyncGenerator[Told, None]:
        """The answer's events; an error that ends them comes last, for it is what people must be told."""
        if claim.withdrawn or claim.holder in self._stopped:
            yield Withdrawn()
            return
        if claim.attempt > self._pace.attempts:
            logger.error("given up after %d attempts", claim.attempt - 1)
            yield GaveUp(attempts=claim.attempt - 1, turn=turn_id(claim.incoming))
            return
        self._answering[claim.holder] = claim.incoming.conversation
        try:
            async with aclosing(self._events(claim.incoming, outbound)) as events:
                async for event in events:
                    yield Withdrawn() if _says_nothing(event) else event
        except AssistantError as error:
            yield error
        finally:
            self._answering.pop(claim.holder, None)

    def _events(self, incoming: Incoming, outbound: Outbound) -> ReplyStream:
        if incoming.again:
            return self._answers.regenerate(incoming)
        return self._answers.answer(incoming, fetch=outbound.fetch)

    async def _settle(self, claim: Claim) -> None:
        """Finish what is answered. The store may be away; another attempt would answer again, in the same reply."""
        finished = await unless_away(self._finish(claim))
        while finished is None:
            await asyncio.sleep(self._pace.retry_seconds)
            finished = await unless_away(self._finish(claim))

    async def _finish(self, claim: Claim) -> bool:
        """Once nobody holds a question any more, nothing of it may be stored: it may be forgotten by then."""
        await self._answers.flush(claim.incoming.conversation)
        return await self._inbox.finish(claim)

    async def _try_later(self, claim: Claim, error: Exception) -> None:
        """The platform can't be reached, or something of ours is wrong: after a while anybody may try.

        Only the latter counts as an attempt: a platform that is away is no fault of the question.
        """
        logger.error(
            "not shown, attempt %d: %s",
            claim.attempt,
            error if isinstance(error, AssistantError) else type(error).__name__,
            exc_info=None if isinstance(error, AssistantError) else error,
        )
        is_away = isinstance(error, AssistantError)
        rest = self._pace.retry_seconds * 2 ** min(claim.rested, LONGEST_REST)
        await asyncio.shield(unless_away(self._inbox.hand_back(claim, tried=not is_away, rest=rest)))


def _says_nothing(event: ReplyEvent) -> bool:
    """Whether an answer was stopped before its first word: something must be said where a place was told before."""
    return isinstance(event, Reply) and event.finish_reason is FinishReason.STOPPED and not event.text
