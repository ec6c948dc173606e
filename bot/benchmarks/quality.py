"""Owns how good answers are, apart from how fast: what people and judges said of them, and what checks found. Pure."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.benchmarks.aspects import checked
from bot.benchmarks.records import MeasuredModel, Prompt, Rating, Run

RUBRIC = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Blind:
    """An answer to be rated; whose it is, `model`, isn't to be shown."""

    model: str
    prompt: Prompt
    text: str


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of so many ratings; `is_own` says that a model judged itself."""

    score: float
    count: int
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Quality:
    """What is known of a model's answers: the share of aspects that were met, people's ratings, and judges' by name."""

    checks: float | None
    by_hand: Mean | None
    by_judges: Mapping[str, Mean]


def quality_of(model: MeasuredModel, run: Run) -> Quality:
    """The quality of `model` in `run`."""
    told = [rating for rating in run.ratings if rating.model == model.name]
    judges = sorted({rating.by for rating in told if rating.by})
    means = {judge: _mean([one for one in told if one.by == judge]) for judge in judges}
    return Quality(
        checks=checked(model, run.prompts),
        by_hand=_mean([rating for rating in told if not rating.by]),
        by_judges={judge: mean for judge, mean in means.items() if mean},
    )


def unrated(run: Run, *, by: str = "") -> Sequence[Blind]:
    """The answers that `by` (nobody: a person) hasn't rated yet, in an order that is mixed, and the same each time."""
    prompts = {prompt.id: prompt for prompt in run.prompts}
    rated = {(rating.model, rating.prompt) for rating in run.ratings if rating.by == by}
    answers = [
        Blind(model.name, prompts[name], sample.text)
        for model in run.models
        for name, sample in model.answers().items()
        if name in prompts
    ]
    random.Random(f"{run.id} {by}").shuffle(answers)  # noqa: S311  # it hides nothing from anybody who means harm
    return [answer for answer in answers if (answer.model, answer.prompt.id) not in rated]


def with_rating(run: Run, rating: Rating) -> Run:
    """`run` with one more rating, in place of an earlier one of the same answer by the same judge."""
    about = (rating.model, rating.prompt, rating.by)
    others = tuple(one for one in run.ratings if (one.model, one.prompt, one.by) != about)
    return replace(run, ratings=(*others, rating))


def _mean(ratings: Sequence[Rating]) -> Mean | None:
    if not ratings:
        return None
    return Mean(sum(one.score for one in ratings) / len(ratings), len(ratings), is_own=ratings[0].is_own)
