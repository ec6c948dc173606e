from bot.messages import Language
from bot.summaries.checking import Manner, PartCheck, quotation
from bot.summaries.cutting import Entry
from bot.summaries.forms import Kind, Point
from bot.summaries.reading import Draft

PART = (
    Entry("Jana", "The old print server crashed twice last week.", (11,)),
    Entry("Tomas", "It has 4 GB of memory and is from 2014.", (12,)),
    Entry("Petr", "Somebody should ask Legal about the tapes.", (13,)),
    Entry("Jana", "I'll ask Legal tomorrow about the tapes.", (14,)),
    Entry("Marie", "Who writes the instructions for users?", (15,)),
)
PEOPLE = {"Jana", "Tomas", "Petr", "Marie"}


def checked(draft: Draft, *, language: Language = Language.ENGLISH, quoting: bool = False) -> Point | None:
    return PartCheck(PART, people=PEOPLE, manner=Manner(language, quoting)).point(draft)


def test_a_point_that_its_messages_bear_out_stands() -> None:
    draft = Draft(Kind.POINT, "The print server crashed twice last week.", (1,))
    assert checked(draft) == Point(Kind.POINT, draft.text, (11,))


def test_numbers_that_do_not_exist_are_dropped_and_the_right_one_is_found() -> None:
    draft = Draft(Kind.POINT, "The print server crashed twice last week.", (0, 77))
    assert checked(draft) == Point(Kind.POINT, draft.text, (11,))


def test_a_wrong_number_is_mended() -> None:
    draft = Draft(Kind.POINT, "It has 4 GB of memory and is from 2014.", (3,))
    assert checked(draft) == Point(Kind.POINT, draft.text, (12,))


def test_what_nobody_said_is_dropped() -> None:
    assert checked(Draft(Kind.DECISION, "Carol buys a new coffee machine on Monday.", (1, 2))) is None
    assert checked(Draft(Kind.POINT, "The print server has 16 GB of memory.", (2,))) is None


def test_who_is_given_another_persons_task_is_not_named_with_it() -> None:
    point = checked(Draft(Kind.TASK, "Marie asks Legal tomorrow about the tapes.", (4,)))
    assert point == Point(Kind.TASK, "Jana: I'll ask Legal tomorrow about the tapes.", (14,), quoted=True)


def test_a_question_that_nobody_asked_is_a_point() -> None:
    point = checked(Draft(Kind.QUESTION, "The print server crashed twice last week.", (1,)))
    assert point is not None
    assert point.kind is Kind.POINT


def test_in_another_language_words_cannot_be_compared_so_numbers_must_be_there() -> None:
    draft = Draft(Kind.POINT, "Starý tiskový server minulý týden dvakrát spadl.", (1,))
    assert checked(draft, language=Language.CZECH) == Point(Kind.POINT, draft.text, (11,))
    assert checked(Draft(Kind.POINT, draft.text, (9,)), language=Language.CZECH) is None


def test_where_a_models_words_are_not_fit_to_be_read_the_messages_speak() -> None:
    draft = Draft(Kind.QUESTION, "Who writes the instructions for users", (5,))
    point = checked(draft, quoting=True)
    assert point == Point(Kind.QUESTION, "Marie: Who writes the instructions for users?", (15,), quoted=True)


def test_points_that_were_found_before_keep_their_kinds_and_their_messages() -> None:
    part = (Entry("", "We buy the Dell for 1,450 euros.", (16, 17), Kind.DECISION),)
    check = PartCheck(part, people=PEOPLE, manner=Manner(Language.ENGLISH))
    point = check.point(Draft(Kind.TASK, "We buy the Dell for 1,450 euros.", (1,)))
    assert point == Point(Kind.DECISION, "We buy the Dell for 1,450 euros.", (16, 17))


def test_a_quotation_is_one_line_that_calls_nobody() -> None:
    shown = quotation(Entry("Jana", "Look:\n@everyone\n" + "word " * 100, (1,)))
    assert shown.startswith("Jana: Look: ")
    assert "@everyone" not in shown
    assert "\n" not in shown
    assert len(shown) < 250
