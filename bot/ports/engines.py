"""Owns what is asked of engines: which models there are, completions, hosts."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.errors import AssistantError
from bot.messages import FinishReason, Message, Stage, Usage
from bot.ports.shapes import Attention


class Capability(StrEnum):
    """What a model can do, as its engine says; never guessed from its name."""

    COMPLETION = "completion"
    VISION = "vision"
    THINKING = "thinking"
    TOOLS = "tools"
    EMBEDDING = "embedding"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that an engine offers. None: the engine doesn't tell. Sizes in bytes, contexts in tokens.

    `picture_bytes` is what reading a picture takes besides, where the engine's sums don't hold it already.
    `context_tokens` is the longest context the model was made for; `loaded` whether it is in memory now. `attention` is
    what its context takes; `experts` how many it has, and how many of them work on each token. `licence` is its short
    name, such as `Apache-2.0`.
    """

    name: str
    size_bytes: int | None = None
    parameters: str | None = None
    quantization: str | None = None
    context_tokens: int | None = None
    family: str | None = None
    capabilities: frozenset[Capability] = frozenset({Capability.COMPLETION})
    loaded: bool | None = None
    picture_bytes: int = 0
    attention: Attention | None = None
    experts: tuple[int, int] | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory: bytes in RAM and VRAM, its context in tokens, when it leaves (seconds since the epoch).

    `working_bytes` is what it really works with, measured, without what the system can take back at any time.
    """

    name: str
    ram_bytes: int | None = None
    vram_bytes: int | None = None
    context_tokens: int | None = None
    expires_at: float | None = None
    working_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a model picks its next word, besides temperature and seed; None leaves it to the engine.

    The names are Ollama's. An engine takes what it knows of these and leaves out the rest. A completion ends before the
    first of the texts in `stop`.
    """

    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    typical_p: float | None = None
    repeat_penalty: float | None = None
    repeat_last_n: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    stop: tuple[str, ...] = ()

    def given(self) -> dict[str, float | list[str]]:
        """What isn't left to the engine, by name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        given = {name: value for name, value in values.items() if value not in (None, ())}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """What an engine is asked for. The options that would make an engine reload are pinned in the backend.

    `alternatives` is how many tokens it shall tell, with their probabilities, that might have come first; at most 20.
    Requests with the same `cache_key` begin alike (those of one conversation), so one host should read them all.
    """

    model: str
    messages: tuple[Message, ...]
    max_tokens: int
    temperature: float = 0.3
    seed: int | None = None
    alternatives: int = 0
    cache_key: str = ""
    sampling: Sampling = field(default_factory=Sampling)


@dataclass(frozen=True, slots=True)
class CompletionDelta:
    """A piece of the model's output, its thinking kept apart from its answer."""

    text: str = ""
    thinking: str = ""


@dataclass(frozen=True, slots=True)
class CompletionEnd:
    """The last item of a completion, once. Durations in milliseconds, as the engine measured them.

    `evaluated_tokens` are the prompt tokens that were really computed, without those reused from the cache.
    `alternatives` are the tokens that might have come first, each with the natural logarithm of its probability; empty
    where they weren't asked for, or the engine doesn't tell.
    """

    finish_reason: FinishReason
    usage: Usage = field(default_factory=Usage)
    alternatives: Mapping[str, float] = field(default_factory=dict)
    load_ms: float | None = None
    evaluated_tokens: int | None = None
    prompt_ms: float | None = None
    generation_ms: float | None = None


class ChatModel(Protocol):
    """An engine that completes messages (Ollama, an OpenAI-compatible server, the embedded llama.cpp)."""

    @property
    def engine(self) -> str:
        """The engine's name as people know it: `ollama`, `openai` or `embedded`."""
        ...

    @property
    def url(self) -> str:
        """Where it is asked, without credentials; for sentences and `/stats`."""
        ...

    async def version(self) -> str | None:
        """The engine's own version, None where it doesn't tell. Doubles as the ping."""
        ...

    async def models(self) -> Sequence[ModelInfo]:
        """Every model it offers, by name; those that can't complete are included with their capabilities."""
        ...

    async def model(self, name: str) -> ModelInfo:
        """One model with everything that the engine tells about it; `UnknownModel` when there is none."""
        ...

    async def loaded(self) -> Sequence[LoadedModel]:
        """The models in memory now."""
        ...

    async def context_tokens(self, name: str) -> int:
        """The context that this engine will run `name` with: the prompt and the answer must fit in it."""
        ...

    async def warm(self, name: str) -> None:
        """Load `name` with the same pinned options as a completion would, and return when it is ready."""
        ...

    def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        """Stream the completion; exactly one `CompletionEnd`, last. Closing the iterator stops the engine's work.

        `NoVision` when the request holds a picture and the engine says that the model can't see.
        """
        ...


@runtime_checkable
class OffersRemoteModels(Protocol):
    """What a `ChatModel` may tell besides: models that run on somebody else's machines (Ollama's cloud)."""

    async def remote_models(self) -> Sequence[str]:
        """The names of those models; none when that is switched off."""
        ...


@runtime_checkable
class TellsStage(Protocol):
    """What a `ChatModel` may tell besides: what a completion that it was asked for is waiting for."""

    async def stage(self, request: CompletionRequest) -> Stage:
        """What `request`, the very one that `complete` was given, waits for before its first delta."""
        ...


@dataclass(frozen=True, slots=True)
class EngineHost:
    """One of the hosts of an engine: it gives `answering` answers now, for this process, and `parallel` at most.

    `trouble` says why it is left out; None while it answers. `version` is None where the engine doesn't tell.
    """

    url: str
    parallel: int
    answering: int
    version: str | None = None
    loaded: tuple[LoadedModel, ...] = ()
    trouble: AssistantError | None = None


@runtime_checkable
class HasHosts(Protocol):
    """What a `ChatModel` may be besides: several hosts of one engine."""

    async def hosts(self) -> Sequence[EngineHost]:
        """How each of them does at this moment, in the operator's order."""
        ...
