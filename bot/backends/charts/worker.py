"""Owns the process that draws: charts come in on standard input, pictures go out on standard output.

A process of its own, because drawing holds Python's lock (0.3 s for a picture) and matplotlib takes 80 MB. It ends
when its input ends, so also when the program that started it is killed; it has nothing to write down.
"""

import os
import pickle
import signal
import sys
from typing import BinaryIO

from bot.backends.charts.calls import SIZE, Failure, Outcome, packed
from bot.ports.charts import Chart


def main() -> None:
    """Draw until the input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the end of the input is the one way to end
    outcomes = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a vendor prints is no outcome
    while size := sys.stdin.buffer.read(SIZE.size):
        charts = pickle.loads(sys.stdin.buffer.read(*SIZE.unpack(size)))  # noqa: S301  # from our own parent
        _answer(_drawn(charts), outcomes)


def _drawn(charts: tuple[Chart, ...]) -> Outcome:
    try:
        from bot.backends.charts.drawing import page_of

        return page_of(charts).png()
    except Exception as error:  # noqa: BLE001  # matplotlib raises what it likes
        return Failure(type(error).__name__)


def _answer(outcome: Outcome, outcomes: BinaryIO) -> None:
    outcomes.write(packed(outcome))
    outcomes.flush()


if __name__ == "__main__":
    main()
