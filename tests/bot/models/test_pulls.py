"""Pulls of an engine that is told what to say: shared, stopped, gone on with, and remembered."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.errors import (
    AssistantError,
    CannotManageModels,
    DiskFull,
    ModelNotOffered,
    PullDamaged,
    RegistryUnreachable,
    RemoteModelRefused,
)
from bot.models.pull import Pull, PullEnd, PullState
from bot.models.pull_notes import PullNote, PullNotes
from bot.models.pulls import DiskRoom, Pulls
from bot.ports import ModelInfo, PullPhase, PullProgress
from tests.doubles.scripted_engine import ScriptedEngine

OWL = ModelInfo("owl:7b", size_bytes=100)
Step = PullProgress | AssistantError | asyncio.Event | Exception
FETCHING = PullProgress("pulling a", 40, 100, PullPhase.FETCHING)
DONE = PullProgress("success", 100, 100, PullPhase.DONE)


@dataclass
class PullingEngine(ScriptedEngine):
    """Fetches by script, one a pull; what it has fetched is among its models."""

    pulled: list[list[Step]] = field(default_factory=lambda: [[FETCHING, DONE]])
    asked_for: list[str] = field(default_factory=list)
    arrives: list[ModelInfo] = field(default_factory=lambda: [OWL])
    remote: tuple[str, ...] = ()

    async def pull(self, name: str) -> AsyncGenerator[PullProgress, None]:
        self.asked_for.append(name)
        for step in self.pulled.pop(0) if len(self.pulled) > 1 else self.pulled[0]:
            match step:
                case asyncio.Event():
                    await step.wait()
                case PullProgress():
                    yield step
                case _:
                    raise step
        self.offers = [*self.offers, *self.arrives]

    async def remote_models(self) -> tuple[str, ...]:
        return self.remote


@dataclass
class LookingEngine(PullingEngine):
    """Looks at what is `written` in a folder when it is asked."""

    folder: Path = Path()
    written: list[str] = field(default_factory=list)

    async def pull(self, name: str) -> AsyncGenerator[PullProgress, None]:
        self.written = [json.loads(path.read_text())["why"] for path in self.folder.glob("*.json")]
        async with aclosing(super().pull(name)) as steps:
            async for step in steps:
                yield step


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def notes(tmp_path: Path) -> PullNotes:
    return PullNotes(tmp_path / "pulls")


@pytest.fixture
def engine() -> PullingEngine:
    return PullingEngine()


async def ended(pull: Pull) -> PullState:
    async with asyncio.timeout(5):
        *_, last = [state async for state in pull.states()]
    return last


async def until(pull: Pull, happened: Callable[[PullState], bool]) -> PullState:
    async with asyncio.timeout(5):
        async for state in pull.states():
            if happened(state):
                return state
    raise AssertionError("it ended before that")


def halfway(state: PullState) -> bool:
    return state.done_bytes == 40


async def test_a_model_arrives_and_is_looked_at(engine: PullingEngine, notes: PullNotes) -> None:
    async with Pulls(engine, notes=notes) as pulls:
        state = await ended(pulls.begin(" owl:7b ", by="Ana"))
        assert (state.end, state.info, state.model) == (PullEnd.DONE, OWL, "owl:7b")
        assert (state.done_bytes, state.total_bytes, state.phase) == (100, 100, PullPhase.DONE)
        assert pulls.running == []
        assert notes.unfinished() == []


async def test_two_who_want_the_same_share_one_pull(engine: PullingEngine, notes: PullNotes) -> None:
    go_on = asyncio.Event()
    engine.pulled = [[FETCHING, go_on, DONE]]
    async with Pulls(engine, notes=notes) as pulls:
        one = pulls.begin("owl", by="Ana")
        await until(one, halfway)
        other = pulls.begin("OWL:latest", by="Eva")
        assert (await until(other, halfway)).by == ("Ana", "Eva")
        go_on.set()
        first, second = await asyncio.gather(ended(one), ended(other))
    assert first is second
    assert engine.asked_for == ["owl"]


async def test_closing_the_watching_lets_the_pull_go_on(engine: PullingEngine, notes: PullNotes) -> None:
    go_on = asyncio.Event()
    engine.pulled = [[FETCHING, go_on, DONE]]
    async with Pulls(engine, notes=notes) as pulls:
        pull = pulls.begin("owl:7b", by="Ana")
        watching = pull.states()
        await anext(watching)
        await watching.aclose()
        go_on.set()
        assert (await ended(pull)).end is PullEnd.DONE


async def test_a_paused_pull_is_remembered_and_forgotten_when_it_is_done(
    engine: PullingEngine, notes: PullNotes
) -> None:
    engine.pulled = [[FETCHING, asyncio.Event()], [DONE]]
    async with Pulls(engine, notes=notes, clock=lambda: 1_800_000_000.0) as pulls:
        await until(pulls.begin("owl:7b", by="Ana"), halfway)
        assert await pulls.unfinished() == []  # it goes on
        state = await pulls.pause("OWL:7b")
        assert state is not None
        assert (state.end, state.done_bytes) == (PullEnd.PAUSED, 40)
        assert await pulls.unfinished() == [
            PullNote("owl:7b", "scripted", "Ana", 1_800_000_000.0, 40, 100, "paused"),
        ]
        assert (await ended(pulls.begin("owl:7b", by="Eva"))).end is PullEnd.DONE
        assert await pulls.unfinished() == []


async def test_pausing_what_nobody_fetches_tells_so(engine: PullingEngine, notes: PullNotes) -> None:
    async with Pulls(engine, notes=notes) as pulls:
        assert await pulls.pause("owl:7b") is None


async def test_a_pull_that_is_paused_before_it_began_ends_all_the_same(engine: PullingEngine, notes: PullNotes) -> None:
    async with Pulls(engine, notes=notes) as pulls:
        pull = pulls.begin("owl:7b", by="Ana")
        await pulls.pause("owl:7b")
        assert (await ended(pull)).end is PullEnd.PAUSED
        assert pulls.running == []


async def test_what_was_going_on_when_sova_ended_is_told_at_the_next_start(
    engine: PullingEngine, notes: PullNotes
) -> None:
    engine.pulled = [[FETCHING, asyncio.Event()]]
    async with Pulls(engine, notes=notes) as pulls:
        pull = pulls.begin("owl:7b", by="Ana")
        await until(pull, halfway)
    assert pull.state.end is PullEnd.INTERRUPTED
    async with Pulls(PullingEngine(), notes=notes) as anew:
        (note,) = await anew.unfinished()
        assert (note.model, note.by, note.done_bytes, note.why) == ("owl:7b", "Ana", 40, "interrupted")


async def test_it_is_written_down_before_the_engine_is_asked_so_that_a_kill_loses_nothing(
    notes: PullNotes, tmp_path: Path
) -> None:
    engine = LookingEngine(folder=tmp_path / "pulls")
    async with Pulls(engine, notes=notes) as pulls:
        assert (await ended(pulls.begin("owl:7b", by="Ana"))).end is PullEnd.DONE
    assert engine.written == ["interrupted"]


async def test_another_engine_s_pulls_are_not_this_one_s(engine: PullingEngine, notes: PullNotes) -> None:
    notes.write(PullNote("owl:7b", "embedded", "Ana", 1.0))
    async with Pulls(engine, notes=notes) as pulls:
        assert await pulls.unfinished() == []


async def test_a_failure_is_remembered_with_its_reason(engine: PullingEngine, notes: PullNotes) -> None:
    engine.pulled = [[FETCHING, RegistryUnreachable(engine="ollama", model="owl:7b")]]
    async with Pulls(engine, notes=notes) as pulls:
        state = await ended(pulls.begin("owl:7b", by="Ana"))
        assert state.end is PullEnd.FAILED
        assert isinstance(state.error, RegistryUnreachable)
        assert [note.why for note in await pulls.unfinished()] == ["registry-unreachable"]


async def test_what_nobody_has_is_not_remembered(engine: PullingEngine, notes: PullNotes) -> None:
    engine.pulled = [[ModelNotOffered(engine="ollama", model="owll")]]
    async with Pulls(engine, notes=notes) as pulls:
        assert isinstance((await ended(pulls.begin("owll", by="Ana"))).error, ModelNotOffered)
        assert await pulls.unfinished() == []


async def test_a_disk_that_is_too_small_stops_it_as_soon_as_the_size_is_known(
    engine: PullingEngine, notes: PullNotes
) -> None:
    engine.pulled = [[FETCHING, AssertionError("it went on"), DONE]]
    async with Pulls(engine, notes=notes, room=lambda: DiskRoom("/models", 59)) as pulls:
        state = await ended(pulls.begin("owl:7b", by="Ana"))
    assert state.end is PullEnd.FAILED
    assert isinstance(state.error, DiskFull)
    assert (state.error.path, round(state.error.needed * 1e9), round(state.error.free * 1e9)) == ("/models", 60, 59)


async def test_just_enough_room_is_enough(engine: PullingEngine, notes: PullNotes) -> None:
    async with Pulls(engine, notes=notes, room=lambda: DiskRoom("/models", 60)) as pulls:
        assert (await ended(pulls.begin("owl:7b", by="Ana"))).end is PullEnd.DONE


async def test_success_that_leaves_no_model_is_none(engine: PullingEngine, notes: PullNotes) -> None:
    engine.arrives = []
    async with Pulls(engine, notes=notes) as pulls:
        assert isinstance((await ended(pulls.begin("owl:7b", by="Ana"))).error, PullDamaged)


async def test_cloud_models_are_refused_before_and_after(engine: PullingEngine, notes: PullNotes) -> None:
    engine.arrives, engine.remote = [], ("innocent:1b",)
    async with Pulls(engine, notes=notes) as pulls:
        with pytest.raises(RemoteModelRefused):
            pulls.begin("gpt-oss:120b-cloud", by="Ana")
        assert engine.asked_for == []
        assert isinstance((await ended(pulls.begin("innocent:1b", by="Ana"))).error, RemoteModelRefused)


async def test_an_engine_that_cannot_fetch_says_so(notes: PullNotes) -> None:
    async with Pulls(ScriptedEngine(), notes=notes) as pulls:
        with pytest.raises(CannotManageModels):
            pulls.begin("owl", by="Ana")


async def test_a_fault_of_ours_reaches_everybody_who_watches(engine: PullingEngine, notes: PullNotes) -> None:
    engine.pulled = [[FETCHING, ValueError("ours")]]
    async with Pulls(engine, notes=notes) as pulls:
        pull = pulls.begin("owl:7b", by="Ana")
        for _ in range(2):
            with pytest.raises(ValueError, match="ours"):
                await ended(pull)


async def test_rate_and_rest_are_told(engine: PullingEngine, notes: PullNotes) -> None:
    clock, events = Clock(), [asyncio.Event(), asyncio.Event()]
    later = PullProgress("pulling a", 60, 100, PullPhase.FETCHING)
    engine.pulled = [[FETCHING, events[0], later, events[1], DONE]]
    async with Pulls(engine, notes=notes, ticks=clock) as pulls:
        pull = pulls.begin("owl:7b", by="Ana")
        await until(pull, halfway)
        clock.now = 2.0
        events[0].set()
        state = await until(pull, lambda state: state.done_bytes == 60)
        assert (state.rate, state.seconds_left) == (10.0, 4.0)
        events[1].set()
        await ended(pull)


def test_a_note_that_cannot_be_read_is_passed_over(notes: PullNotes, tmp_path: Path) -> None:
    notes.write(PullNote("owl", "ollama", "Ana", 1.0))
    (tmp_path / "pulls" / "broken.json").write_text("{")
    (tmp_path / "pulls" / "other.json").write_text(json.dumps({"model": 3}))
    assert [note.model for note in notes.unfinished()] == ["owl"]


def test_a_folder_that_cannot_be_written_stops_no_pull(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    notes = PullNotes(tmp_path / "file" / "pulls")
    with notes.held("owl"):
        notes.write(PullNote("owl", "ollama", "Ana", 1.0))
    assert notes.unfinished() == []
    assert not notes.forget("owl")
