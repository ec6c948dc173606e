"""Owns what may be asked of engines besides answers: fetching, making, describing, unloading and deleting models."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.errors import AssistantError
from bot.messages import Message
from bot.ports.engines import ModelInfo


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file that a model consists of, by its name alone; its size in bytes where that is known."""

    name: str
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """All that an engine tells of one model. None, or nothing: it doesn't tell.

    `digest` is in hex, `modified_at` in seconds since the epoch, `format` such as `gguf`. `base` is the model that it
    was made of. `parameters` are its own, one a line; they and the `licence_begins` line were written by others.
    """

    info: ModelInfo
    digest: str | None = None
    modified_at: float | None = None
    format: str | None = None
    base: str | None = None
    has_template: bool | None = None
    parameters: tuple[str, ...] = ()
    licence_begins: str = ""
    files: tuple[ModelFile, ...] = ()


class PullPhase(StrEnum):
    """What an engine does about a model that it was told to fetch.

    `ASKING` what the model consists of, `FETCHING` it, `WAITING` for another program that fetches the same, `CHECKING`
    what came, `FINISHING`, and `DONE`.
    """

    ASKING = "asking"
    FETCHING = "fetching"
    WAITING = "waiting"
    CHECKING = "checking"
    FINISHING = "finishing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far an engine is in fetching a model: its own word for the step, and bytes where it counts them.

    `total_bytes` may grow, for some engines learn of a model's parts one after the other. Of several hosts `host` is
    the one that tells, by its address; `trouble` is why that one gave up while others go on.
    """

    status: str
    done_bytes: int | None = None
    total_bytes: int | None = None
    phase: PullPhase = PullPhase.ASKING
    host: str = ""
    trouble: AssistantError | None = None


@dataclass(frozen=True, slots=True)
class NewModel:
    """A model to be made of another: `base` with other instructions, parameters and examples. Nothing is trained.

    `parameters` are by Ollama's names; `template` is empty where the base's own stays.
    """

    name: str
    base: str
    system: str = ""
    template: str = ""
    parameters: Mapping[str, str | int | float | bool | Sequence[str]] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    licenses: tuple[str, ...] = ()


@runtime_checkable
class CreatesModels(Protocol):
    """What a `ChatModel` may be able to do besides: make models of others (Ollama's `/api/create`)."""

    def create(self, model: NewModel) -> AsyncGenerator[PullProgress, None]:
        """Make `model`, in place of one of its name. `UnknownModel` when the base isn't there."""
        ...


@runtime_checkable
class PullsModels(Protocol):
    """What a `ChatModel` may be able to do besides: fetch models, from wherever it fetches its own."""

    def pull(self, name: str) -> AsyncGenerator[PullProgress, None]:
        """Fetch `name`, telling how far it is; what is here already is brought up to date.

        Closing it stops the fetching, and what has come is kept: the next pull of the same goes on from there. Raises
        `ModelNotOffered` or `UnknownModel` when nobody has it, `RemoteModelRefused`, `RegistryUnreachable` or
        `ModelUnavailable` when it can't be had now, `PullDamaged` when something else came, `EngineDiskFull` or
        `DiskFull`. Of several hosts those that can get it do, and it fails only when none can.
        """
        ...


@runtime_checkable
class DescribesModels(Protocol):
    """What a `ChatModel` may be able to do besides: tell all it knows of one model."""

    async def details(self, name: str) -> ModelDetails:
        """The model, asked anew; `UnknownModel` when there is none."""
        ...


@runtime_checkable
class UnloadsModels(Protocol):
    """What a `ChatModel` may be able to do besides: put a model out of memory before its time."""

    async def unload(self, name: str) -> bool:
        """Put `name` out of memory; False when it wasn't there. `ModelInUse` while this process is answered by it."""
        ...


@runtime_checkable
class DeletesModels(Protocol):
    """What a `ChatModel` may be able to do besides: erase models from its disk."""

    async def delete(self, name: str) -> None:
        """Erase `name`; `UnknownModel` when there is none, `ModelInUse` while this process is answered by it.

        `OwnModelFile` for a file that the operator named: that isn't the engine's to erase.
        """
        ...
