"""The requests of Ollama's API, read strictly: an unknown field or a wrong type is an error."""

import base64
import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, protected_namespaces=())


class Options(Strict):
    """Load options first: a runner that was loaded with others is loaded again."""

    num_ctx: int = 4096
    num_batch: int | None = None
    num_gpu: int | None = None
    main_gpu: int | None = None
    use_mmap: bool | None = None
    num_thread: int | None = None

    num_predict: int = -1
    temperature: float = 0.8
    seed: int | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    typical_p: float | None = None
    repeat_last_n: int | None = None
    repeat_penalty: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    stop: list[str] | None = None

    def sampling(self) -> dict[str, object]:
        """What is given besides lengths, temperature and seed; llama.cpp has the same names for it."""
        names = (
            "top_k", "top_p", "min_p", "typical_p", "repeat_last_n", "repeat_penalty", "presence_penalty",
            "frequency_penalty", "stop",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def loading(self) -> tuple[object, ...]:
        return self.num_ctx, self.num_batch, self.num_gpu, self.main_gpu, self.use_mmap, self.num_thread


def _picture(data: str) -> str:
    """A picture's bytes in base64, without a data URL's head."""
    if not base64.b64decode(data, validate=True):
        raise ValueError("illegal base64 data")
    return data


Picture = Annotated[str, AfterValidator(_picture)]


class Message(Strict):
    role: str
    content: str = ""
    thinking: str | None = None
    images: list[Picture] | None = None


class Completion(Strict):
    model: str
    options: Options = Field(default_factory=Options)
    stream: bool = True
    keep_alive: float | str | None = None
    think: bool | str | None = None
    format: str | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = Field(default=None, ge=0, le=20)

    @property
    def alternatives(self) -> int:
        """How many likely tokens are to be told at each place."""
        return (self.top_logprobs or 0) if self.logprobs else 0


class Chat(Completion):
    messages: list[Message] = Field(default_factory=list)
    tools: list[dict[str, object]] | None = None

    def asked(self) -> list[Message]:
        return self.messages


class Generate(Completion):
    prompt: str = ""
    system: str | None = None
    images: list[Picture] | None = None

    def asked(self) -> list[Message]:
        system = [Message(role="system", content=self.system)] if self.system else []
        return [*system, Message(role="user", content=self.prompt, images=self.images)] if self.prompt else []


class Named(Strict):
    model: str


class Pull(Named):
    stream: bool = True
    insecure: bool | None = None


class Create(Named):
    """Of `files`, `adapters` and `quantize` the wire knows nothing: it has no blobs."""

    base: str = Field(alias="from")
    system: str | None = None
    template: str | None = None
    parameters: Options | None = None
    messages: list[Message] = Field(default_factory=list)
    license: str | list[str] | None = None
    stream: bool = True


class Copy(Strict):
    source: str
    destination: str


_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
DEFAULT_KEEP_ALIVE = 300.0


def keep_alive_seconds(value: float | str | None) -> float:
    """Seconds of a `keep_alive`, infinite when negative. A text needs a unit, as Go's durations do."""
    seconds = DEFAULT_KEEP_ALIVE if value is None else _duration(value) if isinstance(value, str) else float(value)
    return float("inf") if seconds < 0 else seconds


def _duration(text: str) -> float:
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text.removeprefix("-"):
        raise ValueError(f'time: missing unit in duration "{text}"')
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    return -seconds if text.startswith("-") else seconds
