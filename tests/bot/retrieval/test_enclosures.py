from dataclasses import replace

import pytest

from bot.messages import Attached, AttachedKind, Citation, Turn
from bot.retrieval.enclosures import RECENT_TURNS, are_about_files, are_meant, as_passages, in_talk

PLAN = Attached("plan.txt", AttachedKind.TEXT, "The launch is on 14 May.", 24)
NOTES = Attached("notes.txt", AttachedKind.TEXT, "Poznámky z porady: spuštění je v květnu.", 40)
PHOTO = Attached("photo.png", AttachedKind.PICTURE)
LOST = Attached("movie.avi", AttachedKind.UNREAD)
PLAIN = Turn(id="1", question="?", answer="Yes.", model="owl", at=1.0)


def with_files(*files: Attached) -> Turn:
    return replace(PLAIN, attached=files)


def citing(document: str, *, attached: bool = True) -> Turn:
    return replace(PLAIN, citations=(Citation(1, document, "", 1.0, attached=attached),))


def test_a_file_is_in_talk_for_a_few_turns_after_it_came() -> None:
    came = with_files(PLAN)
    assert in_talk([came, *[PLAIN] * (RECENT_TURNS - 1)]) == (PLAN,)
    assert in_talk([came, *[PLAIN] * RECENT_TURNS]) == ()


def test_a_file_stays_in_talk_as_long_as_answers_rest_on_it() -> None:
    turns = [with_files(PLAN, NOTES), *[PLAIN] * 20, citing("plan.txt"), PLAIN]
    assert in_talk(turns) == (PLAN,)


def test_a_document_of_the_same_name_keeps_no_file_in_talk() -> None:
    turns = [with_files(PLAN), *[PLAIN] * 20, citing("plan.txt", attached=False)]
    assert in_talk(turns) == ()


def test_the_newest_of_several_files_with_one_name_counts() -> None:
    newer = replace(PLAN, text="The launch is on 15 May.")
    turns = [with_files(PLAN), with_files(newer)]
    assert [passage.text for passage in as_passages(in_talk(turns))] == [newer.text]


def test_only_texts_are_sources_and_each_says_that_it_was_attached() -> None:
    first, second = as_passages([LOST, PLAN, PHOTO, NOTES])
    assert (first.document, first.language, first.attached, first.scope) == ("plan.txt", "en", True, "")
    assert (second.document, second.language) == ("notes.txt", "cs")


def test_a_picture_may_hold_an_answer_and_a_file_that_was_not_read_may_not() -> None:
    assert are_about_files([LOST, PHOTO])
    assert are_about_files([PLAN])
    assert not are_about_files([LOST])


@pytest.mark.parametrize(
    "question",
    [
        "Summarise it",
        "Please translate into German",
        "Shrň to česky.",
        "Prosím přelož to",
        "What does the attached file say?",
        "Co stojí v příloze?",
        "Co je v přiloženém souboru?",
        "Who signed this contract?",
        "Kdo podepsal tuto smlouvu?",
        "Is plan.txt up to date?",
        "Co říká Plan?",
    ],
)
def test_a_question_that_points_at_its_file_is_about_it_alone(question: str) -> None:
    assert are_meant(question, [PLAN])


@pytest.mark.parametrize(
    "question",
    ["When is the launch?", "Does it fit our rules for leave?", "Kolik mám dovolené?", "Může to tak být?", "Why?"],
)
def test_any_other_question_is_searched_for_besides(question: str) -> None:
    assert not are_meant(question, [PLAN])
