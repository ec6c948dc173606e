"""Owns the ports: what the core asks of the world, in the core's own words.

Above them sit the assistant and the commands; below them the backends, one vendor each. Every method may raise an
`AssistantError` and nothing else: a backend translates its vendor's errors once.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.errors import AssistantError, IndexMismatch
from bot.messages import Attachment, Author, ConversationKey, FinishReason, Message, Stage, Turn, Usage


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

    `context_tokens` is the longest context the model was made for; `loaded` whether it is in memory now.
    """

    name: str
    size_bytes: int | None = None
    parameters: str | None = None
    quantization: str | None = None
    context_tokens: int | None = None
    family: str | None = None
    capabilities: frozenset[Capability] = frozenset({Capability.COMPLETION})
    loaded: bool | None = None


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory: bytes in RAM and VRAM, its context in tokens, when it leaves (seconds since the epoch)."""

    name: str
    ram_bytes: int | None = None
    vram_bytes: int | None = None
    context_tokens: int | None = None
    expires_at: float | None = None


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


class Fetch(Protocol):
    """Brings the bytes of an attached file from where the platform keeps them."""

    async def __call__(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        """The file's bytes, of which no more than `most_bytes` are ever held.

        Raises `AttachmentRefused`: `too-large` for a file that has more, `gone` when it can't be had. Never follows
        `attachment.where` to anywhere but the platform itself: what stands there came from outside.
        """
        ...


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far an engine is in fetching a model: its own word for the step, and bytes where it counts them."""

    status: str
    done_bytes: int | None = None
    total_bytes: int | None = None


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


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, by count; of a person also in how many conversations."""

    turns: int
    pins: int
    conversations: int = 0


class History(Protocol):
    """The turns of each conversation, bounded in number and in time."""

    async def turns(self, conversation: ConversationKey) -> Sequence[Turn]:
        """The kept turns, oldest first."""
        ...

    async def append(self, conversation: ConversationKey, turn: Turn, *, replaces: str | None = None) -> None:
        """Keep `turn` as the newest. `replaces` is the id of the newest turn that it takes the place of, atomically.

        Appending a turn whose id is the newest one's already changes nothing.
        """
        ...

    async def forget(self, conversation: ConversationKey) -> Forgotten:
        """Erase the conversation's turns and its own pins (thread or channel), and say how many there were."""
        ...

    async def forget_person(self, platform: str, author: str) -> Forgotten:
        """Erase the turns in which the person asked, in every conversation on `platform`, and the person's own pins."""
        ...


class PinScope(StrEnum):
    """Whom a choice of model is for; the order is the precedence, the first one set applies."""

    THREAD = "thread"
    CHANNEL = "channel"
    USER = "user"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Pin:
    """A chosen model and whom it was chosen for."""

    scope: PinScope
    model: str


class ModelPins(Protocol):
    """Which model was chosen for whom; survives restarts."""

    async def pins(self, conversation: ConversationKey, author: Author) -> Sequence[Pin]:
        """The pins that concern this person in this conversation, in order of precedence."""
        ...

    async def pin(self, scope: PinScope, conversation: ConversationKey, author: Author, model: str) -> None:
        """Choose `model` for the scope; `THREAD` outside a thread is the channel."""
        ...

    async def unpin(self, scope: PinScope, conversation: ConversationKey, author: Author) -> bool:
        """Take a choice back; False when there was none."""
        ...


@dataclass(frozen=True, slots=True)
class LatencySample:
    """What one turn took, in milliseconds; `at` is seconds since the epoch, `cold` when a load came first."""

    model: str
    at: float
    total_ms: float
    ttft_ms: float | None = None
    load_ms: float | None = None
    tokens_per_second: float | None = None
    cold: bool = False


class LatencyLog(Protocol):
    """The newest turns' durations per model, bounded."""

    async def record(self, sample: LatencySample) -> None:
        """Keep one more sample; the oldest over the bound goes."""
        ...

    async def samples(self) -> Mapping[str, Sequence[LatencySample]]:
        """The kept samples by model, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One use of a command that takes more than asking: who, when, where, what, and whether it was allowed.

    `at` is seconds since the epoch, `author` the platform's id of the person, `permission` the one it took.
    `parameters` are the command's own values, never the text of a message.
    """

    at: float
    author: str
    conversation: ConversationKey
    command: str
    parameters: Mapping[str, str]
    permission: str
    allowed: bool


