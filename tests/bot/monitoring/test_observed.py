"""Owns the promise that what is looked at behaves as before, and that its figures are right."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field, replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.errors import EngineBusy, IndexUnavailable, UnknownModel
from bot.logs import in_turn, turn_id
from bot.messages import Author, ConversationKey, FinishReason, Incoming, Message, Notice, Remark, Stage, Turn, Usage
from bot.monitoring.engine import observed
from bot.monitoring.gauges import HostGauges, IndexGauges, Reading
from bot.monitoring.knowledge import ObservedKnowledge
from bot.monitoring.metrics import Metrics
from bot.monitoring.pulse import Pulse
from bot.monitoring.tracing import NoTracer, Span, Value
from bot.ports import (
    ChatModel,
    CompletionDelta,
    CompletionEnd,
    CompletionRequest,
    EngineHost,
    TellsStage,
)
from bot.retrieval.knowledge import Grounds
from bot.retrieval.reports import Standing
from tests.doubles.memory_index import MemoryIndex
from tests.doubles.scripted_engine import ScriptedEngine

HERE = ConversationKey("board", "team", "here")
ASKED = Incoming("1", HERE, Author("u", "Ola"), "Well?", received_at=0.0)
REQUEST = CompletionRequest("owl:1b", (Message("user", "Well?"),), max_tokens=10)
END = CompletionEnd(FinishReason.LENGTH, Usage(100, 10, 60), load_ms=2000.0, generation_ms=500.0)
MODEL = {"engine": "scripted", "model": "owl:1b"}


@dataclass
class SpanOfTest:
    """A span that remembers."""

    name: str
    notes: dict[str, Value] = field(default_factory=dict)
    error: str | None = None
    ended: bool = False

    def note(self, name: str, value: Value) -> None:
        self.notes[name] = value

    @contextmanager
    def current(self) -> Iterator[None]:
        yield

    def end(self, *, error: str | None = None) -> None:
        self.ended, self.error = True, error


@dataclass
class TracerOfTest:
    """Keeps its spans."""

    spans: list[SpanOfTest] = field(default_factory=list)

    def begin(self, name: str, *, at: float | None = None) -> Span:
        self.spans.append(SpanOfTest(name))
        return self.spans[-1]


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def pulse() -> Pulse:
    return Pulse(stuck_seconds=10)


def of(metrics: Metrics, name: str, **labels: str) -> float:
    families = text_string_to_metric_families(metrics.exposition().decode())
    (found,) = [one.value for family in families for one in family.samples if (one.name, one.labels) == (name, labels)]
    return found


def _watched(engine: ChatModel, metrics: Metrics, pulse: Pulse) -> ChatModel:
    return observed(engine, metrics=metrics.engine, pulse=pulse, tracer=NoTracer())


async def _heard(engine: ChatModel, request: CompletionRequest = REQUEST) -> list[CompletionDelta | CompletionEnd]:
    async with aclosing(engine.complete(request)) as items:
        return [item async for item in items]


async def test_a_completions_tokens_load_and_rate_are_the_engines_own(metrics: Metrics, pulse: Pulse) -> None:
    heard = await _heard(_watched(ScriptedEngine([["Hi", END]]), metrics, pulse))
    assert heard == [CompletionDelta("Hi"), END]
    tokens = {kind: of(metrics, "sova_tokens_total", **MODEL, kind=kind) for kind in ("prompt", "cached", "completion")}
    assert tokens == {"prompt": 100, "cached": 60, "completion": 10}
    assert of(metrics, "sova_tokens_per_second_sum", **MODEL) == 20
    assert of(metrics, "sova_model_load_seconds_sum", **MODEL) == 2
    assert of(metrics, "sova_completions_total", **MODEL, stage="answer", outcome="length") == 1


async def test_a_judgement_is_told_apart_from_an_answer(metrics: Metrics, pulse: Pulse) -> None:
    judging = CompletionRequest("owl:1b", REQUEST.messages, max_tokens=1, alternatives=20)
    await _heard(_watched(ScriptedEngine([["yes"]]), metrics, pulse), judging)
    assert of(metrics, "sova_completion_seconds_count", **MODEL, stage="judge") == 1


async def test_a_completion_that_nobody_hears_to_its_end_was_stopped(metrics: Metrics, pulse: Pulse) -> None:
    engine = ScriptedEngine([["One", "two", "three"]])
    async with aclosing(_watched(engine, metrics, pulse).complete(REQUEST)) as items:
        await anext(items)
    assert engine.closed == 1
    assert of(metrics, "sova_completions_total", **MODEL, stage="answer", outcome="stopped") == 1


async def test_an_engines_failure_comes_through_and_is_counted(metrics: Metrics, pulse: Pulse) -> None:
    with pytest.raises(EngineBusy):
        await _heard(_watched(ScriptedEngine([[EngineBusy("scripted")]]), metrics, pulse))
    assert of(metrics, "sova_completions_total", **MODEL, stage="answer", outcome="engine-busy") == 1


async def test_a_model_that_nobody_knows_gives_no_label_its_name(metrics: Metrics, pulse: Pulse) -> None:
    with pytest.raises(UnknownModel):
        await _heard(_watched(ScriptedEngine(), metrics, pulse), replace(REQUEST, model="made-up:1b"))
    nobody = {"engine": "scripted", "model": "unknown"}
    assert of(metrics, "sova_completions_total", **nobody, stage="answer", outcome="unknown-model") == 1
    assert "made-up" not in metrics.exposition().decode()


async def test_what_an_engine_says_is_progress_of_its_turn(metrics: Metrics) -> None:
    now = 0.0
    pulse = Pulse(stuck_seconds=10, clock=lambda: now)
    pulse.took("h", turn=turn_id(ASKED))
    with in_turn(ASKED):
        async with aclosing(_watched(ScriptedEngine([["One", "two"]]), metrics, pulse).complete(REQUEST)) as items:
            await anext(items)
            now = 9.0
            await anext(items)
            now = 18.0
            assert pulse.life().is_well
            now = 19.0
            assert pulse.life().stuck == 1


@dataclass
class Staged(ScriptedEngine):
    """Tells what it is doing."""

    async def stage(self, request: CompletionRequest) -> Stage:
        return Stage.QUEUED


async def test_an_engine_that_tells_what_is_waited_for_still_does(metrics: Metrics, pulse: Pulse) -> None:
    watched = _watched(Staged(), metrics, pulse)
    assert isinstance(watched, TellsStage)
    assert await watched.stage(REQUEST) is Stage.QUEUED
    assert not isinstance(_watched(ScriptedEngine(), metrics, pulse), TellsStage)


async def test_all_that_an_engine_tells_is_told(metrics: Metrics, pulse: Pulse) -> None:
    engine = ScriptedEngine()
    watched = _watched(engine, metrics, pulse)
    assert (watched.engine, watched.url, await watched.version()) == ("scripted", "scripted://", "1")
    assert await watched.models() == engine.offers
    assert await watched.model("owl:1b") == engine.offers[0]
    assert [one.name for one in await watched.loaded()] == ["owl:1b"]
    assert await watched.context_tokens("owl:1b") == 4096
    await watched.warm("owl:1b")


@dataclass
class Library:
    """Says what it is told to."""

    says: Callable[[], Grounds | None]
    asked: tuple[object, ...] = ()

    async def consult(
        self,
        question: str,
        *,
        turns: Sequence[Turn],
        conversation: ConversationKey,
        author: Author,
        remarks: Sequence[Remark] = (),
        within: frozenset[str] | None = None,
    ) -> Grounds | None:
        self.asked = (question, tuple(turns), conversation, author, tuple(remarks), within)
        return self.says()

    async def caveats(self, question: str) -> tuple[Notice, ...]:
        return (Notice("unindexed"),)


def _away() -> Grounds:
    raise IndexUnavailable(where="qdrant.lan", reason="refused")


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        (lambda: None, "not-searched"),
        (lambda: Grounds((), is_relevant=False), "nothing-found"),
        (lambda: Grounds((), is_relevant=True), "found"),
        (_away, "index-unavailable"),
    ],
)
async def test_a_search_is_measured_by_what_it_found(
    says: Callable[[], Grounds | None], outcome: str, metrics: Metrics, pulse: Pulse
) -> None:
    tracer = TracerOfTest()
    knowledge = ObservedKnowledge(Library(says), metrics=metrics.turns, pulse=pulse, tracer=tracer)
    with suppress(IndexUnavailable):
        found = await knowledge.consult("Well?", turns=(), conversation=HERE, author=ASKED.author)
        assert found == says()
    assert of(metrics, "sova_retrieval_seconds_count", outcome=outcome) == 1
    (span,) = tracer.spans
    assert (span.name, span.ended, span.notes["sova.outcome"]) == ("retrieval", True, outcome)
    assert await knowledge.caveats("Well?") == (Notice("unindexed"),)


async def test_a_search_is_narrowed_as_it_would_be_where_nobody_looks_on(metrics: Metrics, pulse: Pulse) -> None:
    library = Library(lambda: None)
    knowledge = ObservedKnowledge(library, metrics=metrics.turns, pulse=pulse, tracer=TracerOfTest())
    said, within = (Remark("Bo", "Well."),), frozenset({"hr"})
    await knowledge.consult("Well?", turns=(), conversation=HERE, author=ASKED.author, remarks=said, within=within)
    assert library.asked == ("Well?", (), HERE, ASKED.author, said, within)


async def test_the_index_is_told_as_it_stands_and_not_when_it_is_away(metrics: Metrics) -> None:
    index = MemoryIndex()

    async def standing() -> Standing:
        return Standing(None, None, None, (), changed_at=1_000.0, ran_at=None)

    now = 0.0
    gauges = IndexGauges(metrics.index, index=index, standing=standing)
    reading = Reading(gauges, kept_seconds=30, clock=lambda: now)
    await reading.take()
    assert of(metrics, "sova_index_documents") == 0
    assert of(metrics, "sova_index_changed_timestamp_seconds") == 1_000
    assert str(of(metrics, "sova_index_run_timestamp_seconds")) == "nan"
    index.failure = IndexUnavailable(where="qdrant.lan", reason="refused")
    await reading.take()
    assert of(metrics, "sova_index_documents") == 0
    now = 31.0
    await reading.take()
    assert str(of(metrics, "sova_index_documents")) == "nan"
    assert of(metrics, "sova_index_changed_timestamp_seconds") == 1_000


async def test_an_index_that_does_not_answer_in_time_holds_no_monitor_up(metrics: Metrics) -> None:
    async def never() -> Standing:
        await asyncio.Event().wait()
        raise AssertionError

    gauges = IndexGauges(metrics.index, index=MemoryIndex(), standing=never)
    async with asyncio.timeout(5):
        await Reading(gauges, kept_seconds=30, seconds=0.01).take()
    assert str(of(metrics, "sova_index_chunks")) == "nan"


@dataclass
class Pool(ScriptedEngine):
    """Two hosts, one of which is left out."""

    async def hosts(self) -> Sequence[EngineHost]:
        away = EngineHost("http://gpu-2:11434", 2, 0, trouble=EngineBusy("ollama"))
        return [EngineHost("http://me:secret@gpu-1:11434", 2, 1), away]


async def test_each_host_of_an_engine_is_told_without_its_password(metrics: Metrics) -> None:
    await HostGauges(metrics.engine, Pool()).refresh()
    up = {host: of(metrics, "sova_engine_host_up", host=host) for host in ("gpu-1:11434", "gpu-2:11434")}
    assert up == {"gpu-1:11434": 1, "gpu-2:11434": 0}
    assert of(metrics, "sova_engine_host_answering", host="gpu-1:11434") == 1
    assert "secret" not in metrics.exposition().decode()
