"""Owns the shapes of OpenAI's protocol as local servers speak it, and what they mean in our words. Pure.

Servers add fields of their own; those that tell something are read, all others are ignored. Sources: OpenAI's API
reference; llama.cpp's server README (`meta`, `timings`, `exceed_context_size_error`); vLLM's `max_model_len`;
LM Studio's REST API v0.
"""

import base64
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pydantic import BaseModel, ConfigDict, Field

from bot.backends.engines.thinking import ThinkingSplitter
from bot.messages import FinishReason, Image, Message, Usage
from bot.ports import Capability, CompletionDelta, CompletionEnd, LoadedModel, ModelInfo, Sampling

Json = dict[str, object]

_TELLS_NO_THINKING = frozenset({"llamacpp", "vllm", "sglang"})
"""Servers (by `owned_by`) that hand `chat_template_kwargs` to the model's template; others may refuse the field."""

_ALWAYS_LOADED = frozenset({"llamacpp", "vllm", "sglang"})
"""Servers that hold in memory whatever they list."""

_STANDARD_SAMPLING = {name: name for name in ("top_p", "presence_penalty", "frequency_penalty", "stop")}
"""What OpenAI's own protocol has of Ollama's parameters; a server may refuse anything else."""
_LLAMA_SAMPLING = {name: name for name in ("top_k", "min_p", "typical_p", "repeat_penalty", "repeat_last_n")}
_BATCHING_SAMPLING = {"top_k": "top_k", "min_p": "min_p", "repeat_penalty": "repetition_penalty"}
_OWN_SAMPLING = {"llamacpp": _LLAMA_SAMPLING, "vllm": _BATCHING_SAMPLING, "sglang": _BATCHING_SAMPLING}
"""What these servers (by `owned_by`) take besides, by the names that they have for it."""
_STUDIO_SAMPLING = {"top_k": "top_k", "repeat_penalty": "repeat_penalty"}


class Wire(BaseModel):
    """What all shapes share: unknown fields are ignored, and faults never quote what was received."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, protected_namespaces=())


# --- a completion ---------------------------------------------------------------------------------------------


class Delta(Wire):
    """A piece of a message; `reasoning_content` (llama.cpp, vLLM, SGLang) or `reasoning` (others) is thinking."""

    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class LikelyToken(Wire):
    """A token that might stand here, and the natural logarithm of its probability."""

    token: str
    logprob: float


class TokenLogprobs(Wire):
    """The tokens that were likely at one place."""

    top_logprobs: tuple[LikelyToken, ...] = ()


class Logprobs(Wire):
    """What was likely, place by place."""

    content: tuple[TokenLogprobs, ...] | None = None


class Choice(Wire):
    """One of the answers; there is only ever one here."""

    delta: Delta | None = None
    finish_reason: str | None = None
    logprobs: Logprobs | None = None


class PromptDetails(Wire):
    """What the prompt was made of."""

    cached_tokens: int | None = None


class UsageCounts(Wire):
    """Token counts."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: PromptDetails | None = None


class LlamaTimings(Wire):
    """llama.cpp's own measurements, in tokens and milliseconds; `prompt_n` leaves out the `cache_n` reused ones."""

    prompt_n: int
    prompt_ms: float
    predicted_n: int
    predicted_ms: float
    cache_n: int | None = None


class Chunk(Wire):
    """One event of a streamed completion."""

    choices: tuple[Choice, ...] = ()
    usage: UsageCounts | None = None
    timings: LlamaTimings | None = None


_FINISH = {
    "length": FinishReason.LENGTH,
    "content_filter": FinishReason.INTERRUPTED,
    "abort": FinishReason.INTERRUPTED,
    "error": FinishReason.INTERRUPTED,
}


