"""Holds the calibrated decision to evidence that was recorded from real searches of two folders of documents.

`tests/data/evidence.jsonl` says of each question what it is `about`: `answered` by a page that was found, something
`near` that no page answers, or something `elsewhere`.
"""

import json
from pathlib import Path

import pytest

from bot.retrieval.relevance import Evidence, is_relevant

RECORDED = Path(__file__).parents[2] / "data/evidence.jsonl"


def _declined(about: str, *, without: frozenset[str] = frozenset()) -> float:
    """The share of the recorded questions that the search alone declines, `without` these models."""
    rows = [json.loads(line) for line in RECORDED.read_text(encoding="utf-8").splitlines()]
    evidence = [
        Evidence(
            cosine={name: value for name, value in row["cosine"].items() if name not in without},
            overlap=row["overlap"],
            coverage=row["coverage"],
        )
        for row in rows
        if row["about"] == about
    ]
    assert len(evidence) > 10
    return sum(not is_relevant(one) for one in evidence) / len(evidence)


@pytest.mark.parametrize("without", [(), ("minilm",), ("e5", "minilm")], ids=["all", "e5 alone", "words alone"])
def test_a_question_whose_page_was_found_is_hardly_ever_refused(without: tuple[str, ...]) -> None:
    assert _declined("answered", without=frozenset(without)) <= 0.05


def test_most_questions_about_something_else_are_declined() -> None:
    assert _declined("elsewhere") >= 0.6


def test_what_is_near_is_left_to_the_model() -> None:
    assert _declined("near") <= 0.2
