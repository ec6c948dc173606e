"""Owns how the outcome is shown: a table on the screen, the same in `docs/benchmarks.md`, everything as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.figures import Figure, Listing, Measurement

DOCS = Path(__file__).parents[2] / "docs"
_BEGIN, _END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
_BUSY_CORES = 0.3
"""With other programs above this, a miss may be theirs."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A measurement, how long it took, and how many cores other programs kept busy meanwhile."""

    measurement: Measurement
    seconds: float
    others: float


@dataclass(frozen=True, slots=True)
class Run:
    """One whole run: the machine, the day (ISO), and the outcomes."""

    machine: Mapping[str, str | int | float]
    date: str
    outcomes: tuple[Outcome, ...]


def show(run: Run, console: Console) -> None:
    """The table, and a sentence on every miss."""
    table = Table(title="Sova's figures", title_justify="left")
    for heading in ("what", "measured", "limit", "met"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for outcome in run.outcomes:
        for figure in outcome.measurement.figures:
            table.add_row(*_cells(figure))
        table.add_section()
    console.print(table)
    for line in [*_listings(run.outcomes), *_misses(run.outcomes)]:
        console.print(line, highlight=False)
    console.print(_circumstances(run), highlight=False)


def write(run: Run, folder: Path = DOCS) -> None:
    """Put the figures between the marks in `benchmarks.md`, and everything into `benchmarks.json`."""
    page = folder / "benchmarks.md"
    text = _between(page.read_text(encoding="utf-8"), _BEGIN, _END, _markdown(run), page=page.name)
    page.write_text(text, encoding="utf-8")
    write_listings(run, folder)
    (folder / "benchmarks.json").write_text(
        json.dumps(_plain(run), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def write_listings(run: Run, folder: Path = DOCS) -> None:
    """Put the tables that measurements have of their own between their marks in `benchmarks.md`."""
    page = folder / "benchmarks.md"
    text = page.read_text(encoding="utf-8")
    for outcome in run.outcomes:
        key, listing = outcome.measurement.key, outcome.measurement.listing
        if listing is not None:
            begin, end = f"<!-- {key}: written by make bench -->", f"<!-- end of {key} -->"
            text = _between(text, begin, end, f"{_listed(listing)}\n\n{_circumstances(run)}", page=page.name)
    page.write_text(text, encoding="utf-8")


def _between(text: str, begin: str, end: str, new: str, *, page: str) -> str:
    """`text` with `new` between its marks."""
    head, found, rest = text.partition(begin)
    _, ended, tail = rest.partition(end)
    if not (found and ended):
        raise ValueError(f"{page} has no marks to put the figures between: {begin}")
    return f"{head}{begin}\n\n{new}\n\n{end}{tail}"


def _listed(listing: Listing) -> str:
    lines = [listing.columns, ("---", *("--:",) * (len(listing.columns) - 1)), *listing.rows]
    return "\n".join([*(f"| {' | '.join(line)} |" for line in lines), "", listing.summary])


def _markdown(run: Run) -> str:
    rows = [_cells(figure) for outcome in run.outcomes for figure in outcome.measurement.figures]
    lines = ["| what | measured | limit | met |", "|---|--:|--:|:-:|", *(f"| {' | '.join(row)} |" for row in rows)]
    misses = [f"- {line}" for line in _misses(run.outcomes)]
    return "\n".join([*lines, "", *misses, *([""] if misses else []), _circumstances(run)])


def _listings(outcomes: Sequence[Outcome]) -> list[str]:
    return [_listed(outcome.measurement.listing) for outcome in outcomes if outcome.measurement.listing]


def _cells(figure: Figure) -> tuple[str, str, str, str]:
    bound = "" if figure.limit is None else f"{'≤' if figure.lower_is_better else '≥'} {figure.limit:g} {figure.unit}"
    met = {None: "", True: "✓", False: "✗"}[figure.met]
    return figure.name, f"{_readable(figure.measured)} {figure.unit}", bound, met


def _readable(value: float) -> str:
    """Three significant digits, whole numbers from a hundred on."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _misses(outcomes: Sequence[Outcome]) -> list[str]:
    return [_miss(outcome) for outcome in outcomes if outcome.measurement.missed]


def _miss(outcome: Outcome) -> str:
    names = ", ".join(figure.name for figure in outcome.measurement.missed)
    busy = f"Other programs kept {outcome.others:.1f} cores busy meanwhile." if outcome.others > _BUSY_CORES else ""
    return " ".join(part for part in (f"Missed: {names}.", outcome.measurement.causes, busy) if part)


def _circumstances(run: Run) -> str:
    machine = run.machine
    others = max(outcome.others for outcome in run.outcomes)
    return (
        f"Measured on {run.date} on {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}, Python {machine['python']}; other programs kept up to {others:.1f} cores busy."
    )


def _plain(run: Run) -> dict[str, object]:
    return {
        "date": run.date,
        "machine": dict(run.machine),
        "measurements": [_plain_outcome(outcome) for outcome in run.outcomes],
    }


def _plain_outcome(outcome: Outcome) -> dict[str, object]:
    measurement = outcome.measurement
    return {
        "key": measurement.key,
        "method": measurement.method,
        "seconds": round(outcome.seconds, 1),
        "cores_used_by_others": round(outcome.others, 2),
        "figures": [{**asdict(figure), "met": figure.met} for figure in measurement.figures],
        "details": dict(measurement.details),
    }
