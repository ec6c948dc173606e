"""Owns what a benchmark is given: the prompts and the models, read strictly, so that nothing is misread."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from bot.benchmarks.records import Aspect, Prompt
from bot.errors import BadBenchmarkFile
from bot.messages import Language, Notice
from bot.ports import Capability

MOST_BYTES = 4_000_000
DEFAULT_PROMPTS = "prompts.json"
MOST_TOKENS = 4096
"""A longer answer says nothing more of a model's speed."""

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Entries = TypeAdapter(list[object])
_Row = TypeVar("_Row", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Aspect(_Strict):
    """One check, and its name."""

    name: _Text
    any_of: tuple[_Text, ...] = ()
    none_of: tuple[_Text, ...] = ()
    pattern: str = ""
    json_has: dict[str, str | int | float | bool | None] | None = None
    most_words: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _one_check(self) -> Self:
        checks = (self.any_of, self.none_of, self.pattern, self.json_has is not None, self.most_words)
        if sum(map(bool, checks)) != 1:
            raise ValueError("exactly one of any_of, none_of, pattern, json_has and most_words must be given")
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"the pattern is no regular expression ({error})") from error
        return self


class _Prompt(_Strict):
    """A prompt as it is written; `text` may be a list of lines."""

    id: Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,40}$")]
    language: Language
    kind: _Text
    text: str | tuple[str, ...]
    max_tokens: int = Field(default=128, ge=1, le=MOST_TOKENS)
    aspects: tuple[_Aspect, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.whole.strip():
            raise ValueError("the text is empty")
        return self

    @property
    def whole(self) -> str:
        return self.text if isinstance(self.text, str) else "\n".join(self.text)


class WantedModel(_Strict):
    """A model as `models.json` names it. What it says of size and capabilities is for where the engine doesn't tell.

    `size_gb` is in 10⁹ bytes. A model that completes no text isn't asked.
    """

    name: _Text
    size_gb: float | None = Field(default=None, gt=0)
    parameters: _Text | None = None
    quantization: _Text | None = None
    capabilities: frozenset[Capability] = frozenset({Capability.COMPLETION})


def read_prompts(path: Path | None = None) -> tuple[Prompt, ...]:
    """The prompts in `path`, a JSON list; without one, those that Sova brings. Raises `BadBenchmarkFile`. Blocks."""
    if path is None:
        shipped = files("bot.benchmarks").joinpath(DEFAULT_PROMPTS)
        return _prompts(shipped.read_bytes(), DEFAULT_PROMPTS)
    return _prompts(contents(path), str(path))


def read_models(path: Path) -> tuple[WantedModel, ...]:
    """The models in `path`: a JSON list of names or of objects. Raises `BadBenchmarkFile`. Blocks."""
    models: dict[str, WantedModel] = {}
    for number, entry in enumerate(_entries(contents(path), str(path)), start=1):
        plain = {"name": entry} if isinstance(entry, str) else entry
        model = _checked(WantedModel, plain, path=str(path), entry_name=_entry_name(plain, "name", number))
        if model.name in models:
            raise BadBenchmarkFile(str(path), Notice("bench-file-repeated"), entry=model.name)
        models[model.name] = model
    return tuple(models.values())


def contents(path: Path) -> bytes:
    """The bytes of a file that somebody named; raises `BadBenchmarkFile`. Blocks."""
    try:
        if not path.is_file():  # opening a pipe would wait for ever
            raise BadBenchmarkFile(str(path), Notice("bench-file-missing"))
        with path.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        reason = Notice("bench-file-unreadable", {"reason": error.strerror or type(error).__name__})
        raise BadBenchmarkFile(str(path), reason) from error
    if len(data) > MOST_BYTES:
        raise BadBenchmarkFile(str(path), Notice("bench-file-too-large"))
    return data


def _prompts(data: bytes, path: str) -> tuple[Prompt, ...]:
    prompts: dict[str, Prompt] = {}
    for number, entry in enumerate(_entries(data, path), start=1):
        row = _checked(_Prompt, entry, path=path, entry_name=_entry_name(entry, "id", number))
        if row.id in prompts:
            raise BadBenchmarkFile(path, Notice("bench-file-repeated"), entry=row.id)
        aspects = tuple(Aspect(**one.model_dump()) for one in row.aspects)
        prompts[row.id] = Prompt(row.id, row.language, row.kind, row.whole, row.max_tokens, aspects)
    return tuple(prompts.values())


def _entries(data: bytes, path: str) -> list[object]:
    try:
        entries = _Entries.validate_json(data.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        raise BadBenchmarkFile(path, Notice("bench-file-no-list")) from error
    if not entries:
        raise BadBenchmarkFile(path, Notice("bench-file-empty"))
    return entries


def _entry_name(entry: object, key: str, number: int) -> str:
    """How people find the entry: by its name, else by its place in the list."""
    name = entry.get(key) if isinstance(entry, dict) else None
    return name if isinstance(name, str) and name else f"#{number}"


def _checked(kind: type[_Row], entry: object, *, path: str, entry_name: str) -> _Row:
    try:
        return kind.model_validate(entry)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"])) or "entry"
        told = first["msg"].removeprefix("Value error, ")
        raise BadBenchmarkFile(
            path, Notice("bench-file-entry", {"field": field, "reason": told}), entry=entry_name
        ) from error
