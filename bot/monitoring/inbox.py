"""Owns watching an inbox: what comes in, what is turned away, what is taken up, and whether the worker lives."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection

from bot.errors import AssistantError, TooBusy
from bot.inbox import Claim, Inbox, Standing, Stopped
from bot.logs import turn_id
from bot.messages import ConversationKey, Incoming
from bot.monitoring.metrics import QueueMetrics
from bot.monitoring.pulse import Pulse

REMEMBERED = 1_000
"""So many questions that were handed back here are not measured as new ones: not each counts as an attempt."""


class ObservedInbox:
    """An `Inbox` that is counted. `now` gives seconds since the epoch."""

    def __init__(
        self, inbox: Inbox, *, metrics: QueueMetrics, pulse: Pulse, now: Callable[[], float] = time.time
    ) -> None:
        self._inbox = inbox
        self._metrics = metrics
        self._pulse = pulse
        self._now = now
        self._handed_back: deque[str] = deque(maxlen=REMEMBERED)
        metrics.answering.set_function(lambda: pulse.answering)

    async def accept(self, incoming: Incoming) -> int | None:
        """Count what was taken in, and what was turned away by the reason."""
        platform = incoming.conversation.platform
        try:
            ahead = await self._inbox.accept(incoming)
        except AssistantError as error:
            self._metrics.refused.labels(platform, _reason(error)).inc()
            raise
        except asyncio.CancelledError:  # whoever brought it has waited for long enough
            self._metrics.refused.labels(platform, "timeout").inc()
            raise
        self._metrics.accepted.labels(platform).inc()
        return ahead

    async def ahead(self, incoming: Incoming) -> int | None:
        """As the inbox says."""
        return await self._inbox.ahead(incoming)

    async def begin_telling(self, incoming: Incoming, teller: str) -> Standing | None:
        """As the inbox says."""
        return await self._inbox.begin_telling(incoming, teller)

    async def told(self, incoming: Incoming, teller: str, message: str) -> bool:
        """As the inbox does."""
        return await self._inbox.told(incoming, teller, message)

    async def end_telling(self, incoming: Incoming, teller: str) -> None:
        """As the inbox does."""
        await self._inbox.end_telling(incoming, teller)

    async def claim(self, worker: str) -> Claim | None:
        """Measure how long the question has waited."""
        self._pulse.beat()
        claim = await self._inbox.claim(worker)
        if claim is None:
            return None
        turn = turn_id(claim.incoming)
        self._pulse.took(claim.holder, turn=turn)
        if claim.withdrawn:
            return claim
        if claim.attempt == 1 and turn not in self._handed_back:
            self._metrics.wait.observe(max(0.0, self._now() - claim.incoming.received_at))
        else:
            self._metrics.redelivered.inc()
        return claim

    async def wait(self) -> None:
        """Whoever waits is alive."""
        self._pulse.beat()
        await self._inbox.wait()

    async def renew(self, claim: Claim) -> bool:
        """A claim that is lost is nobody's answer here any more."""
        self._pulse.beat()
        held = await self._inbox.renew(claim)
        if not held:
            self._pulse.left(claim.holder)
        return held

    async def posted(self, claim: Claim, message: str) -> bool:
        """As the inbox does."""
        return await self._inbox.posted(claim, message)

    async def finish(self, claim: Claim) -> bool:
        """The answer is over, unless the inbox is away and it must be said again."""
        return self._let_go(claim, await self._inbox.finish(claim))

    async def hand_back(self, claim: Claim, *, tried: bool = False, rest: float = 0.0) -> bool:
        """Whoever hands back answers it no more."""
        try:
            return await self._inbox.hand_back(claim, tried=tried, rest=rest)
        finally:
            self._pulse.left(claim.holder)
            self._handed_back.append(turn_id(claim.incoming))

    async def stop(self, conversation: ConversationKey, *, author: str | None = None) -> Stopped:
        """As the inbox does."""
        return await self._inbox.stop(conversation, author=author)

    async def first_time(self, conversation: ConversationKey, id_: str) -> bool:
        """As the inbox says."""
        return await self._inbox.first_time(conversation, id_)

    async def withdraw(self, conversation: ConversationKey, id_: str) -> Stopped:
        """As the inbox does."""
        return await self._inbox.withdraw(conversation, id_)

    async def stop_person(self, platform: str, author: str) -> Stopped:
        """As the inbox does."""
        return await self._inbox.stop_person(platform, author)

    async def is_held(self, claims: Collection[str]) -> bool:
        """As the inbox says."""
        return await self._inbox.is_held(claims)

    async def to_stop(self, worker: str) -> str | None:
        """As the inbox says."""
        return await self._inbox.to_stop(worker)

    async def waiting(self) -> int:
        """As the inbox says."""
        return await self._inbox.waiting()

    def _let_go(self, claim: Claim, held: bool) -> bool:
        self._pulse.left(claim.holder)
        return held


def _reason(error: AssistantError) -> str:
    """Few and bounded: the error's code, and of `too-busy` whose questions are too many."""
    return f"{error.code}-{error.whose}" if isinstance(error, TooBusy) else error.code
