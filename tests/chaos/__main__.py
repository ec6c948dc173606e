"""`make chaos`: the long run; its figures go into docs/reliability.md. Exits with 1 when anything went wrong."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.run import Outcome, Plan, run

PLAN = Plan(channels=200, questions=55, whole=2, workers=2, gateways=1, deaths=12, random_kills=40)
PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: written by make chaos -->", "<!-- end of figures -->"


def main() -> int:
    """Run, print, write down."""
    with TemporaryDirectory(prefix="chaos-") as folder:
        outcome = asyncio.run(run(Path(folder), PLAN))
    table = _table(outcome)
    sys.stdout.write(table)
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n{END}{after}", encoding="utf-8")
    return 0 if outcome.is_clean else 1


def _table(outcome: Outcome) -> str:
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
    return "".join(["| | |\n|---|--:|\n", *(f"| {name} | {figure:,} |\n" for name, figure in rows.items())])


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


if __name__ == "__main__":
    sys.exit(main())
