"""Owns what may go wrong with an engine and its models."""

from dataclasses import dataclass

from bot.errors.family import AssistantError
from bot.messages import Notice


class EngineError(AssistantError):
    """Anything that the engine is the cause of."""


@dataclass(eq=False)
class EngineUnreachable(EngineError):
    """Nobody answers at the engine's address."""

    engine: str
    url: str
    code = "engine-unreachable"
    exit_code = 3


@dataclass(eq=False)
class EngineOutside(EngineError):
    """The engine's `host`, which the setting `name` names, now leads to an `address` outside the site's network."""

    engine: str
    name: str
    host: str
    address: str
    code = "engine-outside"
    exit_code = 3


@dataclass(eq=False)
class EngineBusy(EngineError):
    """The engine refused for now (429 or 503); `retry_after` in seconds where it said so."""

    engine: str
    retry_after: float | None = None
    code = "engine-busy"


@dataclass(eq=False)
class EngineSilent(EngineError):
    """The engine accepted the question and then said nothing for `seconds`."""

    engine: str
    model: str
    seconds: float
    code = "engine-silent"


@dataclass(eq=False)
class EngineInterrupted(EngineError):
    """The connection broke in the middle of an answer; what was said so far is kept."""

    engine: str
    model: str
    code = "engine-interrupted"


@dataclass(eq=False)
class EngineGarbled(EngineError):
    """The engine answered with something that isn't its protocol; `detail` for the log, never message text."""

    engine: str
    detail: str
    code = "engine-garbled"


@dataclass(eq=False)
class EngineRefused(EngineError):
    """The engine turned the request down with `status`; `detail` is its own reason."""

    engine: str
    status: int
    detail: str
    code = "engine-refused"


@dataclass(eq=False)
class ModelFailed(EngineRefused):
    """The engine is there, and failed with this `model`; `others` are models that may answer in its place."""

    model: str = ""
    others: tuple[str, ...] = ()
    code = "model-failed"


@dataclass(eq=False)
class EngineFailedToStart(EngineError):
    """The embedded engine's process ended before it was ready; `log` is the file that tells why.

    `others` are models that may answer in its place.
    """

    model: str
    reason: Notice
    log: str
    others: tuple[str, ...] = ()
    code = "engine-failed-to-start"
    exit_code = 3


@dataclass(eq=False)
class ContextExceeded(EngineError):
    """The prompt doesn't fit; both figures are the engine's own counts in tokens."""

    prompt_tokens: int
    context_tokens: int
    code = "context-exceeded"


@dataclass(eq=False)
class UnknownModel(EngineError):
    """The engine has no such model; `nearest` are the names that look most like it."""

    name: str
    engine: str
    nearest: tuple[str, ...] = ()
    code = "unknown-model"
    exit_code = 2


@dataclass(eq=False)
class RemoteModelRefused(UnknownModel):
    """The model would run on somebody else's machines, so it isn't used."""

    code = "remote-model-refused"


@dataclass(eq=False)
class NoModels(EngineError):
    """The engine is there, and holds no model that can chat."""

    engine: str
    code = "no-models"
    exit_code = 3


@dataclass(eq=False)
class NoEngine(EngineError):
    """Neither Ollama nor an embedded model is there; `ollama_url` is where Ollama was looked for."""

    ollama_url: str
    model: str
    code = "no-engine"
    exit_code = 3


@dataclass(eq=False)
class CannotChat(EngineError):
    """The model completes no text; it is made for embeddings."""

    model: str
    code = "cannot-chat"
    exit_code = 2


@dataclass(eq=False)
class NoVision(EngineError):
    """The question holds a picture and the model can't see. `best` is one that does, `pull` else one to fetch."""

    model: str
    best: str = ""
    pull: str = ""
    code = "no-vision"
