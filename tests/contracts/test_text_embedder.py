"""Owns the contract of the port `TextEmbedder`: on the double, on a small generated model, on the real ones if here."""

import asyncio
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import onnx
import pytest

from bot.backends.embedding.bert_graph import bert_model
from bot.backends.embedding.fastembed import FastembedEmbedder
from bot.backends.embedding.fastembed_process import EmbeddingProcess
from bot.models.embedding_catalogue import EMBEDDING_CATALOGUE, EmbeddingModel
from bot.models.embedding_shelf import EmbeddingShelf, ShelvedEmbedding
from bot.ports import TextEmbedder
from bot.settings import Settings, child_environment
from tests.doubles.small_encoders import SMALL_MODEL, SmallEncoder, write_tokenizer
from tests.doubles.word_embedder import WordEmbedder

REAL = {model.name: model for model in EMBEDDING_CATALOGUE}
OWLS = ("the owl hunts a mouse", "a mouse : the owl hunts", "v noci sova loví")
ODD = ("", " \n", "🦉" * 50, "a\0b", "\ud800 owl", "owl " * 5000, "<s></s><pad>[PAD]", "ŘÁDEK")


@pytest.fixture(scope="module")
def process() -> Iterator[EmbeddingProcess]:
    """One process for all tests: loading the real models takes longer than they do."""
    process = EmbeddingProcess(environment=child_environment())
    yield process
    process.close()


@pytest.fixture(params=["double", "small", *REAL])
def embedder(request: pytest.FixtureRequest, process: EmbeddingProcess, tmp_path: Path) -> TextEmbedder:
    if request.param == "double":
        return WordEmbedder()
    shelved = _small(tmp_path) if request.param == "small" else _real(REAL[request.param])
    return FastembedEmbedder(shelved, process, threads=1)


def _small(folder: Path) -> ShelvedEmbedding:
    write_tokenizer(folder)
    onnx.save(bert_model(SmallEncoder()), folder / "model.onnx")
    return ShelvedEmbedding(SMALL_MODEL, folder, "small")


def _real(model: EmbeddingModel) -> ShelvedEmbedding:
    shelf = EmbeddingShelf(Settings(_env_file=None).cache_dir / "embedding")
    if not shelf.holds(model):
        pytest.skip(f"{model.name} was not fetched")
    return shelf.open(model)


def _likeness(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


async def test_a_vector_has_the_models_dimension_and_length_one(embedder: TextEmbedder) -> None:
    for vector in [*await embedder.embed_passages(OWLS), await embedder.embed_query(OWLS[0])]:
        assert len(vector) == embedder.dimension
        assert math.hypot(*vector) == pytest.approx(1, abs=1e-3)


async def test_passages_keep_their_order_and_do_not_change_each_other(embedder: TextEmbedder) -> None:
    together = await embedder.embed_passages(OWLS)
    alone = [(await embedder.embed_passages([text]))[0] for text in OWLS]
    assert list(map(list, together)) == list(map(list, alone))


async def test_no_passages_have_no_vectors(embedder: TextEmbedder) -> None:
    assert list(await embedder.embed_passages([])) == []


async def test_a_text_is_nearer_to_one_that_means_alike(embedder: TextEmbedder) -> None:
    question = await embedder.embed_query("what hunts the mouse ?")
    alike, other = await embedder.embed_passages(["the owl hunts a mouse", "v noci"])
    assert _likeness(question, alike) > _likeness(question, other)


async def test_any_text_has_a_vector(embedder: TextEmbedder) -> None:
    for vector in [*await embedder.embed_passages(ODD), *[await embedder.embed_query(text) for text in ODD]]:
        assert len(vector) == embedder.dimension
        assert all(map(math.isfinite, vector))


async def test_questions_may_come_at_the_same_time(embedder: TextEmbedder) -> None:
    alone = [list(await embedder.embed_query(text)) for text in OWLS]
    async with asyncio.timeout(60):
        together = await asyncio.gather(*(embedder.embed_query(text) for text in OWLS * 5))
    assert list(map(list, together)) == alone * 5


async def test_a_question_that_is_given_up_leaves_the_embedder_usable(embedder: TextEmbedder) -> None:
    given_up = asyncio.create_task(embedder.embed_passages(OWLS * 10))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    async with asyncio.timeout(60):
        assert len(await embedder.embed_query(OWLS[0])) == embedder.dimension


async def test_it_says_what_it_is(embedder: TextEmbedder) -> None:
    assert embedder.name
    assert embedder.model
    assert embedder.name == embedder.name.lower().strip()
