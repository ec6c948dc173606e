"""Whoever counts errors hears of each that ends a turn, once, and of nothing else."""

import pytest

from bot.assistant import Assistant
from bot.errors import AssistantError, EmptyQuestion, EngineBusy
from bot.messages import Author, ConversationKey, Incoming
from bot.models.selection import ModelSelection
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import ScriptedEngine

HERE = ConversationKey("slack", "team", "general")


def assistant(engine: ScriptedEngine, heard: list[AssistantError], latency: MemoryLatencyLog) -> Assistant:
    history = MemoryHistory()
    selection = ModelSelection(engine, history.pins, default=None)
    return Assistant(engine=engine, history=history, selection=selection, latency=latency, on_error=heard.append)


async def ask(asked: Assistant, text: str) -> None:
    async for _ in asked.answer(Incoming(text, HERE, Author("U1", "Ana"), text, received_at=0.0)):
        pass


async def test_errors_before_an_answer_and_in_it_are_heard_and_raised() -> None:
    heard: list[AssistantError] = []
    asked = assistant(ScriptedEngine(scripts=[[EngineBusy("ollama")]]), heard, MemoryLatencyLog())
    with pytest.raises(EmptyQuestion):
        await ask(asked, " ")
    with pytest.raises(EngineBusy):
        await ask(asked, "Hello?")
    assert [error.code for error in heard] == ["empty-question", "engine-busy"]


async def test_of_an_answer_nothing_is_heard_and_its_figures_are_kept() -> None:
    heard: list[AssistantError] = []
    latency = MemoryLatencyLog()
    await ask(assistant(ScriptedEngine(), heard, latency), "Hello?")
    assert heard == []
    ((sample,),) = (await latency.samples()).values()
    assert not sample.abstained
