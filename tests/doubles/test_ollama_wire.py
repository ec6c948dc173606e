"""The Ollama-shaped wire is strict and keeps its books, so that what passes on it has a chance with Ollama itself."""

from collections.abc import AsyncIterator

import httpx
import ollama
import pytest

from tests.doubles.llama_server import MODEL, llama_server
from tests.doubles.ollama_wire import OllamaWire

pytestmark = pytest.mark.engine


@pytest.fixture
async def wire() -> AsyncIterator[OllamaWire]:
    async with OllamaWire(llama_server()) as wire:
        yield wire


@pytest.fixture
async def client(wire: OllamaWire) -> AsyncIterator[ollama.AsyncClient]:
    async with ollama.AsyncClient(wire.url, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(
    "body",
    [
        {"model": MODEL, "messages": [], "colour": "red"},
        {"model": MODEL, "messages": [], "options": {"num_ctx": "2048"}},
        {"model": MODEL, "messages": [], "options": {"num_context": 2048}},
        {"model": MODEL, "messages": [], "keep_alive": "30"},
        {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}], "think": True},
        {"model": "embedder", "messages": [{"role": "user", "content": "Hi"}]},
        {"messages": []},
        [],
    ],
)
async def test_what_ollama_would_not_understand_is_refused(wire: OllamaWire, body: object) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{wire.url}/api/chat", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert wire.loads == 0


async def test_an_unknown_model_is_a_404_in_ollamas_words(client: ollama.AsyncClient) -> None:
    with pytest.raises(ollama.ResponseError) as caught:
        await client.chat("owl", [{"role": "user", "content": "Hi"}])
    assert (caught.value.status_code, caught.value.error) == (404, "model 'owl' not found")


async def test_the_official_client_reads_lists_details_and_memory(client: ollama.AsyncClient) -> None:
    listed = {model.model: model for model in (await client.list()).models}
    shown = await client.show(MODEL)
    assert listed[MODEL].size == 98362432
    assert shown.capabilities == ["completion"]
    assert shown.modelinfo is not None
    assert shown.modelinfo["llama.block_count"] == 30
    await client.generate(MODEL, keep_alive=60)
    (running,) = (await client.ps()).models
    assert (running.model, running.context_length) == (MODEL, 4096)
    await client.generate(MODEL, keep_alive=0)
    assert (await client.ps()).models == []


async def test_generate_counts_real_tokens_with_and_without_streaming(client: ollama.AsyncClient) -> None:
    whole = await client.generate(MODEL, "Say hello.", options={"num_predict": 4, "temperature": 0})
    parts = [
        part
        async for part in await client.generate(
            MODEL, "Say hello.", options={"num_predict": 4, "temperature": 0}, stream=True
        )
    ]
    assert whole.response
    assert whole.response == "".join(part.response or "" for part in parts)
    for last in (whole, parts[-1]):
        assert (last.done_reason, last.eval_count) == ("length", 4)
        assert 20 < (last.prompt_eval_count or 0) < 50
        assert (last.total_duration or 0) > (last.eval_duration or 0) > 0


async def test_a_copy_is_the_same_model_under_another_name(client: ollama.AsyncClient) -> None:
    await client.copy(MODEL, "mine")
    digests = {model.model: model.digest for model in (await client.list()).models}
    assert digests["mine:latest"] == digests[MODEL]
    await client.delete("mine")
    assert "mine:latest" not in {model.model for model in (await client.list()).models}
