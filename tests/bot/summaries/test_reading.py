import pytest

from bot.summaries.forms import Kind
from bot.summaries.reading import MOST_CHARACTERS, Draft, drafts_of, sentences_of


@pytest.mark.parametrize(
    ("line", "draft"),
    [
        ("POINT: It leaks. [3]", Draft(Kind.POINT, "It leaks.", (3,))),
        ("- **DECISION**: Buy a new one [4, 5].", Draft(Kind.DECISION, "Buy a new one.", (4, 5))),
        ("2. Task: Carol buys it (6)", Draft(Kind.TASK, "Carol buys it", (6,))),
        ("QUESTION: Who? [7–9]", Draft(Kind.QUESTION, "Who?", (7, 8, 9))),
        ("ROZHODNUTÍ: Koupí se nový. [1]", Draft(Kind.DECISION, "Koupí se nový.", (1,))),
        ("Ukol: Klára ho koupí. [2][3]", Draft(Kind.TASK, "Klára ho koupí.", (2, 3))),
        (
            "POINT: It costs 1,450 euros, room 114 is full.",
            Draft(Kind.POINT, "It costs 1,450 euros, room 114 is full.", ()),
        ),
    ],
)
def test_a_line_is_a_point_of_its_kind_with_its_numbers(line: str, draft: Draft) -> None:
    assert drafts_of(line, is_cut=False) == (draft,)


@pytest.mark.parametrize(
    "line", ["", "Here is the summary:", "POINT:", "POINT: [3]", "NOTE: x", "Jana: Hello", "DECISION: …"]
)
def test_what_is_no_point_is_left_out(line: str) -> None:
    assert drafts_of(line, is_cut=False) == ()


def test_a_line_that_is_said_twice_counts_once() -> None:
    assert len(drafts_of("POINT: It leaks. [1]\nTASK: it leaks. [2]", is_cut=False)) == 1


def test_the_last_line_of_an_answer_that_was_cut_is_left_out() -> None:
    assert [draft.text for draft in drafts_of("POINT: It leaks.\nTASK: Carol bu", is_cut=True)] == ["It leaks."]


def test_an_endless_line_ends() -> None:
    (draft,) = drafts_of("POINT: " + "so " * 1000, is_cut=False)
    assert len(draft.text) == MOST_CHARACTERS


def test_numbers_without_end_are_no_range() -> None:
    (draft,) = drafts_of("POINT: All of it. [1-999999999]", is_cut=False)
    assert draft.numbers == ()


def test_a_model_can_call_nobody_and_steer_nothing() -> None:
    (draft,) = drafts_of("POINT: Hello @everyone\x1b[31m <@U1>\u202e [1]", is_cut=False)
    assert "@everyone" not in draft.text
    assert "\x1b" not in draft.text
    assert "\u202e" not in draft.text


def test_prose_becomes_sentences() -> None:
    said = "The server crashed on 3.5. at noon. A new one is bought [2]. Petr orders it. And so on."
    assert [draft.text for draft in sentences_of(said, is_cut=False, most=3)][1:] == [
        "A new one is bought.",
        "Petr orders it.",
    ]
