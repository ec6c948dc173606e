"""Owns `sova bench`: measuring models, showing a run again, rating its answers; and the exports."""

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal, assert_never

from adapters.terminal.benchmarking import benchmark_progress
from adapters.terminal.interrupts import on_signal
from adapters.terminal.rating import keyboard, rate
from adapters.terminal.render import console_on, print_card, print_error, print_line
from bot.benchmarks.benchmarks import Outcome
from bot.benchmarks.charting import charts_of as benchmark_charts
from bot.benchmarks.exporting import ENDINGS, Report, exported
from bot.benchmarks.inputs import WantedModel, contents, read_models, read_prompts
from bot.benchmarks.keeping import LATEST, RunFiles, as_json, write
from bot.benchmarks.plan import Order, Progress
from bot.benchmarks.quality import Blind, unrated, with_rating
from bot.benchmarks.records import Ended, Price, Rating, Run
from bot.commands.bench import eta_line, outcome_card, progress_line
from bot.composition.benchmarks import benchmarks_of, files_of
from bot.composition.charts import charts_of
from bot.composition.engines import open_engine
from bot.composition.fitting import advisor_of
from bot.errors import AssistantError, BadBenchmarkFile
from bot.logs import start_logging
from bot.messages import Notice
from bot.settings import Settings
from bot.wording import Wording

STOPPED = 130


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What somebody typed behind `sova bench`."""

    names: Sequence[str] = ()
    models: Path | None = None
    prompts: Path | None = None
    rounds: int = 3
    judge: str | None = None
    rate: bool = False
    watts: float | None = None
    price: float | None = None
    currency: str = "EUR"
    export: Sequence[Path] = ()
    compare: str | None = None
    as_json: bool = False


async def bench(
    settings: Settings, say: Wording, *, action: Literal["models", "show", "rate"], options: BenchOptions
) -> int:
    """Measure models, show a run again, or rate its answers by hand; the exit code."""
    start_logging(level=settings.log_level, form=settings.log_format, file=settings.state_dir / "sova.log")
    for path in options.export:
        if path.suffix.lower() not in ENDINGS:
            raise BadBenchmarkFile(str(path), Notice("bench-file-ending"))
    files = files_of(settings)
    match action:
        case "models":
            outcome = await _measure(settings, options, say)
        case "show" | "rate":
            run = await asyncio.to_thread(files.read, next(iter(options.names), LATEST))
            outcome = Outcome(run, None)
        case _:
            assert_never(action)
    if action == "rate" or (options.rate and outcome.run.ended is Ended.DONE):
        given = options.names if action == "rate" else ()
        keep = partial(_keep_in, Path(given[0])) if given and given[0] != LATEST else files.save
        outcome = replace(outcome, run=await _rate(outcome.run, say, keep=keep))
    return await _tell(settings, files, outcome, options, say)


async def _measure(settings: Settings, options: BenchOptions, say: Wording) -> Outcome:
    """Ctrl-C ends it and keeps what was measured."""
    order, wanted = await asyncio.to_thread(_read, options)
    outcome: Outcome | None = None
    async with open_engine(settings, required=True) as taken:
        benchmarks = benchmarks_of(settings, taken.engine, advisor_of(settings, taken.engine))
        with (
            benchmark_progress(console_on(sys.stderr)) as tell,
            on_signal(signal.SIGINT, benchmarks.end),
        ):
            async with aclosing(benchmarks.measure(order, wanted)) as told:
                async for one in told:
                    if isinstance(one, Progress):
                        line = f"{progress_line(one, say)}. {eta_line(one, say)}"
                        tell(f"{one.model} {one.judging}", line)
                    else:
                        outcome = one
    assert outcome is not None  # noqa: S101  # it comes last
    return outcome


def _read(options: BenchOptions) -> tuple[Order, tuple[WantedModel, ...]]:
    named = tuple(WantedModel(name=name) for name in options.names)
    wanted = (*named, *(read_models(options.models) if options.models else ()))
    order = Order(
        read_prompts(options.prompts),
        rounds=options.rounds,
        watts=options.watts,
        price=Price(options.price, options.currency) if options.price is not None else None,
        judge=options.judge,
    )
    return order, wanted


async def _rate(run: Run, say: Wording, *, keep: Callable[[Run], object]) -> Run:
    """Each rating is kept as it is given."""
    console = console_on(sys.stdout)
    if not sys.stdin.isatty():
        print_line(console_on(sys.stderr), say("bench-rate-no-terminal"))
        return run
    rated_so_far = run

    async def rated(answer: Blind, score: int) -> None:
        nonlocal rated_so_far
        rated_so_far = with_rating(rated_so_far, Rating(answer.model, answer.prompt.id, score))
        await asyncio.to_thread(keep, rated_so_far)

    await rate(console, unrated(run), say, typed=keyboard(console), rated=rated)
    return rated_so_far


def _keep_in(path: Path, run: Run) -> None:
    write(path, as_json(run))


async def _tell(settings: Settings, files: RunFiles, outcome: Outcome, options: BenchOptions, say: Wording) -> int:
    run, console = outcome.run, console_on(sys.stdout)
    earlier = await asyncio.to_thread(files.read, options.compare, before=run.id) if options.compare else None
    if options.as_json:
        console.file.write(as_json(run).decode())
    else:
        print_card(console, outcome_card(outcome, say, earlier=earlier, shown=()), say)
    troubles = [outcome.trouble] if outcome.trouble else []
    for path in options.export:
        try:
            await _export(settings, Report(run, earlier), path, options.export, say)
        except AssistantError as error:
            troubles.append(error)
            print_error(console_on(sys.stderr), error, say)
    return _exit_code(run, troubles)


async def _export(settings: Settings, report: Report, path: Path, others: Sequence[Path], say: Wording) -> None:
    charts = benchmark_charts(report.run, say)
    pictures = [other for other in others if other.suffix.lower() == ".png"] if charts else []
    if path.suffix.lower() == ".png":
        if not charts:
            return
        async with charts_of(settings) as drawing:
            report = Report(report.run, report.earlier, await drawing.draw(*charts))
    present = await asyncio.to_thread(_present, path)
    data = exported(report, path, say, present=present, picture=next(iter(pictures), None))
    await asyncio.to_thread(write, path, data)
    print_line(console_on(sys.stderr), say("bench-exported", path=str(path)))


def _present(path: Path) -> str:
    return contents(path).decode(errors="replace") if path.is_file() else ""


def _exit_code(run: Run, troubles: Sequence[AssistantError]) -> int:
    """0 where all was measured and written; 130 when stopped, 3 when the engine was gone, else 1."""
    if run.ended is Ended.ENGINE_GONE:
        return 3
    if run.ended is Ended.STOPPED:
        return STOPPED
    return 1 if troubles or not run.has_figures else 0
