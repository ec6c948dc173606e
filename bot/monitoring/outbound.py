"""Owns watching answers on their way to people: how long they took, how they ended, and whether they arrived."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from bot.assistant.turn_line import outcome_of
from bot.errors import AssistantError
from bot.logs import turn_id
from bot.messages import Attachment, Incoming, Progress, Reply, ReplyDelta
from bot.monitoring.metrics import Metrics
from bot.monitoring.pulse import Pulse
from bot.monitoring.tracing import Span, Tracer
from bot.service.platforms import Outbound, Remember, Told

HANDED_BACK = "handed-back"
"""The worker ended, or lost its claim, before the answer did; another one goes on."""
UNDELIVERED = "undelivered"
"""The platform couldn't be reached; it is tried again."""


@dataclass(slots=True)
class _Seen:
    """What was seen of one answer so far; `at` is when its first word came, in seconds since the epoch."""

    outcome: str = HANDED_BACK
    at: float | None = None
    reply: Reply | None = None

    @property
    def is_over(self) -> bool:
        return self.outcome not in {HANDED_BACK, UNDELIVERED}


class ObservedOutbound:
    """An `Outbound` whose answers are measured. `now` gives seconds since the epoch."""

    def __init__(
        self,
        outbound: Outbound,
        *,
        metrics: Metrics,
        pulse: Pulse,
        tracer: Tracer,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._outbound = outbound
        self._metrics = metrics
        self._pulse = pulse
        self._tracer = tracer
        self._now = now

    async def deliver(
        self, incoming: Incoming, told: AsyncIterator[Told], *, posted: str | None, remember: Remember
    ) -> None:
        """Show the answer as the platform does, and measure it on the way."""
        seen, span = _Seen(), self._begin(incoming)
        try:
            async with aclosing(self._through(told, incoming, seen, span)) as events:
                await self._outbound.deliver(incoming, events, posted=posted, remember=remember)
        except asyncio.CancelledError:
            seen.outcome = HANDED_BACK
            raise
        except Exception:
            seen.outcome = UNDELIVERED
            self._metrics.service.undelivered.labels(incoming.conversation.platform).inc()
            raise
        finally:
            self._count(incoming, seen)
            _end(span, seen)

    async def announce(self, incoming: Incoming, ahead: int, *, posted: str | None, remember: Remember) -> None:
        """As the platform does."""
        await self._outbound.announce(incoming, ahead, posted=posted, remember=remember)

    async def refuse(self, incoming: Incoming, error: AssistantError) -> None:
        """As the platform does."""
        await self._outbound.refuse(incoming, error)

    async def fetch(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        """As the platform does."""
        return await self._outbound.fetch(attachment, most_bytes=most_bytes)

    def _begin(self, incoming: Incoming) -> Span:
        """The span of the whole turn, and in it that of the queue, which is over already."""
        span = self._tracer.begin("turn", at=incoming.received_at)
        span.note("sova.turn", turn_id(incoming))
        span.note("sova.platform", incoming.conversation.platform)
        with span.current():
            self._tracer.begin("queue", at=incoming.received_at).end()
        return span

    async def _through(
        self, told: AsyncIterator[Told], incoming: Incoming, seen: _Seen, span: Span
    ) -> AsyncGenerator[Told, None]:
        """The same events. What begins for them, such as the turn's own task, is a part of the span."""
        turn = turn_id(incoming)
        while True:
            with span.current():
                event = await anext(told, None)
            if event is None:
                return
            self._pulse.moved(turn)
            self._note(event, seen)
            yield event

    def _note(self, event: Told, seen: _Seen) -> None:
        match event:
            case ReplyDelta(text=text) if text and seen.at is None:
                seen.at = self._now()
            case Reply() as reply:
                seen.outcome = outcome_of(reply)
                seen.reply = reply
            case AssistantError() as error:
                seen.outcome = error.code
            case ReplyDelta() | Progress():
                pass

    def _count(self, incoming: Incoming, seen: _Seen) -> None:
        platform, turns = incoming.conversation.platform, self._metrics.turns
        turns.turns.labels(platform, seen.outcome).inc()
        if seen.at is not None:
            turns.ttft.labels(platform).observe(max(0.0, seen.at - incoming.received_at))
        if seen.is_over:
            turns.seconds.labels(platform).observe(max(0.0, self._now() - incoming.received_at))


def _end(span: Span, seen: _Seen) -> None:
    span.note("sova.outcome", seen.outcome)
    if seen.reply:
        span.note("sova.engine", seen.reply.engine)
        span.note("sova.model", seen.reply.model)
        span.note("sova.citations", len(seen.reply.citations))
    span.end(error=None if seen.reply else seen.outcome)
