"""Owns what Ollama's native API says, in our words, with the shapes that its official client leaves out. Pure.

Source: Ollama's API documentation. Durations are nanoseconds there and milliseconds here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ollama import ChatResponse, ListResponse, ProcessResponse, ProgressResponse, ShowResponse
from pydantic import BaseModel, ConfigDict

from bot.backends.engines.thinking import ThinkingSplitter
from bot.errors import EngineDiskFull, EngineError, ModelNotOffered, PullDamaged, RegistryUnreachable
from bot.messages import FinishReason, Usage
from bot.models.metadata import attention_of, context_of, experts_of, licence_of
from bot.models.naming import is_cloud_name
from bot.ports import (
    Attention,
    Capability,
    CompletionDelta,
    CompletionEnd,
    LoadedModel,
    ModelDetails,
    ModelFile,
    ModelInfo,
    NewModel,
    PullPhase,
    PullProgress,
)

_NANOSECONDS = 1e6
_RAW_LICENCE_CHARS = 4000
_LINE_CHARS = 100
_PULL_FAULTS: tuple[tuple[str, type[ModelNotOffered | PullDamaged | EngineDiskFull | RegistryUnreachable]], ...] = (
    (r"digest mismatch|invalid digest", PullDamaged),
    (r"no space left|disk quota exceeded|not enough space", EngineDiskFull),
    (
        r"no such host|dial tcp|i/o timeout|max retries|unreachable|connection re(?:fused|set)|tls:|tls handshake"
        r"|\beof\b|deadline exceeded|server misbehaving",
        RegistryUnreachable,
    ),
    (
        r"manifest: (?:file does not exist|40[14]\b)|manifest unknown|not found|not available in the repository",
        ModelNotOffered,
    ),
)
"""What Ollama's reasons for a failed pull mean; the first that fits. Its API has no codes for them."""


class Version(BaseModel):
    """The answer of `/api/version`."""

    model_config = ConfigDict(hide_input_in_errors=True)
    version: str


class Tag(ListResponse.Model):
    """A model in the list, with where it runs when that is not here; the official client drops those two fields."""

    model_config = ConfigDict(hide_input_in_errors=True)
    name: str
    digest: str
    remote_host: str | None = None
    remote_model: str | None = None

    @property
    def is_remote(self) -> bool:
        """Whether its answers would come from somebody else's machines."""
        return bool(self.remote_host or self.remote_model) or is_cloud_name(self.name)

    def info(self) -> ModelInfo:
        """What the list alone tells."""
        details = self.details
        return ModelInfo(
            name=self.name,
            size_bytes=self.size,
            parameters=(details and details.parameter_size) or None,
            quantization=(details and details.quantization_level) or None,
            family=(details and details.family) or None,
        )


class Tags(BaseModel):
    """The answer of `/api/tags`."""

    model_config = ConfigDict(hide_input_in_errors=True)
    models: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What `/api/show` tells about a model: the context it was made for, what it can do, and how it is built."""

    context_tokens: int | None
    capabilities: frozenset[Capability]
    attention: Attention | None = None
    experts: tuple[int, int] | None = None
    licence: str | None = None

    def complete(self, info: ModelInfo) -> ModelInfo:
        """`info` with what is known here."""
        return replace(
            info,
            context_tokens=self.context_tokens,
            capabilities=self.capabilities,
            attention=self.attention,
            experts=self.experts,
            licence=self.licence,
        )


def shown(response: ShowResponse) -> Shown:
    """Read `/api/show`. An Ollama too old to tell capabilities runs models that complete, and nothing else is sure."""
    told = response.capabilities
    known = {Capability(name) for name in told or () if name in set(Capability)}
    facts = response.modelinfo or {}
    return Shown(
        context_tokens=context_of(facts),
        capabilities=frozenset(known if told else {Capability.COMPLETION}),
        attention=_attention(facts),
        experts=experts_of(facts),
        licence=licence_of(facts, (response.license or "")[:_RAW_LICENCE_CHARS]),
    )


def details(info: ModelInfo, tag: Tag, response: ShowResponse) -> ModelDetails:
    """All that the list and `/api/show` tell of one model."""
    told = response.details
    return ModelDetails(
        info=info,
        digest=tag.digest.removeprefix("sha256:") or None,
        modified_at=tag.modified_at.timestamp() if tag.modified_at else None,
        format=(told and told.format) or None,
        base=(told and told.parent_model) or None,
        has_template=bool((response.template or "").strip()),
        parameters=tuple(_lines(response.parameters)),
        licence_begins=next(_lines(response.license), ""),
        files=tuple(map(ModelFile, _files(response.modelfile or ""))),
    )


def _lines(text: str | None) -> Iterator[str]:
    """The lines that say something, short and without the columns that Ollama pads."""
    lines = (" ".join(line.split()) for line in (text or "").splitlines())
    return (line[:_LINE_CHARS] for line in lines if line)


def _files(modelfile: str) -> Iterator[str]:
    """The names of the files that the model is made of, which its Modelfile tells by their paths."""
    for line in modelfile.splitlines():
        directive, _, path = line.strip().partition(" ")
        if directive.upper() in {"FROM", "ADAPTER"} and ("/" in path or "\\" in path):
            name = re.split(r"[/\\]", path.strip())[-1]
            if name.startswith("sha256-"):
                yield name


def pull_fault(reason: str, *, engine: str, model: str) -> EngineError | None:
    """What it means when Ollama gives `reason` for a pull that failed; None where that isn't known."""
    for pattern, kind in _PULL_FAULTS:
        if re.search(pattern, reason, re.IGNORECASE):
            return kind(engine=engine, model=model)
    return None


