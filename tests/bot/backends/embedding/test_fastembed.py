import asyncio
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import onnx
import psutil
import pytest
from tokenizers import Tokenizer

from bot.backends.embedding.bert_graph import bert_model
from bot.backends.embedding.build import EmbeddingBuild
from bot.backends.embedding.fastembed import FastembedEmbedder
from bot.backends.embedding.fastembed_models import embedding_models, load
from bot.backends.embedding.fastembed_process import EmbeddingProcess
from bot.backends.hubs.hub_listing import HubListing
from bot.errors import BadSetting, EmbeddingUnavailable
from bot.messages import Notice
from bot.models.embedding_catalogue import (
    ALL_MINILM_L6_V2,
    MULTILINGUAL_E5_SMALL,
    TOKENIZER,
    WEIGHTS,
    EmbeddingModel,
    Form,
    Offer,
)
from bot.models.embedding_fetching import Extent
from bot.models.embedding_shelf import ShelvedEmbedding
from bot.models.fetching import SourceFailed
from bot.settings import child_environment
from tests.doubles.small_encoders import SMALL_MODEL, TOKEN_LIMIT, WIDTH, SmallEncoder, write_tokenizer

TEXT = "the owl hunts"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("owl")
    write_tokenizer(folder)
    onnx.save(bert_model(SmallEncoder()), folder / WEIGHTS)
    return folder


@pytest.fixture(scope="module")
def process() -> Iterator[EmbeddingProcess]:
    """One process for all tests: starting it takes longer than they do."""
    process = EmbeddingProcess(environment=child_environment())
    yield process
    process.close()


def _embedder(folder: Path, process: EmbeddingProcess, model: EmbeddingModel = SMALL_MODEL) -> FastembedEmbedder:
    return FastembedEmbedder(ShelvedEmbedding(model, folder, "int8-55555555"), process, threads=1)


@pytest.fixture
def embedder(folder: Path, process: EmbeddingProcess) -> FastembedEmbedder:
    return _embedder(folder, process)


@pytest.fixture
def bare(folder: Path, process: EmbeddingProcess) -> FastembedEmbedder:
    """The same model, put to it as it is."""
    return _embedder(folder, process, replace(SMALL_MODEL, query_prefix="", passage_prefix=""))


async def _pid(process: EmbeddingProcess, embedder: FastembedEmbedder) -> int:
    """The process's id, once the model is loaded."""
    await embedder.warm()
    assert process.pid is not None
    return process.pid


def _copy(folder: Path, target: Path) -> None:
    shutil.copytree(folder, target, dirs_exist_ok=True)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


# --- embedding ------------------------------------------------------------------------------------------------


async def test_a_vector_is_the_mean_of_what_the_model_makes_of_the_tokens(
    bare: FastembedEmbedder, folder: Path
) -> None:
    ids = Tokenizer.from_file(str(folder / TOKENIZER)).encode(TEXT).ids
    assert await bare.embed_query(TEXT) == pytest.approx(SmallEncoder().vector(ids).tolist(), abs=0.02)


async def test_questions_and_passages_are_told_apart_by_their_prefixes(
    embedder: FastembedEmbedder, bare: FastembedEmbedder
) -> None:
    assert await embedder.embed_query(TEXT) == await bare.embed_query(f"query: {TEXT}")
    assert await embedder.embed_passages([TEXT]) == await bare.embed_passages([f"passage: {TEXT}"])


def test_e5_has_its_prefixes_and_minilm_none() -> None:
    assert MULTILINGUAL_E5_SMALL.query_prefix == "query: "
    assert MULTILINGUAL_E5_SMALL.passage_prefix == "passage: "
    assert ALL_MINILM_L6_V2.query_prefix == ALL_MINILM_L6_V2.passage_prefix == ""


async def test_what_is_over_the_token_limit_is_not_read(embedder: FastembedEmbedder) -> None:
    words = ["owl", "mouse"] * TOKEN_LIMIT
    assert await embedder.embed_query(" ".join(words)) == await embedder.embed_query(" ".join(words[:TOKEN_LIMIT]))


async def test_it_says_what_it_is(embedder: FastembedEmbedder) -> None:
    assert embedder.name == "owl"
    assert embedder.model == "owls/small@int8-55555555"
    assert embedder.dimension == WIDTH
    assert embedder.token_limit == TOKEN_LIMIT
    assert embedder.languages == frozenset()


