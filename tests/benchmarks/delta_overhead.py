"""What the core adds to each delta on its way from the engine to the reader: limit 0.2 ms, at p50 and p99.

Eight answers of 400 deltas are given at once, each at 50 deltas a second, from a double that writes the moment of
saying a delta into the delta. The readers compare it with the moment at which they have it.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from random import Random

from bot.messages import FinishReason, ReplyDelta, Usage
from bot.ports import CompletionDelta, CompletionEnd, CompletionRequest
from tests.benchmarks.figures import Figure, Measurement, spread
from tests.benchmarks.rig import Rig, conversation, incoming, rig_on
from tests.doubles.scripted_engine import ScriptedEngine

ANSWERS = 8
DELTAS = 400
PER_SECOND = 50.0
LIMIT_MS = 0.2


@dataclass
class PacedEngine(ScriptedEngine):
    """Says the time, `PER_SECOND` times a second."""

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        for _ in range(DELTAS):
            await asyncio.sleep(1 / PER_SECOND)
            yield CompletionDelta(text=f"{time.perf_counter()!r} ")  # a word each
        yield CompletionEnd(FinishReason.COMPLETE, Usage(completion_tokens=DELTAS))


async def measure() -> Measurement:
    """Let the answers be given side by side, begun at different moments of the pace."""
    random = Random(11)  # noqa: S311 - a schedule, no secret
    async with rig_on(PacedEngine()) as rig, asyncio.TaskGroup() as group:
        delays = [random.uniform(0, 1 / PER_SECOND) for _ in range(ANSWERS)]
        tasks = [group.create_task(_listen(rig, str(n), delay=delay)) for n, delay in enumerate(delays)]
    took = spread([ms for task in tasks for ms in task.result()])
    return Measurement(
        key="delta-overhead",
        method=f"{ANSWERS} answers at once, {DELTAS} deltas each, {PER_SECOND:.0f} deltas/s each",
        figures=(
            Figure("Core on each delta, p50", took["p50"], "ms", LIMIT_MS),
            Figure("Core on each delta, p99", took["p99"], "ms", LIMIT_MS),
        ),
        causes="Answers that get a delta in the same moment wait for each other.",
        details={"delta_ms": took, "deltas": ANSWERS * DELTAS},
    )


async def _listen(rig: Rig, name: str, *, delay: float) -> list[float]:
    """How long each delta took, in ms."""
    await asyncio.sleep(delay)
    return [
        (time.perf_counter() - float(event.text)) * 1000
        async for event in rig.assistant.answer(incoming(name, "Tell me the time.", of=conversation(name)))
        if isinstance(event, ReplyDelta)
    ]
