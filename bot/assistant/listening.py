"""Owns listening to one completion: patience with an engine that is silent, and telling what is waited for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from types import TracebackType
from typing import Self

from bot.assistant.limits import Limits
from bot.errors import AssistantError, EngineInterrupted, EngineSilent
from bot.messages import Progress, ReplyEvent, Stage
from bot.ports import ChatModel, CompletionDelta, CompletionEnd, CompletionRequest, TellsStage

Emit = Callable[[ReplyEvent], None]
Hear = Callable[[CompletionDelta], None]
Item = CompletionDelta | CompletionEnd

_STAGE_SECONDS = 3.0
"""How long an engine may take to tell what it is doing: a little longer than it takes to see that it isn't there."""


class Listener:
    """Asks an engine for completions and listens to them."""

    def __init__(self, engine: ChatModel, *, limits: Limits) -> None:
        self._engine = engine
        self._limits = limits

    async def listen(self, request: CompletionRequest, *, hear: Hear, emit: Emit) -> CompletionEnd:
        """Hand each piece of the completion to `hear` and give its end; `emit` is told what is waited for.

        Raises `EngineSilent` when the engine says nothing for too long, `EngineInterrupted` when its stream breaks off,
        and whatever it fails with.
        """
        async with aclosing(self._engine.complete(request)) as stream:
            item = await self._first(stream, request, emit)
            async with self._patience(request.model) as silence:
                while isinstance(item, CompletionDelta):
                    hear(item)
                    silence.broken()
                    await asyncio.sleep(0)  # whoever reads this delta goes first, also where the next is here already
                    item = await anext(stream)
            return item

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

    async def _first(self, stream: AsyncIterator[Item], request: CompletionRequest, emit: Emit) -> Item:
        """Wait for the first item, telling what the wait is for. Loading and reading have a patience of their own.

        Whoever waits for others to be answered waits as long as these take.
        """
        model = request.model
        first = asyncio.ensure_future(anext(stream))
        stage, waited = None, 0.0
        try:
            while not (await asyncio.wait({first}, timeout=self._limits.progress_seconds))[0]:
                now = await self._stage(request)
                waited = 0.0 if now is not stage else waited + self._limits.progress_seconds
                if now is not stage:
                    emit(Progress(now, model))
                stage = now
                patience = self._limits.load_seconds if now is Stage.LOADING else self._limits.first_token_seconds
                if now is not Stage.QUEUED and waited >= patience:
                    raise EngineSilent(self._engine.engine, model, patience)
            return first.result()
        except StopAsyncIteration:
            raise EngineInterrupted(self._engine.engine, model) from None
        finally:
            first.cancel()
            await asyncio.wait({first})

    async def _stage(self, request: CompletionRequest) -> Stage:
        """What the engine is doing: loading the model, or reading the prompt. Not being told counts as reading."""
        try:
            async with asyncio.timeout(_STAGE_SECONDS):
                if isinstance(self._engine, TellsStage):
                    return await self._engine.stage(request)
                loaded = await self._engine.loaded()
        except (AssistantError, TimeoutError):
            return Stage.READING
        return Stage.READING if any(held.name == request.model for held in loaded) else Stage.LOADING


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
