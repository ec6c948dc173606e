"""Runs `sova eval` as an operator does, over a small folder of documents."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.end_to_end.sova import Sova

PAGES = {
    "en/printer.md": "# The printer\n\nThe printer takes A3 paper from its lower tray.",
    "cs/printer.md": "# Tiskárna\n\nPapír formátu A3 bere tiskárna ze spodního zásobníku.",
    "en/canteen.md": "# The canteen\n\nThe canteen opens at noon and serves soup every day.",
    "cs/canteen.md": "# Jídelna\n\nJídelna otevírá v poledne a polévku podává každý den.",
}
QUESTIONS = [
    {"id": "1", "lang": "en", "question": "Which tray holds the A3 paper of the printer?", "gold": ["printer"]},
    {"id": "2", "lang": "cs", "question": "Kdy otevírá jídelna?", "gold": ["canteen"]},
    {"id": "3", "lang": "en", "question": "How tall is the highest mountain of Peru?", "gold": []},
]


@pytest.fixture
def sova(tmp_path: Path) -> Sova:
    return sova_at(tmp_path)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Sova:
    """One whose documents were read."""
    sova = sova_at(tmp_path_factory.mktemp("s"))
    assert asyncio.run(sova("index")).code == 0
    return sova


def sova_at(folder: Path) -> Sova:
    for name, text in PAGES.items():
        page = folder / "knowledge" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    return Sova(folder / "state", {"SOVA_KNOWLEDGE_DIR": str(folder / "knowledge")})


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, QUESTIONS)), encoding="utf-8")
    return path


async def test_the_search_is_judged_without_a_model(indexed: Sova, questions: Path) -> None:
    ran = await indexed("eval", str(questions), "--json", "--retrieval-only")
    assert ran.code == 0, ran.aside
    told = json.loads(ran.out)
    assert {language: one["recall@1"] for language, one in told["languages"].items()} == {"en": 1.0, "cs": 1.0}
    assert told["unanswerable"]["decided_by"] == "retrieval"
    assert "3 of 3" in ran.aside


@pytest.mark.engine
async def test_a_model_answers_where_it_matters_and_two_settings_stand_side_by_side(
    indexed: Sova, questions: Path
) -> None:
    ran = await indexed("eval", str(questions), "--json", "--compare", "GENERAL_KNOWLEDGE=true")
    assert ran.code == 0, ran.aside
    told = json.loads(ran.out)
    assert told["model"] == "smollm2-135m"
    assert told["unanswerable"]["decided_by"] == "answers"
    assert told["citations"]["traceable"] in {1.0, None}
    assert set(told["compared"]) == {"GENERAL_KNOWLEDGE=true"}


async def test_nothing_can_be_said_of_an_index_that_is_empty(sova: Sova, questions: Path) -> None:
    ran = await sova("eval", str(questions), "--retrieval-only")
    assert ran.code == 1
    assert "sova index" in ran.aside
    assert ran.out == ""


@pytest.fixture
def misspelt(tmp_path: Path) -> Path:
    path = tmp_path / "misspelt.jsonl"
    path.write_text(json.dumps(QUESTIONS[0]) + "\n{", encoding="utf-8")
    return path


async def test_a_bad_row_is_wrong_usage_and_named_by_its_line(sova: Sova, misspelt: Path) -> None:
    ran = await sova("eval", str(misspelt), "--json")
    assert ran.code == 2
    assert "Line 2" in ran.aside


async def test_an_unknown_setting_is_wrong_usage(sova: Sova, questions: Path) -> None:
    ran = await sova("eval", str(questions), "--compare", "NO_SUCH=1")
    assert ran.code == 2
    assert "NO_SUCH=1" in ran.aside
