"""Owns one turn's answer: prompt the engine, pass on what it says, and tell how it went."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from bot.errors import AssistantError, ContextExceeded, EngineError, EngineInterrupted, EngineSilent
from bot.messages import FinishReason, Notice, Progress, Reply, ReplyDelta, ReplyEvent, Stage
from bot.ports import ChatModel, CompletionDelta, CompletionEnd, CompletionRequest
from bot.prompting import Budget, Prompt, compose
from bot.retrieval.declining import GENERAL_KNOWLEDGE
from bot.retrieval.grounding import Style, style_for
from bot.said import Asked, Clock, Said
from bot.tokens import TokenScale

logger = logging.getLogger(__name__)

Emit = Callable[[ReplyEvent], None]
Item = CompletionDelta | CompletionEnd


@dataclass(frozen=True, slots=True)
class Limits:
    """The operator's bounds: lengths in tokens and characters, patience in seconds.

    `passage_tokens` bounds what a prompt holds of the documents, `citing` says who cites (`auto`: large models
    themselves), `general_knowledge` whether a question that the documents don't answer is answered all the same.
    """

    answer_tokens: int = 1024
    temperature: float = 0.3
    question_chars: int = 100_000
    waiting_turns: int = 8
    load_seconds: float = 900.0
    first_token_seconds: float = 300.0
    next_token_seconds: float = 60.0
    passage_tokens: float = 700.0
    citing: Literal["auto", "model", "core"] = "auto"
    general_knowledge: bool = False
    progress_seconds: float = 0.7  # who waits longer than this is told what for


class Answering:
    """Asks one engine. What it learns about a model's tokens is kept from turn to turn."""

    def __init__(self, engine: ChatModel, *, limits: Limits, clock: Clock) -> None:
        self._engine = engine
        self._limits = limits
        self._clock = clock
        self._scales: defaultdict[str, TokenScale] = defaultdict(TokenScale)
        self._contexts: dict[str, int] = {}
        self._styles: dict[str, Style] = {}

    async def run(self, asked: Asked, emit: Emit) -> tuple[Reply, AssistantError | None]:
        """Answer, emitting progress and deltas. Gives what was said, and the error that ended it early, if one did.

        Being cancelled means being stopped: the reply then says so and holds what was said so far.
        """
        said = Said(asked=asked, engine=self._engine.engine, clock=self._clock)
        failure: AssistantError | None = None
        try:
            await self._answer(said, emit)
        except asyncio.CancelledError:
            _take_back_cancellation()
            said.finish_reason = FinishReason.STOPPED
        except AssistantError as error:
            said.finish_reason = FinishReason.INTERRUPTED
            failure = error
        _emit_text(said.break_off(), emit)
        reply = said.reply()
        _log(reply, failure)
        return reply, failure

    async def _answer(self, said: Said, emit: Emit) -> None:
        """Answer from what was found, without it where nothing was searched, or say that nothing was found."""
        grounds = said.asked.grounds
        if grounds is None or grounds.is_relevant:
            await self._from_engine(said, emit)
        elif self._limits.general_knowledge:
            said.notices += (GENERAL_KNOWLEDGE,)
            await self._from_engine(said, emit)
        else:
            _emit_text(said.decline(grounds), emit)

    async def _from_engine(self, said: Said, emit: Emit) -> None:
        try:
            await self._say(said, emit)
        except EngineError as error:
            instead = said.passages_instead()
            if instead is None:
                raise
            logger.warning("the engine failed, the passages answer instead: %s", error)
            _emit_text(instead, emit)
        else:
            _emit_text(said.close(), emit)

    async def _say(self, said: Said, emit: Emit) -> None:
        asked = said.asked
        said.ground(await self._style(asked), budget=self._limits.passage_tokens)
        prompt = await self._prompt(said)
        try:
            await self._listen(prompt, said, emit)
        except ContextExceeded as error:
            self._learn_context(asked.model, prompt, error)
            prompt = await self._prompt(said)
            await self._listen(prompt, said, emit)
        said.notices += prompt.notices
        said.notices += self._check_count(asked.model, prompt, said.end)

    async def _style(self, asked: Asked) -> Style:
        """Who cites; asked from the engine once per model, and only where there is something to cite."""
        if asked.grounds is None:
            return Style.CORE_CITES
        if asked.model not in self._styles:
            model = await self._engine.model(asked.model)
            self._styles[asked.model] = style_for(model.parameters, setting=self._limits.citing)
        return self._styles[asked.model]

    async def _prompt(self, said: Said) -> Prompt:
        asked = said.asked
        context = min(await self._engine.context_tokens(asked.model), self._contexts.get(asked.model, 2**31))
        budget = Budget(context, self._limits.answer_tokens, factor=self._scales[asked.model].factor)
        return compose(
            asked.question,
            asked.turns,
            budget=budget,
            context=said.grounding.context if said.grounding else "",
            instruction=said.grounding.instruction if said.grounding else "",
            images=asked.incoming.images,
        )

    async def _listen(self, prompt: Prompt, said: Said, emit: Emit) -> None:
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
                    emit(ReplyDelta(said.hear(item), item.thinking))
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


def _emit_text(text: str, emit: Emit) -> None:
    if text:
        emit(ReplyDelta(text))


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
