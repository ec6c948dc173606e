"""The Ollama backend against a real engine behind Ollama's wire: details, pinned options, load state and faults."""

import asyncio
import base64
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace

import pytest

from bot.backends.engines.ollama import OllamaEngine
from bot.errors import (
    EngineBusy,
    EngineError,
    EngineGarbled,
    EngineInterrupted,
    EngineRefused,
    EngineSilent,
    EngineUnreachable,
    ModelNotOffered,
    NoVision,
    UnknownModel,
)
from bot.messages import FinishReason, Image, Message
from bot.ports import Capability, NewModel, PullPhase, PullProgress, Sampling
from tests.doubles.completions import complete, opened, request
from tests.doubles.faulty_openai import FaultyOpenAI, Reply
from tests.doubles.llama_server import llama_server
from tests.doubles.ollama_wire import (
    Busy,
    Drop,
    End,
    ErrorLine,
    Garbage,
    HeldLoad,
    OllamaWire,
    Says,
    Silent,
    StoredModel,
)
from tests.doubles.ollama_wire.faults import Fault

pytestmark = pytest.mark.engine

MODEL = "smollm2:135m"
HI = request(MODEL, "Say hi.", max_tokens=4)


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def wire(clock: Clock) -> AsyncIterator[OllamaWire]:
    async with OllamaWire(llama_server(), clock=clock) as wire:
        yield wire


@pytest.fixture
async def ollama(wire: OllamaWire) -> AsyncIterator[OllamaEngine]:
    async with OllamaEngine(wire.url, context_tokens=1024) as engine:
        yield engine


async def test_tells_version_and_address(wire: OllamaWire, ollama: OllamaEngine) -> None:
    assert await ollama.version() == "0.17.1"
    assert (ollama.engine, ollama.url) == ("ollama", wire.url)


def test_the_address_is_shown_without_credentials() -> None:
    assert OllamaEngine("http://jana:tajne@127.0.0.1:11434/").url == "http://127.0.0.1:11434"


async def test_lists_models_with_what_ollama_tells_about_them(ollama: OllamaEngine) -> None:
    models = {model.name: model for model in await ollama.models()}
    smollm = models[MODEL]
    assert (smollm.size_bytes, smollm.parameters, smollm.quantization) == (98362432, "134.52M", "Q4_1")
    assert (smollm.context_tokens, smollm.family, smollm.loaded) == (8192, "llama", False)
    assert models["embedder:latest"].capabilities == {Capability.EMBEDDING}
    assert models["seer:135m"].capabilities == {Capability.COMPLETION, Capability.VISION}


async def test_a_model_that_runs_in_the_cloud_is_neither_listed_nor_asked(
    wire: OllamaWire, ollama: OllamaEngine
) -> None:
    names = {model.name for model in await ollama.models()}
    assert names.isdisjoint({"gpt-oss:120b-cloud", "inconspicuous:1b"})
    assert set(await ollama.remote_models()) == {"gpt-oss:120b-cloud", "inconspicuous:1b"}
    for remote in ("gpt-oss:120b-cloud", "inconspicuous:1b"):
        with pytest.raises(UnknownModel):
            await complete(ollama, request(remote, "A secret"))
        with pytest.raises(UnknownModel):
            await ollama.warm(remote)
    with pytest.raises(UnknownModel):
        await anext(ollama.pull("gpt-oss:120b-cloud"))
    assert wire.cloud_calls == 0
    assert "POST /api/pull" not in wire.requests


async def test_a_model_is_shown_once_however_often_it_is_listed(wire: OllamaWire, ollama: OllamaEngine) -> None:
    await ollama.models()
    shown = wire.requests.count("POST /api/show")
    await ollama.models()
    assert wire.requests.count("POST /api/show") == shown
    wire.models["new:latest"] = StoredModel("new:latest", size=5)
    assert "new:latest" in {model.name for model in await ollama.models()}
    assert wire.requests.count("POST /api/show") == shown + 1


