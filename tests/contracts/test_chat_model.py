"""What every `ChatModel` keeps to, whichever engine stands behind it."""

import asyncio
import json
import socket
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from bot.backends.engines.embedded import EmbeddedEngine
from bot.backends.engines.embedded_options import EmbeddedOptions
from bot.backends.engines.ollama import OllamaEngine
from bot.backends.engines.openai_compatible import OpenAICompatibleEngine
from bot.errors import EngineUnreachable, NoVision, UnknownModel
from bot.messages import FinishReason, Image
from bot.models.catalogue import in_catalogue
from bot.models.selection import can_chat
from bot.models.shelf import Shelf
from bot.pool.pool import EnginePool
from bot.ports import Capability, ChatModel, CompletionDelta, CompletionEnd, ModelInfo, Sampling
from bot.settings import Settings, child_environment
from tests.bot.attachments.drawn import drawn
from tests.doubles.completions import complete, opened, request
from tests.doubles.llama_server import MODEL, llama_server, model_file
from tests.doubles.ollama_wire import OllamaWire
from tests.doubles.projectors import TOKENS, write_projector
from tests.doubles.scripted_engine import ScriptedEngine
from tests.doubles.seeing_llama import seeing_llama_server

# One loop for the module, so that each engine is started once.
pytestmark = pytest.mark.asyncio(loop_scope="module")

CONTEXT = 1024
SEES = frozenset({Capability.COMPLETION, Capability.VISION})


@dataclass
class Subject:
    """An engine under test, a model of it, a near miss of its name, and how to see whether it is at work.

    `seer` is a model that sees, and `seeing` the engine that has it.
    """

    engine: ChatModel
    model: str
    typo: str
    is_at_work: Callable[[], bool] | None = None
    seer: str = ""
    other: ChatModel | None = None

    @property
    def seeing(self) -> ChatModel:
        return self.other or self.engine

    async def works(self) -> bool:
        return self.is_at_work is not None and await asyncio.to_thread(self.is_at_work)


@asynccontextmanager
async def scripted() -> AsyncIterator[Subject]:
    script = ["The password", " is", " banana", " žluťoučký kůň", *"and so on"]
    engine = ScriptedEngine([script], [ModelInfo("owl:1b"), ModelInfo("hawk:7b", capabilities=SEES)], context=CONTEXT)
    yield Subject(engine, "owl:1b", "owl:1", lambda: engine.closed < len(engine.asked), seer="hawk:7b")


@asynccontextmanager
async def openai_compatible() -> AsyncIterator[Subject]:
    async with (
        OpenAICompatibleEngine(llama_server() + "/v1", context_tokens=CONTEXT) as engine,
        OpenAICompatibleEngine(seeing_llama_server() + "/v1", context_tokens=CONTEXT) as seeing,
    ):
        yield Subject(engine, MODEL, "smolm2:135m", at_work(llama_server()), seer=MODEL, other=seeing)


@asynccontextmanager
async def ollama_wire() -> AsyncIterator[Subject]:
    llama = seeing_llama_server()
    async with OllamaWire(llama, sees=True) as wire, OllamaEngine(wire.url, context_tokens=CONTEXT) as engine:
        yield Subject(engine, MODEL, "smolm2:135m", at_work(llama), seer="seer:135m")


@asynccontextmanager
async def pool() -> AsyncIterator[Subject]:
    """Two Ollamas as one; both ask the same llama.cpp, which has two slots."""
    async with (
        OllamaWire(seeing_llama_server(), sees=True) as one,
        OllamaWire(seeing_llama_server(), sees=True) as other,
        OllamaEngine(one.url, context_tokens=CONTEXT) as first,
        OllamaEngine(other.url, context_tokens=CONTEXT) as second,
        EnginePool([first, second], parallel=1) as engine,
    ):
        yield Subject(engine, MODEL, "smolm2:135m", at_work(seeing_llama_server()), seer="seer:135m")


@asynccontextmanager
async def embedded(folders: pytest.TempPathFactory) -> AsyncIterator[Subject]:
    smollm = in_catalogue("smollm2-135m")
    seer = folders.mktemp("seer") / "seer.gguf"
    seer.symlink_to(model_file())
    write_projector(seer.with_name("mmproj-seer.gguf"))
    shelf = Shelf(model_file().parent, configured=seer, catalogue=[smollm])
    options = EmbeddedOptions(context_tokens=CONTEXT, threads=1)
    log = folders.mktemp("embedded") / "engine.log"
    async with EmbeddedEngine(shelf, log=log, environment=child_environment(), options=options) as engine:
        yield Subject(engine, smollm.name, "smolm2-135m", seer="seer")


@asynccontextmanager
async def real_ollama() -> AsyncIterator[Subject]:
    settings = Settings()
    if "ollama_url" not in settings.model_fields_set:
        pytest.skip("OLLAMA_HOST is not set")
    async with OllamaEngine(settings.ollama_url, context_tokens=CONTEXT) as engine:
        model = settings.model or next(info.name for info in await engine.models() if can_chat(info))
        seers = [info.name for info in await engine.models() if Capability.VISION in info.capabilities]
        yield Subject(engine, model, model + "x", seer=next(iter(seers), ""))


