"""Owns the table of what differs from an earlier run. Pure."""

from bot.benchmarks.comparing import RATES, Change, compare
from bot.benchmarks.records import Run
from bot.benchmarks.telling import Section, amount
from bot.wording import Wording


def changes(run: Run, earlier: Run, say: Wording) -> Section:
    """Every figure that both runs have, and by what factor it differs."""
    found = compare(run, earlier)
    return Section(
        key="comparison",
        title=say("bench-comparison", run=earlier.id),
        columns=tuple(say(f"bench-column-{name}") for name in ("model", "figure", "factor", "interval", "verdict")),
        rows=tuple(_changed(change, say) for change in found),
        numeric=frozenset({2, 3}),
        notes=(say("bench-comparison-note" if found else "bench-comparison-none"),),
    )


def _changed(change: Change, say: Wording) -> tuple[str, ...]:
    better = (change.factor > 1) == (change.figure in RATES)
    verdict = "unknown" if change.beyond is None else "same" if not change.beyond else "better" if better else "worse"
    return (
        change.model,
        say("bench-figure", figure=change.figure),
        say("bench-factor", value=change.factor),
        f"{amount(change.low, say, digits=2)} – {amount(change.high, say, digits=2)}",
        say("bench-changed", verdict=verdict),
    )
