"""A host that can be switched off and on: it fails with `down` while that is set."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field

from bot.errors import EngineError, EngineUnreachable
from bot.ports import CompletionDelta, CompletionEnd, CompletionRequest, LoadedModel, ModelInfo
from tests.doubles.scripted_engine import ScriptedEngine

OWL = ModelInfo(name="owl:1b", loaded=True)


async def until(happened: Callable[[], object]) -> None:
    """Let everybody else go on until it has happened."""
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110 - what it waits for is of several objects
            await asyncio.sleep(0)


@dataclass
class MortalEngine(ScriptedEngine):
    engine: str = "ollama"
    offers: list[ModelInfo] = field(default_factory=lambda: [OWL])
    told_version: str | None = "0.17.1"
    down: EngineError | None = None
    times_listed: int = 0

    def die(self) -> None:
        self.down = EngineUnreachable(engine="ollama", url=self.url)

    async def version(self) -> str | None:
        self._fail()
        return self.told_version

    async def models(self) -> Sequence[ModelInfo]:
        self.times_listed += 1
        self._fail()
        return await super().models()

    async def loaded(self) -> Sequence[LoadedModel]:
        self._fail()
        return await super().loaded()

    async def context_tokens(self, name: str) -> int:
        self._fail()
        return await super().context_tokens(name)

    async def warm(self, name: str) -> None:
        self._fail()
        await super().warm(name)

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        self._fail()
        async for item in super().complete(request):
            yield item

    def _fail(self) -> None:
        if self.down:
            raise self.down
