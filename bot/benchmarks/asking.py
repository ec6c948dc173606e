"""Owns asking a model one question and timing its answer, by our clock and by the engine's."""

import time
from collections.abc import Callable
from contextlib import aclosing

from bot.benchmarks.plan import Step
from bot.benchmarks.records import Failure, Phase, Sample
from bot.errors import AssistantError
from bot.ports import ChatModel, CompletionDelta, CompletionEnd

Clock = Callable[[], float]
"""Seconds of a steady clock."""
FIRST_ROUND = 1


async def ask(engine: ChatModel, model: str, step: Step, *, seed: int, clock: Clock = time.perf_counter) -> Sample:
    """The answer to one question, measured; one that failed is a sample, too, with its failure."""
    heard = _Heard(step, clock)
    try:
        async with aclosing(engine.complete(step.request(model, seed=seed))) as items:
            async for item in items:
                heard.take(item)
    except AssistantError as error:
        return heard.sample(Failure.of(error))
    return heard.sample()


class _Heard:
    """What has been heard of an answer so far, and when."""

    def __init__(self, step: Step, clock: Clock) -> None:
        self._step = step
        self._clock = clock
        self._began = clock()
        self._first: float | None = None
        self._last = self._began
        self._pieces: list[str] = []
        self._end: CompletionEnd | None = None

    def take(self, item: CompletionDelta | CompletionEnd) -> None:
        self._last = self._clock()
        if isinstance(item, CompletionEnd):
            self._end = item
        elif item.text or item.thinking:
            self._pieces.append(item.text)
            self._first = self._last if self._first is None else self._first

    def sample(self, failure: Failure | None = None) -> Sample:
        step, end = self._step, self._end
        kept = step.phase is Phase.COLD and step.round == FIRST_ROUND and failure is None
        return Sample(
            prompt=step.prompt.id,
            round=step.round,
            phase=step.phase,
            total_ms=self._since_beginning(self._clock() if failure else self._last),
            ttft_ms=None if self._first is None else self._since_beginning(self._first),
            pieces=len(self._pieces),
            prompt_tokens=end.usage.prompt_tokens if end else None,
            evaluated_tokens=end.evaluated_tokens if end else None,
            completion_tokens=end.usage.completion_tokens if end else None,
            load_ms=end.load_ms if end else None,
            prompt_ms=end.prompt_ms if end else None,
            generation_ms=end.generation_ms if end else None,
            text="".join(self._pieces) if kept else "",
            failure=failure,
        )

    def _since_beginning(self, moment: float) -> float:
        return (moment - self._began) * 1000
