"""Owns the figures: what the samples of a model come to, with their spread and their outliers. Pure.

Percentiles are numpy's, with linear interpolation. The coefficient of variation is that between rounds, pooled over the
prompts, because prompts differ by what they ask. Outliers are told by the modified z-score of Iglewicz and Hoaglin,
"How to Detect and Handle Outliers" (1993): 0.6745·(x − median)/MAD above 3.5 either way, of each value divided by the
median of its prompt. They are flagged, never left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.benchmarks.records import MeasuredModel, Phase, Sample

OUTLIER_SCORE = 3.5
_NORMAL = 0.6745
"""The 75th percentile of the standard normal distribution, which makes the MAD comparable with σ."""
_LEAST_FOR_OUTLIERS = 4
_COLD_SHARE = 0.5
"""A prompt counts as cold where the engine computed at least this share of it, or doesn't tell."""

Of = Callable[[Sample], float | None]


@dataclass(frozen=True, slots=True)
class Spread:
    """The values of one figure: `n` of them, their mean, percentiles and extremes.

    `cv` is the coefficient of variation between rounds, from 0; None with a single round. `outliers` is how many of
    the values are.
    """

    n: int
    mean: float
    p50: float
    p95: float
    p99: float
    least: float
    most: float
    cv: float | None
    outliers: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Our clock against the engine's own, over the same answers: both in ms in all, and ours by how much longer.

    Reading runs from asking to the first piece, without loading; generating from there to the end.
    """

    ours_ms: float
    engines_ms: float

    @property
    def deviation(self) -> float:
        """Ours / the engine's − 1."""
        return self.ours_ms / self.engines_ms - 1


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """What a model's samples come to. Times in milliseconds, rates in tokens a second; None without a value.

    `read_by_clock` says that the engine didn't tell how long it read, so that `prefill` is by our clock;
    `counted_pieces` that it didn't count tokens, so that pieces of the stream are counted instead. `latency_outliers`
    flags the outliers of `latency`: which answers to each prompt, counted from 0.
    """

    model: str
    answered: int
    failed: int
    empty: int
    load_ms: float | None
    ttft: Spread | None
    ttft_warm: Spread | None
    tpot: Spread | None
    prefill: Spread | None
    decode: Spread | None
    latency: Spread | None
    latency_outliers: Mapping[str, Sequence[int]]
    reading: Truth | None
    generating: Truth | None
    output_tokens: int
    read_by_clock: bool
    counted_pieces: bool


def figures_of(model: MeasuredModel) -> ModelFigures:
    """All figures of `model`."""
    whole = [sample for sample in model.samples if sample.failure is None]
    cold = [sample for sample in whole if _is_cold(sample)]
    asked_cold = [sample for sample in whole if sample.phase is Phase.COLD]
    return ModelFigures(
        model=model.name,
        answered=len(asked_cold),
        failed=sum(sample.failure is not None for sample in model.samples),
        empty=sum(sample.ttft_ms is None for sample in asked_cold),
        load_ms=model.load_ms,
        ttft=spread(cold, ttft_ms),
        ttft_warm=spread([sample for sample in whole if sample.phase is Phase.WARM], ttft_ms),
        tpot=spread(asked_cold, lambda sample: sample.tpot_ms),
        prefill=spread(cold, prefill_rate),
        decode=spread(asked_cold, decode_rate),
        latency=spread(asked_cold, _total),
        latency_outliers=_outliers(grouped(asked_cold, _total)),
        reading=_truth(asked_cold, ttft_ms, lambda sample: sample.prompt_ms),
        generating=_truth(_several_tokens(asked_cold), _generating, lambda sample: sample.generation_ms),
        output_tokens=sum(sample.tokens for sample in asked_cold),
        read_by_clock=any(sample.prompt_ms is None for sample in cold),
        counted_pieces=any(sample.completion_tokens is None for sample in asked_cold),
    )


def ttft_ms(sample: Sample) -> float | None:
    """Time to the first piece, without loading; loading has a figure of its own."""
    return None if sample.ttft_ms is None else max(0.0, sample.ttft_ms - (sample.load_ms or 0.0))


