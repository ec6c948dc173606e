"""Nothing is missed: what was heard is written down, and what wasn't is fetched."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.hearing.catching_up import FORGOTTEN, CatchingUp
from bot.chat.hearing.merging import Heard
from bot.errors import HistoryUnavailable, PlatformUnreachable
from tests.bot.chat.hearing.heard import Board
from tests.doubles.seen import MemorySeenLog

AWAY = HistoryUnavailable(where="redis", reason="away")


def mark_at(moment: datetime) -> int:
    """Seconds since the epoch are marks, too."""
    return int(moment.timestamp())


NOW = mark_at(datetime.now(UTC))
EARLIER = NOW - 600


class Listener:
    """Takes what was missed; while `keeps` is empty it can, otherwise as it says, once each."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.keeps: list[bool] = []

    async def missed(self, messages: Sequence[Heard[str]]) -> bool:
        kept = self.keeps.pop(0) if self.keeps else True
        self.texts += [heard.text for heard in messages] if kept else []
        return kept


@pytest.fixture
def log() -> MemorySeenLog:
    return MemorySeenLog({"here": EARLIER, "dm:1": EARLIER})


@pytest.fixture
def board() -> Board:
    return Board(unlisted=frozenset({"dm:1", "dm:2"}))


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def catching_up(log: MemorySeenLog) -> AsyncIterator[CatchingUp]:
    async with asyncio.timeout(5):
        yield CatchingUp("board", log, mark_at=mark_at, keep_seconds=0.001)


async def test_what_was_written_since_is_handed_over_and_remembered(
    catching_up: CatchingUp, log: MemorySeenLog, board: Board, listener: Listener
) -> None:
    board.says("before", mark=EARLIER)
    board.says("missed", mark=NOW)
    board.says("in private", mark=NOW, place="dm:1")
    board.says("in a new place", mark=NOW, place="there")
    board.says("to nobody who is known", mark=NOW, place="dm:2")
    async with catching_up.keeping():
        await catching_up.catch_up(board, listener.missed)
        catching_up.note("here", NOW + 1)
    assert sorted(listener.texts) == ["in a new place", "in private", "missed"]
    assert log.kept == {"here": NOW + 1, "dm:1": EARLIER, "there": EARLIER}


async def test_a_place_that_was_first_heard_during_the_gap_is_read_too(
    catching_up: CatchingUp, board: Board, listener: Listener
) -> None:
    board.says("missed", mark=NOW - 1, place="dm:2")
    board.says("heard", mark=NOW, place="dm:2")
    catching_up.note("dm:2", NOW)
    await catching_up.catch_up(board, listener.missed)
    assert listener.texts == ["missed", "heard"]


async def test_what_is_older_than_a_gap_may_be_is_let_be(log: MemorySeenLog, board: Board, listener: Listener) -> None:
    board.says("long ago", mark=EARLIER + 1)
    board.says("just now", mark=mark_at(datetime.now(UTC)))  # the suite may have begun long ago
    catching_up = CatchingUp("board", log, mark_at=mark_at, longest_gap=timedelta(seconds=300))
    await catching_up.catch_up(board, listener.missed)
    assert listener.texts == ["just now"]


async def test_where_nobody_has_written_for_long_nobody_looks(
    catching_up: CatchingUp, log: MemorySeenLog, board: Board, listener: Listener
) -> None:
    log.kept["dm:2"] = mark_at(datetime.now(UTC) - FORGOTTEN) - 9
    await catching_up.catch_up(board, listener.missed)
    assert "dm:2" not in log.kept
    assert [channel for channel, _ in board.asked] == ["dm:1"]


async def test_while_the_log_is_away_it_is_waited_for_and_no_gap_is_hidden(
    catching_up: CatchingUp, log: MemorySeenLog, board: Board, listener: Listener
) -> None:
    log.error = AWAY
    board.says("missed", mark=NOW - 1)
    async with catching_up.keeping():
        waiting = asyncio.create_task(catching_up.catch_up(board, listener.missed))
        catching_up.note("here", NOW)
        await asyncio.sleep(0)
        assert not waiting.done()
        log.error = None
        await waiting
    assert listener.texts == ["missed"]
    assert log.kept["here"] == NOW


