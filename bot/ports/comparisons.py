"""Owns what is asked about comparisons: which models were held against each other, and whom people preferred."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

NO_DIFFERENCE = 0
"""The choice of somebody who finds all answers alike; other choices are a contestant's number, from 1."""
MOST_COMPARED = 4
"""So many models answer one question at most."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How fast an answer came: durations in milliseconds, `tokens` its length. None: not known, or nothing was loaded.

    `ttft_ms` and `total_ms` run from the moment in which the model was in memory; `tokens_per_second` is the rate of
    generation alone.
    """

    ttft_ms: float | None = None
    total_ms: float | None = None
    load_ms: float | None = None
    tokens_per_second: float | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Contestant:
    """A model that was asked; one that hasn't `answered` can't be voted for."""

    model: str
    figures: Figures
    answered: bool = True


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is kept of a comparison: its models in the order in which people saw them, and no word of what was said.

    `id` is known to those who saw it; `at` is seconds since the epoch.
    """

    id: str
    at: float
    contestants: tuple[Contestant, ...]


@dataclass(frozen=True, slots=True)
class Poll:
    """A comparison and the choices that people made, one each, in no order."""

    comparison: Comparison
    choices: tuple[int, ...] = ()


class Comparisons(Protocol):
    """The comparisons and their votes, bounded in number, and in time as the history is."""

    async def keep(self, comparison: Comparison) -> None:
        """Keep it, so that people can vote; the oldest go where there are too many."""
        ...

    async def find(self, comparison: str) -> Comparison | None:
        """The comparison with this id; None when it isn't kept any more."""
        ...

    async def vote(self, comparison: str, *, platform: str, author: str, choice: int) -> Poll | None:
        """Keep the person's choice in the place of an earlier one, and give all choices.

        None, and nothing kept, when the comparison isn't there any more.
        """
        ...

    def polls(self) -> AsyncIterator[Poll]:
        """Every kept comparison with its votes, oldest first."""
        ...

    async def forget_person(self, platform: str, author: str) -> int:
        """Erase the person's votes everywhere on `platform`, and count them."""
        ...
