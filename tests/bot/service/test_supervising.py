import asyncio
from dataclasses import dataclass, field

import pytest

from bot.errors import AssistantError, BadSetting, CrashLoop, HistoryUnavailable
from bot.service.supervising import Backoff, Supervisor

AWAY = HistoryUnavailable(where="there", reason="refused")


@dataclass
class Time:
    """Passes only where somebody waits; the run after the last one never ends."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Part:
    """What is kept running: each run lasts so long, and ends so."""

    time: Time
    runs: list[tuple[float, Exception | None]]
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        if not self.runs:
            self.settled.set()
            await asyncio.Event().wait()
        lasted, error = self.runs.pop(0)
        self.time.now += lasted
        if error:
            raise error


async def kept(*runs: tuple[float, Exception | None], backoff: Backoff | None = None) -> list[float]:
    """The pauses between these runs."""
    time = Time()
    part = Part(time, list(runs))
    supervisor = Supervisor(backoff or Backoff(), sleep=time.sleep, clock=lambda: time.now, random=lambda: 0.0)
    keeping = asyncio.create_task(supervisor.keep(part.run, name="a platform"))
    settled = asyncio.create_task(part.settled.wait())
    async with asyncio.timeout(5):
        await asyncio.wait({keeping, settled}, return_when=asyncio.FIRST_COMPLETED)
    for task in (keeping, settled):
        if not task.done():
            task.cancel()
    await asyncio.wait({keeping, settled})
    if not keeping.cancelled():
        keeping.result()
    return time.slept


async def test_what_fails_is_tried_again_after_longer_and_longer_pauses() -> None:
    assert await kept(*[(0.0, AWAY)] * 8) == [1, 2, 4, 8, 16, 32, 60, 60]


async def test_what_ends_by_itself_is_started_again() -> None:
    assert await kept((0.0, None), (0.0, None)) == [1, 2]


async def test_after_it_went_well_for_a_while_pauses_are_short_again() -> None:
    assert await kept((0.0, AWAY), (0.0, AWAY), (60.0, AWAY), (0.0, AWAY)) == [1, 2, 1, 2]


async def test_wrong_settings_are_not_waited_for() -> None:
    with pytest.raises(BadSetting):
        await kept((0.0, AWAY), (0.0, BadSetting(name="SOVA_X", reason="wrong")))


async def test_faults_of_our_own_end_it_when_they_come_again_and_again() -> None:
    with pytest.raises(CrashLoop) as given_up:
        await kept(*[(1.0, RuntimeError("ours"))] * 6)
    assert given_up.value.name == "a platform"


async def test_faults_far_between_are_borne() -> None:
    assert len(await kept(*[(100.0, RuntimeError("ours"))] * 20)) == 20


async def test_pauses_are_cut_at_random_so_that_not_all_come_at_once() -> None:
    time = Time()
    supervisor = Supervisor(Backoff(), sleep=time.sleep, clock=lambda: time.now, random=lambda: 1.0)
    part = Part(time, [(0.0, AWAY), (0.0, AWAY)])
    keeping = asyncio.create_task(supervisor.keep(part.run, name="a platform"))
    async with asyncio.timeout(5):
        await part.settled.wait()
    keeping.cancel()
    await asyncio.wait({keeping})
    assert time.slept == [0.5, 1.0]


def test_every_error_of_settings_counts_as_wrong_usage() -> None:
    assert BadSetting.exit_code == 2
    assert issubclass(BadSetting, AssistantError)
