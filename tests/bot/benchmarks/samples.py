"""Samples and runs to reckon with."""

from collections.abc import Iterable
from dataclasses import replace

from bot.benchmarks.records import Aspect, Machine, MeasuredModel, Phase, Prompt, Run, Sample
from bot.messages import Language

OWLS = Prompt("owls", Language.ENGLISH, "question", "How many owls are there?", 40, (Aspect("two", any_of=("two",)),))
MICE = Prompt("mice", Language.CZECH, "question", "Kolik je myší?", 40, (Aspect("tři", any_of=("tři",)),))
CATS = Prompt("cats", Language.ENGLISH, "question", "Any cats?", 40)


def sample(
    prompt: str = "owls", *, number: int = 1, ttft: float | None = 100.0, total: float = 1100.0, tokens: int = 11
) -> Sample:
    """Told by an engine that measures just what we do."""
    return Sample(
        prompt=prompt,
        round=number,
        phase=Phase.COLD,
        total_ms=total,
        ttft_ms=ttft,
        pieces=tokens,
        prompt_tokens=50,
        evaluated_tokens=50,
        completion_tokens=tokens,
        prompt_ms=ttft,
        generation_ms=None if ttft is None else total - ttft,
        text="Two owls." if number == 1 else "",
    )


def warm(taken: Sample) -> Sample:
    return replace(taken, phase=Phase.WARM, evaluated_tokens=1, completion_tokens=1, text="")


def model(samples: Iterable[Sample], name: str = "owl:1b") -> MeasuredModel:
    return MeasuredModel(name, size_bytes=1_000_000_000, samples=tuple(samples))


def run(*models: MeasuredModel, prompts: tuple[Prompt, ...] = (OWLS, MICE, CATS)) -> Run:
    return Run(
        id="20261122T120000-000000",
        started_at=1_800_000_000.0,
        engine="embedded",
        engine_version="1",
        is_here=True,
        machine=Machine("Owl 9", 4, 16_000_000_000),
        rounds=3,
        seed=7,
        prompts=prompts,
        models=models,
    )
