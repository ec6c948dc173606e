"""Up to where everything was heard, and that no gap is ever hidden."""

import pytest

from bot.chat.hearing.marks import Marks


@pytest.fixture
def marks() -> Marks:
    """Those of a Sova that has begun where an earlier one had heard two channels."""
    marks = Marks()
    marks.recall({"a": 10, "b": 20})
    return marks


def caught_up(marks: Marks) -> dict[str, int]:
    """All gaps are read; what is written down then."""
    for channel in marks.gaps({"a": None, "b": None}, oldest=0):
        marks.close(channel)
    return marks.to_keep()


def test_where_nobody_listened_is_read_from_what_was_heard_last(marks: Marks) -> None:
    assert marks.gaps({"a": 15, "b": 20, "quiet": 3, "new": 25, "listed by nobody": None}, oldest=0) == {
        "a": 10,
        "new": 20,
        "listed by nobody": 20,
    }


def test_nothing_is_read_that_is_too_old(marks: Marks) -> None:
    assert marks.gaps({"a": 15, "b": 25}, oldest=12) == {"a": 12, "b": 20}


def test_the_first_sova_of_all_reads_nothing() -> None:
    marks = Marks()
    marks.recall({})
    marks.note("a", 5)
    assert marks.gaps({"a": 5, "b": 4}, oldest=0) == {}
    assert marks.to_keep() == {"a": 5}


def test_what_is_heard_behind_a_gap_is_not_written_down_before_the_gap_is_read(marks: Marks) -> None:
    marks.note("a", 30)
    marks.gaps({"a": 30, "b": 40}, oldest=0)
    marks.note("b", 40)
    assert marks.to_keep() == {}
    marks.close("a")
    assert marks.to_keep() == {"a": 30}
    marks.note("b", 41)
    marks.close("b")
    assert marks.to_keep() == {"b": 41}


def test_where_there_is_no_gap_what_was_heard_early_is_written_down(marks: Marks) -> None:
    marks.note("a", 30)
    assert marks.gaps({"b": 20}, oldest=0) == {}
    assert marks.to_keep() == {"a": 30}


def test_a_gap_that_could_not_be_read_is_read_the_next_time(marks: Marks) -> None:
    marks.gaps({"a": 15, "new": 25, "b": 20}, oldest=0)
    marks.note("a", 16)
    marks.note("b", 90)
    marks.note("new", 26)
    marks.lose()
    assert marks.gaps({"a": 16, "new": 26, "b": 90}, oldest=0) == {"a": 10, "new": 20}
    assert marks.to_keep() == {"b": 90, "new": 20}


def test_a_new_connection_hides_nothing_that_came_to_nobody_before_it(marks: Marks) -> None:
    caught_up(marks)
    marks.note("a", 30)
    marks.lose()
    marks.note("a", 35)
    assert marks.to_keep() == {"a": 30}
    assert marks.gaps({"a": 35}, oldest=0) == {"a": 30}


def test_a_gap_that_opens_while_another_is_read_is_read_too(marks: Marks) -> None:
    marks.gaps({"a": 15}, oldest=0)
    marks.lose()
    marks.note("a", 18)
    marks.close("a")
    assert marks.to_keep() == {}
    assert marks.gaps({"a": 18}, oldest=0) == {"a": 10}


def test_what_was_heard_in_vain_is_read_again(marks: Marks) -> None:
    caught_up(marks)
    marks.reopen("a", 31)
    marks.note("a", 33)
    marks.reopen("new", 40)
    marks.note("new", 41)
    assert marks.to_keep() == {"new": 39}
    marks.lose()
    assert marks.gaps({"a": 33, "new": 41}, oldest=0) == {"a": 10, "new": 39}


def test_what_was_heard_in_vain_behind_a_gap_does_not_hide_it(marks: Marks) -> None:
    marks.reopen("new", 40)
    assert marks.gaps({"new": 41}, oldest=0) == {"new": 20}


def test_where_nothing_may_be_read_any_more_nothing_is_waited_for(marks: Marks) -> None:
    marks.gaps({"a": 15}, oldest=0)
    marks.note("a", 16)
    marks.lose()
    assert marks.gaps({"b": 20}, oldest=0) == {}
    assert marks.to_keep() == {"a": 16}


def test_a_life_too_short_to_catch_up_writes_down_where_the_next_must_begin(marks: Marks) -> None:
    marks.note("a", 30)
    marks.note("new", 31)
    assert marks.to_keep() == {"new": 20}
    assert marks.to_keep() == {}
    assert marks.gaps({"a": 30, "new": 31}, oldest=0) == {"a": 10, "new": 20}


def test_a_first_life_too_short_to_catch_up_writes_down_what_it_heard() -> None:
    marks = Marks()
    marks.recall({})
    marks.note("a", 30)
    assert marks.to_keep() == {"a": 30}


def test_before_it_is_known_what_was_heard_nothing_is_written_down() -> None:
    marks = Marks()
    marks.note("a", 30)
    assert marks.to_keep() == {}


def test_what_could_not_be_written_down_is_written_the_next_time(marks: Marks) -> None:
    caught_up(marks)
    marks.note("a", 30)
    marks.not_kept(marks.to_keep())
    marks.note("b", 31)
    assert marks.to_keep() == {"a": 30, "b": 31}


def test_what_comes_late_behind_a_gap_moves_no_mark_back(marks: Marks) -> None:
    marks.note("a", 30)
    marks.note("a", 29)
    assert caught_up(marks) == {"a": 30}


def test_what_comes_late_moves_no_mark_back(marks: Marks) -> None:
    caught_up(marks)
    marks.note("a", 30)
    marks.note("a", 29)
    assert marks.to_keep() == {"a": 30}
