"""Chats, comparisons, benchmarks, summaries and the care of models on one Ollama: nothing is loaded without need."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from bot.backends.engines.ollama import OllamaEngine
from tests.benchmarks.mixed_requests import PAIR, Clock, ask_all, avoidable, scripted, sova_on
from tests.doubles.llama_server import llama_server
from tests.doubles.ollama_wire import Loaded, OllamaWire, PutOut

pytestmark = pytest.mark.engine

ROUND = ("chat", "pin", "chat", "compare", "warm", "ping", "chat", "summary", "chat", "pin")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def wire(clock: Clock) -> AsyncIterator[OllamaWire]:
    async with OllamaWire(await asyncio.to_thread(llama_server), clock=clock) as wire:
        wire.usually = scripted(one_real_in=0)
        yield wire


async def test_people_personas_comparisons_and_summaries_share_what_is_loaded(wire: OllamaWire, clock: Clock) -> None:
    async with asyncio.timeout(20), sova_on(wire) as sova:
        await ask_all(sova, ROUND * 3, clock, at_once=3)
    assert len(wire.asked) > 20
    assert [entry for entry in wire.memory.books if isinstance(entry, PutOut)] == []
    assert Counter(wire.memory.books).most_common(1)[0][1] == 1, "each model once"
    assert {PAIR[0], PAIR[1]} <= {entry.model for entry in wire.memory.books}


async def test_only_what_was_put_out_on_demand_is_loaded_anew(wire: OllamaWire, clock: Clock) -> None:
    async with asyncio.timeout(20), sova_on(wire) as sova:
        await ask_all(sova, ("compare", "benchmark", "chat", "unload", "compare", "ping", *ROUND), clock, at_once=1)
    put_out = [entry for entry in wire.memory.books if isinstance(entry, PutOut)]
    assert len(put_out) > 1
    assert avoidable(wire.memory.books, asked=sova.asked) == 0
    assert avoidable(wire.memory.books, asked={}) == len(put_out)


async def test_a_model_that_is_asked_with_another_context_is_found_to_be_loaded_in_vain(wire: OllamaWire) -> None:
    for context in (1024, 2048):
        async with OllamaEngine(wire.url, context_tokens=context) as engine:
            await engine.warm(PAIR[0])
    assert wire.memory.books == [Loaded(PAIR[0], again=False), Loaded(PAIR[0], again=True)]
    assert avoidable(wire.memory.books, asked={}) == 1


async def test_what_nobody_asks_for_leaves_by_itself_and_is_loaded_when_it_is_asked(
    wire: OllamaWire, clock: Clock
) -> None:
    async with OllamaEngine(wire.url, keep_alive="30m") as engine:
        await engine.warm(PAIR[1])
        clock.now += 31 * 60
        await engine.warm(PAIR[1])
    assert wire.loads == 2
    assert avoidable(wire.memory.books, asked={}) == 0