SUBJECTS: dict[str, Callable[..., AbstractAsyncContextManager[Subject]]] = {
    "scripted": scripted,
    "openai_compatible": openai_compatible,
    "ollama_wire": ollama_wire,
    "pool": pool,
    "real_ollama": real_ollama,
}


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=[
        "scripted",
        pytest.param("openai_compatible", marks=pytest.mark.engine),
        pytest.param("ollama_wire", marks=pytest.mark.engine),
        pytest.param("pool", marks=pytest.mark.engine),
        pytest.param("embedded", marks=pytest.mark.engine),
        pytest.param("real_ollama", marks=pytest.mark.real_ollama),
    ],
)
async def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Subject]:
    opening = embedded(tmp_path_factory) if request.param == "embedded" else SUBJECTS[request.param]()
    async with opening as subject:
        yield subject


async def test_text_is_streamed_piece_by_piece_and_ended_once(subject: Subject) -> None:
    completed = await complete(subject.engine, request(subject.model, "Say hello.", max_tokens=6))
    assert len(completed.deltas) > 1
    assert completed.text.strip()
    assert all(delta.text or delta.thinking for delta in completed.deltas)


async def test_token_counts_are_the_engines_own_and_plausible(subject: Subject) -> None:
    short = (await complete(subject.engine, request(subject.model, "Say hello.", max_tokens=3))).end.usage
    long = (await complete(subject.engine, request(subject.model, "owl " * 100, max_tokens=3))).end.usage
    assert short.prompt_tokens is not None
    assert long.prompt_tokens is not None
    assert 2 <= short.prompt_tokens < 100 <= long.prompt_tokens <= CONTEXT
    assert short.completion_tokens == 3


async def test_max_tokens_is_kept_and_told(subject: Subject) -> None:
    end = (await complete(subject.engine, request(subject.model, "Count to a thousand.", max_tokens=4))).end
    assert end.finish_reason is FinishReason.LENGTH
    assert end.usage.completion_tokens == 4


async def test_the_same_seed_at_temperature_zero_says_the_same(subject: Subject) -> None:
    asked = request(subject.model, "Tell me about owls.", max_tokens=8, seed=3)
    first, second = await complete(subject.engine, asked), await complete(subject.engine, asked)
    assert first.text == second.text


async def test_an_answer_ends_before_a_text_that_it_shall_stop_at(subject: Subject) -> None:
    asked = request(subject.model, "Count to a thousand.", max_tokens=8)
    whole = await complete(subject.engine, asked)
    stop = next(delta.text for delta in whole.deltas[1:] if delta.text not in whole.deltas[0].text)
    cut = await complete(subject.engine, replace(asked, sampling=Sampling(stop=(stop,))))
    assert stop not in cut.text
    assert whole.text.startswith(cut.text)
    assert len(cut.text) < len(whole.text)
    assert cut.end.finish_reason is FinishReason.COMPLETE


async def test_with_one_candidate_for_each_word_no_temperature_changes_what_is_said(subject: Subject) -> None:
    asked = request(subject.model, "Tell me about owls.", max_tokens=8)
    hot = replace(asked, temperature=2.0, sampling=Sampling(top_k=1, top_p=0.9, min_p=0.0, repeat_penalty=1.0))
    assert (await complete(subject.engine, hot)).text == (await complete(subject.engine, asked)).text


async def test_what_might_have_come_first_is_told_where_asked_for(subject: Subject) -> None:
    asked = request(subject.model, "Is water wet? Reply yes or no.", max_tokens=1)
    told = await complete(subject.engine, replace(asked, alternatives=5))
    likely = told.end.alternatives
    assert 1 <= len(likely) <= 5
    assert all(value <= 0 for value in likely.values())
    assert max(likely, key=lambda token: likely[token]).strip() == told.text.strip()
    assert (await complete(subject.engine, asked)).end.alternatives == {}


async def test_what_was_said_before_is_seen(subject: Subject) -> None:
    history = ("The password is banana.", "I will remember it.")
    completed = await complete(subject.engine, request(subject.model, *history, "What is the password?"))
    alone = await complete(subject.engine, request(subject.model, "What is the password?"))
    assert "banana" in completed.text
    assert completed.end.usage.prompt_tokens is not None
    assert alone.end.usage.prompt_tokens is not None
    assert completed.end.usage.prompt_tokens > alone.end.usage.prompt_tokens


async def test_czech_arrives_whole_on_both_ways(subject: Subject) -> None:
    taught = ("Say: žluťoučký kůň", "žluťoučký kůň", "Say: ďábelské ódy", "ďábelské ódy", "Say: žluťoučký kůň")
    assert "žluťoučký kůň" in (await complete(subject.engine, request(subject.model, *taught, max_tokens=16))).text


async def test_simultaneous_completions_do_not_mix(subject: Subject) -> None:
    asked = [request(subject.model, "owl " * count, max_tokens=count) for count in (2, 4, 3)]
    alone = [(await complete(subject.engine, one)).end.usage for one in asked]
    together = await asyncio.gather(*(complete(subject.engine, one) for one in asked))
    assert [done.end.usage.prompt_tokens for done in together] == [usage.prompt_tokens for usage in alone]
    assert [done.end.usage.completion_tokens for done in together] == [2, 4, 3]