@pytest.mark.parametrize("name", [MODEL, "smollm2-short"])
async def test_a_second_completion_costs_exactly_one_request(wire: OllamaWire, ollama: OllamaEngine, name: str) -> None:
    asked = request(name, "Say hi.", max_tokens=2)
    await complete(ollama, asked)
    wire.requests.clear()
    await ollama.context_tokens(name)
    await complete(ollama, asked)
    assert wire.requests == ["POST /api/chat"]


async def test_reports_the_engines_own_counts_and_durations(ollama: OllamaEngine) -> None:
    first = (await complete(ollama, HI)).end
    assert first.usage.prompt_tokens is not None
    assert 25 < first.usage.prompt_tokens < 50
    assert first.usage.completion_tokens == 4
    assert first.finish_reason is FinishReason.LENGTH
    assert first.load_ms is not None
    assert first.prompt_ms is not None
    assert first.generation_ms is not None
    assert 0 < first.load_ms < 10_000
    assert 1 < first.generation_ms < 10_000


async def test_chatting_warming_and_chatting_again_load_the_model_once(wire: OllamaWire, ollama: OllamaEngine) -> None:
    await ollama.warm(MODEL)
    await complete(ollama, HI)
    await complete(ollama, request(MODEL, "And now?", max_tokens=2))
    await ollama.warm(MODEL)
    assert wire.loads == 1
    assert {asked.options.loading() for asked in wire.asked} == {(1024, None, None, None, None, None)}


async def test_other_options_would_have_loaded_it_again(wire: OllamaWire, ollama: OllamaEngine) -> None:
    await ollama.warm(MODEL)
    async with OllamaEngine(wire.url, context_tokens=1024, num_thread=2) as other:
        await other.warm(MODEL)
    assert wire.loads == 2
    assert wire.asked[-1].options.num_thread == 2


async def test_a_loaded_model_tells_memory_context_and_when_it_leaves(clock: Clock, ollama: OllamaEngine) -> None:
    assert await ollama.loaded() == []
    await ollama.warm(MODEL)
    (loaded,) = await ollama.loaded()
    assert (loaded.name, loaded.context_tokens, loaded.vram_bytes) == (MODEL, 1024, 0)
    assert loaded.ram_bytes == 98362432 + 50_000_000
    assert loaded.expires_at == clock.now + 30 * 60
    assert (await ollama.model(MODEL)).loaded is True
    clock.now += 30 * 60
    assert await ollama.loaded() == []
    assert (await ollama.model(MODEL)).loaded is False


@pytest.mark.parametrize(("setting", "seconds"), [("90", 90), ("1h", 3600), ("250ms", 0.25)])
async def test_keep_alive_may_be_written_as_seconds_or_as_a_duration(
    wire: OllamaWire, clock: Clock, setting: str, seconds: float
) -> None:
    async with OllamaEngine(wire.url, keep_alive=setting) as engine:
        await engine.warm(MODEL)
        (loaded,) = await engine.loaded()
    assert loaded.expires_at == pytest.approx(clock.now + seconds)


async def test_keep_alive_minus_one_keeps_a_model_for_ever(wire: OllamaWire, clock: Clock) -> None:
    async with OllamaEngine(wire.url, keep_alive="-1") as engine:
        await engine.warm(MODEL)
        clock.now += 10 * 365 * 86400
        assert len(await engine.loaded()) == 1


async def test_the_context_is_the_models_own_where_it_was_made_for_less(wire: OllamaWire, ollama: OllamaEngine) -> None:
    assert await ollama.context_tokens("smollm2-short") == 512
    assert await ollama.context_tokens(MODEL) == 1024
    await complete(ollama, request("smollm2-short", "Hi", max_tokens=1))
    assert wire.asked[-1].options.num_ctx == 512


async def test_what_ollama_dropped_shows_in_the_prompts_count(ollama: OllamaEngine) -> None:
    story = ["An owl sat in the old oak. " * 15, "I see."] * 6
    completed = await complete(ollama, request("smollm2-short", *story, "Where did it sit?", max_tokens=2))
    assert completed.end.usage.prompt_tokens is not None
    assert completed.end.usage.prompt_tokens <= 512


