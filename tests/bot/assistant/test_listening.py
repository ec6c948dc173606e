"""What is waited for before the first word, where the engine itself tells it."""

import asyncio
from dataclasses import dataclass

import pytest

from bot.assistant.limits import Limits
from bot.assistant.listening import Listener
from bot.errors import EngineSilent
from bot.messages import Progress, ReplyEvent, Stage
from bot.ports import CompletionRequest
from tests.doubles.completions import request
from tests.doubles.scripted_engine import ScriptedEngine

QUICK = Limits(first_token_seconds=0.05, progress_seconds=0.01)


@dataclass
class EngineWithALine(ScriptedEngine):
    """It tells `stages`, the last one for ever, and then sets `told`."""

    stages: tuple[Stage, ...] = (Stage.QUEUED,)
    times: int = 0
    enough: int = 20

    def __post_init__(self) -> None:
        self.told = asyncio.Event()
        self.of: list[CompletionRequest] = []

    async def stage(self, request: CompletionRequest) -> Stage:
        self.of.append(request)
        if len(self.of) == self.enough:
            self.told.set()
        return self.stages[min(len(self.of), len(self.stages)) - 1]


async def listen(engine: EngineWithALine) -> tuple[list[ReplyEvent], CompletionRequest]:
    events: list[ReplyEvent] = []
    mine = request("owl:1b", "Hi")
    async with asyncio.timeout(5):
        await Listener(engine, limits=QUICK).listen(mine, hear=lambda _: None, emit=events.append)
    return events, mine


async def test_who_waits_for_others_is_told_so_and_waits_as_long_as_they_take() -> None:
    engine = EngineWithALine()
    engine.scripts = [[engine.told, "At last."]]
    events, mine = await listen(engine)
    assert events == [Progress(Stage.QUEUED, "owl:1b")]
    assert all(one is mine for one in engine.of)


async def test_each_thing_that_is_waited_for_is_told_once() -> None:
    engine = EngineWithALine(stages=(Stage.QUEUED, Stage.LOADING, Stage.READING), enough=5)
    engine.scripts = [[engine.told, "At last."]]
    events, _ = await listen(engine)
    assert [event.stage for event in events if isinstance(event, Progress)] == list(engine.stages)


async def test_an_engine_that_reads_for_ever_is_given_up_after_the_wait() -> None:
    engine = EngineWithALine(stages=(*[Stage.QUEUED] * 10, Stage.READING))
    engine.scripts = [[asyncio.Event()]]
    with pytest.raises(EngineSilent) as caught:
        await listen(engine)
    assert caught.value.seconds == QUICK.first_token_seconds
    assert len(engine.of) > 10