async def test_closing_early_stops_the_engines_work_and_the_next_completion_works(subject: Subject) -> None:
    async with aclosing(opened(subject.engine, request(subject.model, "Count on.", max_tokens=900))) as stream:
        assert isinstance(await anext(stream), CompletionDelta)
        assert subject.is_at_work is None or await subject.works()
    async with asyncio.timeout(5):  # 900 tokens take longer
        while await subject.works():
            continue
        assert (await complete(subject.engine, request(subject.model, "Say hello.", max_tokens=2))).text


async def test_cancelling_while_it_is_awaited_leaves_the_engine_usable(subject: Subject) -> None:
    async with asyncio.timeout(10):
        began = asyncio.Event()
        listening = asyncio.create_task(_listen(subject, began))
        await began.wait()
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
        assert (await complete(subject.engine, request(subject.model, "Say hello.", max_tokens=2))).text


async def test_an_unknown_model_is_named_with_the_nearest(subject: Subject) -> None:
    for asking in (
        complete(subject.engine, request(subject.typo, "Say hello.")),
        subject.engine.model(subject.typo),
        subject.engine.warm(subject.typo),
        subject.engine.context_tokens(subject.typo),
    ):
        with pytest.raises(UnknownModel) as caught:
            await asking
        assert (caught.value.name, caught.value.engine) == (subject.typo, subject.engine.engine)
        assert subject.model in caught.value.nearest


async def test_the_model_is_listed_and_shown_alike(subject: Subject) -> None:
    listed = {info.name: info for info in await subject.engine.models()}
    assert Capability.COMPLETION in listed[subject.model].capabilities
    assert await subject.engine.model(subject.model) == listed[subject.model]
    assert await subject.engine.model(subject.model.upper()) == listed[subject.model]


async def test_a_warmed_model_is_in_memory(subject: Subject) -> None:
    await subject.engine.warm(subject.model)
    assert subject.model in {loaded.name for loaded in await subject.engine.loaded()}
    assert (await subject.engine.model(subject.model)).loaded is True


async def test_the_context_is_bounded_by_the_setting_and_by_the_model(subject: Subject) -> None:
    made_for = (await subject.engine.model(subject.model)).context_tokens or CONTEXT
    assert 0 < await subject.engine.context_tokens(subject.model) <= min(made_for, CONTEXT)


async def test_a_picture_reaches_a_model_that_sees(subject: Subject) -> None:
    if not subject.seer:
        pytest.skip("no model that sees")
    assert Capability.VISION in (await subject.seeing.model(subject.seer)).capabilities
    pictures = (Image("image/png", drawn("PNG")), Image("image/jpeg", drawn("JPEG", width=64, height=48)))
    counts = []
    for shown in range(3):
        asked = request(subject.seer, "What is it?", images=pictures[:shown], max_tokens=2)
        counts.append((await complete(subject.seeing, asked)).end.usage.prompt_tokens or 0)
    assert counts[1] - counts[0] >= TOKENS
    assert counts[2] - counts[1] >= TOKENS


async def test_no_picture_is_sent_to_a_model_that_does_not_see(subject: Subject) -> None:
    if Capability.VISION in (await subject.engine.model(subject.model)).capabilities:
        pytest.skip("it sees")
    with pytest.raises(NoVision) as caught:
        await complete(subject.engine, request(subject.model, "What is it?", images=(Image("image/png", b"x"),)))
    assert caught.value.model == subject.model


async def test_it_tells_who_it_is(subject: Subject) -> None:
    assert subject.engine.engine in {"scripted", "openai", "ollama", "embedded"}
    assert subject.engine.url
    assert await subject.engine.version()


@pytest.mark.parametrize("make", [OllamaEngine, lambda url: OpenAICompatibleEngine(f"{url}/v1")])
async def test_an_engine_that_is_down_is_said_to_be_within_three_seconds(
    make: Callable[[str], OllamaEngine | OpenAICompatibleEngine],
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with make(url) as engine, asyncio.timeout(3):
            for asking in (
                engine.version(),
                engine.models(),
                engine.warm("owl"),
                complete(engine, request("owl", "Hi")),
            ):
                with pytest.raises(EngineUnreachable) as caught:
                    await asking
                assert caught.value.url.startswith(url)


async def _listen(subject: Subject, began: asyncio.Event) -> None:
    async with aclosing(opened(subject.engine, request(subject.model, "Count on.", max_tokens=900))) as stream:
        async for item in stream:
            began.set()
            if isinstance(item, CompletionEnd):
                await asyncio.Event().wait()


def at_work(llama: str) -> Callable[[], bool]:
    """Tells whether this llama.cpp is computing something."""

    def tell() -> bool:
        with urllib.request.urlopen(f"{llama}/slots") as response:  # noqa: S310 - our own server
            return any(slot["is_processing"] for slot in json.load(response))

    return tell
