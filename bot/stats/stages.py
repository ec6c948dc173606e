"""Owns where the time of answers goes: each stage of a model's turns at its median. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.ports import LatencySample
from bot.stats.latency import newest_first, percentile


@dataclass(frozen=True, slots=True)
class ModelStages:
    """What a model's turns spent where, in milliseconds: the median of each stage, and the whole at p95.

    `first_token` is what the first token took after everything before it; `rest` goes from there to the answer's end.
    """

    model: str
    turns: int
    queue: float
    search: float
    load: float
    first_token: float
    rest: float
    whole_p95: float


def stages(samples: Mapping[str, Sequence[LatencySample]]) -> tuple[ModelStages, ...]:
    """One entry a model that has samples, the most recently used first.

    A stage that a sample doesn't tell of took no time in it; a turn without a first token was all waiting for one.
    """
    return tuple(_of_model(model, samples[model]) for model in newest_first(samples))


def split(sample: LatencySample) -> tuple[float, float, float, float, float]:
    """One turn's stages in their order, in milliseconds: queue, search, load, first token, rest."""
    before = (sample.queue_ms or 0.0, sample.retrieval_ms or 0.0, sample.load_ms or 0.0)
    first = sample.total_ms if sample.ttft_ms is None else sample.ttft_ms
    return *before, max(0.0, first - sum(before)), max(0.0, sample.total_ms - first)


def _of_model(model: str, samples: Sequence[LatencySample]) -> ModelStages:
    queue, search, load, first_token, rest = zip(*map(split, samples), strict=True)
    return ModelStages(
        model=model,
        turns=len(samples),
        queue=percentile(queue, 50),
        search=percentile(search, 50),
        load=percentile(load, 50),
        first_token=percentile(first_token, 50),
        rest=percentile(rest, 50),
        whole_p95=percentile((sample.total_ms for sample in samples), 95),
    )