@dataclass(slots=True)
class Answer:
    """A completion as it comes in: deltas out, and at the end what is known about it."""

    splitter: ThinkingSplitter = field(default_factory=ThinkingSplitter)
    finish: str | None = None
    usage: UsageCounts = field(default_factory=UsageCounts)
    timings: LlamaTimings | None = None
    began: bool = False
    alternatives: Mapping[str, float] = field(default_factory=dict)

    def read(self, chunk: Chunk) -> Iterator[CompletionDelta]:
        """What `chunk` adds to the answer."""
        self.usage = chunk.usage or self.usage
        self.timings = chunk.timings or self.timings
        for choice in chunk.choices[:1]:
            self.began = True
            self.finish = choice.finish_reason or self.finish
            self._note_likely(choice.logprobs)
            yield from self._read(choice.delta or Delta())

    def _note_likely(self, logprobs: Logprobs | None) -> None:
        """Keep what was likely at the first place."""
        if logprobs and logprobs.content and not self.alternatives:
            self.alternatives = {likely.token: likely.logprob for likely in logprobs.content[0].top_logprobs}

    def _read(self, delta: Delta) -> Iterator[CompletionDelta]:
        if thinking := delta.reasoning_content or delta.reasoning:
            yield CompletionDelta(thinking=thinking)
        if delta.content:
            yield from self.splitter.feed(delta.content)

    def end(self) -> CompletionEnd:
        """How it ended; to be asked for once a finish reason came."""
        finish = _FINISH.get(self.finish or "", FinishReason.COMPLETE)
        ended = CompletionEnd(finish, self._counts(), alternatives=self.alternatives)
        if self.timings:
            return replace(
                ended,
                evaluated_tokens=self.timings.prompt_n,
                prompt_ms=self.timings.prompt_ms,
                generation_ms=self.timings.predicted_ms,
            )
        return replace(ended, evaluated_tokens=_difference(ended.usage.prompt_tokens, ended.usage.cached_tokens))

    def _counts(self) -> Usage:
        details, timings = self.usage.prompt_tokens_details, self.timings
        cached = details.cached_tokens if details else None
        counted = Usage(self.usage.prompt_tokens, self.usage.completion_tokens, cached)
        if timings is None:
            return counted
        reused = timings.cache_n or 0
        return Usage(
            prompt_tokens=counted.prompt_tokens or timings.prompt_n + reused,
            completion_tokens=counted.completion_tokens or timings.predicted_n,
            cached_tokens=cached if cached is not None else timings.cache_n,
        )


def _difference(whole: int | None, part: int | None) -> int | None:
    return None if whole is None or part is None else whole - part


def messages_body(messages: tuple[Message, ...]) -> list[Json]:
    """Messages for the wire; a text stays plain text, so that servers without vision never meet a list."""
    return [{"role": message.role, "content": _content(message)} for message in messages]


def _content(message: Message) -> str | list[Json]:
    if not message.images:
        return message.content
    pictures: list[Json] = [{"type": "image_url", "image_url": {"url": _data_url(image)}} for image in message.images]
    return [{"type": "text", "text": message.content}, *pictures]


def _data_url(image: Image) -> str:
    return f"data:{image.media_type};base64,{base64.b64encode(image.data).decode()}"


# --- models ---------------------------------------------------------------------------------------------------


class LlamaMeta(Wire):
    """What llama.cpp tells about a model; `n_ctx` is the context that it runs with, of one answer."""

    n_ctx: int | None = None
    n_ctx_train: int | None = None
    n_params: int | None = None
    size: int | None = None
    ftype: str | None = None


class Architecture(Wire):
    """What goes into a model: `text`, `image`, `audio`."""

    input_modalities: tuple[str, ...] = ()


class Status(Wire):
    """Whether llama.cpp's router holds a model: `loaded`, `loading`, `unloaded` or `failed`."""

    value: str


class ModelEntry(Wire):
    """A model in the list of `/models`."""

    id: str
    owned_by: str | None = None
    meta: LlamaMeta | None = None
    architecture: Architecture | None = None
    status: Status | None = None
    max_model_len: int | None = None


class ModelList(Wire):
    """The answer of `/models`."""

    data: tuple[ModelEntry, ...]


class StudioEntry(Wire):
    """A model in LM Studio's own list; `type` is `llm`, `vlm` or `embeddings`."""

    id: str
    type: str | None = None
    arch: str | None = None
    quantization: str | None = None
    state: str | None = None
    max_context_length: int | None = None
    loaded_context_length: int | None = None
    capabilities: tuple[str, ...] = ()


class StudioList(Wire):
    """The answer of LM Studio's `/api/v0/models`."""

    data: tuple[StudioEntry, ...] = Field(default=())


