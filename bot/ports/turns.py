"""Owns what is asked about many turns at once: how long they took and what went wrong, over a span of time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.sketch import Sketch


class TurnFigure(StrEnum):
    """What is measured of a turn. All but `RATE` are milliseconds.

    `QUEUE`, `SEARCH`, `LOAD`, `FIRST` and `REST` are its stages in their order, together the whole turn; a stage that
    it hasn't got counts as 0. `COLD` is the load of turns that waited for one. `TTFT` goes from the question's arrival
    to the first word, and `RATE` is how fast the answer was written, in tokens in 1,000 seconds.
    """

    QUEUE = "queue"
    SEARCH = "search"
    LOAD = "load"
    FIRST = "first"
    REST = "rest"
    COLD = "cold"
    TTFT = "ttft"
    RATE = "rate"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class TurnDigest:
    """What many turns of one model took. `abstained` of the `turns` had answers that the documents didn't give."""

    turns: int
    abstained: int = 0
    spread: Mapping[TurnFigure, Sketch] = field(default_factory=dict)


class TurnDigests(Protocol):
    """What the turns of a span took, in room that doesn't grow with their number."""

    async def digests(self, *, since: float, until: float) -> Mapping[str, TurnDigest]:
        """By model, the one used last first; models without a turn are left out.

        `since` and `until` are seconds since the epoch. The span is widened to whole pieces of time, of five minutes in
        spans of some hours up to a day in spans of weeks.
        """
        ...


class CountedErrors(Protocol):
    """How often which error was told to somebody; by code alone, never with whom or what about."""

    async def counts(self, *, since: float, until: float) -> Mapping[str, int]:
        """How many there were of each code, the most frequent first; spans are widened as those of digests."""
        ...


class ErrorCounts(CountedErrors, Protocol):
    """Whoever keeps them."""

    async def add(self, counts: Mapping[str, int], *, at: float) -> None:
        """Count these errors, by code, as of `at` (seconds since the epoch)."""
        ...
