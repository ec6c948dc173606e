"""Owns what travels between the embedded index and its worker process: a request, and an answer or a failure."""

from dataclasses import dataclass, fields
from typing import Any

from bot.errors import AssistantError


@dataclass(frozen=True, slots=True)
class Request:
    """A call of one of the folder's methods."""

    method: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the method returned."""

    value: Any


@dataclass(frozen=True, slots=True)
class Failure:
    """The error that the method raised, in parts: errors with fields can't be pickled."""

    kind: type[Exception]
    data: dict[str, Any]

    @classmethod
    def of(cls, error: AssistantError | ValueError) -> "Failure":
        """The parts of `error`."""
        if isinstance(error, AssistantError):
            return cls(type(error), {field.name: getattr(error, field.name) for field in fields(error)})
        return cls(ValueError, {})

    def error(self) -> Exception:
        """The error, put together again."""
        return self.kind(**self.data)