async def test_an_unknown_model_is_answered_with_the_nearest_names(ollama: OllamaEngine) -> None:
    with pytest.raises(UnknownModel) as caught:
        await complete(ollama, request("smolm2", "Hi"))
    assert caught.value.nearest[0].startswith("smollm2")


async def test_a_model_that_was_deleted_meanwhile_is_unknown(wire: OllamaWire, ollama: OllamaEngine) -> None:
    await complete(ollama, HI)
    del wire.models[MODEL]
    with pytest.raises(UnknownModel) as caught:
        await complete(ollama, HI)
    assert caught.value.nearest


async def test_thinking_is_asked_for_only_where_a_model_can_and_kept_apart(wire: OllamaWire) -> None:
    wire.then(Says((("why", ""), ("", "Because."))), Says((("", "Yes."),)))
    async with OllamaEngine(wire.url, thinking=True) as engine:
        thought = await complete(engine, request("thinker:135m", "Why?"))
        plain = await complete(engine, request(MODEL, "Why?"))
    assert (thought.text, thought.thinking) == ("Because.", "why")
    assert (plain.text, plain.thinking) == ("Yes.", "")
    assert [asked.think for asked in wire.asked] == [True, None]


async def test_thinking_is_switched_off_unless_it_is_wanted(wire: OllamaWire, ollama: OllamaEngine) -> None:
    await complete(ollama, request("thinker:135m", "Why?", max_tokens=1))
    assert wire.asked[-1].think is False


async def test_thinking_that_a_model_writes_into_its_answer_is_kept_apart_too(
    wire: OllamaWire, ollama: OllamaEngine
) -> None:
    wire.then(Says((("", "<th"), ("", "ink>why</thi"), ("", "nk>\n\nBe"), ("", "cause."))))
    completed = await complete(ollama, HI)
    assert (completed.text, completed.thinking) == ("Because.", "why")


async def test_a_picture_reaches_a_model_that_sees(wire: OllamaWire, ollama: OllamaEngine) -> None:
    picture = Image("image/png", b"\x89PNG picture")
    await complete(ollama, request("seer:135m", "What is it?", images=(picture,), max_tokens=1))
    (message,) = wire.asked[-1].asked()
    assert message.images == [base64.b64encode(picture.data).decode()]


async def test_a_picture_is_not_sent_to_a_model_that_cannot_see(wire: OllamaWire, ollama: OllamaEngine) -> None:
    with pytest.raises(NoVision):
        await complete(ollama, request(MODEL, "What is it?", images=(Image("image/png", b"x"),)))
    assert wire.asked == []


async def test_closing_the_stream_stops_ollamas_work(wire: OllamaWire, ollama: OllamaEngine) -> None:
    async with aclosing(opened(ollama, request(MODEL, "Count to a thousand.", max_tokens=400))) as stream:
        await anext(stream)
    async with asyncio.timeout(5):
        await wire.stop_seen.wait()
    assert wire.stopped == 1
    assert (await complete(ollama, HI)).text


async def test_cancelling_while_the_model_loads_stops_ollamas_work(wire: OllamaWire, ollama: OllamaEngine) -> None:
    wire.then(HeldLoad(asyncio.Event()))
    answering = asyncio.create_task(complete(ollama, HI))
    async with asyncio.timeout(5):
        await wire.asked_seen.wait()
        answering.cancel()
        await wire.stop_seen.wait()
    with pytest.raises(asyncio.CancelledError):
        await answering


async def test_a_slow_load_is_waited_for(wire: OllamaWire, ollama: OllamaEngine) -> None:
    ready = asyncio.Event()
    wire.then(HeldLoad(ready))
    answering = asyncio.create_task(complete(ollama, HI))
    async with asyncio.timeout(5):
        await wire.asked_seen.wait()
    assert await ollama.loaded() == []
    ready.set()
    assert (await answering).text
    assert wire.loads == 1


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Busy(), EngineBusy),
        (Drop(None), EngineUnreachable),
        (Drop(2), EngineInterrupted),
        (End(2), EngineInterrupted),
        (End(0), EngineGarbled),
        (Garbage(0), EngineGarbled),
        (Garbage(2), EngineGarbled),
        (ErrorLine(2), EngineInterrupted),
        (ErrorLine(0), EngineRefused),
    ],
)
async def test_every_fault_has_its_own_error_and_the_next_question_is_answered(
    wire: OllamaWire, ollama: OllamaEngine, fault: Fault, expected: type[EngineError]
) -> None:
    wire.then(fault)
    said: list[object] = []
    with pytest.raises(expected):
        await _listen(ollama, said)
    assert len(said) == (getattr(fault, "after", None) or 0)
    assert (await complete(ollama, HI)).text


