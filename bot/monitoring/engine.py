"""Owns watching an engine: how long its completions take, how many tokens they are, and how they end."""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from bot.errors import AssistantError, UnknownModel
from bot.logs import current_turn
from bot.messages import Stage
from bot.monitoring.metrics import EngineMetrics
from bot.monitoring.pulse import Pulse
from bot.monitoring.tracing import Tracer
from bot.ports import (
    ChatModel,
    CompletionDelta,
    CompletionEnd,
    CompletionRequest,
    LoadedModel,
    ModelInfo,
    TellsStage,
)

ANSWER = "answer"
JUDGE = "judge"
STOPPED = "stopped"
UNKNOWN = "unknown"
"""In place of a model's name that no engine knows: whoever asks could make up any number of them."""


@dataclass(slots=True)
class _Seen:
    """One completion so far, its times on the monotonic clock in seconds; `error` is the code of what ended it."""

    began: float
    first: float | None = None
    end: CompletionEnd | None = None
    error: str | None = None

    @property
    def outcome(self) -> str:
        """How it ended; a stream that nobody reads to its end was stopped."""
        if self.error:
            return self.error
        return self.end.finish_reason.value if self.end else STOPPED


def observed(engine: ChatModel, *, metrics: EngineMetrics, pulse: Pulse, tracer: Tracer) -> ChatModel:
    """The same engine, measured; one that tells what is waited for still does."""
    if isinstance(engine, TellsStage):
        return ObservedStages(engine, stages=engine, metrics=metrics, pulse=pulse, tracer=tracer)
    return ObservedEngine(engine, metrics=metrics, pulse=pulse, tracer=tracer)


class ObservedEngine:
    """A `ChatModel` whose completions are measured."""

    def __init__(
        self,
        engine: ChatModel,
        *,
        metrics: EngineMetrics,
        pulse: Pulse,
        tracer: Tracer,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._engine = engine
        self._metrics = metrics
        self._pulse = pulse
        self._tracer = tracer
        self._clock = clock

    @property
    def engine(self) -> str:
        """Its name."""
        return self._engine.engine

    @property
    def url(self) -> str:
        """Where it is asked."""
        return self._engine.url

    async def version(self) -> str | None:
        """As the engine says."""
        return await self._engine.version()

    async def models(self) -> Sequence[ModelInfo]:
        """As the engine says."""
        return await self._engine.models()

    async def model(self, name: str) -> ModelInfo:
        """As the engine says."""
        return await self._engine.model(name)

    async def loaded(self) -> Sequence[LoadedModel]:
        """As the engine says."""
        return await self._engine.loaded()

    async def context_tokens(self, name: str) -> int:
        """As the engine says."""
        return await self._engine.context_tokens(name)

    async def warm(self, name: str) -> None:
        """As the engine does."""
        await self._engine.warm(name)

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        """The same stream, measured."""
        stage = JUDGE if request.alternatives else ANSWER
        seen, span, turn = _Seen(self._clock()), self._tracer.begin(stage), current_turn()
        model = request.model
        self._pulse.moved(turn)
        try:
            async with aclosing(self._engine.complete(request)) as items:
                async for item in items:
                    self._note(item, seen)
                    self._pulse.moved(turn)
                    yield item
        except AssistantError as error:
            seen.error = error.code
            model = UNKNOWN if isinstance(error, UnknownModel) else model
            raise
        finally:
            self._count(model, stage, seen)
            span.note("sova.engine", self.engine)
            span.note("sova.model", model)
            span.note("sova.outcome", seen.outcome)
            span.end(error=seen.error)

    def _note(self, item: CompletionDelta | CompletionEnd, seen: _Seen) -> None:
        if isinstance(item, CompletionEnd):
            seen.end = item
        elif seen.first is None:
            seen.first = self._clock()

    def _count(self, model: str, stage: str, seen: _Seen) -> None:
        metrics, labels = self._metrics, (self.engine, model, stage)
        metrics.completions.labels(*labels, seen.outcome).inc()
        metrics.seconds.labels(*labels).observe(self._clock() - seen.began)
        if seen.first is not None:
            metrics.ttft.labels(*labels).observe(seen.first - seen.began)
        if seen.end is not None:
            self._count_end(seen, seen.end, model=model)

    def _count_end(self, seen: _Seen, end: CompletionEnd, *, model: str) -> None:
        metrics, usage = self._metrics, end.usage
        kinds = {"prompt": usage.prompt_tokens, "cached": usage.cached_tokens, "completion": usage.completion_tokens}
        for kind, tokens in kinds.items():
            if tokens is not None:
                metrics.tokens.labels(self.engine, model, kind).inc(tokens)
        if end.load_ms is not None:
            metrics.load.labels(self.engine, model).observe(end.load_ms / 1000)
        rate = _rate(end, seconds=None if seen.first is None else self._clock() - seen.first)
        if rate is not None:
            metrics.rate.labels(self.engine, model).observe(rate)


class ObservedStages(ObservedEngine):
    """The same of an engine that tells what a completion is waiting for."""

    def __init__(
        self, engine: ChatModel, *, stages: TellsStage, metrics: EngineMetrics, pulse: Pulse, tracer: Tracer
    ) -> None:
        super().__init__(engine, metrics=metrics, pulse=pulse, tracer=tracer)
        self._stages = stages

    async def stage(self, request: CompletionRequest) -> Stage:
        """As the engine says."""
        return await self._stages.stage(request)


def _rate(end: CompletionEnd, *, seconds: float | None) -> float | None:
    """Tokens a second of generation: by the engine's own clock, else (tokens − 1) over the time between them."""
    tokens = end.usage.completion_tokens
    if not tokens or tokens == 1:
        return None
    if end.generation_ms:
        return tokens / end.generation_ms * 1000
    return (tokens - 1) / seconds if seconds else None
