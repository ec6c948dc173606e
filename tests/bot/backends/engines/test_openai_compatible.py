"""The OpenAI-compatible backend: llama.cpp's own server, other makers' shapes, and every fault."""

import asyncio
import base64
import json
import socket
import urllib.request
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from bot.backends.engines.openai_compatible import OpenAICompatibleEngine
from bot.errors import (
    AssistantError,
    ContextExceeded,
    EngineBusy,
    EngineError,
    EngineGarbled,
    EngineInterrupted,
    EngineOutOfMemory,
    EngineRefused,
    EngineSilent,
    EngineUnreachable,
    NoVision,
    UnknownModel,
)
from bot.messages import FinishReason, Image
from bot.ports import Capability, ModelInfo, Sampling
from tests.doubles.completions import complete, opened, request
from tests.doubles.faulty_openai import (
    DONE,
    FaultyOpenAI,
    Hang,
    NoReply,
    Reply,
    delta,
    event,
    json_reply,
    listing,
    refusal,
    says,
)
from tests.doubles.llama_server import MODEL, SLOT_CONTEXT, llama_server

HI = request("owl", "Hi there, owl.")


@pytest.fixture
async def server() -> AsyncIterator[FaultyOpenAI]:
    async with FaultyOpenAI() as server:
        yield server


@pytest.fixture
async def engine(server: FaultyOpenAI) -> AsyncIterator[OpenAICompatibleEngine]:
    async with OpenAICompatibleEngine(server.url) as engine:
        yield engine


@pytest.fixture
async def llama() -> AsyncIterator[OpenAICompatibleEngine]:
    async with OpenAICompatibleEngine(llama_server() + "/v1") as engine:
        yield engine


# --- llama.cpp's own server -----------------------------------------------------------------------------------


@pytest.mark.engine
async def test_llama_cpp_tells_everything_about_its_model(llama: OpenAICompatibleEngine) -> None:
    (info,) = await llama.models()
    assert info == ModelInfo(
        name=MODEL, size_bytes=96576768, parameters="135M", quantization="Q4_1", context_tokens=8192, loaded=True
    )
    assert await llama.context_tokens(MODEL) == SLOT_CONTEXT
    (loaded,) = await llama.loaded()
    assert (loaded.name, loaded.context_tokens) == (MODEL, SLOT_CONTEXT)
    assert (await llama.version() or "").startswith("b")


@pytest.mark.engine
async def test_llama_cpp_tells_which_prompt_tokens_it_computed(llama: OpenAICompatibleEngine) -> None:
    asked = request(MODEL, "An owl sat in an oak. " * 8 + "Where?", max_tokens=2)
    await complete(llama, asked)
    end = (await complete(llama, asked)).end
    assert end.usage.prompt_tokens is not None
    assert end.usage.cached_tokens is not None
    assert end.evaluated_tokens == end.usage.prompt_tokens - end.usage.cached_tokens
    assert 0 < end.evaluated_tokens < end.usage.prompt_tokens
    assert end.prompt_ms is not None
    assert end.generation_ms is not None
    assert end.generation_ms > 0


@pytest.mark.engine
async def test_a_prompt_that_does_not_fit_is_refused_with_both_counts(llama: OpenAICompatibleEngine) -> None:
    with pytest.raises(ContextExceeded) as caught:
        await complete(llama, request(MODEL, "owl " * 3000))
    assert caught.value.context_tokens == SLOT_CONTEXT
    assert caught.value.prompt_tokens > 3000


@pytest.mark.engine
async def test_closing_the_stream_makes_llama_cpp_stop_generating(llama: OpenAICompatibleEngine) -> None:
    async with aclosing(opened(llama, request(MODEL, "Count to a thousand.", max_tokens=1500))) as stream:
        await anext(stream)
        assert await asyncio.to_thread(_slots_at_work) == 1
    async with asyncio.timeout(2):
        while await asyncio.to_thread(_slots_at_work):
            continue


