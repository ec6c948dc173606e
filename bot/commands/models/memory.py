"""Owns `/model-warm` and `/model-unload`: having a model in memory before it is asked, and out of it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from bot.access import Permission
from bot.commands.cards import Action, Card, LiveCard
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.models.fit_advisor import FitAdvisor
from bot.commands.models.parts import button, meant_model, size
from bot.commands.parts import promptly
from bot.errors import CannotChat, CannotManageModels, EngineError
from bot.models.selection import can_chat
from bot.ports import ChatModel, ModelInfo, UnloadsModels
from bot.wording import Wording

WARM, UNLOAD = "model-warm", "model-unload"
_TOLD_SECONDS = 2.0
"""How often it is told that a model is still being loaded."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Loads models and puts them out. The `advisor` tells what helps when memory runs out; `ticks` are seconds."""

    engine: ChatModel
    advisor: FitAdvisor | None = None
    told_every: float = _TOLD_SECONDS
    ticks: Callable[[], float] = time.monotonic

    def commands(self) -> tuple[Command, ...]:
        """`/model-warm NAME` and `/model-unload NAME`."""
        chatting = Parameter("name", required=True, completions=self._chatting)
        loaded = Parameter("name", required=True, completions=self._loaded)
        return (
            Command(WARM, self._warm, (chatting,), permission=Permission.ADMINISTER, needs=_to_administer),
            Command(UNLOAD, self._unload, (loaded,), permission=Permission.ADMINISTER, needs=_to_administer),
        )

    async def _warm(self, invocation: Invocation, values: Values) -> LiveCard:
        model = await meant_model(self.engine, values["name"])
        if not can_chat(model):
            raise CannotChat(model=model.name)
        return LiveCard(self.warming(model, invocation.say))

    async def warming(self, model: ModelInfo, say: Wording) -> AsyncGenerator[Card, None]:
        """The loading of `model`, told again and again until it is in memory. Closing it gives the loading up."""
        began, loading = self.ticks(), asyncio.create_task(self.engine.warm(model.name))
        try:
            while not loading.done():
                seconds = int(self.ticks() - began)
                told = say("warm-loading", model=model.name, size=size(model.size_bytes, say), seconds=seconds)
                yield Card(say("warm-title"), told)
                await asyncio.wait({loading}, timeout=self.told_every)
            await self._finish(loading)
        finally:
            loading.cancel()
            await asyncio.wait({loading})
        sentence = "warm-was-ready" if model.loaded else "warm-ready"
        told = say(sentence, model=model.name, seconds=self.ticks() - began)
        yield Card(say("warm-title"), told, actions=self._actions(model, say))

    async def _finish(self, loading: asyncio.Task[None]) -> None:
        """Raise what the loading failed with, and what helps."""
        try:
            await loading
        except EngineError as error:
            raise (await self.advisor.explain(error) if self.advisor else error) from error

    async def _unload(self, invocation: Invocation, values: Values) -> Card:
        say, engine = invocation.say, self.engine
        if not isinstance(engine, UnloadsModels):
            raise CannotManageModels(engine=engine.engine)
        model = await meant_model(self.engine, values["name"])
        was_there = await engine.unload(model.name)
        told = say("unload-done" if was_there else "unload-was-not", model=model.name)
        return Card(say("warm-title"), told, actions=button(say("care-action-warm"), WARM, model.name))

    def _actions(self, model: ModelInfo, say: Wording) -> tuple[Action, ...]:
        unloads = isinstance(self.engine, UnloadsModels)
        return (
            *button(say("model-action-use", model=model.name), "model", model.name),
            *(button(say("care-action-unload"), UNLOAD, model.name) if unloads else ()),
        )

    async def _chatting(self, _invocation: Invocation) -> tuple[str, ...]:
        models = await promptly(self.engine, self.engine.models())
        return tuple(model.name for model in models if can_chat(model))

    async def _loaded(self, _invocation: Invocation) -> tuple[str, ...]:
        held = await promptly(self.engine, self.engine.loaded())
        return tuple(dict.fromkeys(one.name for one in held))


def _to_administer(_values: Values) -> Permission:
    return Permission.ADMINISTER
