"""Owns what the house asks of a tracer: spans of a turn and its stages, with figures and codes, never with text."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

Value = str | int | float | bool


class Span(Protocol):
    """A stretch of work that is being measured."""

    def note(self, name: str, value: Value) -> None:
        """Keep a figure, a name or a code with it; never what people or models say."""
        ...

    def current(self) -> AbstractContextManager[None]:
        """Spans that begin in the block, or in tasks that it starts, are parts of this one."""
        ...

    def end(self, *, error: str | None = None) -> None:
        """It is over; `error` is the code of what it failed with."""
        ...


class Tracer(Protocol):
    """Where spans begin."""

    def begin(self, name: str, *, at: float | None = None) -> Span:
        """A span as part of the current one; it began just now, or `at` (seconds since the epoch)."""
        ...


class NoSpan:
    """Measures nothing."""

    def note(self, name: str, value: Value) -> None:
        """Drop it."""

    def current(self) -> AbstractContextManager[None]:
        """Nothing becomes part of it."""
        return nullcontext()

    def end(self, *, error: str | None = None) -> None:
        """Nothing is kept."""


class NoTracer:
    """Nobody collects traces here."""

    _span = NoSpan()

    def begin(self, name: str, *, at: float | None = None) -> Span:  # noqa: ARG002  # the port's
        """The span that measures nothing."""
        return self._span