def _slots_at_work() -> int:
    with urllib.request.urlopen(f"{llama_server()}/slots") as response:  # noqa: S310 - our own server
        slots: list[dict[str, Any]] = json.load(response)
    return sum(slot["is_processing"] for slot in slots)


# --- what is asked --------------------------------------------------------------------------------------------


async def test_a_request_says_everything_and_a_second_one_costs_one_round_trip(
    server: FaultyOpenAI, engine: OpenAICompatibleEngine
) -> None:
    server.script += [says("Hoo."), says("Hoo.")]
    await complete(engine, HI)
    server.requests.clear()
    await engine.context_tokens("owl")
    await complete(engine, HI)
    assert server.requests == ["POST /v1/chat/completions"]
    assert server.bodies[-1] == {
        "model": "owl",
        "messages": [{"role": "user", "content": "Hi there, owl."}],
        "max_tokens": 8,
        "temperature": 0.0,
        "seed": 7,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


@pytest.mark.parametrize(
    ("maker", "thinking", "sent"),
    [
        ("vllm", False, {"enable_thinking": False}),
        ("llamacpp", True, {"enable_thinking": True}),
        ("somebody", False, None),
    ],
)
async def test_only_servers_that_understand_it_are_told_whether_to_think(
    server: FaultyOpenAI, maker: str, thinking: bool, sent: object
) -> None:
    server.pages["/v1/models"] = json_reply(listing("owl", owned_by=maker))
    server.script.append(says("Hoo."))
    async with OpenAICompatibleEngine(server.url, thinking=thinking) as engine:
        await complete(engine, HI)
    assert server.bodies[-1].get("chat_template_kwargs") == sent


@pytest.mark.parametrize(
    ("maker", "own"),
    [
        ("llamacpp", {"top_k": 3, "min_p": 0.1, "repeat_penalty": 1.2, "repeat_last_n": 64}),
        ("vllm", {"top_k": 3, "min_p": 0.1, "repetition_penalty": 1.2}),
        ("somebody", {}),
    ],
)
async def test_each_server_is_told_the_parameters_that_it_knows_by_its_own_names(
    server: FaultyOpenAI, maker: str, own: dict[str, float]
) -> None:
    server.pages["/v1/models"] = json_reply(listing("owl", owned_by=maker))
    server.script.append(says("Hoo."))
    wanted = Sampling(
        top_p=0.5, presence_penalty=0.3, stop=("END",), top_k=3, min_p=0.1, repeat_penalty=1.2, repeat_last_n=64
    )
    async with OpenAICompatibleEngine(server.url) as engine:
        await complete(engine, HI)
        plain = server.bodies[-1]
        server.script.append(says("Hoo."))
        await complete(engine, replace(HI, sampling=wanted))
    given = {name: value for name, value in server.bodies[-1].items() if name not in plain}
    assert given == {"top_p": 0.5, "presence_penalty": 0.3, "stop": ["END"], **own}


async def test_nothing_of_the_environment_or_of_this_machine_is_sent(
    server: FaultyOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-service")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-x")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-x")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer x\nX-Leak: y")
    server.script.append(says("Hoo."))
    async with OpenAICompatibleEngine(server.url) as engine:
        await complete(engine, HI)
    sent = {name for headers in server.headers for name in headers}
    assert sent <= {"host", "accept", "accept-encoding", "content-type", "content-length", "user-agent", "connection"}


async def test_the_configured_key_is_sent(server: FaultyOpenAI) -> None:
    async with OpenAICompatibleEngine(server.url, api_key="local-key") as engine:
        await engine.models()
    assert server.headers[-1]["authorization"] == "Bearer local-key"


