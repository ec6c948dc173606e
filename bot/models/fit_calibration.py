"""Owns what was learnt of engines' memory on this machine: measured models, and what follows for the sums. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from bot.models.fit import Need, Overhead

KEPT = 64
"""Measurements of one engine; of each model, context and number of answers only the last one is kept."""

TRUSTED = 3
"""With fewer measurements the sums only grow: one model alone says little about others."""

_LEAST, _MOST = 0.3, 5.0
"""How far a factor may go: outside of that something else was measured."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A loaded model: how it was run, the bytes that were summed up for it before any learning, and those it took."""

    model: str
    context_tokens: int
    parallel: int
    weights: int
    cache: int
    overhead: int
    measured: int

    @classmethod
    def of(cls, model: str, needed: Need, *, context_tokens: int, parallel: int, measured: int) -> "Measured":
        """What `needed` foretold beside what was `measured`."""
        return cls(model, context_tokens, parallel, needed.weights, needed.cache, needed.overhead, measured)

    @property
    def factor(self) -> float:
        """What the engine took beside weights and cache, of what was foretold."""
        return min(_MOST, max(_LEAST, (self.measured - self.weights - self.cache) / max(1, self.overhead)))

    @property
    def run(self) -> tuple[str, int, int]:
        """What makes two measurements the same one, repeated."""
        return self.model, self.context_tokens, self.parallel


def learnt(overhead: Overhead, measured: Sequence[Measured]) -> Overhead:
    """`overhead` as this machine's measurements correct it: by the median of their factors.

    Where that would have told too little of one of them, the worst of it becomes part of each margin; so what was
    seen not to fit never counts as fitting. With fewer than three measurements nothing becomes less.
    """
    if not measured:
        return overhead
    factor = median(one.factor for one in measured)
    if len(measured) < TRUSTED:
        return replace(overhead, factor=max(1.0, factor), error=max(overhead.error, _worst(measured, max(1.0, factor))))
    return replace(overhead, factor=factor, error=_worst(measured, factor))


def kept(earlier: Iterable[Measured], new: Iterable[Measured]) -> tuple[Measured, ...]:
    """The measurements to keep: the newest of each model and way of running it, the newest last."""
    by_run = {one.run: one for one in earlier}
    for one in new:
        by_run.pop(one.run, None)
        by_run[one.run] = one
    return tuple(by_run.values())[-KEPT:]


def _worst(measured: Sequence[Measured], factor: float) -> int:
    """By how many bytes the sums would have told too little, at worst."""
    return max(0, *(one.measured - one.weights - one.cache - int(one.overhead * factor) for one in measured))
