import asyncio
import logging
from dataclasses import dataclass, field

import pytest

from bot.errors import EngineUnreachable
from bot.models.keeping_warm import LONGEST_PAUSE, KeepWarm, pause_of
from bot.ports import LoadedModel, ModelInfo
from tests.doubles.scripted_engine import ScriptedEngine


@dataclass
class Machine(ScriptedEngine):
    """An engine with room for as many models as it is told; the oldest leaves for a new one."""

    room: int = 2
    memory: list[str] = field(default_factory=list)
    warmed: list[str] = field(default_factory=list)
    down: bool = False
    fault: Exception | None = None

    async def loaded(self) -> list[LoadedModel]:
        if self.fault:
            raise self.fault
        if self.down:
            raise EngineUnreachable(engine="ollama", url="http://127.0.0.1:11434")
        return [LoadedModel(name) for name in self.memory]

    async def warm(self, name: str) -> None:
        self.warmed.append(name)
        self.memory = [*(one for one in self.memory if one != name), name][-self.room :]


class Rounds:
    """The pauses of the keeper; each ends when the test says so."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self._go_on = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        del seconds
        self.began.set()
        await self._go_on.wait()
        self._go_on.clear()

    async def next(self) -> None:
        self.began.clear()
        self._go_on.set()
        await self.began.wait()


@dataclass
class Kept:
    machine: Machine
    rounds: Rounds
    task: asyncio.Task[None]


async def keeping(machine: Machine, *names: str) -> Kept:
    rounds = Rounds()
    keeper = KeepWarm(machine, names, pause=1, sleep=rounds)
    task = asyncio.create_task(keeper.run())
    await rounds.began.wait()
    return Kept(machine, rounds, task)


async def over(kept: Kept) -> None:
    kept.task.cancel()
    await asyncio.wait({kept.task})


def offers(*names: str) -> list[ModelInfo]:
    return [ModelInfo(name) for name in names]


@pytest.mark.parametrize(
    ("keep_alive", "pause"),
    [("30m", LONGEST_PAUSE), ("-1", LONGEST_PAUSE), ("60s", 27.0), ("100", 45.0), ("1m30s", 40.5), ("2s", 5.0)],
)
def test_it_looks_after_models_well_before_they_would_leave(keep_alive: str, pause: float) -> None:
    assert pause_of(keep_alive) == pytest.approx(pause)


async def test_models_are_loaded_at_once_and_asked_to_stay_each_round() -> None:
    async with asyncio.timeout(5):
        kept = await keeping(Machine(offers=offers("owl", "lark")), "owl", "lark")
        await kept.rounds.next()
        await over(kept)
    assert kept.machine.warmed == ["owl", "lark"] * 2


async def test_one_that_was_put_out_for_another_is_left_out_until_there_is_room() -> None:
    machine = Machine(offers=offers("owl", "lark"), room=1)
    async with asyncio.timeout(5):
        kept = await keeping(machine, "owl")
        machine.memory = ["lark"]  # somebody asked the other one
        await kept.rounds.next()
        assert machine.memory == ["lark"]
        machine.memory = []
        await kept.rounds.next()
        await over(kept)
    assert machine.memory == ["owl"]


async def test_two_that_do_not_fit_together_do_not_put_each_other_out_again_and_again() -> None:
    machine = Machine(offers=offers("owl", "lark"), room=1)
    async with asyncio.timeout(5):
        kept = await keeping(machine, "owl", "lark")
        for _ in range(3):
            await kept.rounds.next()
        await over(kept)
    assert machine.warmed == ["owl", "lark", "lark", "lark", "lark"]


async def test_a_failure_is_logged_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine(offers=offers("owl"), down=True)
    with caplog.at_level(logging.INFO, logger="bot.models.keeping_warm"):
        async with asyncio.timeout(5):
            kept = await keeping(machine, "owl")
            await kept.rounds.next()
            machine.down = False
            await kept.rounds.next()
            await kept.rounds.next()
            await over(kept)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert machine.memory == ["owl"]


async def test_a_fault_of_ours_is_told_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine(offers=offers("owl"), fault=RuntimeError("ours"))
    async with asyncio.timeout(5):
        kept = await keeping(machine, "owl")
        machine.fault = None
        await kept.rounds.next()
        await over(kept)
    assert "RuntimeError: ours" in caplog.text
    assert machine.memory == ["owl"]