async def test_a_picture_travels_as_a_data_url(server: FaultyOpenAI, engine: OpenAICompatibleEngine) -> None:
    server.script.append(says("An owl."))
    await complete(engine, request("owl", "What is it?", images=(Image("image/png", b"\x89PNG"),)))
    url = "data:image/png;base64," + base64.b64encode(b"\x89PNG").decode()
    assert server.bodies[-1]["messages"] == [
        {
            "role": "user",
            "content": [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": url}}],
        }
    ]


async def test_a_picture_is_not_sent_where_the_server_says_that_the_model_cannot_see(server: FaultyOpenAI) -> None:
    server.pages["/v1/models"] = json_reply(listing("owl", architecture={"input_modalities": ["text"]}))
    async with OpenAICompatibleEngine(server.url) as engine:
        with pytest.raises(NoVision):
            await complete(engine, request("owl", "What is it?", images=(Image("image/png", b"x"),)))


@pytest.mark.parametrize(
    ("told", "sees"), [({}, True), ({"architecture": {"input_modalities": ["text"]}}, False)], ids=["untold", "told"]
)
async def test_the_operators_word_that_a_model_sees_counts_where_the_server_does_not_tell(
    server: FaultyOpenAI, told: dict[str, object], sees: bool
) -> None:
    server.pages["/v1/models"] = json_reply(listing("owl", **told))
    async with OpenAICompatibleEngine(server.url, vision_models={"owl", "hawk"}) as engine:
        assert (Capability.VISION in (await engine.model("owl")).capabilities) is sees


# --- what is understood ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pieces",
    [
        [delta(reasoning_content="why"), delta(content="Because.")],
        [delta(reasoning="why"), delta(content="Because.")],
        [delta(content="<thi"), delta(content="nk>why</think>"), delta(content="\nBecause.")],
    ],
)
async def test_thinking_is_kept_apart_however_the_server_sends_it(
    server: FaultyOpenAI, engine: OpenAICompatibleEngine, pieces: list[bytes]
) -> None:
    server.script.append(Reply([*pieces, delta("stop"), DONE]))
    completed = await complete(engine, HI)
    assert (completed.text, completed.thinking) == ("Because.", "why")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("stop", FinishReason.COMPLETE),
        ("length", FinishReason.LENGTH),
        ("content_filter", FinishReason.INTERRUPTED),
        ("abort", FinishReason.INTERRUPTED),
        ("tool_calls", FinishReason.COMPLETE),
    ],
)
async def test_why_an_answer_ended_is_told(
    server: FaultyOpenAI, engine: OpenAICompatibleEngine, said: str, meant: FinishReason
) -> None:
    server.script.append(Reply([delta(content="Hoo."), delta(said), DONE]))
    assert (await complete(engine, HI)).end.finish_reason is meant


async def test_counts_are_read_where_the_server_gives_them(
    server: FaultyOpenAI, engine: OpenAICompatibleEngine
) -> None:
    usage = {"prompt_tokens": 20, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 12}}
    server.script += [Reply([delta("stop", content="Hoo."), event(choices=[], usage=usage), DONE]), says("Hoo.")]
    end = (await complete(engine, HI)).end
    assert (end.usage.prompt_tokens, end.usage.completion_tokens, end.usage.cached_tokens) == (20, 2, 12)
    assert end.evaluated_tokens == 8
    silent = (await complete(engine, HI)).end
    assert (silent.usage.prompt_tokens, silent.evaluated_tokens, silent.prompt_ms) == (None, None, None)


async def test_a_server_may_leave_out_done_and_add_fields_of_its_own(
    server: FaultyOpenAI, engine: OpenAICompatibleEngine
) -> None:
    server.script.append(Reply([b": ping\n\n", delta(content="Hoo.", audio=None, mood="wise"), delta("stop")]))
    assert (await complete(engine, HI)).text == "Hoo."


