"""The made-up discussions, and a summarizer whose engine says what it is told to."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.assistant.limits import Limits
from bot.ports import CompletionDelta, CompletionEnd, CompletionRequest, ModelInfo
from bot.summaries.forms import Form, Step, Summary, Wish
from bot.summaries.material import Heard, Said
from bot.summaries.summarizing import Summarizer
from tests.doubles.scripted_engine import ScriptedEngine

DISCUSSIONS = Path(__file__).parents[2] / "data" / "discussions"
SMALL, LARGE = ModelInfo("owl:1b", parameters="1.5B", loaded=True), ModelInfo("lark:8b", parameters="8B", loaded=True)


def discussion(name: str) -> tuple[Said, ...]:
    """One of the made-up discussions; lines that are indented go on with the message before them."""
    told: list[tuple[str, str]] = []
    for line in (DISCUSSIONS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            author, text = told.pop()
            told.append((author, f"{text}\n{line[2:]}"))
        else:
            author, _, text = line.partition(": ")
            told.append((author, text))
    return tuple(Said(author, text, link=f"https://chat/{n}") for n, (author, text) in enumerate(told, start=1))


@dataclass
class Repeating(ScriptedEngine):
    """A model that says of messages what they say, and of points every fourth one."""

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        lines = [line for line in request.messages[-1].content.splitlines() if line.startswith("[")]
        kept = lines[::4] if any("] POINT: " in line for line in lines) else lines[:14]
        pairs = [line[1:].split("] ", 1) for line in kept]
        self.scripts = [["\n".join(f"POINT: {text.partition(': ')[2]} [{number}]" for number, text in pairs)]]
        async with aclosing(super().complete(request)) as items:
            async for item in items:
                yield item


@dataclass
class Begun(ScriptedEngine):
    """A model that begins and never ends; `begun` is set once it is asked."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        self.scripts = [["POINT", asyncio.Event()]]
        async with aclosing(super().complete(request)) as items:
            async for item in items:
                self.begun.set()
                yield item


@dataclass
class Desk:
    """Somebody who wants a summary."""

    engine: ScriptedEngine = field(default_factory=lambda: ScriptedEngine(offers=[SMALL, LARGE], context=8192))
    steps: list[Step] = field(default_factory=list)
    time: float = 0.0

    def says(self, *answers: str) -> None:
        self.engine.scripts = [[answer] for answer in answers]

    def clock(self) -> float:
        self.time += 5.0
        return self.time

    @property
    def summarizer(self) -> Summarizer:
        return Summarizer(self.engine, limits=Limits(), clock=self.clock)

    async def summary(self, *said: Said, form: Form = Form.SUMMARY, model: str = "lark:8b") -> Summary:
        *steps, last = [
            event async for event in self.summarizer.summarize(Heard(said), Wish(form), model=model, key="test")
        ]
        self.steps = [step for step in steps if isinstance(step, Step)]
        assert isinstance(last, Summary)
        return last


@pytest.fixture
def desk() -> Desk:
    return Desk()
