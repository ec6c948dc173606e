"""Owns holding one run against an earlier one: by what factor each figure differs, and whether that says anything.

Pure. Prompts differ more than runs do, so each is held against itself: the ratio of its medians in both runs. The
factor is the geometric mean of these ratios; it lies beyond the spread where the interval of twice its standard error
leaves out 1.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.benchmarks.figures import Of, decode_rate, grouped, prefill_rate, ttft_ms
from bot.benchmarks.records import MeasuredModel, Phase, Run, Sample

LEAST_PROMPTS = 3
"""Below this nothing is said of the spread."""
_STANDARD_ERRORS = 2.0

COMPARED: Mapping[str, Of] = {
    "ttft": ttft_ms,
    "prefill": prefill_rate,
    "decode": decode_rate,
    "latency": lambda sample: sample.total_ms,
}
"""The figures that are compared, by name; the smaller the better for times, the larger for rates."""
RATES = frozenset({"prefill", "decode"})


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of a model now, divided by what it was: the factor, and the bounds of its interval.

    `beyond` says that it lies beyond the spread; None where there are too few prompts to tell.
    """

    model: str
    figure: str
    factor: float
    low: float
    high: float
    beyond: bool | None


def compare(run: Run, earlier: Run) -> tuple[Change, ...]:
    """Every figure of each model that both runs asked the same prompts."""
    before = {model.name: model for model in earlier.models}
    same = {prompt.digest for prompt in earlier.prompts}
    names = {prompt.id: prompt.digest for prompt in run.prompts if prompt.digest in same}
    names_before = {prompt.id: prompt.digest for prompt in earlier.prompts}
    changes = (
        _change(model, before[model.name], figure, of, names, names_before)
        for model in run.models
        if model.name in before
        for figure, of in COMPARED.items()
    )
    return tuple(change for change in changes if change)


def _change(
    model: MeasuredModel,
    before: MeasuredModel,
    figure: str,
    of: Of,
    names: Mapping[str, str],
    names_before: Mapping[str, str],
) -> Change | None:
    now, then = _medians(model.samples, of, names), _medians(before.samples, of, names_before)
    ratios = [now[digest] / then[digest] for digest in now.keys() & then.keys() if now[digest] > 0 < then[digest]]
    if not ratios:
        return None
    middle, error = _middle(ratios)
    low, high = (math.exp(middle + sign * _STANDARD_ERRORS * error) for sign in (-1, 1))
    beyond = None if len(ratios) < LEAST_PROMPTS else not low <= 1 <= high
    return Change(model.name, figure, math.exp(middle), low, high, beyond)


def _medians(samples: Iterable[Sample], of: Of, names: Mapping[str, str]) -> Mapping[str, float]:
    """The median of each prompt, by its digest."""
    import numpy as np

    cold = [sample for sample in samples if sample.phase is Phase.COLD and sample.failure is None]
    return {names[prompt]: float(np.median(values)) for prompt, values in grouped(cold, of).items() if prompt in names}


def _middle(ratios: Sequence[float]) -> tuple[float, float]:
    """The mean of the logarithms, and its standard error; 0 with a single one."""
    import numpy as np

    logs = np.log(ratios)
    error = float(np.std(logs, ddof=1) / math.sqrt(len(ratios))) if len(ratios) > 1 else 0.0
    return float(np.mean(logs)), error
