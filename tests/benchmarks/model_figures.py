"""What `sova bench models` says of a model, held against the engine's own timings in the same run: within 3 %.

The small model answers the prompts that come along on one thread, three rounds; its tokens are so quick that whatever
Sova's clock adds would show. How much the rounds differ says how quiet the machine was.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from bot.benchmarks.benchmarks import Benchmarks, Outcome
from bot.benchmarks.figures import ModelFigures, figures_of
from bot.benchmarks.inputs import WantedModel, read_prompts
from bot.benchmarks.keeping import RunFiles, plain_figures
from bot.benchmarks.plan import Order
from tests.benchmarks.engines import SMALL, embedded
from tests.benchmarks.figures import Figure, Measurement

LIMIT_PERCENT = 3.0
ROUNDS = 3


async def measure() -> Measurement:
    """Run the benchmark as people do, and compare the clocks."""
    outcome = await _outcome(Order(read_prompts(), rounds=ROUNDS))
    (model,) = outcome.run.models
    return Measurement(
        key="model-figures",
        method=f"{SMALL} on one thread, {len(outcome.run.prompts)} prompts in {ROUNDS} rounds",
        figures=_figures(figures_of(model)),
        details=dict(plain_figures(outcome.run, model.name)),
    )


async def _outcome(order: Order) -> Outcome:
    with TemporaryDirectory(prefix="sova-bench-") as folder:
        async with embedded(SMALL, threads=1) as engine:
            benchmarks = Benchmarks(engine, RunFiles(Path(folder)))
            told = [one async for one in benchmarks.measure(order, (WantedModel(name=SMALL),))]
    outcome = told[-1]
    assert isinstance(outcome, Outcome)
    return outcome


def _figures(figures: ModelFigures) -> tuple[Figure, ...]:
    assert figures.generating
    assert figures.reading
    assert figures.decode
    return (
        Figure("Benchmark's clock ÷ engine's, generating", abs(figures.generating.deviation) * 100, "%", LIMIT_PERCENT),
        Figure("… reading, with the way there", abs(figures.reading.deviation) * 100, "%"),
        Figure("… coefficient of variation of tokens/s between rounds", 100 * (figures.decode.cv or 0.0), "%"),
    )
