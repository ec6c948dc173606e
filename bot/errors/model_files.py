"""Owns what may go wrong with model files, and with the room for them."""

from dataclasses import dataclass

from bot.errors.engines import EngineError
from bot.errors.family import AssistantError
from bot.messages import Notice


@dataclass(eq=False)
class ModelFileMissing(EngineError):
    """A configured model file isn't there, or the model was never fetched."""

    model: str
    path: str
    code = "model-file-missing"
    exit_code = 3


@dataclass(eq=False)
class ModelFileCorrupt(EngineError):
    """A model file isn't what its digest or its format promises; `others` are models that may answer in its place."""

    model: str
    path: str
    others: tuple[str, ...] = ()
    code = "model-file-corrupt"


@dataclass(eq=False)
class WrongProjector(EngineError):
    """The file at `path`, which the operator named, is no projector for pictures, or not one of this model."""

    model: str
    path: str
    code = "wrong-projector"
    exit_code = 2


@dataclass(eq=False)
class ModelUnavailable(EngineError):
    """No source could give the model; `reasons` has one plain reason per source tried."""

    model: str
    reasons: tuple[Notice, ...]
    code = "model-unavailable"
    exit_code = 3


@dataclass(eq=False)
class ModelNotOffered(EngineError):
    """Where the engine fetches its models from, there is none of this name."""

    engine: str
    model: str
    code = "model-not-offered"
    exit_code = 2


@dataclass(eq=False)
class RegistryUnreachable(EngineError):
    """The engine can't reach the place where it fetches its models from."""

    engine: str
    model: str
    code = "registry-unreachable"
    exit_code = 3


@dataclass(eq=False)
class PullDamaged(EngineError):
    """What the engine was given for a model isn't what was promised, or the engine can't use it."""

    engine: str
    model: str
    code = "pull-damaged"


@dataclass(eq=False)
class EngineDiskFull(EngineError):
    """The disk on which the engine keeps its models is full."""

    engine: str
    model: str
    code = "engine-disk-full"


@dataclass(eq=False)
class ModelInUse(EngineError):
    """Somebody is being answered by the model now."""

    model: str
    code = "model-in-use"


@dataclass(eq=False)
class OwnModelFile(EngineError):
    """The model is a file that the operator named; it isn't Sova's to erase."""

    model: str
    path: str
    code = "own-model-file"
    exit_code = 2


@dataclass(eq=False)
class CannotManageModels(EngineError):
    """The engine gives nobody a way to fetch, unload or erase its models from outside."""

    engine: str
    code = "cannot-manage-models"
    exit_code = 2


@dataclass(eq=False)
class NotEnoughMemory(EngineError):
    """The model needs more memory than the machine has free; both in GB (10⁹ bytes).

    What helps, as far as anybody knows: the loaded models to `stop`, another model `instead`, the same one in another
    `quantization`, or with a `context` of so many tokens.
    """

    model: str
    needed: float
    free: float
    stop: tuple[str, ...] = ()
    instead: str = ""
    quantization: str = ""
    context: int = 0
    code = "not-enough-memory"


@dataclass(eq=False)
class EngineOutOfMemory(EngineError):
    """The engine ran out of memory with the model; both figures in GB (10⁹ bytes), 0 where it doesn't tell.

    What helps is told as in `NotEnoughMemory`.
    """

    engine: str
    model: str
    needed: float = 0.0
    free: float = 0.0
    stop: tuple[str, ...] = ()
    instead: str = ""
    quantization: str = ""
    context: int = 0
    code = "engine-out-of-memory"


@dataclass(eq=False)
class DiskFull(AssistantError):
    """There is no room for what had to be written; both in GB (10⁹ bytes), `needed` 0 when unknown."""

    path: str
    needed: float
    free: float
    code = "disk-full"
