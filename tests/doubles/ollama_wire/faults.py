"""What the next completion can be told to do instead of going well; `after` counts the pieces said before."""

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True)
class Busy:
    """503, as when too many loads wait."""


@dataclass(frozen=True)
class Silent:
    """Accepts the request and never answers."""


@dataclass(frozen=True)
class HeldLoad:
    """The model isn't loaded before `ready` is set."""

    ready: asyncio.Event


@dataclass(frozen=True)
class Drop:
    """The connection breaks; None: before there was any answer at all."""

    after: int | None


@dataclass(frozen=True)
class End:
    """The answer ends cleanly, without ever having said that it is done."""

    after: int


@dataclass(frozen=True)
class Garbage:
    """A line that is no JSON."""

    after: int


@dataclass(frozen=True)
class ErrorLine:
    """An error in the middle of the stream, as when the runner dies."""

    after: int
    text: str = "llama runner process has terminated"


@dataclass(frozen=True)
class Says:
    """These pieces instead of the engine's: (thinking, content) each."""

    pieces: tuple[tuple[str, str], ...]


Fault = Busy | Silent | HeldLoad | Drop | End | Garbage | ErrorLine | Says