class AuditLog(Protocol):
    """Where the uses of administrators' commands are written down, each before it is carried out."""

    async def record(self, entry: AuditEntry) -> None:
        """Keep `entry` for good. Never raises: what can't be kept is logged, and what was asked for is done."""
        ...


# --- retrieval ------------------------------------------------------------------------------------------------

Vector = Sequence[float]


@dataclass(frozen=True, slots=True)
class SparseVector:
    """A bag of weighted tokens: each index once, with its weight."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document as it is stored.

    `document` is the path relative to the knowledge folder, with '/' on every system. `text` is what is shown, and
    `document_text[start:end] == text` for the document's extracted text. `headings` is the path of headings above it,
    outermost first. `language` is `en`, `cs` or empty when neither; `scope` the audience that may read it; `modified`
    seconds since the epoch.
    """

    document: str
    ordinal: int
    title: str
    headings: tuple[str, ...]
    text: str
    start: int
    end: int
    language: str
    scope: str
    modified: float


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """A chunk with its vectors: `dense` by the embedding model's short name (a model may leave a chunk out)."""

    chunk: Chunk
    dense: Mapping[str, Vector]
    sparse: SparseVector


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found by one ranking, with that ranking's own score (scores of different rankings don't compare)."""

    chunk: Chunk
    score: float


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """One ranking to ask an index for: by a dense vector of the model `using`, or by tokens when it is a sparse one.

    Only chunks whose scope is in `scopes` are looked at, inside the index; `language` narrows further when it is set.
    """

    vector: Vector | SparseVector
    scopes: frozenset[str]
    limit: int
    using: str = "sparse"
    language: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document as the index holds it: the digest of the file that was indexed, and its number of chunks."""

    document: str
    digest: str
    chunks: int
    scope: str
    modified: float


class TextEmbedder(Protocol):
    """Turns texts into vectors that are near each other when the texts mean alike."""

    @property
    def name(self) -> str:
        """A short name for the vectors, such as `e5`."""
        ...

    @property
    def model(self) -> str:
        """The model's full name and variant; vectors of different models don't compare."""
        ...

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        ...

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Vector]:
        """One vector a text, in order; never on the event loop."""
        ...

    async def embed_query(self, text: str) -> Vector:
        """The vector of a question."""
        ...


class SparseEmbedder(Protocol):
    """Turns texts into bags of tokens; pure and fast."""

    @property
    def model(self) -> str:
        """The name of the tokenization; bags of different ones don't compare."""
        ...

    def passage(self, text: str) -> SparseVector:
        """The bag of a passage, weighted by BM25's term frequency (the index weighs by rarity)."""
        ...

    def query(self, text: str) -> SparseVector:
        """The bag of a question, every token once."""
        ...


class PassageIndex(Protocol):
    """The store of chunks and vectors. Everything it answers is of whole documents: it never shows half of one."""

    async def replace(self, record: DocumentRecord, chunks: Sequence[IndexedChunk]) -> None:
        """Hold exactly `chunks` for the document, instead of those it had."""
        ...

    async def remove(self, documents: Sequence[str]) -> None:
        """Forget these documents; unknown ones are none of anybody's business."""
        ...

    async def documents(self) -> Sequence[DocumentRecord]:
        """Every document that is held, by path."""
        ...

    async def rankings(self, queries: Sequence[IndexQuery]) -> Sequence[Sequence[Hit]]:
        """One ranking a query, best first, in one round trip."""
        ...

    async def chunks(self, document: str, *, first: int, last: int) -> Sequence[Chunk]:
        """The document's chunks with ordinals from `first` to `last`, in order: neighbours of a hit."""
        ...

    async def indexed(self, document: str) -> Sequence[IndexedChunk]:
        """The document's chunks with their vectors, in order, so that nothing is embedded twice; none if unknown.

        Dense vectors come back as they compare: in their direction, of any length.
        """
        ...

    async def size(self) -> tuple[int, int]:
        """How many chunks there are, and how many bytes they take on disk (0 where the store doesn't tell)."""
        ...


@runtime_checkable
class BuiltAnew(Protocol):
    """What a `PassageIndex` may be able to do besides: be built anew beside itself, when other models are wanted."""

    @property
    def outdated(self) -> IndexMismatch | None:
        """Set while the index was built with others than it is asked for; then nothing can be put into it."""
        ...

    def rebuild(self) -> AbstractAsyncContextManager[PassageIndex]:
        """The index that is wanted. It takes this one's place at the end of the block.

        When the block fails or is cancelled nothing changes, and the next `rebuild` goes on with what was built.
        """
        ...
