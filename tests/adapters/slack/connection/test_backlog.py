"""Which places are read after a gap: what Sova is in, and of threads those that may still be waited in."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from adapters.slack.callers import mark_at, ts_of
from adapters.slack.connection.backlog import SlackBacklog

NOWHERE = cast("Any", None)


def thread(*, days: float) -> str:
    """One that began so long ago."""
    return f"C1/{ts_of(mark_at(datetime.now(UTC) - timedelta(days=days)))}"


def test_threads_that_are_long_over_are_not_read() -> None:
    fresh, old = thread(days=6.9), thread(days=7.1)
    backlog = SlackBacklog(NOWHERE, NOWHERE, mine=("C1", "D1"))
    assert backlog.channels({"C2", fresh, old}) == {"C2": None, "C1": None, "D1": None, fresh: None}


def test_of_many_threads_the_newest_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.connection.backlog.MOST_THREADS", 2)
    threads = [thread(days=days) for days in (3, 1, 2)]
    assert set(SlackBacklog(NOWHERE, NOWHERE).channels(threads)) == set(threads[1:])
