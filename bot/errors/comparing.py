"""Owns what may go wrong with comparing models."""

from dataclasses import dataclass

from bot.errors.family import AssistantError


@dataclass(eq=False)
class TooFewModels(AssistantError):
    """A comparison takes two models that can chat; `there` are those that would be in it."""

    engine: str
    there: tuple[str, ...] = ()
    code = "too-few-models"
    exit_code = 2


@dataclass(eq=False)
class TooManyModels(AssistantError):
    """More models were named than are compared at once."""

    named: int
    most: int
    code = "too-many-models"
    exit_code = 2


@dataclass(eq=False)
class SameModelTwice(AssistantError):
    """A model was named twice for one comparison."""

    model: str
    code = "same-model-twice"
    exit_code = 2


@dataclass(eq=False)
class StillComparing(AssistantError):
    """The person's last comparison is still running."""

    code = "still-comparing"


@dataclass(eq=False)
class TooManyComparisons(AssistantError):
    """So many comparisons are running, for other people, that another one would only slow everything down."""

    running: int
    code = "too-many-comparisons"


@dataclass(eq=False)
class ComparisonGone(AssistantError):
    """Nobody can vote on this comparison any more, or there never was one of this id."""

    id: str
    code = "comparison-gone"


@dataclass(eq=False)
class NoSuchAnswer(AssistantError):
    """The comparison has no answer of this number to vote for; `answers` are the numbers that there are."""

    number: int
    answers: tuple[str, ...]
    code = "no-such-answer"
    exit_code = 2