async def test_vllms_context_is_what_it_runs_with(server: FaultyOpenAI) -> None:
    server.pages |= {
        "/v1/models": json_reply(listing("owl", owned_by="vllm", max_model_len=4096)),
        "/version": json_reply({"version": "0.11.2"}),
    }
    async with OpenAICompatibleEngine(server.url) as engine:
        assert await engine.context_tokens("owl") == 4096
        assert (await engine.model("owl")).loaded is True
        assert await engine.version() == "0.11.2"
    async with OpenAICompatibleEngine(server.url, context_tokens=2048) as engine:
        assert await engine.context_tokens("owl") == 2048


STUDIO = {
    "object": "list",
    "data": [
        {
            "id": "owl",
            "type": "vlm",
            "arch": "qwen2_vl",
            "quantization": "4bit",
            "state": "not-loaded",
            "max_context_length": 32768,
            "capabilities": ["tool_use"],
        },
        {"id": "finch", "type": "llm", "state": "loaded", "max_context_length": 32768, "loaded_context_length": 4096},
        {"id": "nest", "type": "embeddings", "state": "not-loaded", "max_context_length": 2048},
    ],
}


async def test_lm_studio_is_asked_for_what_only_it_tells(server: FaultyOpenAI) -> None:
    server.pages["/v1/models"] = json_reply(listing("owl", "finch", "nest", owned_by="organization_owner"))
    server.pages["/api/v0/models"] = json_reply(STUDIO)
    async with OpenAICompatibleEngine(server.url) as engine:
        owl, finch, nest = await engine.models()
        assert (owl.loaded, owl.quantization, owl.context_tokens, owl.family) == (False, "4bit", 32768, "qwen2_vl")
        assert owl.capabilities == {Capability.COMPLETION, Capability.VISION, Capability.TOOLS}
        assert nest.capabilities == {Capability.EMBEDDING}
        assert finch.loaded is True
        assert await engine.context_tokens("finch") == 4096
        assert await engine.context_tokens("owl") == 8192
        assert [loaded.name for loaded in await engine.loaded()] == ["finch"]


async def test_another_server_is_asked_for_lm_studios_list_only_once(
    server: FaultyOpenAI, engine: OpenAICompatibleEngine
) -> None:
    await engine.models()
    await engine.models()
    assert server.requests.count("GET /api/v0/models") == 1


async def test_warming_asks_for_one_token_unless_the_model_is_said_to_be_loaded(
    server: FaultyOpenAI, engine: OpenAICompatibleEngine
) -> None:
    server.script.append(says("H"))
    await engine.warm("owl")
    assert server.bodies[-1]["max_tokens"] == 1
    server.pages["/v1/models"] = json_reply(listing("owl", owned_by="vllm"))
    await engine.warm("owl")
    assert len(server.bodies) == 1


# --- what goes wrong ------------------------------------------------------------------------------------------

