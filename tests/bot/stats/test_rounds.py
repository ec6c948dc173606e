import asyncio
import logging

import pytest

from bot.errors import HistoryUnavailable
from bot.ports import MachineSample
from bot.stats.rounds import going_round, sampling


class Rounds:
    """Counts rounds, and raises what it is given in each; `third` is set when there were three."""

    def __init__(self, raises: Exception | None = None) -> None:
        self.raises = raises
        self.done = 0
        self.third = asyncio.Event()

    async def __call__(self) -> None:
        self.done += 1
        if self.done == 3:
            self.third.set()
        if self.raises:
            raise self.raises


@pytest.mark.parametrize("fault", [None, HistoryUnavailable("redis", "refused"), RuntimeError("ours")])
async def test_rounds_go_on_whatever_one_of_them_raises(fault: Exception | None) -> None:
    first, second = Rounds(fault), Rounds()
    async with asyncio.timeout(5), going_round([first, second], seconds=0.001):
        await first.third.wait()
        await second.third.wait()
    ended = first.done
    await asyncio.sleep(0)
    assert first.done == ended


async def test_a_store_that_is_away_fills_no_log_and_a_fault_of_ours_is_told(caplog: pytest.LogCaptureFixture) -> None:
    away, ours = Rounds(HistoryUnavailable("redis", "refused")), Rounds(RuntimeError("ours"))
    with caplog.at_level(logging.INFO):
        async with asyncio.timeout(5), going_round([away, ours], seconds=0.001):
            await ours.third.wait()
    assert "redis" not in caplog.text
    assert "RuntimeError: ours" in caplog.text


async def test_a_machine_is_sampled_under_its_name() -> None:
    told: list[tuple[str, MachineSample]] = []

    class Log:
        async def record(self, machine: str, sample: MachineSample) -> None:
            told.append((machine, sample))

        async def samples(self) -> dict[str, tuple[MachineSample, ...]]:
            return {}

    class Meter:
        async def sample(self) -> MachineSample:
            return MachineSample(7.0)

    await sampling("gpu-1", meter=Meter(), log=Log())()
    assert told == [("gpu-1", MachineSample(7.0))]
