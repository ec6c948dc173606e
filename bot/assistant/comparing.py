"""Owns one question to several models: the same words, passages and dice for each, and an answer as any other's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from bot.assistant.answering import Answering, Explain
from bot.assistant.limits import Limits
from bot.assistant.listening import Emit
from bot.assistant.said import Asked, Clock
from bot.errors import AssistantError, EngineError
from bot.messages import Incoming, Notice, Progress, Reply, Stage
from bot.ports import ChatModel, ModelInfo
from bot.retrieval.grounding import Style, new_marker, style_for

SEED = 20_260_101
"""Where every model's dice start, so that the same question gets the same answers again."""


class Considers(Protocol):
    """Whoever knows what the documents say to a question, and as whom it is answered: the assistant."""

    async def consider(self, incoming: Incoming) -> Asked:
        """A question that stands by itself, with what the documents say to it."""
        ...


@dataclass(frozen=True, slots=True)
class Answered:
    """How one model did: its answer as far as it got, the error that ended it, if one did, and how long it loaded.

    `reply` is None where the model couldn't be loaded; `load_ms` is None where it was in memory already. The reply's
    durations begin when the model was there.
    """

    reply: Reply | None = None
    error: AssistantError | None = None
    load_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question that is ready to be put to each model. It is `declined` where the documents hold nothing about it."""

    asked: Asked
    answering: Answering

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What must be told of all answers alike."""
        return self.asked.notices

    @property
    def is_declined(self) -> bool:
        """Whether no model is asked at all."""
        return self.answering.declines(self.asked)


class Comparing:
    """Asks several models of `engine` one question, in the way in which `considers` would have it answered here."""

    def __init__(
        self,
        engine: ChatModel,
        considers: Considers,
        *,
        limits: Limits | None = None,
        clock: Clock | None = None,
        explain: Explain | None = None,
    ) -> None:
        """`explain` adds to an engine's error what helps."""
        self._engine = engine
        self._considers = considers
        self._limits = limits or Limits()
        self._clock = clock or Clock()
        self._explain = explain

    async def prepare(self, incoming: Incoming, models: Sequence[ModelInfo]) -> Prepared:
        """Look up, once for all `models`, what is found for the question. Raises what the assistant would.

        They cite themselves only if all of them are able to: otherwise the core finds the sources of every answer, for
        the instructions differ.
        """
        asked = await self._considers.consider(incoming)
        limits = replace(self._limits, seed=SEED, citing=_common_style(models, setting=self._limits.citing))
        answering = Answering(self._engine, limits=limits, clock=self._clock, explain=self._explain)
        return Prepared(replace(asked, fence=new_marker(asked.found)), answering)

    async def answer(self, prepared: Prepared, model: str, emit: Emit) -> Answered:
        """Load `model`, then have it answer; `emit` hears of both. What goes wrong is in the result.

        Being cancelled while it answers means being stopped, as for any answer.
        """
        try:
            load_ms = await self._load(model, emit)
        except EngineError as error:
            return Answered(error=await self._explain(error) if self._explain else error)
        asked = replace(prepared.asked, model=model, notices=(), received=self._clock.monotonic())
        reply, failure = await prepared.answering.run(asked, emit)
        return Answered(reply, failure, load_ms)

    async def _load(self, model: str, emit: Emit) -> float | None:
        """Have it in memory, so that no answer is measured with another model's leaving; the time that it took."""
        if any(held.name == model for held in await self._engine.loaded()):
            return None
        emit(Progress(Stage.LOADING, model))
        began = self._clock.monotonic()
        await self._engine.warm(model)
        return (self._clock.monotonic() - began) * 1000


def _common_style(models: Sequence[ModelInfo], *, setting: str) -> Literal["model", "core"]:
    styles = {style_for(model.parameters, setting=setting) for model in models}
    return "model" if styles == {Style.MODEL_CITES} else "core"
