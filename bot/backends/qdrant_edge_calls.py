"""Owns what travels between the embedded index and its worker process: a request, and an answer or a failure."""

from dataclasses import dataclass, fields
from typing import Any

from bot.errors import AssistantError

DETAIL_CHARS = 500


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
    """The error that the method raised, in parts: errors with fields can't be pickled.

    `detail` is what lies behind it, for the log at DEBUG.
    """

    kind: type[AssistantError]
    data: dict[str, Any]
    detail: str

    @classmethod
    def of(cls, error: AssistantError, *, cause: BaseException) -> "Failure":
        """The parts of `error`."""
        data = {field.name: getattr(error, field.name) for field in fields(error)}
        return cls(type(error), data, detail=repr(cause)[:DETAIL_CHARS])

    def error(self) -> AssistantError:
        """The error, put together again."""
        return self.kind(**self.data)
