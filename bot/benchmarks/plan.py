"""Owns what a benchmark will do and how long it still takes: who is asked what, in which order. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.benchmarks.records import Phase, Price, Prompt
from bot.messages import Message
from bot.ports import CompletionRequest, ModelInfo

SEED = 7
TEMPERATURE = 0.0
WARM_UP_TOKENS = 16
CACHE_KEY = "benchmark"
"""All of it goes to one host, where an engine has several."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a benchmark shall be: `prompts`, asked in so many `rounds` of each model, with a fixed `seed`.

    `watts` is what the machine takes while it answers, where somebody has measured that; `price` that of energy. The
    model `judge` rates the answers afterwards; with None, nobody does.
    """

    prompts: tuple[Prompt, ...]
    rounds: int = 3
    seed: int = SEED
    watts: float | None = None
    price: Price | None = None
    judge: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One question to a model. Round 0 is the warm-up, which counts for nothing."""

    prompt: Prompt
    round: int
    phase: Phase

    def request(self, model: str, *, seed: int) -> CompletionRequest:
        """What the engine is asked: with the options of the chat, at temperature 0 and with a fixed seed.

        Each round begins its prompts with other words, so that the engine can't have read them before; the warm
        question repeats a cold one, for a single token.
        """
        opening = f"Exercise {self.round}-{self.prompt.digest[:6]}. You are a careful assistant."
        bound = self.prompt.max_tokens if self.round else min(WARM_UP_TOKENS, self.prompt.max_tokens)
        return CompletionRequest(
            model=model,
            messages=(Message("system", opening), Message("user", self.prompt.text)),
            max_tokens=1 if self.phase is Phase.WARM else bound,
            temperature=TEMPERATURE,
            seed=seed,
            cache_key=CACHE_KEY,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a benchmark is: `done` of `total` questions to all models, and about how many `seconds` are left.

    `model` is asked now, the `number`th of `models`; `loading` while it is being loaded, `judging` where it rates what
    others answered. `seconds` is None at first.
    """

    model: str
    number: int
    models: int
    done: int
    total: int
    seconds: float | None = None
    loading: bool = False
    judging: bool = False


def steps(order: Order) -> tuple[Step, ...]:
    """What one model is asked: a warm-up, then the rounds; in the first, each prompt a second time, warm."""
    return (
        *_warm_up(order.prompts),
        *(step for number in range(1, order.rounds + 1) for step in _round(order, number)),
    )


def seconds_left(model: ModelInfo, others: Sequence[ModelInfo], *, spent: float, done: int, each: int) -> float | None:
    """About how long it takes still: `model` spent so many seconds on `done` of its `each` questions.

    The `others` come after it; they are taken to be slower by as much as they are larger, where that is known.
    """
    if not done:
        return None
    pace = spent / done
    rest = sum(each * pace * _times_larger(other, model) for other in others)
    return pace * (each - done) + rest


def _warm_up(prompts: Sequence[Prompt]) -> tuple[Step, ...]:
    """The shortest prompt of each language."""
    shortest: dict[str, Prompt] = {}
    for prompt in sorted(prompts, key=lambda prompt: len(prompt.text)):
        shortest.setdefault(prompt.language, prompt)
    return tuple(Step(prompt, 0, Phase.COLD) for prompt in shortest.values())


def _round(order: Order, number: int) -> tuple[Step, ...]:
    phases = (Phase.COLD, Phase.WARM) if number == 1 else (Phase.COLD,)
    return tuple(Step(prompt, number, phase) for prompt in order.prompts for phase in phases)


def _times_larger(other: ModelInfo, model: ModelInfo) -> float:
    return other.size_bytes / model.size_bytes if other.size_bytes and model.size_bytes else 1.0
