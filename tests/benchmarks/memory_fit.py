"""What the fit advisor foretells, held against what the embedded engine really takes: median error ≤ 150 MiB.

Every model of the catalogue that is here is loaded with every context and number of answers that this machine can
carry. So many prompts longer than a batch are answered at once; then what the process works with is read from the
system, as Sova itself does. Nothing that was said to fit may fail to load, or take more than was foretold with its
margin: on a machine with just so much memory it would have failed.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from statistics import median

import psutil

from bot.composition.engines import shelf_of
from bot.errors import EngineError
from bot.messages import Message
from bot.models import fit, memory
from bot.models.catalogue import CATALOGUE, CatalogueModel
from bot.models.fit import MIB, Need
from bot.ports import ChatModel, CompletionRequest
from bot.settings import Settings
from tests.benchmarks.engines import embedded
from tests.benchmarks.figures import Figure, Listing, Measurement

CONTEXTS = (2048, 8192, 32_768)
PARALLEL = (1, 4)
PROMPT = "The owl looks at the moon and thinks of mice. " * 52
"""Some 570 tokens: more than the 512 that llama.cpp reads at once."""
LIMIT_MIB = 150
COLUMNS = ("model", "context", "answers at once", "weights", "cache", "foretold", "measured", "error", "resident")


@dataclass(frozen=True, slots=True)
class Run:
    """One way of running a model, what was foretold, and the bytes that it took; None where it failed."""

    model: CatalogueModel
    context_tokens: int
    parallel: int
    foretold: Need
    measured: int | None = None
    resident: int | None = None

    @property
    def error(self) -> float:
        """By how many MiB too much was foretold."""
        return (self.foretold.working - (self.measured or 0)) / MIB

    @property
    def would_fail(self) -> bool:
        """Whether it would have failed on a machine with just as much memory as counts as fitting."""
        return self.measured is None or self.measured > self.foretold.careful


async def measure() -> Measurement:
    """Load and ask every model in every way, one after the other."""
    runs = [await _measured(run) for run in _planned()]
    known = [run for run in runs if run.measured is not None]
    errors = [abs(run.error) for run in known]
    return Measurement(
        key="memory-fit",
        method=f"{len(runs)} ways of running the catalogue's models, after {len(PROMPT.split())} words each",
        figures=(
            Figure("Memory foretold against measured, median error", median(errors), "MiB", LIMIT_MIB),
            Figure("… largest error", max(errors), "MiB"),
            Figure("… models said to fit that would have failed", sum(run.would_fail for run in runs), "", 0),
        ),
        details={"runs": [_plain(run) for run in runs]},
        listing=_listing(runs, median(errors)),
    )


def _planned() -> Iterator[Run]:
    """Every way that this machine can carry, the smallest model first."""
    shelf, free = shelf_of(Settings()), memory.free_bytes()
    here = [model for model in CATALOGUE if shelf.path(model).is_file()]
    for model in sorted(here, key=lambda model: model.size_bytes):
        for context in (tokens for tokens in CONTEXTS if tokens <= model.context_tokens):
            for parallel in PARALLEL:
                foretold = fit.need_of(model, context_tokens=context, parallel=parallel)
                if foretold.careful <= free:
                    yield Run(model, context, parallel, foretold)


async def _measured(run: Run) -> Run:
    try:
        async with embedded(run.model.name, context_tokens=run.context_tokens, parallel=run.parallel) as engine:
            await asyncio.gather(*(_ask(engine, run.model.name, number) for number in range(run.parallel)))
            (held,) = await engine.loaded()
            resident = psutil.Process(engine.process_id).memory_info().rss
    except EngineError:
        return run
    return Run(run.model, run.context_tokens, run.parallel, run.foretold, held.working_bytes, resident)


async def _ask(engine: ChatModel, model: str, number: int) -> None:
    message = Message("user", f"{number}. {PROMPT}")
    request = CompletionRequest(model=model, messages=(message,), max_tokens=4, temperature=0.0)
    async with aclosing(engine.complete(request)) as items:
        async for _ in items:
            pass


def _listing(runs: Sequence[Run], error: float) -> Listing:
    failed = sum(run.would_fail for run in runs)
    outcome = f"{failed} of {len(runs)} that were said to fit would have failed"
    return Listing(
        columns=COLUMNS,
        rows=tuple(_row(run) for run in runs),
        summary=f"All in MiB. Median error {error:.0f} MiB (limit {LIMIT_MIB}); {outcome}.",
    )


def _row(run: Run) -> tuple[str, ...]:
    need = run.foretold
    foretold = [f"{value / MIB:.0f}" for value in (need.weights, need.cache, need.working)]
    taken = ["failed", "", ""]
    if run.measured is not None and run.resident is not None:
        taken = [f"{run.measured / MIB:.0f}", f"{run.error:+.0f}", f"{run.resident / MIB:.0f}"]
    return (run.model.name, str(run.context_tokens), str(run.parallel), *foretold, *taken)


def _plain(run: Run) -> dict[str, object]:
    return {
        "model": run.model.name,
        "context_tokens": run.context_tokens,
        "parallel": run.parallel,
        "foretold_bytes": run.foretold.working,
        "careful_bytes": run.foretold.careful,
        "measured_bytes": run.measured,
        "resident_bytes": run.resident,
    }
