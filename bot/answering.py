"""Owns one turn's answer: prompt the engine, pass on what it says, and tell how it went."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from bot.errors import AssistantError, ContextExceeded, EngineInterrupted, EngineSilent
from bot.messages import (
    FinishReason,
    Incoming,
    Notice,
    Progress,
    Reply,
    ReplyDelta,
    ReplyEvent,
    Stage,
    Timings,
    Turn,
    Usage,
)
from bot.ports import ChatModel, CompletionDelta, CompletionEnd, CompletionRequest
from bot.prompting import Budget, Prompt, compose
from bot.tokens import TokenScale

logger = logging.getLogger(__name__)

Emit = Callable[[ReplyEvent], None]
Item = CompletionDelta | CompletionEnd


@dataclass(frozen=True, slots=True)
class Limits:
    """The operator's bounds: lengths in tokens and characters, patience in seconds."""

    answer_tokens: int = 1024
    temperature: float = 0.3
    question_chars: int = 100_000
    waiting_turns: int = 8
    load_seconds: float = 900.0
    first_token_seconds: float = 300.0
    next_token_seconds: float = 60.0
    progress_seconds: float = 0.7  # who waits longer than this is told what for


@dataclass(frozen=True, slots=True)
class Clock:
    """Where time comes from: `monotonic` for durations, `now` for dates, both in seconds."""

    monotonic: Callable[[], float] = time.perf_counter
    now: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that answering it needs.

    `replaces` is the turn whose place the answer takes, `is_again` whether the person asked for that.
    """

    incoming: Incoming
    question: str
    turns: tuple[Turn, ...]
    model: str
    received: float
    queued_ms: float
    replaces: str | None = None
    is_again: bool = False


class Answering:
    """Asks one engine. What it learns about a model's tokens is kept from turn to turn."""

    def __init__(self, engine: ChatModel, *, limits: Limits, clock: Clock) -> None:
        self._engine = engine
        self._limits = limits
        self._clock = clock
        self._scales: defaultdict[str, TokenScale] = defaultdict(TokenScale)
        self._contexts: dict[str, int] = {}

    async def run(self, asked: Asked, emit: Emit) -> tuple[Reply, AssistantError | None]:
        """Answer, emitting progress and deltas. Gives what was said, and the error that ended it early, if one did.

        Being cancelled means being stopped: the reply then says so and holds what was said so far.
        """
        said = _Said(asked=asked, engine=self._engine.engine, clock=self._clock)
        failure: AssistantError | None = None
        try:
            await self._say(said, emit)
        except asyncio.CancelledError:
            _take_back_cancellation()
            said.finish_reason = FinishReason.STOPPED
        except AssistantError as error:
            said.finish_reason = FinishReason.INTERRUPTED
            failure = error
        reply = said.reply()
        _log(reply, failure)
        return reply, failure

    async def _say(self, said: "_Said", emit: Emit) -> None:
        asked = said.asked
        prompt = await self._prompt(asked)
        try:
            await self._listen(prompt, said, emit)
        except ContextExceeded as error:
            self._learn_context(asked.model, prompt, error)
            prompt = await self._prompt(asked)
            await self._listen(prompt, said, emit)
        said.notices += prompt.notices
        said.notices += self._check_count(asked.model, prompt, said.end)

    async def _prompt(self, asked: Asked) -> Prompt:
        context = min(await self._engine.context_tokens(asked.model), self._contexts.get(asked.model, 2**31))
        budget = Budget(context, self._limits.answer_tokens, factor=self._scales[asked.model].factor)
        return compose(asked.question, asked.turns, budget=budget, images=asked.incoming.images)

    async def _listen(self, prompt: Prompt, said: "_Said", emit: Emit) -> None:
        request = CompletionRequest(
            model=said.asked.model,
            messages=prompt.messages,
            max_tokens=self._limits.answer_tokens,
            temperature=self._limits.temperature,
        )
        async with aclosing(self._engine.complete(request)) as stream:
            item = await self._first(stream, said.asked.model, emit)
            async with self._patience(said.asked.model) as silence:
                while isinstance(item, CompletionDelta):
                    said.hear(item)
                    emit(ReplyDelta(item.text, item.thinking))
                    silence.broken()
                    await asyncio.sleep(0)  # whoever reads this delta goes first, also where the next is here already
                    item = await anext(stream)
            said.conclude(item)

    @asynccontextmanager
    async def _patience(self, model: str) -> AsyncIterator["_Silence"]:
        """What ends a stream too early, in our words."""
        seconds = self._limits.next_token_seconds
        try:
            async with _Silence(seconds) as silence:
                yield silence
        except TimeoutError:
            raise EngineSilent(self._engine.engine, model, seconds) from None
        except StopAsyncIteration:
            raise EngineInterrupted(self._engine.engine, model) from None

    async def _first(self, stream: AsyncIterator[Item], model: str, emit: Emit) -> Item:
        """Wait for the first item, telling what the wait is for. Loading and reading have a patience of their own."""
        first = asyncio.ensure_future(anext(stream))
        stage, waited = None, 0.0
        try:
            while not (await asyncio.wait({first}, timeout=self._limits.progress_seconds))[0]:
                now = await self._stage(model)
                waited = 0.0 if now is not stage else waited + self._limits.progress_seconds
                if now is not stage:
                    emit(Progress(now, model))
                stage = now
                patience = self._limits.load_seconds if now is Stage.LOADING else self._limits.first_token_seconds
                if waited >= patience:
                    raise EngineSilent(self._engine.engine, model, patience)
            return first.result()
        except StopAsyncIteration:
            raise EngineInterrupted(self._engine.engine, model) from None
        finally:
            first.cancel()
            await asyncio.wait({first})

    async def _stage(self, model: str) -> Stage:
        """What the engine is doing: loading the model, or reading the prompt. Not being told counts as reading."""
        try:
            async with asyncio.timeout(2):
                loaded = await self._engine.loaded()
        except (AssistantError, TimeoutError):
            return Stage.READING
        return Stage.READING if any(held.name == model for held in loaded) else Stage.LOADING

    def _learn_context(self, model: str, prompt: Prompt, error: ContextExceeded) -> None:
        """The engine has counted: believe it about this model's context and about the length of such texts."""
        self._contexts[model] = error.context_tokens
        self._scales[model].learn(estimated=prompt.estimated_tokens, reported=error.prompt_tokens)

    def _check_count(self, model: str, prompt: Prompt, end: CompletionEnd | None) -> tuple[Notice, ...]:
        """Hold the engine's count of the prompt against ours: some engines cut a prompt and say nothing."""
        reported = end.usage.prompt_tokens if end else None
        if reported is None:
            return ()
        scale = self._scales[model]
        if not scale.looks_cut(estimated=prompt.estimated_tokens, reported=reported):
            scale.learn(estimated=prompt.estimated_tokens, reported=reported)
            return ()
        expected = round(prompt.estimated_tokens * scale.low)
        logger.error("prompt truncated by the engine: model=%s reported=%d expected>=%d", model, reported, expected)
        return (Notice("prompt-truncated", {"reported": reported, "expected": expected}),)


