"""Owns what the kept samples say: turns, cold starts and percentiles per model. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.ports import LatencySample


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle and the 95th percentile of a figure; of a rate, `p95` is the fast end."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class ModelLatency:
    """What a model's turns took. Durations in milliseconds; None where no sample tells.

    `load` covers only the turns that waited for one; the others cover all turns, cold ones included. `abstained` of
    the `turns` had answers that the documents didn't give.
    """

    model: str
    turns: int
    cold_starts: int
    load: Spread | None
    ttft: Spread | None
    tokens_per_second: Spread | None
    total: Spread | None
    queue: Spread | None = None
    search: Spread | None = None
    abstained: int = 0


def summarize(samples: Mapping[str, Sequence[LatencySample]]) -> tuple[ModelLatency, ...]:
    """One summary a model that has samples, the most recently used first."""
    return tuple(_summary(model, samples[model]) for model in newest_first(samples))


def newest_first(samples: Mapping[str, Sequence[LatencySample]]) -> list[str]:
    """The models that have samples, the most recently used first."""
    used = [model for model, kept in samples.items() if kept]
    return sorted(used, key=lambda model: max(sample.at for sample in samples[model]), reverse=True)


def percentile(values: Iterable[float], percent: float) -> float:
    """The value below which `percent` (0 to 100) of `values` lie, interpolated linearly between the two nearest.

    Definition 7 of Hyndman and Fan (1996), numpy's default: with n sorted values from x[0], the percentile lies at
    the index h = (n - 1) x percent / 100, and is x[floor h] + (h - floor h) x (x[floor h + 1] - x[floor h]).
    Raises `ValueError` on no values.
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values, no percentile")
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _summary(model: str, samples: Sequence[LatencySample]) -> ModelLatency:
    return ModelLatency(
        model=model,
        turns=len(samples),
        cold_starts=sum(sample.cold for sample in samples),
        load=_spread(sample.load_ms for sample in samples if sample.cold),
        ttft=_spread(sample.ttft_ms for sample in samples),
        tokens_per_second=_spread(sample.tokens_per_second for sample in samples),
        total=_spread(sample.total_ms for sample in samples),
        queue=_spread(sample.queue_ms for sample in samples),
        search=_spread(sample.retrieval_ms for sample in samples),
        abstained=sum(sample.abstained for sample in samples),
    )


def _spread(values: Iterable[float | None]) -> Spread | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    return Spread(p50=percentile(known, 50), p95=percentile(known, 95))
