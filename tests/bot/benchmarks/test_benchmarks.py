"""Benchmarks as somebody asks for them, on an engine that says what it is told to."""

import asyncio
import errno
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.benchmarks.benchmarks import Benchmarks, Outcome
from bot.benchmarks.figures import figures_of
from bot.benchmarks.inputs import WantedModel
from bot.benchmarks.keeping import MOST_RUNS, RunFiles, read_run
from bot.benchmarks.plan import Order, Progress
from bot.benchmarks.records import Ended, LoadNote, MeasuredModel, Phase, Run
from bot.benchmarks.watching import Meters
from bot.errors import (
    AssistantError,
    BadBenchmarkFile,
    BenchmarkNotKept,
    BenchmarkRunning,
    CannotChat,
    DiskFull,
    EngineInterrupted,
    EngineUnreachable,
    NoBenchmarkRunning,
    NoBenchmarks,
    NotEnoughMemory,
    NothingToBenchmark,
    UnknownModel,
)
from bot.messages import FinishReason, Usage
from bot.ports import Capability, CompletionDelta, CompletionEnd, CompletionRequest, LoadedModel, ModelInfo
from bot.stats.energy import Counter, EnergyReading
from bot.stats.gpus import Gpu
from tests.bot.benchmarks.samples import CATS, MICE, OWLS
from tests.doubles.scripted_engine import ScriptedEngine

PROMPTS = (OWLS, MICE, CATS)
GONE = EngineUnreachable(engine="scripted", url="scripted://")
BROKEN = EngineInterrupted(engine="scripted", model="lark")


@dataclass
class Keeper(ScriptedEngine):
    """An engine that holds one model at a time, can put it out, and of which some models only fail when they answer."""

    offers: list[ModelInfo] = field(
        default_factory=lambda: [ModelInfo("owl:1b", 10**9, loaded=False), ModelInfo("lark", 2 * 10**9, loaded=False)]
    )
    failing: Mapping[str, AssistantError] = field(default_factory=dict)
    down: bool = False
    stuck: asyncio.Event | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    said: list[str] = field(default_factory=list)

    async def version(self) -> str | None:
        if self.down:
            raise GONE
        return "1"

    async def loaded(self) -> Sequence[LoadedModel]:
        return [LoadedModel(held.name, 5_000, 0) for held in self.offers if held.loaded]

    async def warm(self, name: str) -> None:
        self.said.append(f"warm {name}")
        self.offers = [replace(held, loaded=held.name == name) for held in self.offers]

    async def unload(self, name: str) -> bool:
        self.said.append(f"unload {name}")
        self.offers = [replace(held, loaded=held.loaded and held.name != name) for held in self.offers]
        return True

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        if error := self.failing.get(request.model):
            self.down |= error is GONE
            raise error
        if self.stuck and len(self.asked) == 3:
            self.reached.set()
            await self.stuck.wait()
        async with aclosing(super().complete(request)) as items:
            async for item in items:
                yield item


def no_energy() -> EnergyReading:
    return EnergyReading({}, {})


async def idle() -> float:
    return 0.0


