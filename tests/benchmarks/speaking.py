"""Owns an engine that says a word at a time, and knows when: what chat platforms are measured with."""

import asyncio
import re
import time
from dataclasses import dataclass, field

from aiohttp import web

from tests.doubles.echo_engine import EchoEngine
from tests.doubles.faulty_openai import DONE, delta

SHORT = 10
WORD_S = 0.05
QUESTION = re.compile(r"What is answer \d+\?")
"""As people ask; what others said before stands in front of it."""


@dataclass(slots=True)
class Spoken:
    """When the engine was asked, and when it said its first and its last word."""

    asked: float
    first: float = 0.0
    last: float = 0.0


@dataclass
class SpeakingEngine(EchoEngine):
    """Says `words` words, one every `WORD_S`; `spoken` by the question."""

    words: int = SHORT
    spoken: dict[str, Spoken] = field(default_factory=dict)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        told = Spoken(time.perf_counter())
        question = QUESTION.findall((await request.json())["messages"][-1]["content"])[-1]
        self.spoken[question] = told
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for number in range(self.words):
            await asyncio.sleep(WORD_S)
            told.last = time.perf_counter()
            told.first = told.first or told.last
            await response.write(delta(content=f"word{number} "))
        for end in (delta("stop"), DONE):
            await response.write(end)
        return response