HTML = Reply([b"<html><body>Welcome to nginx!</body></html>"], 200, {"Content-Type": "text/html"})
VLLM_WORDS = (
    "This model's maximum context length is 4096 tokens. However, you requested 5100 tokens "
    "(5000 in the messages, 100 in the completion). Please reduce the length of the messages or completion."
)
NEWER_VLLM_WORDS = (
    "'max_tokens' is too large: 800. This model's maximum context length is 4096 tokens and your request has "
    "3900 input tokens (800 > 4096 - 3900)."
)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (refusal(503, message="Loading model", type="unavailable_error", code=503), EngineBusy),
        (refusal(429, message="Slow down"), EngineBusy),
        (refusal(400, message="bad"), EngineRefused),
        (refusal(500, message="out of memory"), EngineOutOfMemory),
        (refusal(401, message="wrong key"), EngineRefused),
        (json_reply({"error": "model is not ready"}, status=400), EngineRefused),
        (json_reply({"object": "error", "message": "bad", "code": 400}, status=400), EngineRefused),
        (Reply([b"<html>502</html>"], 502, {"Content-Type": "text/html"}), EngineRefused),
        (Reply([], 302, {"Location": "http://127.0.0.1:9/"}), EngineRefused),
        (refusal(404, message="no such thing"), EngineRefused),
        (HTML, EngineGarbled),
        (Reply([]), EngineGarbled),
        (Reply([b"data: {not json\n\n"]), EngineGarbled),
        (Reply([b"data: [1, 2]\n\n"]), EngineGarbled),
        (Reply([b"data: \xff\xfe\n\n"]), EngineGarbled),
        (Reply([event(choices="none")]), EngineGarbled),
        (Reply([delta(content="Hoo"), b"data: oops\n\n"]), EngineGarbled),
        (Reply([delta(content="Hoo")]), EngineInterrupted),
        (Reply([delta(content="Hoo"), DONE]), EngineInterrupted),
        (Reply([delta(content="Hoo")], breaks=True), EngineInterrupted),
        (Reply([], breaks=True), EngineInterrupted),
        (Reply([delta(content="Hoo"), event(error={"message": "CUDA died", "code": 500})]), EngineInterrupted),
        (Reply([event(error={"message": "CUDA died", "code": 500})]), EngineRefused),
        (NoReply(), EngineUnreachable),
    ],
)
async def test_every_fault_has_its_own_error_and_the_next_question_is_answered(
    server: FaultyOpenAI, engine: OpenAICompatibleEngine, reply: Reply | NoReply, expected: type[EngineError]
) -> None:
    server.script += [reply, says("Hoo.")]
    with pytest.raises(expected):
        await complete(engine, HI)
    assert (await complete(engine, HI)).text == "Hoo."


@pytest.mark.parametrize(
    ("reply", "prompt", "context"),
    [
        (refusal(400, type="exceed_context_size_error", n_prompt_tokens=5000, n_ctx=4096, message="…"), 5000, 4096),
        (refusal(400, message=VLLM_WORDS, type="BadRequestError", code=400), 5000, 4096),
        (refusal(400, message=NEWER_VLLM_WORDS, type="BadRequestError", code=400), 3900, 4096),
        (Reply([event(error={"n_prompt_tokens": 5000, "n_ctx": 4096, "message": "…"})]), 5000, 4096),
    ],
)
async def test_a_prompt_that_does_not_fit_is_told_in_the_servers_own_counts(
    server: FaultyOpenAI, engine: OpenAICompatibleEngine, reply: Reply, prompt: int, context: int
) -> None:
    server.script.append(reply)
    with pytest.raises(ContextExceeded) as caught:
        await complete(engine, HI)
    assert (caught.value.prompt_tokens, caught.value.context_tokens) == (prompt, context)


async def test_a_busy_server_says_when_to_come_back(server: FaultyOpenAI, engine: OpenAICompatibleEngine) -> None:
    server.script.append(refusal(503, headers={"Retry-After": "7"}, message="Loading model"))
    with pytest.raises(EngineBusy) as caught:
        await complete(engine, HI)
    assert caught.value.retry_after == 7
    assert len(server.bodies) == 1


async def test_a_server_that_is_still_loading_is_there(server: FaultyOpenAI, engine: OpenAICompatibleEngine) -> None:
    server.pages["/v1/models"] = refusal(503, message="Loading model")
    assert await engine.version() is None
    with pytest.raises(EngineBusy):
        await engine.models()


async def test_a_model_that_was_taken_away_is_unknown(server: FaultyOpenAI, engine: OpenAICompatibleEngine) -> None:
    server.script += [says("Hoo."), refusal(404, message="The model `owl` does not exist.", code=404)]
    await complete(engine, HI)
    server.pages["/v1/models"] = json_reply(listing("owlet"))
    with pytest.raises(UnknownModel) as caught:
        await complete(engine, HI)
    assert caught.value.nearest == ("owlet",)