def _attention(facts: Mapping[str, object]) -> Attention | None:
    """The attention's shape; a model that tells nonsense about it may still answer."""
    try:
        return attention_of(facts)
    except ValueError:
        return None


def loaded(model: ProcessResponse.Model) -> LoadedModel:
    """A model in memory; what isn't in VRAM is in RAM."""
    size, vram = model.size, model.size_vram or 0
    return LoadedModel(
        name=model.name or model.model or "",
        ram_bytes=None if size is None else max(int(size) - int(vram), 0),
        vram_bytes=None if model.size_vram is None else int(vram),
        context_tokens=model.context_length,
        expires_at=model.expires_at.timestamp() if model.expires_at else None,
    )


@dataclass(slots=True)
class Answer:
    """A completion as it comes in: deltas out, and the end when Ollama has said `done`."""

    splitter: ThinkingSplitter = field(default_factory=ThinkingSplitter)
    began: bool = False
    end: CompletionEnd | None = None
    alternatives: Mapping[str, float] = field(default_factory=dict)

    def read(self, part: ChatResponse) -> Iterator[CompletionDelta]:
        """What `part` adds to the answer."""
        self.began = True
        if part.logprobs and not self.alternatives:
            self.alternatives = {likely.token: likely.logprob for likely in part.logprobs[0].top_logprobs or ()}
        if part.message.thinking:
            yield CompletionDelta(thinking=part.message.thinking)
        if part.message.content:
            yield from self.splitter.feed(part.message.content)
        if part.done:
            yield from self.splitter.end()
            self.end = _end(part, self.alternatives)


def _end(part: ChatResponse, alternatives: Mapping[str, float]) -> CompletionEnd:
    return CompletionEnd(
        FinishReason.LENGTH if part.done_reason == "length" else FinishReason.COMPLETE,
        Usage(part.prompt_eval_count, part.eval_count),
        load_ms=_milliseconds(part.load_duration),
        prompt_ms=_milliseconds(part.prompt_eval_duration),
        generation_ms=_milliseconds(part.eval_duration),
        alternatives=alternatives,
    )


def _milliseconds(nanoseconds: int | None) -> float | None:
    return None if nanoseconds is None else nanoseconds / _NANOSECONDS


@dataclass(slots=True)
class Download:
    """A model on its way in: Ollama counts each of its layers by itself, people want one figure."""

    _done: dict[str, int] = field(default_factory=dict)
    _total: dict[str, int] = field(default_factory=dict)

    def read(self, part: ProgressResponse) -> PullProgress:
        """How far it is after `part`."""
        if part.digest and part.total:
            self._total[part.digest] = part.total
            self._done[part.digest] = part.completed or self._done.get(part.digest, 0)
        total = sum(self._total.values()) if self._total else None
        done = sum(self._done.values()) if self._total else None
        return PullProgress(part.status or "", done, total, _phase(part.status or ""))


def _phase(status: str) -> PullPhase:
    """What Ollama does, by its word for it."""
    match status.split():
        case ["pulling", "manifest"] | []:
            return PullPhase.ASKING
        case ["pulling" | "downloading", *_]:
            return PullPhase.FETCHING
        case ["verifying", *_]:
            return PullPhase.CHECKING
        case ["success"]:
            return PullPhase.DONE
        case _:
            return PullPhase.FINISHING


def created(model: NewModel, base: ModelInfo) -> dict[str, Any]:
    """What the official client is given to make `model` of `base`; what is empty stays the base's."""
    given = {
        "system": model.system,
        "template": model.template,
        "parameters": {name: _listed(value) for name, value in model.parameters.items()},
        "messages": [{"role": message.role, "content": message.content} for message in model.messages],
        "license": list(model.licenses),
    }
    return {"model": model.name, "from_": base.name, "stream": True} | {
        name: value for name, value in given.items() if value
    }


def _listed(value: str | float | Sequence[str]) -> str | float | list[str]:
    return value if isinstance(value, str | int | float) else list(value)
