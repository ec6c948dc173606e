"""An engine without a model: it says what it is told to, in order, and keeps what it was asked."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import AssistantError, NoVision
from bot.messages import FinishReason, Usage
from bot.models.naming import resolve
from bot.ports import Capability, CompletionDelta, CompletionEnd, CompletionRequest, LoadedModel, ModelInfo

Item = str | CompletionDelta | CompletionEnd | AssistantError | asyncio.Event
"""A script's item: text to say, an event to wait for, an error to fail with, or the end as it should be told."""


@dataclass
class ScriptedEngine:
    """Plays one script a completion; the last script is repeated. Words count as the prompt's tokens, a picture 16."""

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
        return resolve(name, self.offers, engine=self.engine)

    async def loaded(self) -> Sequence[LoadedModel]:
        return [LoadedModel(name=offered.name) for offered in self.offers if offered.loaded]

    async def context_tokens(self, name: str) -> int:
        await self.model(name)
        return self.context

    async def warm(self, name: str) -> None:
        wanted = await self.model(name)
        self.offers = [replace(offered, loaded=offered.loaded or offered is wanted) for offered in self.offers]

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        model = await self.model(request.model)
        pictures = sum(len(message.images) for message in request.messages)
        if pictures and Capability.VISION not in model.capabilities:
            raise NoVision(model=model.name)
        self.asked.append(request)
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        said, finish = 0, FinishReason.COMPLETE
        likely = {item: 0.0 for item in script[:1] if isinstance(item, str) and request.alternatives}
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
                    case str() if stop := next((stop for stop in request.sampling.stop if stop in item), None):
                        yield CompletionDelta(text=item.partition(stop)[0])
                        break
                    case str():
                        said += 1
                        yield CompletionDelta(text=item)
                        if said == request.max_tokens:
                            finish = FinishReason.LENGTH
                            break
                    case CompletionDelta():
                        yield item
            words = sum(len(message.content.split()) for message in request.messages)
            yield CompletionEnd(
                finish, Usage(prompt_tokens=words + 16 * pictures, completion_tokens=said), alternatives=likely
            )
        finally:
            self.closed += 1
