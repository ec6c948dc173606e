"""The models on the wire's disk and in its registry, and those in its memory."""

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

Json = dict[str, object]

# As in the GGUF's own header.
_SMOLLM2: Mapping[str, object] = {
    "general.architecture": "llama",
    "general.parameter_count": 134515008,
    "llama.block_count": 30,
    "llama.context_length": 8192,
    "llama.embedding_length": 576,
    "llama.attention.head_count": 9,
    "llama.attention.head_count_kv": 3,
}


@dataclass(frozen=True)
class StoredModel:
    name: str
    capabilities: tuple[str, ...] = ("completion",)
    size: int = 98362432
    parameter_size: str = "134.52M"
    quantization: str = "Q4_1"
    model_info: Mapping[str, object] = field(default_factory=lambda: _SMOLLM2)
    remote_model: str | None = None
    remote_host: str | None = None
    modified: str = "2025-11-01T12:00:00.000000001Z"

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.capabilities} {self.size} {self.model_info}".encode()).hexdigest()

    @property
    def details(self) -> Json:
        family = "" if self.remote_host else str(self.model_info["general.architecture"])
        return {
            "parent_model": "",
            "format": "" if self.remote_host else "gguf",
            "family": family,
            "families": [family] if family else None,
            "parameter_size": self.parameter_size,
            "quantization_level": self.quantization,
        }

    def tag(self) -> Json:
        remote: Json = {"remote_model": self.remote_model, "remote_host": self.remote_host} if self.remote_host else {}
        return {
            "name": self.name,
            "model": self.name,
            **remote,
            "modified_at": self.modified,
            "size": self.size,
            "digest": self.digest,
            "details": self.details,
        }

    def show(self) -> Json:
        return {
            "license": "Apache License, Version 2.0",
            "modelfile": f"FROM {self.name}",
            "template": "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}",
            "details": self.details,
            "model_info": dict(self.model_info),
            "capabilities": list(self.capabilities),
            "modified_at": self.modified,
        }


def on_disk() -> list[StoredModel]:
    """What the wire starts with: the real test model, under several names for what it is said to be able to do."""
    short = {**_SMOLLM2, "llama.context_length": 512}
    return [
        StoredModel("smollm2:135m"),
        StoredModel("smollm2-short:latest", model_info=short),
        StoredModel("thinker:135m", capabilities=("completion", "thinking")),
        StoredModel("seer:135m", capabilities=("completion", "vision")),
        StoredModel("embedder:latest", capabilities=("embedding",), size=45_000_000),
        StoredModel("gpt-oss:120b-cloud", remote_model="gpt-oss:120b", remote_host="https://ollama.com:443", size=384),
        StoredModel("inconspicuous:1b", remote_model="big:1t", remote_host="https://ollama.com:443", size=384),
    ]


def registry() -> dict[str, StoredModel]:
    return {"owl:1b": StoredModel("owl:1b", size=1_000_000)}


@dataclass(frozen=True)
class Runner:
    model: StoredModel
    loading: tuple[object, ...]
    expires_at: float

    def ps(self) -> Json:
        until = datetime(9999, 1, 1, tzinfo=UTC) if math.isinf(self.expires_at) else _moment(self.expires_at)
        return {
            "name": self.model.name,
            "model": self.model.name,
            "size": self.model.size + 50_000_000,
            "digest": self.model.digest,
            "details": self.model.details,
            "expires_at": until.isoformat(),
            "size_vram": 0,
            "context_length": self.loading[0],
        }


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True)
class Loaded:
    """An entry of the books: `model` was loaded, or `again` while it was there, for it was asked with other options."""

    model: str
    again: bool


@dataclass(frozen=True)
class PutOut:
    """An entry of the books: `model` was sent away while it had time left."""

    model: str


@dataclass
class Memory:
    """Which models are in memory, and the `books` of it; one asked with other load options is loaded again."""

    clock: Callable[[], float]
    books: list[Loaded | PutOut] = field(default_factory=list)
    _runners: dict[str, Runner] = field(default_factory=dict)

    @property
    def loads(self) -> int:
        return sum(isinstance(entry, Loaded) for entry in self.books)

    def running(self) -> list[Runner]:
        now = self.clock()
        self._runners = {name: runner for name, runner in self._runners.items() if runner.expires_at > now}
        return list(self._runners.values())

    def needs_load(self, model: StoredModel, loading: tuple[object, ...]) -> bool:
        return not any(runner.model.name == model.name and runner.loading == loading for runner in self.running())

    def load(self, model: StoredModel, loading: tuple[object, ...]) -> None:
        again = any(runner.model.name == model.name for runner in self.running())
        self.books.append(Loaded(model.name, again=again))
        self._runners[model.name] = Runner(model, loading, math.inf)

    def keep(self, name: str, seconds: float) -> None:
        if runner := next((runner for runner in self.running() if runner.model.name == name), None):
            if seconds == 0:
                self.books.append(PutOut(name))
            self._runners[name] = replace(runner, expires_at=self.clock() + seconds)

    def forget(self, name: str) -> None:
        self._runners.pop(name, None)