def decode_rate(sample: Sample) -> float | None:
    """Tokens a second after the first."""
    return 1000 / sample.tpot_ms if sample.tpot_ms else None


def prefill_rate(sample: Sample) -> float | None:
    """Tokens of the prompt a second, of those that were really computed; by the engine's clock where it tells."""
    tokens = sample.prompt_tokens if sample.evaluated_tokens is None else sample.evaluated_tokens
    taken = ttft_ms(sample) if sample.prompt_ms is None else sample.prompt_ms
    return 1000 * tokens / taken if tokens and taken else None


def spread(samples: Iterable[Sample], of: Of) -> Spread | None:
    """The spread of one figure over `samples`; None where none of them has it."""
    import numpy as np

    by_prompt = grouped(samples, of)
    values = [value for group in by_prompt.values() for value in group]
    if not values:
        return None
    p50, p95, p99 = (float(one) for one in np.percentile(values, [50, 95, 99]))
    return Spread(
        n=len(values),
        mean=float(np.mean(values)),
        p50=p50,
        p95=p95,
        p99=p99,
        least=min(values),
        most=max(values),
        cv=_variation(by_prompt.values()),
        outliers=sum(map(len, _outliers(by_prompt).values())),
    )


def grouped(samples: Iterable[Sample], of: Of) -> Mapping[str, list[float]]:
    """The values that are known, by prompt."""
    groups: dict[str, list[float]] = {}
    for sample in samples:
        if (value := of(sample)) is not None:
            groups.setdefault(sample.prompt, []).append(value)
    return groups


def modified_z_scores(values: Sequence[float]) -> list[float]:
    """0.6745·(x − median)/MAD for each value; all 0 where the MAD is, for then more than half are the same."""
    import numpy as np

    middle = float(np.median(values))
    deviation = float(np.median([abs(value - middle) for value in values]))
    return [_NORMAL * (value - middle) / deviation if deviation else 0.0 for value in values]


def _outliers(by_prompt: Mapping[str, Sequence[float]]) -> Mapping[str, Sequence[int]]:
    """Of prompts that were asked more than once: a single value can't differ from itself."""
    import numpy as np

    several = {prompt: values for prompt, values in by_prompt.items() if len(values) > 1 and np.median(values) > 0}
    places = [(prompt, at) for prompt, values in several.items() for at in range(len(values))]
    if len(places) < _LEAST_FOR_OUTLIERS:
        return {}
    relative = [several[prompt][at] / float(np.median(several[prompt])) for prompt, at in places]
    found: dict[str, list[int]] = {}
    for (prompt, at), score in zip(places, modified_z_scores(relative), strict=True):
        if abs(score) > OUTLIER_SCORE:
            found.setdefault(prompt, []).append(at)
    return found


def _variation(groups: Iterable[Sequence[float]]) -> float | None:
    """The root of the mean squared coefficient of variation of the prompts that were asked more than once."""
    import numpy as np

    squares = [float(np.var(group, ddof=1) / np.mean(group) ** 2) for group in groups if len(group) > 1 and any(group)]
    return float(np.sqrt(np.mean(squares))) if squares else None


def _is_cold(sample: Sample) -> bool:
    if sample.phase is not Phase.COLD:
        return False
    if sample.evaluated_tokens is None or not sample.prompt_tokens:
        return True
    return sample.evaluated_tokens >= _COLD_SHARE * sample.prompt_tokens


def _total(sample: Sample) -> float | None:
    return sample.total_ms


def _several_tokens(samples: Iterable[Sample]) -> list[Sample]:
    """With a single token there is nothing to generate after the first."""
    return [sample for sample in samples if sample.tpot_ms is not None]


def _generating(sample: Sample) -> float | None:
    return sample.generating_ms


def _truth(samples: Sequence[Sample], ours: Of, engines: Of) -> Truth | None:
    pairs = [(ours(sample), engines(sample)) for sample in samples]
    known = [(own, told) for own, told in pairs if own is not None and told is not None]
    total = sum(told for _, told in known)
    return Truth(sum(own for own, _ in known), total) if total > 0 else None
