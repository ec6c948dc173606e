"""Ten times as many questions as the engine can answer, for minutes: memory, answers, fairness.

Many people ask at random moments, some of them five times as often as others. The engine takes a fixed time for an
answer and gives as many at once as Sova believes it to. First as much is asked as can be answered, which is the peak;
then the overload begins.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psutil

from tests.chaos.asking import Crowd
from tests.chaos.outages import Site, site
from tests.doubles.board_service import Question

PEOPLE, EAGER, EAGERNESS = 40, 10, 5
"""How many ask, how many of them ask more often, and how much more often."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes: the engine gives `at_once` answers in `answer_seconds` each; phases in seconds."""

    at_once: int = 4
    answer_seconds: float = 0.4
    peak_seconds: float = 30.0
    warm_up_seconds: float = 45.0
    seconds: float = 180.0
    factor: float = 10.0

    @property
    def capacity(self) -> float:
        """Answers a second."""
        return self.at_once / self.answer_seconds


@dataclass(frozen=True, slots=True)
class Endured:
    """What became of it. Rates in answers a second; memory as the largest deviation from its mean.

    `jain` is (Σx)² / (n·Σx²) over the answers that each person got (Jain, Chiu, Hawe, DEC-TR-301, 1984): 1 is fair.
    """

    offered: float
    peak: float
    goodput: float
    jain: float
    memory_deviation: float
    memory_mb: float
    refused: int


async def endure(folder: Path, plan: Plan) -> Endured:
    """Let them ask."""
    settings = {"SOVA_ENGINE_PARALLEL": str(plan.at_once), "SOVA_KNOWLEDGE_DIR": str(folder / "none")}
    dice = Random(7)  # noqa: S311  # no secrets
    async with site(folder, settings=settings) as here:
        here.engine.engine.says, here.engine.engine.seconds = "", plan.answer_seconds
        async with _asking(here.crowd, plan.capacity * 1.2, dice, "p"):
            await asyncio.sleep(plan.peak_seconds / 3)
            peak = await _answers_a_second(here.crowd, plan.peak_seconds)
        async with _asking(here.crowd, plan.capacity * plan.factor, dice, "o"):
            await asyncio.sleep(plan.warm_up_seconds)
            before = len(here.crowd.heard)
            async with _watched(here) as memory:
                goodput = await _answers_a_second(here.crowd, plan.seconds)
            heard = here.crowd.heard[before:]
    served = Counter(one.question.person for one in heard if one.is_answer)
    return Endured(
        offered=plan.capacity * plan.factor,
        peak=peak,
        goodput=goodput,
        jain=_jain([served[_person(number)] for number in range(PEOPLE)]),
        memory_deviation=_deviation(memory),
        memory_mb=sum(memory) / len(memory) / 2**20,
        refused=sum(not one.is_answer for one in heard),
    )


@asynccontextmanager
async def _asking(crowd: Crowd, a_second: float, dice: Random, name: str) -> AsyncIterator[None]:
    """People ask meanwhile, so many questions a second in all, at the moments of a Poisson process."""
    counts = Counter[str]()

    async def ask() -> None:
        weights = [EAGERNESS if number < EAGER else 1 for number in range(PEOPLE)]
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += dice.expovariate(a_second)
            await asyncio.sleep(max(0.0, due - loop.time()))
            who = _person(dice.choices(range(PEOPLE), weights)[0])
            counts[who] += 1
            crowd.asks(Question(f"{name}{who}-{counts[who]}", who, who, f"Is this question number {counts[who]}?"))

    asking = asyncio.create_task(ask())
    try:
        yield
    finally:
        asking.cancel()
        await asyncio.wait({asking})


def _person(number: int) -> str:
    return f"u{number}"


async def _answers_a_second(crowd: Crowd, seconds: float) -> float:
    before = sum(one.is_answer for one in crowd.heard)
    await asyncio.sleep(seconds)
    return (sum(one.is_answer for one in crowd.heard) - before) / seconds


@asynccontextmanager
async def _watched(here: Site) -> AsyncIterator[list[float]]:
    """The memory of Sova and its processes in bytes, each second."""
    memory = list[float]()

    async def look() -> None:
        serving = psutil.Process(here.serving.pid)
        while True:
            memory.append(sum(one.memory_info().rss for one in (serving, *serving.children(recursive=True))))
            await asyncio.sleep(1)

    looking = asyncio.create_task(look())
    try:
        yield memory
    finally:
        looking.cancel()
        await asyncio.wait({looking})


def _deviation(samples: Sequence[float]) -> float:
    mean = sum(samples) / len(samples)
    return max(abs(sample - mean) for sample in samples) / mean


def _jain(shares: Sequence[float]) -> float:
    return sum(shares) ** 2 / (len(shares) * sum(share**2 for share in shares)) if any(shares) else 0.0
