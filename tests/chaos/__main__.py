"""`make chaos`, or `python -m tests.chaos kills|outages|overload`: the long runs, for docs/reliability.md.

Exits with 1 when anything is not as it shall be.
"""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos import outages, overload, run

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
KILLS = run.Plan(channels=200, questions=55, whole=2, workers=2, gateways=1, deaths=12, random_kills=40)
OUTAGE_S = 15.0
REPLY_S, RECOVERY_S = 3.0, 10.0
GOODPUT, JAIN, DEVIATION = 0.9, 0.95, 0.05

Table = tuple[str, bool]
"""A table in Markdown, and whether its figures are as they shall be."""


def main(names: Sequence[str]) -> int:
    """Run, print, write down."""
    good = True
    for name in names or RUNS:
        with TemporaryDirectory(prefix="chaos-") as folder:
            table, is_good = RUNS[name](Path(folder))
        sys.stdout.write(f"{table}\n")
        _write_down(name, table)
        good = good and is_good
    return 0 if good else 1


def _kills(folder: Path) -> Table:
    outcome = asyncio.run(run.run(folder, KILLS))
    rows = {
        "turns": outcome.turns,
        "questions without a visible reply": outcome.lost,
        "second visible replies": outcome.doubled,
        "replies out of order": outcome.disordered,
        "conversations whose history is wrong": outcome.unfaithful,
        "second replies that only the nonce prevented": outcome.reposted,
        **{f"processes killed: {_STEPS[step]}": times for step, times in outcome.killed.items()},
        "turns a second": round(outcome.turns / outcome.seconds),
    }
    return _table(("", ""), [(name, f"{figure:,}") for name, figure in rows.items()]), outcome.is_clean


_STEPS = {
    "received": "before accepting",
    "accepted": "accepted, not acknowledged",
    "claimed": "claimed, engine not asked",
    "post": "before the first post",
    "remember": "posted, not remembered",
    "edit": "while the answer streams",
    "done": "shown, not finished",
    "random": "at any moment",
}


def _outages(folder: Path) -> Table:
    found = asyncio.run(_all_outages(folder))
    rows = [
        (one.part, f"{one.asked:,}", f"{one.instead:,}", f"{one.worst_reply:.2f} s", f"{one.recovery:.2f} s")
        for one in found
    ]
    good = all(one.worst_reply <= REPLY_S and one.recovery <= RECOVERY_S for one in found)
    head = (
        "stopped",
        "asked meanwhile",
        "told what is missing",
        "slowest reply (3 s)",
        "first good answer after (10 s)",
    )
    return _table(head, rows), good


async def _all_outages(folder: Path) -> Sequence[outages.Recovered]:
    async with outages.site(folder, settings={}) as site:
        return [await site.outage(part, seconds=OUTAGE_S) for part in ("engine", "Redis", "index")]


def _overload(folder: Path) -> Table:
    plan = overload.Plan()
    found = asyncio.run(overload.endure(folder, plan))
    rows = [
        ("questions a second", f"{found.offered:.0f}", ""),
        ("answers a second while as much is asked as can be answered", f"{found.peak:.1f}", ""),
        ("answers a second under overload, as a part of these", f"{found.goodput / found.peak:.2f}", f"≥ {GOODPUT}"),
        ("fairness between people (Jain's index)", f"{found.jain:.3f}", f"≥ {JAIN}"),
        ("memory of Sova, deviation from its mean", f"{found.memory_deviation:.1%}", f"≤ {DEVIATION:.0%}"),
        ("memory of Sova", f"{found.memory_mb:.0f} MB", ""),
        ("questions refused in a sentence", f"{found.refused:,}", ""),
    ]
    good = found.goodput >= GOODPUT * found.peak and found.jain >= JAIN and found.memory_deviation <= DEVIATION
    return _table(("", f"{plan.seconds:.0f} s", "limit"), rows), good


RUNS: Mapping[str, Callable[[Path], Table]] = {"kills": _kills, "outages": _outages, "overload": _overload}


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _write_down(name: str, table: str) -> None:
    begin, end = f"<!-- {name}: written by make chaos -->", f"<!-- end of {name} -->"
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(begin)
    PAGE.write_text(f"{before}{begin}\n\n{table}\n{end}{rest.split(end)[1]}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
