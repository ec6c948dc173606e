"""Owns asking a model, before it answers, whether what was found is about the question at all. Pure.

A small model answers whatever it is asked, also from passages about something near; of nine such questions a 1.5B
declined none. Asked about the passages alone it knows better, and says so in the odds of its first word. The question
comes behind the same passages as the answer's, so an engine that reuses what it has read pays for one line.
"""

import math
from collections.abc import Mapping

QUESTION = 'Are these documents about what the question asks, or about something else? Reply "same" or "else".'

ALTERNATIVES = 20
"""Of the tokens that might have come first: both words may come in several pieces and with capitals."""

LEAST_ODDS = 0.2
"""Natural logarithm of the odds for "same" from which on a question is answered; see docs/retrieval.md."""

_UNDERSTOOD = 0.5
"""How likely both words must be together, or the model meant to say something else."""

_UNSEEN = 1e-6


def put(question: str) -> str:
    """The question, as it stands behind the passages and before `QUESTION`."""
    return f"Question: {question}"


def is_about(said: str, alternatives: Mapping[str, float]) -> bool:
    """Whether the model finds the passages to be about the question.

    `alternatives` are the logarithms of the probabilities of what it might have `said` first. Where an engine doesn't
    tell them, or they are about something else, its word counts; and what is neither word speaks for the passages:
    whoever is refused an answer that is there stands before a wall.
    """
    same, other = (_probability(alternatives, word) for word in ("same", "else"))
    if same + other < _UNDERSTOOD:
        return not _is_piece(said, of="else")
    return math.log((same + _UNSEEN) / (other + _UNSEEN)) >= LEAST_ODDS


def _probability(alternatives: Mapping[str, float], word: str) -> float:
    """How likely `word` is, by all the tokens that it may begin with."""
    return sum(math.exp(value) for token, value in alternatives.items() if _is_piece(token, of=word))


def _is_piece(token: str, *, of: str) -> bool:
    """Whether `token` is how the word `of` begins, or the word with what stands behind it."""
    letters = token.strip(" \t\n\"'*`.,“”„").lower()
    return bool(letters) and (of.startswith(letters) or letters.startswith(of))
