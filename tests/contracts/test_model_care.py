"""What every engine keeps to whose models can be looked after: one Ollama, several, and the embedded engine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.assistant.limits import Limits
from bot.backends.engines.embedded import EmbeddedEngine
from bot.backends.engines.embedded_options import EmbeddedOptions
from bot.backends.engines.ollama import OllamaEngine
from bot.backends.engines.openai_compatible import OpenAICompatibleEngine
from bot.backends.hubs.hub import Hub
from bot.errors import (
    AssistantError,
    ModelFileMissing,
    ModelInUse,
    ModelNotOffered,
    ModelUnavailable,
    OwnModelFile,
    UnknownModel,
)
from bot.messages import Author, ConversationKey, Incoming, Notice, Reply
from bot.models.catalogue import in_catalogue
from bot.models.selection import ModelSelection
from bot.models.shelf import Shelf
from bot.pool.caring import CaredFor, CaringPool, pool_of
from bot.pool.pool import EnginePool
from bot.ports import ChatModel, PinScope, PullPhase, PullProgress, PullsModels
from bot.settings import child_environment
from tests.doubles.completions import complete, request
from tests.doubles.gguf_files import write_gguf
from tests.doubles.llama_server import MODEL, llama_server, model_file
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog, MemoryPins
from tests.doubles.model_sources import HubDouble
from tests.doubles.ollama_wire import OllamaWire
from tests.doubles.small_models import DATA, small_model

pytestmark = pytest.mark.engine

CONTEXT = 512
OWL, _ = small_model()
SMOL = in_catalogue("smollm2-135m")


@dataclass
class Subject:
    """An engine, a model that it has, one that it can fetch, and its size in bytes."""

    engine: CaredFor
    here: str
    there: str
    size: int
    breaks: Callable[[], None]


@asynccontextmanager
async def one_ollama(_folder: Path) -> AsyncIterator[Subject]:
    async with OllamaWire(llama_server()) as wire, OllamaEngine(wire.url, context_tokens=CONTEXT) as engine:
        yield Subject(engine, MODEL, "owl:1b", 1_000_000, _breaking(wire))


@asynccontextmanager
async def several(_folder: Path) -> AsyncIterator[Subject]:
    async with (
        OllamaWire(llama_server()) as one,
        OllamaWire(llama_server()) as other,
        OllamaEngine(one.url, context_tokens=CONTEXT) as first,
        OllamaEngine(other.url, context_tokens=CONTEXT) as second,
        CaringPool([first, second], parallel=1) as engine,
    ):
        yield Subject(engine, MODEL, "owl:1b", 2_000_000, _breaking(one, other))


@asynccontextmanager
async def embedded(folder: Path) -> AsyncIterator[Subject]:
    shelf = Shelf(folder / "models", catalogue=[SMOL, OWL])
    shelf.folder.mkdir()
    shelf.path(SMOL).symlink_to(model_file())
    shelf.stamp(SMOL)
    hub = HubDouble(DATA)
    options = EmbeddedOptions(context_tokens=CONTEXT, threads=1)
    async with hub.served() as url:
        engine = EmbeddedEngine(
            shelf, log=folder / "log", environment=child_environment(), options=options, sources=[Hub(url)]
        )

        def breaks() -> None:
            hub.data = b"something else" + DATA[14:]

        async with engine:
            yield Subject(engine, SMOL.name, OWL.name, len(DATA), breaks)


def _breaking(*wires: OllamaWire) -> Callable[[], None]:
    def breaks() -> None:
        for wire in wires:
            wire.pull_error = "digest mismatch, file must be downloaded again: want sha256:a, got sha256:b"

    return breaks


SUBJECTS: dict[str, Callable[[Path], AbstractAsyncContextManager[Subject]]] = {
    "one_ollama": one_ollama,
    "several": several,
    "embedded": embedded,
}


@pytest.fixture(params=SUBJECTS)
async def subject(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Subject]:
    async with asyncio.timeout(60), SUBJECTS[request.param](tmp_path) as subject:
        yield subject


async def names(engine: ChatModel) -> set[str]:
    return {model.name for model in await engine.models()}


async def pulled(engine: PullsModels, name: str) -> list[PullProgress]:
    return [step async for step in engine.pull(name)]


async def test_a_pulled_model_is_here_and_its_bytes_were_counted(subject: Subject) -> None:
    steps = await pulled(subject.engine, subject.there)
    last = {step.host: step for step in steps}
    assert {step.phase for step in last.values()} == {PullPhase.DONE}
    assert sum(step.total_bytes or 0 for step in last.values()) == subject.size
    assert all(step.done_bytes == step.total_bytes for step in last.values())
    assert subject.there in await names(subject.engine)
    assert PullPhase.FETCHING in {step.phase for step in steps}


async def test_pulling_what_is_here_already_is_no_failure(subject: Subject) -> None:
    await pulled(subject.engine, subject.there)
    assert (await pulled(subject.engine, subject.there))[-1].phase is PullPhase.DONE


async def test_what_nobody_has_is_said_by_its_name(subject: Subject) -> None:
    with pytest.raises((ModelNotOffered, UnknownModel)):
        await pulled(subject.engine, "no-such-model")


async def test_damaged_bytes_are_told_and_leave_no_model(subject: Subject) -> None:
    subject.breaks()
    with pytest.raises(AssistantError) as caught:
        await pulled(subject.engine, subject.there)
    assert caught.value.code in {"pull-damaged", "model-unavailable"}
    if isinstance(caught.value, ModelUnavailable):
        assert [reason.code for reason in caught.value.reasons] == ["source-wrong-bytes"]
    assert subject.there not in await names(subject.engine)


async def test_all_is_told_of_a_model(subject: Subject) -> None:
    details = await subject.engine.details(subject.here)
    assert details.info.name == subject.here
    assert details.info.licence == "Apache-2.0"
    assert details.format == "gguf"
    assert details.digest is not None
    assert details.modified_at is not None
    with pytest.raises(UnknownModel):
        await subject.engine.details("no-such-model")


async def test_a_model_is_put_out_of_memory_once(subject: Subject) -> None:
    await subject.engine.warm(subject.here)
    assert await subject.engine.loaded()
    assert await subject.engine.unload(subject.here) is True
    assert await subject.engine.loaded() == []
    assert await subject.engine.unload(subject.here) is False


async def test_a_model_that_answers_is_neither_unloaded_nor_deleted(subject: Subject) -> None:
    long = request(subject.here, "Count to a thousand.", max_tokens=200)
    async with aclosing(subject.engine.complete(long)) as items:
        await anext(items)
        with pytest.raises(ModelInUse):
            await subject.engine.unload(subject.here)
        with pytest.raises(ModelInUse):
            await subject.engine.delete(subject.here)
        await anext(items)
    assert await subject.engine.unload(subject.here)


async def test_a_deleted_model_is_gone_and_can_be_fetched_again(subject: Subject) -> None:
    await pulled(subject.engine, subject.there)
    await subject.engine.delete(subject.there)
    assert subject.there not in await names(subject.engine)
    with pytest.raises((UnknownModel, ModelFileMissing)):
        await subject.engine.delete(subject.there)
    await pulled(subject.engine, subject.there)
    assert subject.there in await names(subject.engine)


async def test_a_pinned_model_that_was_deleted_is_replaced_by_the_next_choice_which_says_so(subject: Subject) -> None:
    await pulled(subject.engine, subject.there)
    here, ana = ConversationKey("slack", "team", "general"), Author("U1", "Ana")
    pins = MemoryPins()
    await pins.pin(PinScope.CHANNEL, here, ana, subject.there)
    await pins.pin(PinScope.GLOBAL, here, ana, subject.here)
    await subject.engine.delete(subject.there)
    selection = ModelSelection(subject.engine, pins, default=None)
    limits = Limits(answer_tokens=16)
    assistant = Assistant(
        engine=subject.engine,
        history=MemoryHistory(pins),
        selection=selection,
        latency=MemoryLatencyLog(),
        limits=limits,
    )
    asked = Incoming(id="1", conversation=here, author=ana, text="Say hello.", received_at=0.0)
    *_, reply = [event async for event in assistant.answer(asked)]
    await assistant.close()
    assert isinstance(reply, Reply)
    assert reply.model == subject.here
    assert Notice("pinned-model-gone", {"model": subject.there, "instead": subject.here}) in reply.notices


async def test_what_the_engine_chose_by_itself_is_chosen_anew_when_it_is_gone(subject: Subject) -> None:
    selection = ModelSelection(subject.engine, MemoryPins(), default=None)
    here, ana = ConversationKey("slack", "team", "general"), Author("U1", "Ana")
    assistant = Assistant(
        engine=subject.engine, history=MemoryHistory(), selection=selection, latency=MemoryLatencyLog()
    )
    await pulled(subject.engine, subject.there)
    first = (await selection.choose(here, ana)).model
    await subject.engine.delete(first)
    asked = Incoming(id="1", conversation=here, author=ana, text="Say hello.", received_at=0.0)
    with pytest.raises((UnknownModel, ModelFileMissing)):
        [event async for event in assistant.answer(asked)]
    await assistant.close()
    assert (await selection.choose(here, ana)).model != first


async def test_ollama_goes_on_where_a_stopped_pull_was() -> None:
    async with asyncio.timeout(20), OllamaWire(llama_server()) as wire, OllamaEngine(wire.url) as engine:
        wire.pull_held = asyncio.Event()
        stopped = asyncio.create_task(pulled(engine, "owl:1b"))
        await wire.pull_reached.wait()
        stopped.cancel()
        await asyncio.wait({stopped})
        wire.pull_held = None
        steps = await pulled(engine, "owl:1b")
    fetched = [step.done_bytes for step in steps if step.phase is PullPhase.FETCHING]
    assert fetched[0] == 499_500


async def test_the_embedded_engine_goes_on_where_a_stopped_pull_was(tmp_path: Path) -> None:
    hub = HubDouble(DATA, drop_after=len(DATA) // 2)
    shelf = Shelf(tmp_path / "models", catalogue=[OWL])
    async with asyncio.timeout(20), hub.served() as url:
        engine = EmbeddedEngine(shelf, log=tmp_path / "log", environment={}, sources=[Hub(url)])
        async with aclosing(engine.pull(OWL.name)) as steps:
            await anext(steps)
        await pulled(engine, OWL.name)
    assert hub.ranges[0] is None
    assert all(begins and begins != "bytes=0-" for begins in hub.ranges[1:])


async def test_the_embedded_engine_gives_up_what_came_of_a_model(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, catalogue=[OWL])
    part = shelf.path(OWL).with_name(f"{OWL.file_name}.part")
    part.write_bytes(DATA[:100])
    await EmbeddedEngine(shelf, log=tmp_path / "log", environment={}).delete("OWL")
    assert not part.exists()


async def test_the_operator_s_own_file_is_never_deleted(tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    write_gguf(own, {"general.architecture": "llama", "llama.block_count": 1})
    shelf = Shelf(tmp_path / "models", configured=own, catalogue=[OWL])
    with pytest.raises(OwnModelFile):
        await EmbeddedEngine(shelf, log=tmp_path / "log", environment={}).delete("own")
    assert own.is_file()


async def test_an_engine_pool_looks_after_models_only_where_each_host_can() -> None:
    ollama, other = OllamaEngine("http://10.0.0.1"), OllamaEngine("http://10.0.0.2")
    assert isinstance(pool_of([ollama, other], parallel=1), CaringPool)
    server = OpenAICompatibleEngine("http://10.0.0.3/v1")
    assert not isinstance(server, PullsModels)
    several_servers = pool_of([server], parallel=1)
    assert isinstance(several_servers, EnginePool)
    assert not isinstance(several_servers, PullsModels)


async def test_what_one_host_lacks_the_others_have_all_the_same() -> None:
    async with (
        asyncio.timeout(20),
        OllamaWire(llama_server()) as one,
        OllamaWire(llama_server()) as other,
        OllamaEngine(one.url, context_tokens=CONTEXT) as first,
        OllamaEngine(other.url, context_tokens=CONTEXT) as second,
        CaringPool([first, second], parallel=1) as engine,
    ):
        other.pull_error = "write /models/blobs/sha256-a-partial: no space left on device"
        last = {step.host: step for step in await pulled(engine, "owl:1b")}
        trouble = last[other.url].trouble
        assert trouble is not None
        assert trouble.code == "engine-disk-full"
        assert last[one.url].trouble is None
        assert "owl:1b" in await names(engine)
        one.pull_error = other.pull_error
        del one.models["owl:1b"]
        with pytest.raises(AssistantError) as caught:
            await pulled(engine, "owl:1b")
        assert caught.value.code == "engine-disk-full"


async def test_keeping_a_model_warm_never_loads_it_anew() -> None:
    async with (
        asyncio.timeout(20),
        OllamaWire(llama_server()) as wire,
        OllamaEngine(wire.url, context_tokens=CONTEXT) as engine,
    ):
        for _ in range(3):
            await engine.warm(MODEL)
            await complete(engine, replace(request(MODEL, "Hi", max_tokens=2), temperature=0.9))
        assert wire.loads == 1
