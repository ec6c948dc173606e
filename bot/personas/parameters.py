"""Owns a persona's parameters: which there are, by Ollama's names, what each may be, and what Sova takes of them."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.messages import Notice
from bot.ports import Sampling

Kept = str | int | float | bool
Share = Annotated[float, Field(ge=0, le=1)]
Penalty = Annotated[float, Field(ge=-2, le=2)]

EXPECTED = {
    "temperature": "0 … 2",
    "top_p": "0 … 1",
    "min_p": "0 … 1",
    "typical_p": "0 … 1",
    "top_k": "0, 1, 2 …",
    "repeat_penalty": "0 … 10",
    "repeat_last_n": "-1, 0, 1 …",
    "presence_penalty": "-2 … 2",
    "frequency_penalty": "-2 … 2",
    "seed": "…, -1, 0, 1 …",
    "num_ctx": "≥ 512",
    "num_predict": "≥ -2",
    "stop": '"…", "…"',
}
"""What each may be, in signs that every language reads."""


class BadParameter(Exception):
    """A parameter can't be what was written; `name` is which, `reason` what it may be."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__(name)
        self.name = name
        expected = EXPECTED.get(name, '"…"')
        self.reason = Notice("persona-parameter", {"name": name, "value": str(value), "expected": expected})


class Parameters(BaseModel):
    """How a persona's model answers; None leaves it to the operator's settings, or to the engine.

    `num_ctx` and `num_predict` bound, in tokens, what a prompt and an answer may have; they never widen what the
    operator allows. What else is given is kept, for Ollama, and not looked at by Sova.
    """

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False, hide_input_in_errors=True)
    __pydantic_extra__: dict[str, Kept]

    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: Share | None = None
    top_k: int | None = Field(default=None, ge=0)
    min_p: Share | None = None
    typical_p: Share | None = None
    repeat_penalty: float | None = Field(default=None, ge=0, le=10)
    repeat_last_n: int | None = Field(default=None, ge=-1)
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    seed: int | None = None
    stop: Annotated[
        tuple[Annotated[str, Field(min_length=1)], ...],
        BeforeValidator(lambda value: (value,) if isinstance(value, str) else _as_tuple(value)),
    ] = ()
    num_ctx: int | None = Field(default=None, ge=512)
    num_predict: int | None = Field(default=None, ge=-2)

    @classmethod
    def of(cls, values: Mapping[str, object], *, strict: bool) -> Self:
        """The parameters by name; raises `BadParameter` at the first that can't be. Texts are read unless `strict`."""
        try:
            return cls.model_validate(dict(values), strict=strict)
        except ValidationError as error:
            name = str(error.errors(include_url=False, include_input=False)[0]["loc"][0])
            raise BadParameter(name, values.get(name)) from None

    @property
    def sampling(self) -> Sampling:
        """What an engine is told besides temperature and seed."""
        return Sampling(**{field.name: getattr(self, field.name) for field in fields(Sampling)})

    @property
    def kept(self) -> Mapping[str, Kept]:
        """What Sova doesn't take: what would make an engine load its model anew, and what isn't known."""
        return self.__pydantic_extra__

    def given(self) -> dict[str, Kept | tuple[str, ...]]:
        """All that is given, by name."""
        named = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in named.items() if value not in (None, ())} | dict(self.kept)


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
