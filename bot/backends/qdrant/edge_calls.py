"""Owns what travels between the embedded index and its worker process: a request, and an answer or a failure."""

import copyreg
import pickle
from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import IO, Any

from bot.errors import AssistantError
from bot.ports import Chunk, DocumentRecord, Hit, IndexedChunk, IndexQuery, SparseVector

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


def send(message: Request | Answer | Failure, stream: IO[bytes]) -> None:
    """Write `message`, which `pickle.load` reads. Raises `OSError`."""
    _Pickler(stream, protocol=pickle.HIGHEST_PROTOCOL).dump(message)
    stream.flush()


def _flat(kind: type) -> Callable[[Any], tuple[type, tuple[Any, ...]]]:
    """How to pickle a frozen value with several fields: as a call of its class."""
    values = attrgetter(*(field.name for field in fields(kind)))
    return lambda one: (kind, values(one))


class _Pickler(pickle.Pickler):
    """What dataclasses bring along for pickling is three times slower, and 600 hits come with every search."""

    dispatch_table = copyreg.dispatch_table | {
        kind: _flat(kind) for kind in (Chunk, DocumentRecord, Hit, IndexedChunk, IndexQuery, SparseVector)
    }