def test_however_many_words_there_are_their_counts_stay_right(
    embedder: FastembedEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.backends.embedding.fastembed.REMEMBERED_WORDS", 1)
    assert [embedder.count_tokens(text) for text in ("owl mouse", "the owl", "owl, the owl")] == [2, 2, 4]


def test_tokens_are_counted_as_the_model_counts_and_without_an_end(embedder: FastembedEmbedder) -> None:
    assert embedder.count_tokens("") == 0
    assert embedder.count_tokens("the owl, the mouse") == 5
    assert [embedder.count_tokens("owl " * count) for count in (31, 32, 33, 64, 1000)] == [31, 32, 33, 64, 1000]


async def test_a_question_is_let_in_between_two_passages(embedder: FastembedEmbedder) -> None:
    done: list[str] = []

    async def passages() -> None:
        await embedder.embed_passages(["the owl hunts a mouse"] * 50)
        done.append("passages")

    async def question() -> None:
        await embedder.embed_query(TEXT)
        done.append("question")

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(passages())
        await asyncio.sleep(0)
        group.create_task(question())
    assert done == ["question", "passages"]


async def test_the_event_loop_goes_on_while_a_text_is_embedded(
    embedder: FastembedEmbedder, process: EmbeddingProcess
) -> None:
    pid = await _pid(process, embedder)
    os.kill(pid, signal.SIGSTOP)
    try:
        embedding = asyncio.create_task(embedder.embed_passages([TEXT]))
        done, _ = await asyncio.wait({embedding}, timeout=0.05)
        assert not done
    finally:
        os.kill(pid, signal.SIGCONT)
    async with asyncio.timeout(10):
        assert len(await embedding) == 1


async def test_a_killed_process_is_replaced_and_its_text_embedded_again(
    embedder: FastembedEmbedder, process: EmbeddingProcess
) -> None:
    before = await embedder.embed_query(TEXT)
    pid = await _pid(process, embedder)
    os.kill(pid, signal.SIGSTOP)
    embedding = asyncio.create_task(embedder.embed_query(TEXT))
    await asyncio.wait({embedding}, timeout=0.05)
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(30):
        assert await embedding == before
        assert await asyncio.to_thread(embedder.count_tokens, TEXT) == 3
    assert process.pid != pid


async def test_a_process_that_cannot_start_makes_the_model_unavailable(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.backends.embedding.fastembed_process.sys.executable", "/bin/false")
    async with EmbeddingProcess(environment={}) as process:
        embedder = _embedder(folder, process)
        with pytest.raises(EmbeddingUnavailable):
            await embedder.embed_query(TEXT)
        with pytest.raises(EmbeddingUnavailable):
            await asyncio.to_thread(embedder.count_tokens, TEXT)


async def test_its_process_ends_with_the_context(folder: Path) -> None:
    async with EmbeddingProcess(environment=child_environment()) as process:
        pid = await _pid(process, _embedder(folder, process))
    assert not psutil.pid_exists(pid)
    assert process.pid is None


def test_nothing_outside_is_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("it connects to somewhere")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    model = load(replace(SMALL_MODEL, name="asks-nobody"), folder, threads=1)
    assert len(list(model.query_embed(TEXT))) == 1


@pytest.mark.parametrize("damaged", [WEIGHTS, TOKENIZER, "tokenizer_config.json"])
async def test_damaged_files_are_said_and_not_shown(
    folder: Path, tmp_path: Path, process: EmbeddingProcess, damaged: str
) -> None:
    _copy(folder, tmp_path)
    _write(tmp_path / damaged, b"damaged")
    with pytest.raises(EmbeddingUnavailable) as caught:
        await _embedder(tmp_path, process).embed_query(TEXT)
    assert caught.value.model == "small-owl"
    (reason,) = caught.value.reasons
    assert reason.code == "embedding-cannot-run"
    assert reason.data["folder"] == str(tmp_path)


# --- which models there are -----------------------------------------------------------------------------------


def test_the_default_brings_an_english_model_along() -> None:
    assert embedding_models("multilingual-e5-small") == (MULTILINGUAL_E5_SMALL, ALL_MINILM_L6_V2)
    assert ALL_MINILM_L6_V2.languages == {"en"}


def test_a_model_of_the_catalogue_can_be_had_alone_by_its_published_name() -> None:
    assert embedding_models("intfloat/multilingual-e5-small") == (MULTILINGUAL_E5_SMALL,)


@pytest.mark.parametrize(
    ("name", "dimension", "query"),
    [
        ("intfloat/multilingual-e5-large", 1024, "query: "),
        ("nomic-ai/nomic-embed-text-v1.5", 768, "search_query: "),
        ("baai/BGE-small-en-v1.5", 384, ""),
    ],
)
def test_any_of_fastembeds_models_can_be_named(name: str, dimension: int, query: str) -> None:
    (model,) = embedding_models(name)
    assert model.published.lower() == name.lower()
    assert model.dimension == dimension
    assert model.query_prefix == query


def test_a_model_that_nobody_knows_is_the_settings_fault() -> None:
    with pytest.raises(BadSetting, match="multilingual-e5-small") as caught:
        embedding_models("multilingual-e6-small")
    assert caught.value.name == "SOVA_EMBEDDING_MODEL"


# --- asking the hub for fastembed's own models ----------------------------------------------------------------

LARGE = embedding_models("intfloat/multilingual-e5-large")[0]
TREE = [
    {"type": "directory", "path": "onnx", "oid": "d" * 40, "size": 0},
    {"type": "file", "path": "model.onnx", "oid": "a" * 40, "size": 500, "lfs": {"oid": "e" * 64, "size": 500}},
    {"type": "file", "path": "model.onnx_data", "oid": "b" * 40, "size": 900, "lfs": {"oid": "f" * 64, "size": 900}},
    {"type": "file", "path": "tokenizer.json", "oid": "c" * 40, "size": 70},
    {"type": "file", "path": "tokenizer_config.json", "oid": "1" * 40, "size": 7},
    {"type": "file", "path": "config.json", "oid": "2" * 40, "size": 8},
    {"type": "file", "path": "README.md", "oid": "3" * 40, "size": 9},
]


async def _listed(answer: httpx.Response | Exception) -> tuple[Offer, ...]:
    def respond(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == (
            "https://hub.example/api/models/Qdrant/multilingual-e5-large-onnx/tree/main?recursive=true"
        )
        if isinstance(answer, Exception):
            raise answer
        return answer

    return await HubListing("https://hub.example/", transport=httpx.MockTransport(respond))(LARGE)


async def test_the_hub_tells_which_files_a_model_has_and_their_digests() -> None:
    (offer,) = await _listed(httpx.Response(200, json=TREE))
    assert offer.form is Form.READY
    assert [file.file_name for file in offer.files] == [
        "model.onnx",
        "model.onnx_data",
        "tokenizer.json",
        "tokenizer_config.json",
        "config.json",
    ]
    assert offer.files[0].sha256 == "e" * 64
    assert (offer.files[2].sha256, offer.files[2].git_blob) == ("", "c" * 40)
    assert offer.size_bytes == 500 + 900 + 70 + 7 + 8


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(404), Notice("source-lacks-it", {"source": "hub"})),
        (httpx.Response(200, json=TREE[:2]), Notice("source-lacks-it", {"source": "hub"})),
        (httpx.Response(401), Notice("source-refused", {"source": "hub", "status": 401})),
        (httpx.Response(200, text="<html>"), Notice("source-wrong-bytes", {"source": "hub"})),
        (httpx.ConnectError("no"), Notice("source-unreachable", {"source": "hub"})),
    ],
)
async def test_a_hub_that_cannot_tell_says_why(answer: httpx.Response | Exception, reason: Notice) -> None:
    with pytest.raises(SourceFailed) as caught:
        await _listed(answer)
    assert caught.value.reason == reason