@dataclass(frozen=True, slots=True)
class Offer:
    """A model and what the server told about running it.

    `runs_with` is the context in tokens that it really has; `sees` whether it takes pictures, None where the server
    doesn't tell; `template_options` whether the server hands options to the model's template. `sampling` are the names
    that it has for parameters that OpenAI's protocol hasn't.
    """

    info: ModelInfo
    runs_with: int | None = None
    sees: bool | None = None
    template_options: bool = False
    sampling: Mapping[str, str] = field(default_factory=dict)

    def sampling_body(self, sampling: Sampling) -> Json:
        """The parameters that the server takes, by its names for them."""
        names = {**_STANDARD_SAMPLING, **self.sampling}
        return {names[name]: value for name, value in sampling.given().items() if name in names}

    def loaded(self) -> LoadedModel:
        """The same model as one in memory; these servers don't tell how it is spread over RAM and VRAM."""
        return LoadedModel(name=self.info.name, context_tokens=self.runs_with)


def tells_enough(entry: ModelEntry) -> bool:
    """Whether the plain list already says what LM Studio would only say in its own."""
    return entry.meta is not None or entry.max_model_len is not None


def offer(entry: ModelEntry, studio: StudioEntry | None = None, *, seeing: Collection[str] = frozenset()) -> Offer:
    """What is known about the model of `entry`, and of LM Studio's entry for it where there is one.

    `seeing` are the models of which the operator says that they see; it counts where the server doesn't tell.
    """
    if studio is not None:
        return _studio_offer(studio)
    meta = entry.meta or LlamaMeta()
    sees = "image" in entry.architecture.input_modalities if entry.architecture else (entry.id in seeing or None)
    info = ModelInfo(
        name=entry.id,
        size_bytes=meta.size,
        parameters=_human(meta.n_params),
        quantization=meta.ftype,
        context_tokens=meta.n_ctx_train or entry.max_model_len,
        capabilities=frozenset({Capability.COMPLETION} | ({Capability.VISION} if sees else set())),
        loaded=_is_loaded(entry),
    )
    return Offer(
        info,
        meta.n_ctx or entry.max_model_len,
        sees,
        template_options=entry.owned_by in _TELLS_NO_THINKING,
        sampling=_OWN_SAMPLING.get(entry.owned_by or "", {}),
    )


def _is_loaded(entry: ModelEntry) -> bool | None:
    if entry.status:
        return entry.status.value == "loaded"
    return True if entry.owned_by in _ALWAYS_LOADED else None


def _studio_offer(studio: StudioEntry) -> Offer:
    loaded = studio.state == "loaded" if studio.state else None
    info = ModelInfo(
        name=studio.id,
        quantization=studio.quantization,
        context_tokens=studio.max_context_length,
        family=studio.arch,
        capabilities=_studio_capabilities(studio),
        loaded=loaded,
    )
    sees = studio.type == "vlm" if studio.type else None
    return Offer(info, studio.loaded_context_length, sees, sampling=_STUDIO_SAMPLING)


def _studio_capabilities(studio: StudioEntry) -> frozenset[Capability]:
    if studio.type == "embeddings":
        return frozenset({Capability.EMBEDDING})
    vision = {Capability.VISION} if studio.type == "vlm" else set()
    tools = {Capability.TOOLS} if "tool_use" in studio.capabilities else set()
    return frozenset({Capability.COMPLETION} | vision | tools)


_BILLION = 10**9


def _human(parameters: int | None) -> str | None:
    """A number of parameters as people write it: 135M, 1.54B."""
    if parameters is None:
        return None
    return f"{parameters / _BILLION:.3g}B" if parameters >= _BILLION else f"{parameters / 10**6:.3g}M"


# --- errors ---------------------------------------------------------------------------------------------------


class ErrorBody(Wire):
    """What a server says about a request that it turned down."""

    message: str = ""
    type: str | None = None
    code: str | int | None = None
    n_prompt_tokens: int | None = None
    n_ctx: int | None = None


_CONTEXT = re.compile(r"context (?:length|size)(?: is| of)?(?: only)? \(?(\d+)")
_PROMPT = re.compile(r"(\d+) (?:input tokens|in the messages|tokens? from the input)")
_WHOLE = re.compile(r"requested (?:about )?(\d+) tokens")


def context_counts(error: ErrorBody) -> tuple[int, int] | None:
    """The prompt's tokens and the context's where `error` says that the one doesn't fit the other.

    llama.cpp gives both as fields. vLLM, LM Studio and OpenAI write them into the sentence and nowhere else.
    """
    if error.n_prompt_tokens and error.n_ctx:
        return error.n_prompt_tokens, error.n_ctx
    context = _CONTEXT.search(error.message)
    prompt = _PROMPT.search(error.message) or _WHOLE.search(error.message)
    return (int(prompt[1]), int(context[1])) if context and prompt else None
