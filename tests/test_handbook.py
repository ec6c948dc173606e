"""Owns the promise that the sample handbook has the same pages in both languages, and pages for its questions."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HANDBOOK = ROOT / "knowledge"
QUESTIONS = [json.loads(line) for line in (ROOT / "tests/data/handbook.jsonl").read_text(encoding="utf-8").splitlines()]
LANGUAGES = ("en", "cs")


def _pages(language: str) -> set[str]:
    return {page.name for page in (HANDBOOK / language).iterdir()}


def test_every_page_exists_in_both_languages() -> None:
    assert _pages("en") == _pages("cs")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question["id"]))
def test_every_page_that_should_answer_a_question_exists(question: dict[str, list[str]]) -> None:
    stems = {Path(page).stem for page in _pages("en")}
    assert set(question["gold"]) <= stems


def test_no_two_questions_share_an_id() -> None:
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS)


def test_some_questions_have_no_answer_in_the_handbook() -> None:
    declined = [question for question in QUESTIONS if not question["gold"]]
    assert {question["lang"] for question in declined} == set(LANGUAGES)
    assert not any(question["answer_facts"] for question in declined)
