"""How the time to the first token grows with a conversation: limit turn 8 ≤ 1.3 × turn 2.

Four conversations of eight turns run through the assistant on the embedded engine, at temperature 0, each answer up to
48 tokens. The questions go round so that the same four are asked at turn 2 and at turn 8; the medians of the two are
compared. Time runs from the call of `Assistant.answer` to the first text.
"""

import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from statistics import median

from bot.assistant.limits import Limits
from bot.messages import ConversationKey, Reply, ReplyDelta, Usage
from tests.benchmarks.engines import embedded
from tests.benchmarks.figures import Figure, Measurement
from tests.benchmarks.rig import Rig, conversation, incoming, rig_on
from tests.benchmarks.texts import QUESTIONS

CONVERSATIONS = 4
TURNS = len(QUESTIONS)
STEP = TURNS // CONVERSATIONS  # turns 2 and 8 are six apart, a multiple of this, so they get the same questions
ANSWER_TOKENS = 48
EARLY, LATE = 2, 8
LIMIT = 1.3


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn: the time to its first text, and how many prompt tokens the engine had to compute for it."""

    turn: int
    ttft_ms: float
    prompt_tokens: int
    evaluated_tokens: int


async def measure(model: str) -> Measurement:
    """Hold the conversations one after the other, and compare the turns."""
    limits = Limits(answer_tokens=ANSWER_TOKENS, temperature=0.0)
    async with embedded(model) as engine, rig_on(engine, limits=limits, model=model) as rig:
        heard = [turn for number in range(CONVERSATIONS) for turn in await _converse(rig, number)]
    times = {turn: _median_ms(heard, turn) for turn in range(1, TURNS + 1)}
    return Measurement(
        key="first-token",
        method=f"{model}, {CONVERSATIONS} conversations of {TURNS} turns, answers up to {ANSWER_TOKENS} tokens",
        figures=(
            Figure(f"Time to first token, turn {LATE} ÷ turn {EARLY}", times[LATE] / times[EARLY], "×", LIMIT),
            Figure(f"… turn {EARLY}, median", times[EARLY], "ms"),
            Figure(f"… turn {LATE}, median", times[LATE], "ms"),
        ),
        details={
            "model": model,
            "ttft_ms": {turn: round(ms, 1) for turn, ms in times.items()},
            "evaluated_tokens": _per_turn(heard, [turn.evaluated_tokens for turn in heard]),
            "prompt_tokens": _per_turn(heard, [turn.prompt_tokens for turn in heard]),
        },
    )


async def _converse(rig: Rig, number: int) -> list[Heard]:
    place = conversation(f"growing-{number}")
    questions = [QUESTIONS[(turn + STEP * number) % TURNS] for turn in range(TURNS)]
    return [await _ask(rig, place, question, turn=turn) for turn, question in enumerate(questions, start=1)]


async def _ask(rig: Rig, place: ConversationKey, question: str, *, turn: int) -> Heard:
    began, first, usage = time.perf_counter(), 0.0, Usage()
    async with aclosing(rig.assistant.answer(incoming(f"turn-{turn}", question, of=place))) as events:
        async for event in events:
            if isinstance(event, ReplyDelta) and event.text and not first:
                first = time.perf_counter()
            if isinstance(event, Reply):
                usage = event.usage
    prompt = usage.prompt_tokens or 0
    return Heard(turn, (first - began) * 1000, prompt, prompt - (usage.cached_tokens or 0))


def _median_ms(heard: Sequence[Heard], turn: int) -> float:
    return median(one.ttft_ms for one in heard if one.turn == turn)


def _per_turn(heard: Sequence[Heard], values: Sequence[int]) -> dict[int, float]:
    turns = range(1, TURNS + 1)
    return {turn: median(v for one, v in zip(heard, values, strict=True) if one.turn == turn) for turn in turns}