# --- building in a process of its own -------------------------------------------------------------------------


def _pieces(folder: Path, weights: bytes) -> dict[str, Extent]:
    path = folder / "fetched.part"
    path.write_bytes(weights + b"{}")
    return {WEIGHTS: Extent(path, 0, len(weights)), TOKENIZER: Extent(path, len(weights), 2)}


async def _built(tmp_path: Path, *, python: str = sys.executable) -> Path:
    target = tmp_path / "target"
    target.mkdir()
    build = EmbeddingBuild(environment=child_environment(), python=python)
    offer = MULTILINGUAL_E5_SMALL.offers[1]
    await build(MULTILINGUAL_E5_SMALL, offer, _pieces(tmp_path, b"no weights"), target)
    return target


def _program(folder: Path, script: str) -> str:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


async def test_what_is_no_model_is_not_built(tmp_path: Path) -> None:
    with pytest.raises(SourceFailed) as caught:
        await _built(tmp_path)
    assert caught.value.reason == Notice("embedding-not-built", {"source": "package-index"})


async def test_a_model_that_embeds_wrongly_is_said_to(tmp_path: Path) -> None:
    with pytest.raises(SourceFailed) as caught:
        await _built(tmp_path, python=_program(tmp_path, "exit 3"))
    assert caught.value.reason == Notice("embedding-unfaithful", {"source": "package-index"})


async def test_a_disk_that_fills_up_while_building_is_a_disk_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left") as caught:
        await _built(tmp_path, python=_program(tmp_path, "echo 28; exit 1"))
    assert caught.value.errno == 28


async def test_the_tokenizer_and_its_settings_lie_beside_the_model(tmp_path: Path) -> None:
    target = await _built(tmp_path, python=_program(tmp_path, "exit 0"))
    assert (target / TOKENIZER).read_text() == "{}"
    assert json.loads((target / "tokenizer_config.json").read_text()) == {"model_max_length": 512, "pad_token": "<pad>"}
    assert json.loads((target / "config.json").read_text()) == {"pad_token_id": 1}


async def test_stopping_ends_the_building_process(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    task = asyncio.create_task(_built(tmp_path, python=_program(tmp_path, f"echo $$ > {pipe}; exec sleep 600")))
    async with asyncio.timeout(20):
        child = int(await asyncio.to_thread(pipe.read_text))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not psutil.pid_exists(child)


async def test_files_that_are_ready_are_taken_as_they_are(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    source = tmp_path / "source.part"
    source.write_bytes(b"weights")
    offer = Offer("hub", Form.READY, ())
    await EmbeddingBuild(environment={})(LARGE, offer, {"onnx/model.onnx": Extent(source, 0, 7)}, target)
    assert (target / "onnx" / "model.onnx").read_bytes() == b"weights"
