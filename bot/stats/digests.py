"""Owns what turns over a span of time say: what is counted of each of them, and percentiles from the counts. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from bot.ports import LatencySample, TurnDigest, TurnFigure
from bot.sketch import Sketch
from bot.stats.latency import ModelLatency, Spread
from bot.stats.stages import ModelStages, split

_STAGES = (TurnFigure.QUEUE, TurnFigure.SEARCH, TurnFigure.LOAD, TurnFigure.FIRST, TurnFigure.REST)
_A_THOUSAND = 1000
"""Rates are counted in tokens in 1,000 seconds, so that one that is below 1 a second isn't none."""


def figures_of(sample: LatencySample) -> Iterator[tuple[TurnFigure, float]]:
    """What is counted of one turn; figures that nobody told are left out."""
    yield from zip(_STAGES, split(sample), strict=True)
    yield TurnFigure.TOTAL, sample.total_ms
    if sample.cold and sample.load_ms is not None:
        yield TurnFigure.COLD, sample.load_ms
    if sample.ttft_ms is not None:
        yield TurnFigure.TTFT, sample.ttft_ms
    if sample.tokens_per_second is not None:
        yield TurnFigure.RATE, sample.tokens_per_second * _A_THOUSAND


def digest_of(samples: Sequence[LatencySample]) -> TurnDigest:
    """The digest of some turns of one model."""
    values: dict[TurnFigure, list[float]] = {}
    for sample in samples:
        for figure, value in figures_of(sample):
            values.setdefault(figure, []).append(value)
    abstained = sum(sample.abstained for sample in samples)
    return TurnDigest(len(samples), abstained, {figure: Sketch.of(those) for figure, those in values.items()})


def summaries(digests: Mapping[str, TurnDigest]) -> tuple[ModelLatency, ...]:
    """One summary a model, as `latency.summarize` gives of samples, within the sketches' relative error."""
    return tuple(_summary(model, digest) for model, digest in digests.items())


def stages_over(digests: Mapping[str, TurnDigest]) -> tuple[ModelStages, ...]:
    """One entry a model, as `stages.stages` gives of samples, within the sketches' relative error."""
    return tuple(_stages(model, digest) for model, digest in digests.items())


def _summary(model: str, digest: TurnDigest) -> ModelLatency:
    cold = digest.spread.get(TurnFigure.COLD)
    return ModelLatency(
        model=model,
        turns=digest.turns,
        cold_starts=cold.total if cold else 0,
        load=_spread(digest, TurnFigure.COLD),
        ttft=_spread(digest, TurnFigure.TTFT),
        tokens_per_second=_spread(digest, TurnFigure.RATE, unit=_A_THOUSAND),
        total=_spread(digest, TurnFigure.TOTAL),
        queue=_spread(digest, TurnFigure.QUEUE),
        search=_spread(digest, TurnFigure.SEARCH),
        abstained=digest.abstained,
    )


def _stages(model: str, digest: TurnDigest) -> ModelStages:
    queue, search, load, first_token, rest = (_quantile(digest, figure, 0.5) for figure in _STAGES)
    return ModelStages(
        model=model,
        turns=digest.turns,
        queue=queue,
        search=search,
        load=load,
        first_token=first_token,
        rest=rest,
        whole_p95=_quantile(digest, TurnFigure.TOTAL, 0.95),
    )


def _spread(digest: TurnDigest, figure: TurnFigure, *, unit: float = 1) -> Spread | None:
    """None where no turn told of it."""
    sketch = digest.spread.get(figure)
    if sketch is None or not sketch.total:
        return None
    return Spread(p50=sketch.quantile(0.5) / unit, p95=sketch.quantile(0.95) / unit)


def _quantile(digest: TurnDigest, figure: TurnFigure, share: float) -> float:
    """0 where no turn told of it: a stage that a turn hasn't got takes no time."""
    sketch = digest.spread.get(figure)
    return sketch.quantile(share) if sketch and sketch.total else 0.0
