"""Benchmarks on Ollama's wire, with a real llama.cpp behind it: nothing is loaded that needn't be."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.backends.engines.ollama import OllamaEngine
from bot.benchmarks.benchmarks import Benchmarks, Outcome
from bot.benchmarks.figures import figures_of
from bot.benchmarks.inputs import WantedModel
from bot.benchmarks.keeping import RunFiles
from bot.benchmarks.plan import Order
from bot.benchmarks.records import Ended, LoadNote
from bot.messages import Message
from bot.ports import CompletionRequest
from tests.bot.benchmarks.samples import MICE, OWLS
from tests.bot.benchmarks.test_benchmarks import idle
from tests.doubles.completions import complete
from tests.doubles.llama_server import MODEL, llama_server
from tests.doubles.ollama_wire import Drop, OllamaWire

pytestmark = pytest.mark.engine


@pytest.fixture
async def wire() -> AsyncIterator[OllamaWire]:
    async with OllamaWire(await asyncio.to_thread(llama_server)) as wire:
        yield wire


@pytest.fixture
async def engine(wire: OllamaWire) -> AsyncIterator[OllamaEngine]:
    async with OllamaEngine(wire.url, context_tokens=1024) as engine:
        yield engine


async def measured(engine: OllamaEngine, folder: Path) -> Outcome:
    benchmarks = Benchmarks(engine, RunFiles(folder), others=idle)
    order = Order((OWLS, MICE), rounds=2)
    *_, outcome = [one async for one in benchmarks.measure(order, (WantedModel(name=MODEL),))]
    assert isinstance(outcome, Outcome)
    return outcome


async def test_a_model_that_people_chat_with_is_loaded_from_cold_once_and_stays(
    wire: OllamaWire, engine: OllamaEngine, tmp_path: Path
) -> None:
    chat = CompletionRequest(model=MODEL, messages=(Message("user", "Hello"),), max_tokens=4)
    await complete(engine, chat)

    run = (await measured(engine, tmp_path)).run
    await complete(engine, chat)

    assert run.ended is Ended.DONE
    assert run.models[0].load is LoadNote.MEASURED
    assert wire.loads == 2, "for the chat, and once from cold; with other options it would be more"
    figures = figures_of(run.models[0])
    assert figures.answered == 4
    assert figures.generating is not None
    assert abs(figures.generating.deviation) < 0.5, "the wire's own hops are in our clock here"


async def test_an_answer_that_breaks_off_is_a_failed_one_among_others(
    wire: OllamaWire, engine: OllamaEngine, tmp_path: Path
) -> None:
    wire.then(Drop(after=2), Drop(after=2))  # the first one meets the loading, which says nothing

    run = (await measured(engine, tmp_path)).run

    assert run.ended is Ended.DONE
    assert run.models[0].failure is None
    assert sum(one.failure is not None for one in run.models[0].samples) == 1
