"""Owns the decision whether a small model may answer from what it is shown. Pure.

It would answer whatever it is asked, also from passages about something near: of nine such questions a 1.5B declined
none. So it is asked about the passages first. The odds of its first word say more than the word, and they are weighed
together with how near the passages come to the question. What it is asked stands behind the same passages as the
question does later, so an engine that reuses what it has read pays for a line each.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.retrieval.relevance import Sign, Thresholds, probability


@dataclass(frozen=True, slots=True)
class JudgeQuestion:
    """What a model is asked about passages; of the two words it is offered, one speaks for them, the other against."""

    name: str
    text: str
    good: str
    bad: str


QUESTIONS = (
    JudgeQuestion(
        "exact", "Do the documents contain the exact answer to this question? Reply yes or no.", good="yes", bad="no"
    ),
    JudgeQuestion(
        "written",
        'Is the answer to this question written in the documents? Reply "written" or "missing".',
        good="written",
        bad="missing",
    ),
)

ALTERNATIVES = 20
"""Of the tokens that might have come first: both words may come in several pieces and with capitals."""

LEAST_UNSUPPORTED = 0.6
"""The trust from which on an answer stands of which no sentence could be found in the passages. Finding fails too: of
five such answers of the 1.5B that were right about the page, four were trusted by more."""

LOOKED_AT = 2
"""How many passages are looked through for the closest sentence; a prompt seldom holds more."""

CALIBRATED = Thresholds(
    signs={
        "exact": Sign(0.8, usual=0.45),
        "written": Sign(1.3, usual=-0.21),
        "closest.e5": Sign(33.0, usual=0.876),
    },
    bias=0.6,
    least=0.45,
)
"""A logistic model (ridge 10, classes balanced) of Qwen2.5-Coder 1.5B and 73 questions about two folders: 60 whose
answer was among the passages, 13 that only looked like it. Each left out of its own fit, 7 of the 60 are refused and 10
of the 13 declined; the area under the curve is .91, and .85, .88 and .78 for each sign alone. How an engine batches its
work moves the result by up to 0.07. See docs/retrieval.md."""

_WORD = 1.0
"""The odds that count where an engine tells none: about what they are on average."""

_UNDERSTOOD = 0.5
"""How likely both words must be together, or the model meant to say something else."""

_UNSEEN = 1e-6
_SHORTEST = 15
_SENTENCE_ENDS = re.compile(r"(?<=[.!?:])\s+|\n+")


def put(question: str) -> str:
    """The question, as it stands behind the passages and before what is asked about them."""
    return f"Question: {question}"


def log_odds(asked: JudgeQuestion, said: str, alternatives: Mapping[str, float]) -> float | None:
    """The natural logarithm of the odds that the passages are good; None when the model said something else.

    `alternatives` are the logarithms of the probabilities of what it might have `said` first.
    """
    good, bad = (_probability(alternatives, word) for word in (asked.good, asked.bad))
    if good + bad >= _UNDERSTOOD:
        return math.log((good + _UNSEEN) / (bad + _UNSEEN))
    if _is_piece(said, of=asked.good):
        return _WORD
    return -_WORD if _is_piece(said, of=asked.bad) else None


def trust(signs: Mapping[str, float], thresholds: Thresholds = CALIBRATED) -> float:
    """How likely the passages hold the answer, from 0 to 1: by the odds of each of `QUESTIONS` and by `closest.e5`.

    `closest.e5` is the cosine of the question and the sentence nearest to it. What isn't known says nothing.
    """
    return probability(signs, thresholds)


def sentences_of(text: str) -> Sequence[str]:
    """The sentences, lines and list items of a passage that say something."""
    parts = (part.strip("#*|-> \t") for part in _SENTENCE_ENDS.split(text))
    return [part for part in parts if len(part) > _SHORTEST]


def _probability(alternatives: Mapping[str, float], word: str) -> float:
    """How likely `word` is, by all the tokens that it may begin with."""
    return sum(math.exp(value) for token, value in alternatives.items() if _is_piece(token, of=word))


def _is_piece(token: str, *, of: str) -> bool:
    """Whether `token` is how the word `of` begins, or the word with what stands behind it."""
    letters = token.strip(" \t\n\"'*`.,“”„").lower()
    return bool(letters) and (of.startswith(letters) or letters.startswith(of))
