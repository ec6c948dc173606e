"""Owns which model answers: the pins' precedence, the operator's setting, and the engine's own choice."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import NoModels
from bot.messages import Author, ConversationKey
from bot.ports import Capability, ChatModel, ModelInfo, ModelPins, Pin, PinScope


class Source(StrEnum):
    """Who chose the model; the order is the precedence."""

    THREAD = "thread"
    CHANNEL = "channel"
    USER = "user"
    WORKSPACE = "workspace"
    GLOBAL = "global"
    SETTING = "setting"
    ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Selection:
    """The model that answers, and who chose it."""

    model: str
    source: Source

    @property
    def is_pinned(self) -> bool:
        """Whether somebody pinned it; otherwise the operator or the engine chose."""
        return self.source not in {Source.SETTING, Source.ENGINE}


class ModelSelection:
    """Chooses the model for a question. `default` is the operator's `SOVA_MODEL`, None when unset.

    The engine is asked only where nobody has chosen, and its choice is kept until `reject` is told that it's gone.
    """

    def __init__(self, engine: ChatModel, pins: ModelPins, *, default: str | None) -> None:
        self._engine = engine
        self._pins = pins
        self._default = default
        self._engines_own: str | None = None

    async def choose(
        self, conversation: ConversationKey, author: Author, *, without: Collection[str] = ()
    ) -> Selection:
        """The model for `author` here: by pin, thread > channel > user > workspace > global, or setting, or engine.

        `without` are models that the engine has lost: pins of these are passed over. The operator's setting is not, for
        whoever wrote it must be told.

        Raises `HistoryUnavailable` when the pins can't be read, `NoModels` or another `EngineError` when the engine
        had to be asked and has nothing.
        """
        pins = await self._pins.pins(conversation, author)
        if pin := foremost(pin for pin in pins if pin.model not in without):
            return Selection(pin.model, Source(pin.scope.value))
        if self._default is not None:
            return Selection(self._default, Source.SETTING)
        if self._engines_own is None:
            self._engines_own = engines_choice(await self._engine.models(), engine=self._engine.engine).name
        return Selection(self._engines_own, Source.ENGINE)

    def reject(self, model: str) -> None:
        """Say that the engine answered `UnknownModel` to `model`: if it was its own choice, it is asked anew."""
        if self._engines_own == model:
            self._engines_own = None


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
