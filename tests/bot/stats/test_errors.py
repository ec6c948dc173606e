from collections import Counter
from collections.abc import Mapping

import pytest

from bot.errors import EngineBusy, HistoryUnavailable, NotKept
from bot.stats.errors import ErrorTally


class Kept:
    """Counts in memory; `down` is raised while it is set."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.ats: list[float] = []
        self.down: HistoryUnavailable | None = None

    async def add(self, counts: Mapping[str, int], *, at: float) -> None:
        if self.down:
            raise self.down
        self.ats.append(at)
        self.counted.update(counts)

    async def counts(self, *, since: float, until: float) -> Mapping[str, int]:
        return dict(self.counted)


async def test_errors_are_counted_at_once_and_kept_when_flushed() -> None:
    kept = Kept()
    tally = ErrorTally(kept, clock=lambda: 7.0)
    for _ in range(2):
        tally.count(EngineBusy("ollama"))
    assert await tally.counts(since=0, until=9) == {"engine-busy": 2}
    assert kept.counted == {}
    await tally.flush()
    assert (kept.counted, kept.ats) == ({"engine-busy": 2}, [7.0])
    assert await tally.counts(since=0, until=9) == {"engine-busy": 2}


async def test_what_cannot_be_kept_is_kept_later() -> None:
    kept = Kept()
    tally = ErrorTally(kept)
    tally.count(EngineBusy("ollama"))
    kept.down = HistoryUnavailable(where="redis", reason="refused")
    with pytest.raises(HistoryUnavailable):
        await tally.flush()
    tally.count(kept.down)
    kept.down = None
    await tally.flush()
    assert kept.counted == {"engine-busy": 1, "history-unavailable": 1}


async def test_nothing_but_the_code_is_kept_of_an_error() -> None:
    kept = Kept()
    tally = ErrorTally(kept)
    tally.count(NotKept("secret"))
    await tally.flush()
    assert list(kept.counted) == ["not-kept"]