@pytest.mark.parametrize("is_first", [False, True])
async def test_a_life_without_catching_up_lets_the_next_one_begin_where_it_must(
    log: MemorySeenLog, board: Board, listener: Listener, *, is_first: bool
) -> None:
    if is_first:
        log.kept.clear()
    brief = CatchingUp("board", log, mark_at=mark_at)
    async with brief.keeping():
        board.says("heard", mark=NOW - 2, place="dm:2")
        brief.note("dm:2", NOW - 2)
    board.says("missed", mark=NOW, place="dm:2")
    await CatchingUp("board", log, mark_at=mark_at).catch_up(board, listener.missed)
    assert listener.texts == (["missed"] if is_first else ["heard", "missed"])


async def test_what_cannot_be_fetched_now_is_fetched_later_and_the_rest_meanwhile(
    catching_up: CatchingUp, board: Board, listener: Listener
) -> None:
    board.says("refused at first", mark=NOW)
    board.says("fetched at once", mark=NOW, place="there")
    board.errors["here"] = PlatformUnreachable("Board", "it is away")
    await catching_up.catch_up(board, listener.missed)
    assert listener.texts == ["fetched at once", "refused at first"]


async def test_what_cannot_be_kept_now_is_handed_over_later(
    catching_up: CatchingUp, board: Board, listener: Listener
) -> None:
    board.says("missed", mark=NOW)
    listener.keeps = [False]
    await catching_up.catch_up(board, listener.missed)
    assert listener.texts == ["missed"]


async def test_a_log_that_answers_late_takes_nothing_back(log: MemorySeenLog, board: Board, listener: Listener) -> None:
    late = LateLog(log.kept)
    catching_up = CatchingUp("board", late, mark_at=mark_at)
    async with asyncio.timeout(5), catching_up.keeping():
        first = asyncio.create_task(catching_up.catch_up(board, listener.missed))
        await late.asked.wait()
        await catching_up.catch_up(board, listener.missed)
        catching_up.note("here", NOW)
        late.released.set()
        await first
    assert late.kept["here"] == NOW


class LateLog(MemorySeenLog):
    """Answers only the second time at once."""

    def __init__(self, kept: dict[str, int]) -> None:
        super().__init__(kept)
        self.asked, self.released = asyncio.Event(), asyncio.Event()

    async def marks(self, platform: str) -> Mapping[str, int]:
        marks, is_first = await super().marks(platform), not self.asked.is_set()
        self.asked.set()
        if is_first:
            await self.released.wait()
        return marks


async def test_a_newer_connection_catches_up_instead_of_an_older_one(
    log: MemorySeenLog, board: Board, listener: Listener
) -> None:
    catching_up = CatchingUp("board", log, mark_at=mark_at, keep_seconds=0.01)
    board.says("missed", mark=NOW)
    board.errors["here"] = PlatformUnreachable("Board", "it is away")
    async with asyncio.timeout(5):
        older = asyncio.create_task(catching_up.catch_up(board, listener.missed))
        await asyncio.sleep(0)
        catching_up.lose()
        await catching_up.catch_up(board, listener.missed)
        await older
    assert listener.texts == ["missed"]


async def test_what_came_to_nobody_between_two_connections_is_fetched(
    catching_up: CatchingUp, board: Board, listener: Listener
) -> None:
    await catching_up.catch_up(board, listener.missed)
    catching_up.note("here", NOW)
    catching_up.lose()
    board.says("missed", mark=NOW + 1)
    board.says("heard early", mark=NOW + 2)
    catching_up.note("here", NOW + 2)
    await catching_up.catch_up(board, listener.missed)
    assert listener.texts == ["missed", "heard early"]


async def test_what_could_not_be_kept_when_it_was_heard_is_fetched_after_the_next_gap(
    catching_up: CatchingUp, board: Board, listener: Listener
) -> None:
    await catching_up.catch_up(board, listener.missed)
    board.says("in vain", mark=NOW)
    catching_up.reopen("here", NOW)
    catching_up.note("here", NOW + 1)
    catching_up.lose()
    await catching_up.catch_up(board, listener.missed)
    assert listener.texts == ["in vain"]


async def test_what_could_not_be_written_down_is_written_when_the_log_is_back(
    catching_up: CatchingUp, log: MemorySeenLog, board: Board, listener: Listener
) -> None:
    async with catching_up.keeping():
        await catching_up.catch_up(board, listener.missed)
        log.error = AWAY
        catching_up.note("here", NOW)
    assert log.kept["here"] == EARLIER
    log.error = None
    async with catching_up.keeping():
        catching_up.note("there", NOW)
    assert log.kept["here"] == NOW
