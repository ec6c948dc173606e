"""Owns the run behind `make bench`: each measurement in turn, then the table, and the figures in `docs/`.

`python -m tests.benchmarks [NAME …] [--model NAME]`; named measurements are only shown, a whole run is written down.
A missed limit is reported and is no failure of the program.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from rich.console import Console

from tests.benchmarks import (
    core_overhead,
    delta_overhead,
    discord,
    first_token,
    inbox,
    indexing,
    keeping_up,
    machine,
    memory_fit,
    model_figures,
    prompt_layout,
    reloads,
    search,
    slack,
    startup,
    stats,
    throughput,
)
from tests.benchmarks.engines import best_model
from tests.benchmarks.figures import Measurement
from tests.benchmarks.report import Outcome, Run, show, write, write_listings

Measure = Callable[[], Awaitable[Measurement]]


def main() -> None:
    """Run what was asked for."""
    console = Console()
    options = _parser().parse_args()
    every = _measures(options.model or best_model())
    chosen = {name: every[name] for name in options.names or every}
    outcomes = tuple(_outcome(name, measure, console) for name, measure in chosen.items())
    run = Run(machine=machine.facts(), date=datetime.now(tz=UTC).date().isoformat(), outcomes=outcomes)
    show(run, console)
    if len(chosen) == len(every):
        write(run)
    elif options.write_tables:
        write_listings(run)


def _measures(model: str) -> Mapping[str, Measure]:
    return {
        "core-overhead": core_overhead.measure,
        "delta-overhead": delta_overhead.measure,
        "discord": discord.measure,
        "inbox": inbox.measure,
        "slack": slack.measure,
        "startup": startup.measure,
        "stats": stats.measure,
        "throughput": lambda: throughput.measure(model),
        "prompt-layout": prompt_layout.measure,
        "first-token": lambda: first_token.measure(model),
        "memory-fit": memory_fit.measure,
        "model-figures": model_figures.measure,
        "reloads": reloads.measure,
        "search": search.measure,
        "indexing": indexing.measure,
        "keeping-up": keeping_up.measure,
    }


def _outcome(name: str, measure: Measure, console: Console) -> Outcome:
    before = machine.Moment()
    with console.status(f"measuring {name} …"):
        measurement = asyncio.run(_awaited(measure))
    after = machine.Moment()
    outcome = Outcome(measurement, seconds=after.at - before.at, others=before.cores_used_by_others(after))
    console.print(f"{name}: {measurement.method} ({outcome.seconds:.0f} s)", highlight=False)
    return outcome


async def _awaited(measure: Measure) -> Measurement:
    return await measure()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*_measures(""), []], metavar="NAME", help="measure only these")
    parser.add_argument("--write-tables", action="store_true", help="write down the tables that they have of their own")
    parser.add_argument("--model", help="the embedded model that counts as the one for people")
    return parser


if __name__ == "__main__":
    main()
