"""What the core adds before the engine has the prompt: limit p50 ≤ 2 ms, p99 ≤ 8 ms.

200 conversations with 10 stored turns each lie in a real Valkey. Questions come to random ones of them at random
moments, 50 a second on average, whether or not earlier ones are answered (open loop, Poisson, fixed seed). The engine
is a double without latency that says 40 deltas. Time runs from the call of `Assistant.answer` until the engine is
asked, over Redis, the choice of the model and the prompt; and also from the moment at which the question was due, so
that a core that is too busy to take it doesn't look good (this includes up to 1 ms by which the event loop's timers are
late).
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from random import Random

from bot.messages import FinishReason, Turn, Usage
from bot.ports import CompletionDelta, CompletionEnd, CompletionRequest
from tests.benchmarks.figures import Figure, Measurement, spread
from tests.benchmarks.rig import Rig, conversation, incoming, rig_on
from tests.benchmarks.texts import QUESTIONS, prose
from tests.doubles.scripted_engine import ScriptedEngine

CONVERSATIONS = 200
STORED_TURNS = 10
TURNS = 1_200
WARM_UP = 100
PER_SECOND = 50.0
DELTAS = 40
P50_MS, P99_MS = 2.0, 8.0


@dataclass
class InstantEngine(ScriptedEngine):
    """Answers at once; `entered` has the moment at which each prompt came, by the last message."""

    context: int = 8192
    entered: dict[str, float] = field(default_factory=dict)

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        self.entered[request.messages[-1].content] = time.perf_counter()
        for _ in range(DELTAS):
            yield CompletionDelta(text="word ")
        yield CompletionEnd(FinishReason.COMPLETE, Usage(completion_tokens=DELTAS))


@dataclass(frozen=True, slots=True)
class Passage:
    """One question's way, in seconds of the same clock: when it was due, taken, and handed to the engine."""

    due: float
    called: float
    entered: float


async def measure() -> Measurement:
    """Fill the conversations, let the questions come, and tell how long each was on its way."""
    engine = InstantEngine()
    async with rig_on(engine) as rig:
        await _fill(rig)
        passages = (await _arrivals(rig, engine))[WARM_UP:]
    from_call = [(passage.entered - passage.called) * 1000 for passage in passages]
    from_due = [(passage.entered - passage.due) * 1000 for passage in passages]
    calls, dues = spread(from_call), spread(from_due)
    return Measurement(
        key="core-overhead",
        method=f"{len(passages)} turns at {PER_SECOND:.0f}/s over {CONVERSATIONS} conversations, history in Valkey",
        figures=(
            Figure("Core before the engine is asked, p50", calls["p50"], "ms", P50_MS),
            Figure("Core before the engine is asked, p99", calls["p99"], "ms", P99_MS),
            Figure("… counted from when the question was due, p50", dues["p50"], "ms"),
            Figure("… counted from when the question was due, p99", dues["p99"], "ms", P99_MS),
        ),
        causes="Laying out the prompt is some 0.5 ms of it; the rest is Valkey and other turns on the same event loop.",
        details={"from_call_ms": calls, "from_due_ms": dues, "turns": len(passages), "per_second": PER_SECOND},
    )


async def _fill(rig: Rig) -> None:
    for place in range(CONVERSATIONS):
        for n in range(STORED_TURNS):
            question = QUESTIONS[n % len(QUESTIONS)]
            turn = Turn(f"stored-{n}", question, prose(f"{place}-{n}", tokens=200), "owl:1b", at=0.0)
            await rig.history.append(conversation(str(place)), turn)


async def _arrivals(rig: Rig, engine: InstantEngine) -> Sequence[Passage]:
    random = Random(7)  # noqa: S311 - a schedule, no secret
    gaps = [random.expovariate(PER_SECOND) for _ in range(TURNS + WARM_UP)]
    due = time.perf_counter()
    async with asyncio.TaskGroup() as turns:
        tasks = []
        for n, gap in enumerate(gaps):
            due += gap
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            place = random.randrange(CONVERSATIONS)
            tasks.append(turns.create_task(_ask(rig, engine, n=n, place=place, due=due)))
    return [task.result() for task in tasks]


async def _ask(rig: Rig, engine: InstantEngine, *, n: int, place: int, due: float) -> Passage:
    text = f"Question {n}. {QUESTIONS[n % len(QUESTIONS)]}"
    asked = incoming(f"asked-{n}", text, of=conversation(str(place)))
    called = time.perf_counter()
    async for _ in rig.assistant.answer(asked):
        pass
    return Passage(due=due, called=called, entered=engine.entered[text])
