"""Owns watching searches in the documents: how long they take and what they find."""

import time
from collections.abc import Callable, Sequence

from bot.assistant import Consults
from bot.errors import AssistantError
from bot.logs import current_turn
from bot.messages import Author, ConversationKey, Notice, Remark, Turn
from bot.monitoring.metrics import TurnMetrics
from bot.monitoring.pulse import Pulse
from bot.monitoring.tracing import Tracer
from bot.retrieval.knowledge import Grounds


class ObservedKnowledge:
    """`Consults` whose searches are measured."""

    def __init__(
        self,
        knowledge: Consults,
        *,
        metrics: TurnMetrics,
        pulse: Pulse,
        tracer: Tracer,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._knowledge = knowledge
        self._metrics = metrics
        self._pulse = pulse
        self._tracer = tracer
        self._clock = clock

    async def consult(
        self,
        question: str,
        *,
        turns: Sequence[Turn],
        conversation: ConversationKey,
        author: Author,
        remarks: Sequence[Remark] = (),
        within: frozenset[str] | None = None,
    ) -> Grounds | None:
        """Search, and measure it."""
        began, span, outcome, error = self._clock(), self._tracer.begin("retrieval"), "stopped", None
        self._pulse.moved(current_turn())
        try:
            grounds = await self._knowledge.consult(
                question, turns=turns, conversation=conversation, author=author, remarks=remarks, within=within
            )
            outcome = _outcome(grounds)
            span.note("sova.passages", len(grounds.passages) if grounds else 0)
        except AssistantError as failure:
            outcome = error = failure.code
            raise
        else:
            return grounds
        finally:
            self._metrics.retrieval.labels(outcome).observe(self._clock() - began)
            span.note("sova.outcome", outcome)
            span.end(error=error)

    async def caveats(self, question: str) -> tuple[Notice, ...]:
        """As the documents say."""
        return await self._knowledge.caveats(question)


def _outcome(grounds: Grounds | None) -> str:
    if grounds is None:
        return "not-searched"
    return "found" if grounds.is_relevant else "nothing-found"
