"""Outcomes of questions, made by hand."""

from collections.abc import Sequence

from bot.messages import Citation, Language, Passage, Place
from bot.retrieval.evaluation.figures import Answered, Outcome
from bot.retrieval.evaluation.questions import EvaluationQuestion


def question(
    number: int,
    *,
    language: Language = Language.ENGLISH,
    gold: Sequence[str] = ("right",),
    first: str | None = None,
    nodia: bool = False,
) -> EvaluationQuestion:
    return EvaluationQuestion(f"q{number}", language, f"question {number}?", frozenset(gold), first, nodia)


def passage(document: str, *, first: int = 0, last: int = 1, scope: str = "") -> Passage:
    return Passage(document, "", (), "", 0, 0, "en", scope, 1.0, first, last)


def citation(document: str, *, first: int = 0, last: int = 1) -> Citation:
    return Citation(1, document, "", 1.0, Place(0, 0, first, last))


def outcome(
    asked: EvaluationQuestion,
    *,
    rank: int | None = 1,
    is_relevant: bool = True,
    answered: Answered | None = None,
) -> Outcome:
    """The right page stands at `rank` among ten; None: it isn't there."""
    documents = [f"en/other{at}.md" for at in range(1, 11)]
    if rank:
        documents[rank - 1] = "en/right.md"
    return Outcome(asked, tuple(map(passage, documents)), is_relevant, answered)
