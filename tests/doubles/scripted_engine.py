"""An engine without a model: it says what it is told to, in order, and keeps what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from bot.errors import AssistantError, UnknownModel
from bot.messages import FinishReason, Usage
from bot.ports import CompletionDelta, CompletionEnd, CompletionRequest, LoadedModel, ModelInfo

Item = str | CompletionDelta | CompletionEnd | AssistantError | asyncio.Event
"""A script's item: text to say, an event to wait for, an error to fail with, or the end as it should be told."""


@dataclass
class ScriptedEngine:
    """Plays one script a completion; the last script is repeated. Prompt tokens are counted as words."""

    scripts: list[Sequence[Item]] = field(default_factory=lambda: [["Hello", " there."]])
    offers: list[ModelInfo] = field(default_factory=lambda: [ModelInfo(name="owl:1b", loaded=True)])
    context: int = 4096
    engine: str = "scripted"
    url: str = "scripted://"
    asked: list[CompletionRequest] = field(default_factory=list)
    closed: int = 0

    async def version(self) -> str | None:
        return "1"

    async def models(self) -> Sequence[ModelInfo]:
        return self.offers

    async def model(self, name: str) -> ModelInfo:
        for offered in self.offers:
            if offered.name == name:
                return offered
        raise UnknownModel(name=name, engine=self.engine, nearest=tuple(offered.name for offered in self.offers))

    async def loaded(self) -> Sequence[LoadedModel]:
        return [LoadedModel(name=offered.name) for offered in self.offers if offered.loaded]

    async def context_tokens(self, name: str) -> int:
        return self.context

    async def warm(self, name: str) -> None:
        await self.model(name)

    async def complete(self, request: CompletionRequest) -> AsyncIterator[CompletionDelta | CompletionEnd]:
        self.asked.append(request)
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        said = 0
        try:
            for item in script:
                match item:
                    case asyncio.Event():
                        await item.wait()
                    case AssistantError():
                        raise item
                    case CompletionEnd():
                        yield item
                        return
                    case str():
                        said += 1
                        yield CompletionDelta(text=item)
                    case CompletionDelta():
                        yield item
            words = sum(len(message.content.split()) for message in request.messages)
            yield CompletionEnd(FinishReason.COMPLETE, Usage(prompt_tokens=words, completion_tokens=said))
        finally:
            self.closed += 1
