"""Owns what is told of a run, in the reader's language: tables and sentences that every surface shows. Pure."""

from collections.abc import Callable, Iterator, Sequence

from bot.benchmarks.changes import changes
from bot.benchmarks.energy import Yield, yield_of
from bot.benchmarks.figures import ModelFigures, Spread, Truth, figures_of
from bot.benchmarks.quality import Mean, quality_of
from bot.benchmarks.records import Ended, LoadNote, MeasuredModel, Run
from bot.benchmarks.telling import Section, amount, percent, seconds
from bot.wording import Wording

BUSY_CORES = 0.3
"""With other programs above this before the start, they are named."""
_TRUE_WITHIN = 0.03


Told = Callable[[MeasuredModel], Sequence[str]]


def sections(run: Run, say: Wording, *, earlier: Run | None = None) -> tuple[Section, ...]:
    """Speed, latency, memory and energy, quality, our clock and the engine's; and what changed since `earlier`."""
    measured = [model for model in run.models if model.answers()]
    if not measured:
        return ()
    figures = {model.name: figures_of(model) for model in measured}
    tables = [
        _speed(measured, figures, say),
        _latency(measured, figures, say),
        _resources(measured, run, say),
        _quality(measured, run, say),
        _truth(measured, figures, say),
    ]
    return (*tables, *([changes(run, earlier, say)] if earlier else []))


def headline(run: Run, say: Wording) -> tuple[str, ...]:
    """What was measured, where and how, in sentences; with what must be known of it."""
    return tuple(_headline(run, say))


def failures(run: Run, say: Wording) -> tuple[str, ...]:
    """A sentence on each model that was skipped or given up, and on single answers that failed."""
    return tuple(_failures(run, say))


def _headline(run: Run, say: Wording) -> Iterator[str]:
    machine = run.machine
    yield say(
        "bench-method",
        prompts=len(run.prompts),
        rounds=run.rounds,
        seed=run.seed,
        engine=run.engine,
        version=run.engine_version or "none",
    )
    yield say(
        "bench-machine",
        processor=machine.processor,
        threads=machine.threads,
        ram=machine.ram_bytes / 1e9,
        gpus=", ".join(machine.gpus) or "none",
    )
    if not run.is_here:
        yield say("bench-elsewhere")
    if machine.others > BUSY_CORES:
        yield say("bench-others", cores=machine.others)
    if run.ended is not Ended.DONE:
        yield say("bench-ended", how=run.ended.value)


def _failures(run: Run, say: Wording) -> Iterator[str]:
    for model in run.models:
        failed = [sample for sample in model.samples if sample.failure]
        if model.failure:
            key = "bench-given-up" if model.samples else "bench-skipped"
            yield say(key, model=model.name, reason=model.failure.told(say))
        elif failed and failed[-1].failure:
            yield say("bench-failed", model=model.name, count=len(failed), reason=failed[-1].failure.told(say))


def _section(
    key: str,
    columns: Sequence[str],
    models: Sequence[MeasuredModel],
    told: Told,
    say: Wording,
    notes: Sequence[str] = (),
) -> Section:
    return Section(
        key=key,
        title=say(f"bench-{key}"),
        columns=(say("bench-column-model"), *(say(f"bench-column-{column}") for column in columns)),
        rows=tuple((model.name, *told(model)) for model in models),
        numeric=frozenset(range(1, len(columns) + 1)),
        notes=tuple(notes),
    )


def _speed(models: Sequence[MeasuredModel], figures: dict[str, ModelFigures], say: Wording) -> Section:
    def told(model: MeasuredModel) -> Sequence[str]:
        found = figures[model.name]
        return (
            seconds(found.load_ms, say),
            seconds(_p50(found.ttft), say),
            seconds(_p50(found.ttft_warm), say),
            amount(_p50(found.tpot), say),
            amount(_p50(found.prefill), say),
            amount(_p50(found.decode), say),
        )

    return _section(
        "speed",
        ("load", "ttft", "ttft-warm", "tpot", "prefill", "decode"),
        models,
        told,
        say,
        [say("bench-speed-note"), *_speed_notes(models, figures, say)],
    )


def _speed_notes(models: Sequence[MeasuredModel], figures: dict[str, ModelFigures], say: Wording) -> Iterator[str]:
    for model in models:
        if model.load in {LoadNote.WAS_LOADED, LoadNote.UNTOLD}:
            yield say("bench-load-unknown", model=model.name, why=model.load.value)
        found = figures[model.name]
        if found.read_by_clock:
            yield say("bench-by-clock", model=model.name)
        if found.counted_pieces:
            yield say("bench-pieces", model=model.name)
        if found.empty:
            yield say("bench-empty", model=model.name, count=found.empty)