async def _listen(ollama: OllamaEngine, said: list[object]) -> None:
    async for item in ollama.complete(HI):
        said += [item]


async def test_silence_before_the_first_word_ends_after_its_time(wire: OllamaWire) -> None:
    wire.then(Silent())
    async with OllamaEngine(wire.url, first_byte_seconds=0.05, next_byte_seconds=60) as engine:
        with pytest.raises(EngineSilent) as caught:
            await complete(engine, HI)
    assert (caught.value.model, caught.value.seconds) == (MODEL, 0.05)


async def test_a_refusal_never_repeats_what_was_said(wire: OllamaWire, ollama: OllamaEngine) -> None:
    said = "My PIN is 1234, keep it to yourself."
    wire.then(ErrorLine(0, text=f"cannot parse prompt: {said}"))
    with pytest.raises(EngineRefused) as caught:
        await complete(ollama, request(MODEL, said))
    assert "1234" not in str(caught.value)


async def test_pulling_reports_the_bytes_of_the_whole_model(wire: OllamaWire, ollama: OllamaEngine) -> None:
    steps = [step async for step in ollama.pull("owl:1b")]
    assert steps[0] == PullProgress("pulling manifest")
    assert steps[-1] == PullProgress("success", 1_000_000, 1_000_000, PullPhase.DONE)
    assert list(dict.fromkeys(step.phase for step in steps)) == [
        PullPhase.ASKING,
        PullPhase.FETCHING,
        PullPhase.CHECKING,
        PullPhase.FINISHING,
        PullPhase.DONE,
    ]
    done = [step.done_bytes or 0 for step in steps]
    assert done == sorted(done)
    assert "owl:1b" in {model.name for model in await ollama.models()}


async def test_pulling_what_the_registry_does_not_have_says_so(ollama: OllamaEngine) -> None:
    with pytest.raises(ModelNotOffered) as caught:
        async for _ in ollama.pull("no-such-model"):
            pass
    assert caught.value.model == "no-such-model"


async def test_a_model_is_made_of_another_with_its_own_instructions(wire: OllamaWire, ollama: OllamaEngine) -> None:
    new = NewModel(
        name="sova-owl",
        base=MODEL.upper(),
        system="You are an owl.",
        template="{{ .Prompt }}",
        parameters={"temperature": 0.7, "stop": ("END", "STOP"), "num_ctx": 2048},
        messages=(Message("user", "Hoo?"), Message("assistant", "Hoo.")),
        licenses=("MIT",),
    )
    told = [progress.status async for progress in ollama.create(new)]
    assert told[-1] == "success"
    (created,) = wire.created
    assert (created.base, created.system, created.template, created.license) == (
        MODEL,
        "You are an owl.",
        "{{ .Prompt }}",
        ["MIT"],
    )
    assert created.parameters is not None
    assert (created.parameters.temperature, created.parameters.stop) == (0.7, ["END", "STOP"])
    assert [(message.role, message.content) for message in created.messages] == [
        ("user", "Hoo?"),
        ("assistant", "Hoo."),
    ]
    assert (await ollama.model("sova-owl")).name == "sova-owl:latest"


async def test_what_is_empty_of_a_new_model_stays_its_base_s(wire: OllamaWire, ollama: OllamaEngine) -> None:
    assert [progress.status async for progress in ollama.create(NewModel("sova-owl", MODEL))][-1] == "success"
    (created,) = wire.created
    assert created.model_fields_set == {"model", "base", "stream"}