def written(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def benchmarks(engine: ScriptedEngine, folder: Path, **changed: object) -> Benchmarks:
    meters = Meters(energy=no_energy, gpus=lambda: ())
    return Benchmarks(engine, RunFiles(folder), **{"meters": meters, "others": idle, **changed})  # type: ignore[arg-type]


async def measured(
    engine: ScriptedEngine, folder: Path, *names: str, order: Order | None = None, **changed: object
) -> Outcome:
    *progress, outcome = [one async for one in _told(benchmarks(engine, folder, **changed), names, order)]
    assert all(isinstance(one, Progress) for one in progress)
    assert isinstance(outcome, Outcome)
    return outcome


def _told(
    benchmarking: Benchmarks, names: Sequence[str], order: Order | None = None
) -> AsyncGenerator[Progress | Outcome, None]:
    return benchmarking.measure(order or Order(PROMPTS, rounds=2), tuple(WantedModel(name=name) for name in names))


async def test_every_model_is_asked_every_prompt_in_every_round_and_once_warm(tmp_path: Path) -> None:
    engine = Keeper()

    outcome = await measured(engine, tmp_path)

    assert outcome.run.ended is Ended.DONE
    assert [model.name for model in outcome.run.models] == ["owl:1b", "lark"]
    for model in outcome.run.models:
        cold = [(one.prompt, one.round) for one in model.samples if one.phase is Phase.COLD]
        assert cold == [(prompt.id, number) for number in (1, 2) for prompt in PROMPTS]
        assert sum(one.phase is Phase.WARM for one in model.samples) == len(PROMPTS)
        assert figures_of(model).answered == 6
        assert model.peak_ram == 5_000


async def test_everything_is_asked_at_temperature_0_with_one_seed(tmp_path: Path) -> None:
    engine = Keeper()

    await measured(engine, tmp_path, "lark")

    assert {(asked.temperature, asked.seed, asked.cache_key) for asked in engine.asked} == {(0.0, 7, "benchmark")}
    counted = [asked for asked in engine.asked if asked.max_tokens == 40]
    assert len({asked.messages for asked in counted}) == len(counted) == 6, "a prompt was asked that had been read"


async def test_each_model_is_loaded_from_cold_once_and_put_out_again(tmp_path: Path) -> None:
    engine = Keeper()
    engine.offers[0] = replace(engine.offers[0], loaded=True)

    outcome = await measured(engine, tmp_path)

    assert [model.load for model in outcome.run.models] == [LoadNote.MEASURED] * 2
    assert engine.said == ["unload owl:1b", "warm owl:1b", "warm lark", "unload lark", "warm owl:1b"]


async def test_loading_is_not_measured_where_the_engine_can_not_put_out_or_does_not_tell(tmp_path: Path) -> None:
    there, untold = ScriptedEngine(), ScriptedEngine(offers=[ModelInfo("owl:1b")])

    notes = [(await measured(engine, tmp_path)).run.models[0] for engine in (there, untold)]

    assert [(note.load_ms, note.load) for note in notes] == [(None, LoadNote.WAS_LOADED), (None, LoadNote.UNTOLD)]


async def test_a_model_that_fails_only_when_it_answers_is_given_up_and_the_next_one_measured(tmp_path: Path) -> None:
    engine = Keeper(failing={"owl:1b": BROKEN})

    outcome = await measured(engine, tmp_path)

    owl, lark = outcome.run.models
    assert owl.failure is not None
    assert owl.failure.code == "engine-interrupted"
    assert [one.failure.code for one in owl.samples if one.failure] == ["engine-interrupted"] * 3
    assert lark.failure is None
    assert figures_of(lark).answered == 6


async def test_an_unknown_model_and_one_that_can_not_chat_are_skipped_with_the_reason(tmp_path: Path) -> None:
    engine = Keeper()
    engine.offers.append(ModelInfo("embedder", capabilities=frozenset({Capability.EMBEDDING})))

    run = (await measured(engine, tmp_path, "wolf", "embedder", "lark")).run

    assert [model.failure.code if model.failure else "" for model in run.models] == ["unknown-model", "cannot-chat", ""]


@pytest.mark.parametrize(("name", "error"), [("wolf", UnknownModel), ("embedder", CannotChat)])
async def test_nothing_begins_where_no_model_can_be_asked(
    tmp_path: Path, name: str, error: type[AssistantError]
) -> None:
    engine = Keeper(offers=[ModelInfo("embedder", capabilities=frozenset({Capability.EMBEDDING}))])

    with pytest.raises(error):
        await measured(engine, tmp_path, name)
    with pytest.raises(NothingToBenchmark):
        await measured(engine, tmp_path)
    assert written(tmp_path) == [".lock"]


async def test_models_that_do_not_fit_are_skipped_unless_somebody_names_them(tmp_path: Path) -> None:
    async def misfits(_models: Sequence[ModelInfo]) -> Mapping[str, AssistantError]:
        return {"lark": NotEnoughMemory(model="lark", needed=99.0, free=1.0)}

    every = await measured(Keeper(), tmp_path, misfits=misfits)
    named = await measured(Keeper(), tmp_path, "lark", misfits=misfits)

    assert every.run.models[1].failure is not None
    assert every.run.models[1].failure.code == "not-enough-memory"
    assert named.run.models[0].failure is None


async def test_an_engine_that_goes_in_the_middle_leaves_what_was_measured(tmp_path: Path) -> None:
    engine = Keeper(failing={"lark": GONE})

    outcome = await measured(engine, tmp_path)

    assert outcome.path is not None
    kept = read_run(outcome.path)
    assert kept == outcome.run
    assert kept.ended is Ended.ENGINE_GONE
    assert figures_of(kept.models[0]).answered == 6
    assert kept.models[1].answers() == {}


async def test_a_run_that_is_stopped_keeps_what_was_measured(tmp_path: Path) -> None:
    engine = Keeper(stuck=asyncio.Event())
    benchmarking = benchmarks(engine, tmp_path)

    async def stop() -> None:
        await engine.reached.wait()
        benchmarking.stop()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(stop())
        *_, outcome = [one async for one in _told(benchmarking, ["owl:1b"])]

    assert isinstance(outcome, Outcome)
    assert outcome.run.ended is Ended.STOPPED
    assert len(outcome.run.models[0].samples) == 1
    with pytest.raises(NoBenchmarkRunning):
        benchmarking.stop()


async def test_a_run_whose_reader_goes_away_is_kept_and_lets_go_of_the_lock(tmp_path: Path) -> None:
    benchmarking = benchmarks(Keeper(), tmp_path)
    async with aclosing(_told(benchmarking, [])) as told:
        while isinstance(one := await anext(told), Progress) and one.done < 5:
            pass

    kept = RunFiles(tmp_path).read()
    assert kept.ended is Ended.STOPPED
    assert kept.models[0].samples
    assert (await measured(Keeper(), tmp_path)).run.ended is Ended.DONE


async def test_two_benchmarks_at_once_are_refused(tmp_path: Path) -> None:
    async with aclosing(_told(benchmarks(Keeper(), tmp_path), [])) as first:
        await anext(first)
        with pytest.raises(BenchmarkRunning):
            await measured(Keeper(), tmp_path)


async def test_a_full_disk_costs_the_file_and_not_the_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("bot.whole_files.os.fsync", full)

    outcome = await measured(Keeper(), tmp_path)

    assert isinstance(outcome.trouble, DiskFull)
    assert outcome.run.has_figures
    assert written(tmp_path) == [".lock"]


async def test_a_folder_that_can_not_be_written_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    engine = Keeper()

    with pytest.raises(BenchmarkNotKept):
        await measured(engine, tmp_path / "file" / "runs")
    assert engine.asked == []


async def test_counters_and_cards_are_read_while_a_model_answers(tmp_path: Path) -> None:
    joules = iter(range(0, 3_600_000, 360))

    def energy() -> EnergyReading:
        return EnergyReading({"0": Counter(float(next(joules)))}, {})

    used = iter([1_000, *[4_000] * 500])
    meters = Meters(energy=energy, gpus=lambda: (Gpu("NVIDIA Owl", 50, next(used), 24_000),))
    engine = ScriptedEngine(url="http://127.0.0.1:1", engine="openai")

    (model,) = (await measured(engine, tmp_path, meters=meters)).run.models

    assert model.energy is not None
    assert (model.energy.source, model.energy.watt_hours > 0) == ("gpu", True)
    assert model.peak_vram is not None


async def test_empty_answers_are_counted_and_are_no_failures(tmp_path: Path) -> None:
    engine = ScriptedEngine([[CompletionEnd(FinishReason.COMPLETE, Usage(9, 0))]])

    (model,) = (await measured(engine, tmp_path)).run.models

    figures = figures_of(model)
    assert (figures.answered, figures.empty, figures.failed) == (6, 6, 0)
    assert (figures.ttft, figures.tpot) == (None, None)


async def test_the_time_that_is_left_is_told_and_larger_models_take_longer(tmp_path: Path) -> None:
    benchmarking = benchmarks(Keeper(), tmp_path)

    progress = [one async for one in _told(benchmarking, []) if isinstance(one, Progress)]

    assert progress[0].loading
    assert progress[0].seconds is None
    told = [one.seconds for one in progress if one.seconds is not None]
    assert told[0] > told[-1]
    assert [one.done for one in progress] == sorted(one.done for one in progress)
    assert progress[-1].done == progress[-1].total


# --- judging --------------------------------------------------------------------------------------------------


@dataclass
class Judged(Keeper):
    """The lark judges: what it says to each answer."""

    verdicts: list[str] = field(default_factory=list)

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        if "You grade answers" not in request.messages[0].content:
            async with aclosing(super().complete(request)) as items:
                async for item in items:
                    yield item
            return
        self.asked.append(request)
        yield CompletionDelta(self.verdicts.pop(0))
        yield CompletionEnd(FinishReason.COMPLETE)


async def test_a_judge_rates_every_answer_and_what_is_no_verdict_is_counted_and_not_guessed(tmp_path: Path) -> None:
    engine = Judged(verdicts=["5", "I would say 4.", "**3**"])
    order = Order(PROMPTS, rounds=1, judge="lark")

    run = (await measured(engine, tmp_path, "owl:1b", order=order)).run

    assert sorted((one.model, one.score, one.by, one.is_own) for one in run.ratings) == [
        ("owl:1b", 3, "lark", False),
        ("owl:1b", 5, "lark", False),
    ]
    assert [(one.model, one.unreadable, one.failed) for one in run.judgings] == [("lark", 1, 0)]
    assert all("owl:1b" not in message.content for asked in engine.asked for message in asked.messages)


async def test_a_judge_of_its_own_answers_is_marked(tmp_path: Path) -> None:
    engine = Judged(verdicts=["5"] * 3)

    run = (await measured(engine, tmp_path, "lark", order=Order(PROMPTS, rounds=1, judge="lark"))).run

    assert [one.is_own for one in run.ratings] == [True] * 3


async def test_an_unknown_judge_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    engine = Keeper()

    with pytest.raises(UnknownModel):
        await measured(engine, tmp_path, order=Order(PROMPTS, judge="wolf"))
    assert engine.asked == []


# --- files ----------------------------------------------------------------------------------------------------


async def test_the_file_holds_our_clock_and_the_engine_s_side_by_side(tmp_path: Path) -> None:
    end = CompletionEnd(FinishReason.COMPLETE, Usage(9, 2), prompt_ms=1.0, generation_ms=1.0)
    outcome = await measured(ScriptedEngine([["Two", " owls", end]]), tmp_path)

    assert outcome.path is not None
    told = json.loads(outcome.path.read_text())["figures"]["owl:1b"]
    assert set(told["generating"]) == {"ours_ms", "engines_ms"}
    assert told["generating_deviation"] == pytest.approx(
        told["generating"]["ours_ms"] / told["generating"]["engines_ms"] - 1
    )


def test_the_oldest_runs_make_room(tmp_path: Path) -> None:
    files, begun = RunFiles(tmp_path), _begun()
    for number in range(MOST_RUNS + 2):
        files.save(replace(begun, id=f"2026{number:04}"))

    assert len(list(tmp_path.glob("*.json"))) == MOST_RUNS
    assert files.read().id == f"2026{MOST_RUNS + 1:04}"
    assert files.read(before=files.read().id).id == f"2026{MOST_RUNS:04}"


def test_without_a_run_or_with_a_broken_one_that_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoBenchmarks):
        RunFiles(tmp_path).read()
    (tmp_path / "20260101.json").write_text('{"id": 5}')
    with pytest.raises(BadBenchmarkFile):
        RunFiles(tmp_path).read()


def _begun() -> Run:
    from tests.bot.benchmarks.samples import run

    return run(MeasuredModel("owl:1b"))
