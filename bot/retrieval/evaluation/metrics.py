"""Owns the figures of an evaluation: recall, reciprocal rank, and how far few questions can be trusted. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RECALLS = (1, 3, 5)
"""The k of each Recall@k."""

MRR_DEPTH = 10
"""Ranks that the mean reciprocal rank looks at."""

_Z = 1.959964
"""The 97.5 % quantile of the normal distribution: intervals hold the true share 95 times in 100."""


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` out of `of`, which is at least 1."""

    hits: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.of or self.of < 1:
            raise ValueError("a share is of something, and not more than all of it")

    @property
    def value(self) -> float:
        """From 0 to 1."""
        return self.hits / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % score interval: Wilson, "Probable inference …" (JASA 22, 1927)."""
        square = _Z * _Z
        centre = self.value + square / (2 * self.of)
        spread = _Z * math.sqrt(self.value * (1 - self.value) / self.of + square / (4 * self.of * self.of))
        scale = 1 + square / self.of
        low, high = (centre - spread) / scale, (centre + spread) / scale
        return max(min(low, self.value), 0.0), min(max(high, self.value), 1.0)  # rounding may put them across it


def share(right: Sequence[bool]) -> Share | None:
    """The share of what is true; None of nothing."""
    return Share(sum(right), len(right)) if right else None


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well the right pages were ranked for some questions: `recall` by k, `mrr` by the first right rank of ten."""

    recall: Mapping[int, Share]
    mrr: float

    @property
    def n(self) -> int:
        """How many questions there were."""
        return self.recall[RECALLS[0]].of


def ranking(ranks: Sequence[int | None]) -> Ranking:
    """The figures of the first right page's rank for each of at least one question, None where it wasn't found."""
    found = [math.inf if rank is None else rank for rank in ranks]
    recall = {k: Share(sum(rank <= k for rank in found), len(found)) for k in RECALLS}
    return Ranking(recall, mrr=sum(1 / rank for rank in found if rank <= MRR_DEPTH) / len(found))
