"""Owns which model answers: the pins' precedence, a persona's own, the operator's setting, and the engine's choice."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.errors import NoModels
from bot.messages import Author, ConversationKey, Notice
from bot.personas.choosing import NOBODY, InForce
from bot.ports import Capability, ChatModel, ModelInfo, ModelPins, Pin, PinScope


class Source(StrEnum):
    """Who chose the model; the order is the precedence, in which a persona stands where it was chosen."""

    THREAD = "thread"
    CHANNEL = "channel"
    USER = "user"
    WORKSPACE = "workspace"
    GLOBAL = "global"
    PERSONA = "persona"
    SETTING = "setting"
    ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Selection:
    """The model that answers, who chose it, and as whom it answers."""

    model: str
    source: Source
    persona: InForce = NOBODY

    @property
    def is_pinned(self) -> bool:
        """Whether somebody pinned it, or a persona that has it; otherwise the operator or the engine chose."""
        return self.source not in {Source.SETTING, Source.ENGINE}


class ChoosesPersona(Protocol):
    """Whoever knows which persona answers."""

    async def in_force(self, conversation: ConversationKey, author: Author) -> InForce:
        """The persona for `author` here."""
        ...


class ModelSelection:
    """Chooses the model for a question. `default` is the operator's `SOVA_MODEL`, None when unset.

    The engine is asked only where nobody has chosen, and its choice is kept until `reject` is told that it's gone.
    """

    def __init__(
        self, engine: ChatModel, pins: ModelPins, *, default: str | None, personas: ChoosesPersona | None = None
    ) -> None:
        self._personas = personas
        self._engine = engine
        self._pins = pins
        self._default = default
        self._engines_own: str | None = None

    async def choose(
        self, conversation: ConversationKey, author: Author, *, without: Collection[str] = ()
    ) -> Selection:
        """The model for `author` here: by pin, thread > channel > user > workspace > global, or setting, or engine.

        A persona's own model comes where the persona was chosen, before a pin of the same place: only a closer pin
        replaces it. `without` are models that the engine has lost: these are passed over. The operator's setting is
        not, for whoever wrote it must be told.

        Raises `HistoryUnavailable` when the pins can't be read, `NoModels` or another `EngineError` when the engine
        had to be asked and has nothing.
        """
        pins, persona = await asyncio.gather(self._pins.pins(conversation, author), self.persona(conversation, author))
        pin = foremost(pin for pin in pins if pin.model not in without)
        own = persona.persona.model if persona.persona else None
        if own and own not in without and (pin is None or persona.comes_before(pin.scope)):
            return Selection(own, Source.PERSONA, persona)
        if pin:
            return Selection(pin.model, Source(pin.scope.value), persona)
        if self._default is not None:
            return Selection(self._default, Source.SETTING, persona)
        if self._engines_own is None:
            self._engines_own = engines_choice(await self._engine.models(), engine=self._engine.engine).name
        return Selection(self._engines_own, Source.ENGINE, persona)

    async def persona(self, conversation: ConversationKey, author: Author) -> InForce:
        """As whom `author` is answered here, whichever model does it."""
        return await self._personas.in_force(conversation, author) if self._personas else NOBODY

    def reject(self, model: str) -> None:
        """Say that the engine answered `UnknownModel` to `model`: if it was its own choice, it is asked anew."""
        if self._engines_own == model:
            self._engines_own = None


def loss(model: str, *, instead: Selection) -> Notice:
    """What is told of a chosen `model` that the engine has lost, where another answers."""
    persona = instead.persona.persona
    if persona and persona.model == model:
        return Notice("persona-model-gone", {"persona": persona.name, "model": model, "instead": instead.model})
    return Notice("pinned-model-gone", {"model": model, "instead": instead.model})


def foremost(pins: Iterable[Pin]) -> Pin | None:
    """The pin that applies: thread > channel > user > workspace > global."""
    precedence = list(PinScope)
    return min(pins, key=lambda pin: precedence.index(pin.scope), default=None)


def engines_choice(models: Sequence[ModelInfo], *, engine: str) -> ModelInfo:
    """What an engine would answer with by itself: a loaded model that can chat, else the first that can.

    Raises `NoModels` when there is none.
    """
    able = [model for model in models if can_chat(model)]
    if not able:
        raise NoModels(engine=engine)
    return next((model for model in able if model.loaded), able[0])


def can_chat(model: ModelInfo) -> bool:
    """Whether the model completes text; one that only makes embeddings doesn't."""
    return Capability.COMPLETION in model.capabilities
