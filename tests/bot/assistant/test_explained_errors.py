"""Where memory runs out in an answer, the person is told what helps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.assistant import Assistant
from bot.errors import EngineError, EngineOutOfMemory
from bot.messages import Author, ConversationKey, Incoming
from bot.models.selection import ModelSelection
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import ScriptedEngine

ASKED = Incoming("q1", ConversationKey("slack", "team", "general"), Author("U1", "Ana"), "Hi", received_at=0.0)
OUT = EngineOutOfMemory(engine="scripted", model="owl:1b")


async def with_advice(error: EngineError) -> EngineError:
    assert error is OUT
    return replace(OUT, instead="finch:135m")


@asynccontextmanager
async def assistant() -> AsyncIterator[Assistant]:
    engine, history = ScriptedEngine([[OUT]]), MemoryHistory()
    selection = ModelSelection(engine, history.pins, default=None)
    made = Assistant(
        engine=engine, history=history, selection=selection, latency=MemoryLatencyLog(), explain=with_advice
    )
    yield made
    await made.close()


async def test_out_of_memory_in_an_answer_comes_with_advice() -> None:
    async with assistant() as made:
        with pytest.raises(EngineOutOfMemory) as caught:
            _ = [event async for event in made.answer(ASKED)]
    assert caught.value.instead == "finch:135m"
