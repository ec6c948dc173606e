import json
from pathlib import Path

import pytest

from bot.errors import BadQuestions
from bot.messages import Language
from bot.retrieval.evaluation.questions import EvaluationQuestion, read_questions
from bot.wording import speak

GOOD: dict[str, object] = {"id": "one", "lang": "en", "question": "How?", "gold": ["guide/how"]}


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "questions.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_a_row_becomes_a_question(tmp_path: Path) -> None:
    row = GOOD | {"lang": "cs", "first": "A co tady?", "nodia": True, "note": "remark", "answer_facts": ["one"]}
    assert read_questions(written(tmp_path, row)) == (
        EvaluationQuestion("one", Language.CZECH, "How?", frozenset({"guide/how"}), first="A co tady?", nodia=True),
    )


def test_a_row_without_pages_is_unanswerable_and_one_with_a_first_question_a_followup(tmp_path: Path) -> None:
    rows = [GOOD, GOOD | {"id": "two", "gold": []}, GOOD | {"id": "three", "first": "Why?"}]
    asked = read_questions(written(tmp_path, *rows))
    assert [question.is_answerable for question in asked] == [True, False, True]
    assert [question.is_followup for question in asked] == [False, False, True]


def test_empty_lines_a_byte_order_mark_and_line_separators_in_a_text_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    row = json.dumps(GOOD | {"question": "How\u2028now?"}, ensure_ascii=False)
    path.write_bytes(b"\xef\xbb\xbf" + f"\r\n{row}\r\n\r\n".encode())
    assert [question.question for question in read_questions(path)] == ["How\u2028now?"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{not json", "questions-not-json"),
        ("[" * 100_000, "questions-not-json"),
        ("[]", "questions-field"),
        ({key: value for key, value in GOOD.items() if key != "gold"}, "questions-field"),
        (GOOD | {"id": "two", "lang": "de"}, "questions-field"),
        (GOOD | {"id": "two", "question": "  "}, "questions-field"),
        (GOOD | {"id": "two", "gold": "guide/how"}, "questions-field"),
        (GOOD | {"id": "two", "first": ""}, "questions-field"),
        (GOOD, "questions-repeated"),
    ],
)
def test_a_bad_row_is_refused_by_its_line(tmp_path: Path, row: object, reason: str) -> None:
    with pytest.raises(BadQuestions) as refused:
        read_questions(written(tmp_path, GOOD, "", row))
    assert refused.value.line == 3
    assert refused.value.reason.code == reason
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("language", Language)
def test_a_bad_row_is_told_with_the_line_and_the_field(tmp_path: Path, language: Language) -> None:
    with pytest.raises(BadQuestions) as refused:
        read_questions(written(tmp_path, GOOD, GOOD | {"id": "two", "gold": [""]}))
    told = speak(language).of_error(refused.value)
    assert "2" in told
    assert "gold.0" in told
    assert "questions.jsonl" in told


@pytest.mark.parametrize(("content", "reason"), [(b"\n \n", "questions-none"), (b"\xff\xfe\x00", "questions-not-text")])
def test_a_file_without_questions_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadQuestions) as refused:
        read_questions(path)
    assert (refused.value.line, refused.value.reason.code) == (0, reason)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadQuestions) as refused:
        read_questions(tmp_path / "nowhere.jsonl")
    assert refused.value.reason.code == "questions-unreadable"


def test_questions_of_several_files_come_in_order_and_may_not_share_an_id(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    one, other = written(first, GOOD), written(second, GOOD | {"id": "two"})
    assert [question.id for question in read_questions(other, one)] == ["two", "one"]
    with pytest.raises(BadQuestions) as refused:
        read_questions(one, written(second, GOOD))
    assert refused.value.path == str(other)
