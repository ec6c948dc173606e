"""What the prompt's layout saves: prompt tokens that the engine computes anew, limit 45 % of the other layout's.

A conversation of eight turns, each with passages of its own of about 500 tokens and an answer of about 250, is put to
the embedded engine twice: as `compose` lays it out (passages in the last message, not in the history), and with the
passages in the system message. Both runs see the same texts; the engine's own count of evaluated tokens is what counts,
so the small model on one thread will do. The answers are given and not generated: in either layout the engine computes
the newest answer again with the next turn, because something before it has changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.assistant.opening import SYSTEM
from bot.assistant.prompting import Budget, compose
from bot.messages import Message, Turn
from bot.ports import ChatModel, CompletionEnd, CompletionRequest
from tests.benchmarks.engines import CONTEXT_TOKENS, SMALL, embedded
from tests.benchmarks.figures import Figure, Measurement
from tests.benchmarks.texts import QUESTIONS, passages, prose

PASSAGES_TOKENS = 500
ANSWER_TOKENS = 250
LIMIT_PERCENT = 45.0
_BUDGET = Budget(CONTEXT_TOKENS, answer_tokens=1024)


@dataclass(frozen=True, slots=True)
class Asking:
    """One turn: what was said before, what is asked, what was found."""

    turns: tuple[Turn, ...]
    question: str
    context: str


@dataclass(frozen=True, slots=True)
class Read:
    """What the engine had to read for one turn."""

    evaluated_tokens: int
    prompt_ms: float


async def measure() -> Measurement:
    """Both layouts, each on a fresh engine."""
    askings = _conversation()
    last = await _run([_passages_last(asking) for asking in askings])
    first = await _run([_passages_in_system(asking) for asking in askings])
    ours, theirs = [read.evaluated_tokens for read in last], [read.evaluated_tokens for read in first]
    turns = len(askings)
    return Measurement(
        key="prompt-layout",
        method=f"{SMALL}, {turns} turns, passages ≈{PASSAGES_TOKENS} and answers ≈{ANSWER_TOKENS} tokens each",
        figures=(
            _share(f"Prompt tokens read anew at turn {turns}, of the other layout's", ours[-1:], theirs[-1:]),
            _share(f"… over turns 2 to {turns} together", ours[1:], theirs[1:]),
            Figure(f"… at turn {turns}, passages last", ours[-1], "tokens"),
            Figure(f"… at turn {turns}, passages in the system message", theirs[-1], "tokens"),
        ),
        causes=(
            "A young conversation has little history that the other layout would read again; turn by turn the share is "
            + ", ".join(f"{100 * a / b:.0f} %" for a, b in zip(ours, theirs, strict=True))
            + "."
        ),
        details={
            "model": SMALL,
            "evaluated_tokens": {"passages_last": ours, "passages_in_system": theirs},
            "prompt_ms": {
                "passages_last": [round(read.prompt_ms) for read in last],
                "passages_in_system": [round(read.prompt_ms) for read in first],
            },
        },
    )


def _conversation() -> list[Asking]:
    answers = [prose(f"answer-{n}", tokens=ANSWER_TOKENS) for n in range(len(QUESTIONS))]
    done = [Turn(str(n), question, answers[n], SMALL, at=0.0) for n, question in enumerate(QUESTIONS)]
    return [
        Asking(tuple(done[:n]), question, passages(f"found-{n}", tokens=PASSAGES_TOKENS))
        for n, question in enumerate(QUESTIONS)
    ]


def _passages_last(asking: Asking) -> tuple[Message, ...]:
    return compose(asking.question, asking.turns, budget=_BUDGET, context=asking.context).messages


def _passages_in_system(asking: Asking) -> tuple[Message, ...]:
    messages = compose(asking.question, asking.turns, budget=_BUDGET).messages
    return (Message("system", f"{SYSTEM}\n\n{asking.context}"), *messages[1:])


async def _run(prompts: Sequence[tuple[Message, ...]]) -> list[Read]:
    async with embedded(SMALL, threads=1) as engine:
        return [await _read(engine, prompt) for prompt in prompts]


async def _read(engine: ChatModel, prompt: tuple[Message, ...]) -> Read:
    request = CompletionRequest(SMALL, prompt, max_tokens=1, temperature=0.0)
    ends = [item async for item in engine.complete(request) if isinstance(item, CompletionEnd)]
    evaluated, took = ends[0].evaluated_tokens, ends[0].prompt_ms
    if evaluated is None or took is None:
        raise RuntimeError("the engine doesn't tell what it evaluated")
    return Read(evaluated, took)


def _share(name: str, ours: Sequence[int], theirs: Sequence[int]) -> Figure:
    return Figure(name, 100 * sum(ours) / sum(theirs), "%", LIMIT_PERCENT)
