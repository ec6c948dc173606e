"""Owns what an evaluation comes to: from each question's outcome to figures by language. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.messages import Citation, Language, Passage
from bot.retrieval.evaluation.metrics import Ranking, Share, ranking, share
from bot.retrieval.evaluation.pages import is_page, rank_of
from bot.retrieval.evaluation.questions import EvaluationQuestion

RETRIEVED = 5
"""A right page counts as retrieved when it is among so many passages: only then is declining a mistake."""


T = TypeVar("T")
ByLanguage = Mapping[Language | None, T]
"""Figures by the language of the questions; None stands for all of them together."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the assistant made of a question: whether it declined, what it cited, how many sentences are unsupported.

    `untraceable` is how many of the citations lead to no retrieved passage that the person may read.
    """

    abstained: bool
    citations: tuple[Citation, ...] = ()
    unsupported: int = 0
    untraceable: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: the passages found, best first; whether they were taken for relevant; the answer."""

    question: EvaluationQuestion
    passages: tuple[Passage, ...]
    is_relevant: bool
    answered: Answered | None = None

    @property
    def rank(self) -> int | None:
        """The rank of the first passage of a right page."""
        return rank_of(self.question.gold, [passage.document for passage in self.passages])

    @property
    def is_found(self) -> bool:
        """Whether a right page was retrieved."""
        return self.rank is not None and self.rank <= RETRIEVED


@dataclass(frozen=True, slots=True)
class Abstention:
    """How often the unanswerable is declined, and what could have been answered as well.

    `abstained`: of the unanswerable. `refused`: of the answerable ones whose right page was retrieved. `precise`: of
    all declined ones among these, the unanswerable. None where there is nothing to take a share of.
    """

    abstained: Share | None
    refused: Share | None
    precise: Share | None


@dataclass(frozen=True, slots=True)
class Citing:
    """How good the sources of the answers are: `traceable` of all citations lead to a retrieved and permitted passage.

    `right`: of the answers to answerable questions, those that cite a right page. `unsupported` is the number of
    sentences marked as without support in `answers` answers.
    """

    traceable: Share | None
    right: Share | None
    unsupported: int
    answers: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures; a part is empty, or None, when there was no question for it.

    `rankings` is about answerable questions that stand alone, `nodia` about those of them that are typed without
    diacritics. `by_retrieval` is what the search alone declines, `by_answers` what the assistant as a whole does.
    `model` is the one that answered.
    """

    rankings: ByLanguage[Ranking]
    nodia: ByLanguage[Ranking]
    followups: ByLanguage[Ranking]
    by_retrieval: ByLanguage[Abstention]
    by_answers: ByLanguage[Abstention]
    citing: Citing | None
    model: str | None = None


def evaluate(outcomes: Sequence[Outcome], *, model: str | None = None) -> Evaluation:
    """The figures of all outcomes; `model` is the one that answered.

    Abstention is about questions that stand alone: those without an answer, and those whose right page was retrieved.
    """
    standalone = [one for one in outcomes if not one.question.is_followup]
    answerable = [one for one in standalone if one.question.is_answerable]
    followups = [one for one in outcomes if one.question.is_followup and one.question.is_answerable]
    decided = [one for one in standalone if not one.question.is_answerable or one.is_found]
    answered = [one for one in decided if one.answered]
    matters = len(answerable) < len(standalone) or answered
    return Evaluation(
        rankings=_by_language(answerable, _ranking),
        nodia=_by_language([one for one in answerable if one.question.nodia], _ranking),
        followups=_by_language(followups, _ranking),
        by_retrieval=_by_language(decided, _declined_by_retrieval) if matters else {},
        by_answers=_by_language(answered, _declined_by_answer),
        citing=_citing([one for one in outcomes if one.answered]),
        model=model,
    )


def _by_language(outcomes: Sequence[Outcome], figures: Callable[[Sequence[Outcome]], T]) -> dict[Language | None, T]:
    groups: dict[Language | None, list[Outcome]] = {None: list(outcomes)}
    groups |= {language: [one for one in outcomes if one.question.language is language] for language in Language}
    return {language: figures(group) for language, group in groups.items() if group}


def _ranking(outcomes: Sequence[Outcome]) -> Ranking:
    return ranking([one.rank for one in outcomes])


def _declined_by_retrieval(outcomes: Sequence[Outcome]) -> Abstention:
    return _abstention([(one.question.is_answerable, not one.is_relevant) for one in outcomes])


def _declined_by_answer(outcomes: Sequence[Outcome]) -> Abstention:
    return _abstention([(one.question.is_answerable, one.answered.abstained) for one in outcomes if one.answered])


def _abstention(decisions: Sequence[tuple[bool, bool]]) -> Abstention:
    """From pairs of whether a question is answerable, and whether it was declined."""
    return Abstention(
        abstained=share([declined for answerable, declined in decisions if not answerable]),
        refused=share([declined for answerable, declined in decisions if answerable]),
        precise=share([not answerable for answerable, declined in decisions if declined]),
    )


def _citing(outcomes: Sequence[Outcome]) -> Citing | None:
    """The sources of all answers. What is shown behind a refusal is traced too, but claims to answer nothing."""
    answers = [(one.question, one.answered) for one in outcomes if one.answered]
    if not answers:
        return None
    given = [(question, answer) for question, answer in answers if not answer.abstained]
    shown = sum(len(answer.citations) for _, answer in answers)
    untraceable = sum(answer.untraceable for _, answer in answers)
    return Citing(
        traceable=Share(shown - untraceable, shown) if shown else None,
        right=share([_cites(answer, question.gold) for question, answer in given if question.is_answerable]),
        unsupported=sum(answer.unsupported for _, answer in given),
        answers=len(given),
    )


def _cites(answer: Answered, gold: frozenset[str]) -> bool:
    return any(is_page(citation.document, gold) for citation in answer.citations)