async def test_a_model_cannot_be_made_of_one_that_is_not_there(wire: OllamaWire, ollama: OllamaEngine) -> None:
    for base in ("owl:1b", "gpt-oss:120b-cloud"):  # which Ollama would fetch, or ask elsewhere
        with pytest.raises(UnknownModel):
            await anext(ollama.create(NewModel("sova-owl", base)))
    assert wire.created == []


@pytest.mark.parametrize("new", [NewModel("sova owl", MODEL), NewModel("o", MODEL, parameters={"top_k": "many"})])
async def test_what_ollama_refuses_to_make_is_said_with_its_reason(new: NewModel, ollama: OllamaEngine) -> None:
    with pytest.raises(EngineRefused) as caught:
        await anext(ollama.create(new))
    assert caught.value.status == 400
    assert caught.value.detail


async def test_a_persona_s_ways_cost_no_load(wire: OllamaWire, ollama: OllamaEngine) -> None:
    await complete(ollama, HI)
    await complete(ollama, replace(HI, sampling=Sampling(top_k=3, top_p=0.5, repeat_penalty=1.2, stop=("hi",))))
    assert wire.loads == 1
    assert wire.asked[-1].options.sampling() == {"top_k": 3, "top_p": 0.5, "repeat_penalty": 1.2, "stop": ["hi"]}


async def test_a_deleted_model_is_gone(wire: OllamaWire, ollama: OllamaEngine) -> None:
    await ollama.delete(MODEL)
    assert MODEL not in wire.models
    with pytest.raises(UnknownModel):
        await ollama.delete(MODEL)


async def test_nobody_at_the_address_is_said_within_three_seconds() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with OllamaEngine(url) as engine, asyncio.timeout(3):
            with pytest.raises(EngineUnreachable) as caught:
                await engine.version()
    assert caught.value.url == url


@pytest.mark.parametrize("page", [b"<html>Welcome to nginx!</html>", b"[]", b'{"hello": 1}'])
async def test_what_is_no_ollama_is_noticed_by_the_ping(page: bytes) -> None:
    pages = {"/api/version": Reply([page]), "/api/tags": Reply([page]), "/api/ps": Reply([page])}
    async with FaultyOpenAI(pages=pages) as server, OllamaEngine(f"http://127.0.0.1:{server.port}") as engine:
        for asking in (engine.version(), engine.models(), engine.loaded()):
            with pytest.raises(EngineGarbled):
                await asking


async def test_a_redirect_is_not_followed(wire: OllamaWire) -> None:
    elsewhere = Reply([], 302, {"Location": f"{wire.url}/api/version"})
    pages = {"/api/version": elsewhere}
    async with FaultyOpenAI(pages=pages) as server, OllamaEngine(f"http://127.0.0.1:{server.port}") as engine:
        with pytest.raises(EngineRefused) as caught:
            await engine.version()
    assert caught.value.status == 302
    assert wire.requests == []


async def test_another_kind_of_server_is_no_ollama() -> None:
    async with FaultyOpenAI() as server, OllamaEngine(f"http://127.0.0.1:{server.port}") as engine:
        with pytest.raises(EngineGarbled):
            await engine.version()


async def test_an_ollama_that_went_away_and_came_back_is_asked_again() -> None:
    async with OllamaWire(llama_server()) as wire:
        url, port = wire.url, wire.port
    async with OllamaEngine(url) as engine:
        for asking in (engine.version(), engine.models(), engine.loaded(), complete(engine, HI), engine.warm(MODEL)):
            with pytest.raises(EngineUnreachable):
                await asking
        async with OllamaWire(llama_server(), port=port):
            assert (await complete(engine, HI)).text
        with pytest.raises(EngineUnreachable):
            await complete(engine, HI)


async def test_neither_the_proxy_nor_the_cloud_key_of_the_environment_is_used(
    wire: OllamaWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("OLLAMA_API_KEY", "cloud-key")
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    async with OllamaEngine(wire.url) as engine:
        await complete(engine, HI)
    assert all("authorization" not in headers for headers in wire.headers)