def _latency(models: Sequence[MeasuredModel], figures: dict[str, ModelFigures], say: Wording) -> Section:
    def told(model: MeasuredModel) -> Sequence[str]:
        found = figures[model.name].latency
        decode = figures[model.name].decode
        times = (found.mean, found.p50, found.p95, found.p99) if found else (None,) * 4
        return (
            say("amount-whole", value=figures[model.name].answered),
            *(seconds(one, say) for one in times),
            percent(found.cv if found else None, say),
            percent(decode.cv if decode else None, say),
            say("amount-whole", value=found.outliers if found else 0),
        )

    columns = ("answers", "mean", "p50", "p95", "p99", "cv", "cv-decode", "outliers")
    return _section("latency", columns, models, told, say, [say("bench-latency-note")])


def _resources(models: Sequence[MeasuredModel], run: Run, say: Wording) -> Section:
    priced = run.price is not None

    def told(model: MeasuredModel) -> Sequence[str]:
        spent = yield_of(model, run.price)
        return (
            amount(_gigabytes(model.size_bytes), say),
            amount(_gigabytes(model.peak_ram), say),
            amount(_gigabytes(model.peak_vram), say),
            *_spent(spent, say, priced=priced),
        )

    columns = ["size", "ram", "vram", "wh-answers", "wh-tokens", *(["cost-answers", "cost-tokens"] if priced else [])]
    notes = [*_energy_notes(models, say), *([_price(run, say)] if priced else [])]
    return _section("resources", columns, models, told, say, notes)


def _spent(spent: Yield | None, say: Wording, *, priced: bool) -> Iterator[str]:
    figures = (spent.per_thousand_answers, spent.per_million_tokens) if spent else (None, None)
    yield from (amount(one, say) for one in figures)
    if priced:
        costs = (spent.cost_of_thousand_answers, spent.cost_of_million_tokens) if spent else (None, None)
        yield from (amount(one, say, digits=3) for one in costs)


def _energy_notes(models: Sequence[MeasuredModel], say: Wording) -> Iterator[str]:
    sources = dict.fromkeys((model.energy.source, model.energy.watts) for model in models if model.energy)
    if not sources:
        yield say("bench-energy-unknown")
    for source in dict.fromkeys(source for source, _ in sources):
        watts = [drawn for one, drawn in sources if one is source and drawn is not None]
        middle = sum(watts) / len(watts) if watts else 0.0
        yield say("bench-energy", source=source.value, watts=round(middle, 1))


def _price(run: Run, say: Wording) -> str:
    price = run.price
    return say("bench-price", price=price.per_kwh, currency=price.currency) if price else ""


def _quality(models: Sequence[MeasuredModel], run: Run, say: Wording) -> Section:
    judges = sorted({rating.by for rating in run.ratings if rating.by})
    by_hand = any(not rating.by for rating in run.ratings)

    def told(model: MeasuredModel) -> Sequence[str]:
        found = quality_of(model, run)
        hand = [_mean(found.by_hand, say)] if by_hand else []
        return (percent(found.checks, say), *hand, *(_mean(found.by_judges.get(judge), say) for judge in judges))

    section = _section("quality", ["checks", *(["by-hand"] if by_hand else [])], models, told, say)
    columns = (*section.columns, *(say("bench-column-by-judge", judge=judge) for judge in judges))
    return Section(
        section.key,
        section.title,
        columns,
        section.rows,
        frozenset(range(1, len(columns))),
        tuple(_quality_notes(run, say)),
    )


def _quality_notes(run: Run, say: Wording) -> Iterator[str]:
    yield say("bench-quality-note")
    if any(rating.is_own for rating in run.ratings):
        yield say("bench-own")
    for judging in run.judgings:
        yield say("bench-judging", judge=judging.model, unreadable=judging.unreadable, failed=judging.failed)


def _truth(models: Sequence[MeasuredModel], figures: dict[str, ModelFigures], say: Wording) -> Section:
    def told(model: MeasuredModel) -> Sequence[str]:
        found = figures[model.name]
        return (*_clocks(found.reading, say), *_clocks(found.generating, say))

    columns = ("reading-ours", "reading-engine", "deviation", "generating-ours", "generating-engine", "deviation")
    return _section("truth", columns, models, told, say, [_verdict(models, figures, say)])


def _verdict(models: Sequence[MeasuredModel], figures: dict[str, ModelFigures], say: Wording) -> str:
    told = [truth for model in models if (truth := figures[model.name].generating)]
    most = max((abs(truth.deviation) for truth in told), default=None)
    if most is None:
        return say("bench-truth-unknown")
    return say("bench-truth-note", most=most * 100, within="yes" if most <= _TRUE_WITHIN else "no")


def _clocks(truth: Truth | None, say: Wording) -> Iterator[str]:
    yield seconds(truth.ours_ms if truth else None, say)
    yield seconds(truth.engines_ms if truth else None, say)
    yield say("bench-signed", value=truth.deviation * 100) if truth else say("amount-unknown")


def _p50(spread: Spread | None) -> float | None:
    return spread.p50 if spread else None


def _gigabytes(count: int | None) -> float | None:
    return None if count is None else count / 1e9


def _mean(mean: Mean | None, say: Wording) -> str:
    if mean is None:
        return say("amount-unknown")
    return say("bench-mean", score=mean.score, count=mean.count, own="yes" if mean.is_own else "no")