class _Silence:
    """Ends its block with a `TimeoutError` when it is not `broken` for `seconds`.

    A timer for the whole stream instead of one a delta, which would be a quarter of what the core adds to each.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._timeout = asyncio.timeout(None)

    async def __aenter__(self) -> Self:
        await self._timeout.__aenter__()
        self.broken()
        self._watch()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        await self._timeout.__aexit__(kind, error, traceback)

    def broken(self) -> None:
        """Something was heard."""
        self._since = self._loop.time()

    def _watch(self) -> None:
        left = self._since + self._seconds - self._loop.time()
        if left > 0:
            self._timer = self._loop.call_later(left, self._watch)
        else:
            self._timeout.reschedule(self._loop.time())


@dataclass(slots=True)
class _Said:
    """What has been said so far in one turn, and when."""

    asked: Asked
    engine: str
    clock: Clock
    parts: list[str] = field(default_factory=list)
    first_at: float | None = None
    last_at: float = 0.0
    end: CompletionEnd | None = None
    finish_reason: FinishReason = FinishReason.INTERRUPTED
    notices: tuple[Notice, ...] = ()

    def hear(self, delta: CompletionDelta) -> None:
        if not delta.text:
            return
        self.last_at = self.clock.monotonic()
        if self.first_at is None:
            self.first_at = self.last_at
        self.parts.append(delta.text)

    def conclude(self, end: CompletionEnd) -> None:
        self.end = end
        self.finish_reason = end.finish_reason
        if not "".join(self.parts).strip():
            self.notices += (Notice("empty-answer", {"model": self.asked.model}),)

    def reply(self) -> Reply:
        usage = self.end.usage if self.end else Usage()
        return Reply(
            text="".join(self.parts),
            conversation=self.asked.incoming.conversation,
            model=self.asked.model,
            engine=self.engine,
            finish_reason=self.finish_reason,
            usage=usage,
            timings=self._timings(usage),
            notices=self.notices,
        )

    def _timings(self, usage: Usage) -> Timings:
        return Timings(
            queue_ms=self.asked.queued_ms,
            load_ms=self.end.load_ms if self.end else None,
            ttft_ms=None if self.first_at is None else (self.first_at - self.asked.received) * 1000,
            total_ms=(self.clock.monotonic() - self.asked.received) * 1000,
            tokens_per_second=self._rate(usage),
        )

    def _rate(self, usage: Usage) -> float | None:
        """Tokens a second of generation: by the engine's own clock, else (tokens − 1) over the time between deltas."""
        tokens = usage.completion_tokens
        if not tokens:
            return None
        if self.end and self.end.generation_ms:
            return tokens / self.end.generation_ms * 1000
        if self.first_at is None or self.last_at <= self.first_at or tokens == 1:
            return None
        return (tokens - 1) / (self.last_at - self.first_at)


def _take_back_cancellation() -> None:
    """Being stopped is handled here; what follows in this task (storing the turn) must run undisturbed."""
    task = asyncio.current_task()
    if task:
        task.uncancel()


def _log(reply: Reply, failure: AssistantError | None) -> None:
    logger.info(
        "turn ended: %s model=%s ttft_ms=%s total_ms=%.0f tokens=%s",
        reply.finish_reason,
        reply.model,
        reply.timings.ttft_ms and round(reply.timings.ttft_ms),
        reply.timings.total_ms,
        reply.usage.completion_tokens,
    )
    if failure:
        logger.error("turn failed: %s", failure)