async def test_a_refusal_gives_the_servers_reason_but_never_what_was_said(
    server: FaultyOpenAI, engine: OpenAICompatibleEngine
) -> None:
    server.script += [
        refusal(400, message="image input is not supported"),
        refusal(400, message="invalid input: 'my number is 42-17, tell nobody'"),
    ]
    with pytest.raises(EngineRefused) as told:
        await complete(engine, HI)
    assert (told.value.status, told.value.detail) == (400, "image input is not supported")
    with pytest.raises(EngineRefused) as quoted:
        await complete(engine, request("owl", "Listen: my number is 42-17, tell nobody."))
    assert "42-17" not in f"{quoted.value}{quoted.value.__cause__}"


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [(Hang(), 0.05), (Reply([], hangs=True), 0.05), (Reply([delta(content="Hoo")], hangs=True), 0.01)],
)
async def test_silence_ends_after_its_time_before_the_first_word_and_between_words(
    server: FaultyOpenAI, reply: Reply | Hang, seconds: float
) -> None:
    server.script.append(reply)
    async with OpenAICompatibleEngine(server.url, first_byte_seconds=0.05, next_byte_seconds=0.01) as engine:
        with pytest.raises(EngineSilent) as caught:
            await complete(engine, HI)
    assert (caught.value.model, caught.value.seconds) == ("owl", seconds)


async def test_pings_alone_are_silence(server: FaultyOpenAI) -> None:
    server.script.append(Reply([b": ping\n\n"] * 3, hangs=True))
    async with OpenAICompatibleEngine(server.url, first_byte_seconds=0.05) as engine:
        with pytest.raises(EngineSilent):
            await complete(engine, HI)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (HTML, EngineGarbled),
        (json_reply(["owl"]), EngineGarbled),
        (Reply([b"{"], 200, {"Content-Type": "application/json"}), EngineGarbled),
        (Reply([b"nothing here"], 404, {}), EngineGarbled),
        (refusal(401, message="wrong key"), EngineRefused),
        (Reply([], 302, {"Location": "http://127.0.0.1:9/v1/models"}), EngineRefused),
    ],
)
async def test_what_is_no_engine_is_noticed_by_the_ping(
    server: FaultyOpenAI, engine: OpenAICompatibleEngine, page: Reply, expected: type[AssistantError]
) -> None:
    server.pages["/v1/models"] = page
    with pytest.raises(expected):
        await engine.version()


async def test_nobody_at_the_address_is_said_within_three_seconds() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://jana:tajne@127.0.0.1:{taken.getsockname()[1]}/v1"
        async with OpenAICompatibleEngine(url) as engine, asyncio.timeout(3):
            with pytest.raises(EngineUnreachable) as caught:
                await engine.version()
    assert "tajne" not in caught.value.url


async def test_a_server_that_went_away_and_came_back_is_asked_again() -> None:
    async with FaultyOpenAI() as server:
        url, port = server.url, server.port
    async with OpenAICompatibleEngine(url) as engine:
        with pytest.raises(EngineUnreachable):
            await complete(engine, HI)
        async with FaultyOpenAI(port=port, script=[says("Back.")]):
            assert (await complete(engine, HI)).text == "Back."
        with pytest.raises(EngineUnreachable):
            await complete(engine, HI)


async def test_a_server_that_closes_kept_connections_is_not_noticed() -> None:
    """It answers one request on each connection, promises to keep it, and closes it a moment later."""
    body = b"".join([delta(content="Hoo."), delta("stop"), DONE])
    pages = {b"GET": json.dumps(listing("owl", owned_by="vllm")).encode(), b"POST": body}
    kinds = {b"GET": b"application/json", b"POST": b"text/event-stream"}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method = head.split(b" ", 1)[0]
        length = b"Content-Length: %d\r\nConnection: keep-alive\r\n\r\n" % len(pages[method])
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: " + kinds[method] + b"\r\n" + length + pages[method])
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        async with OpenAICompatibleEngine(f"http://127.0.0.1:{port}/v1") as engine:
            for _ in range(5):
                assert (await complete(engine, HI)).text == "Hoo."
