"""Which messages of a person are one question."""

import pytest

from bot.chat.hearing.merging import Heard, Patience
from tests.bot.chat.hearing.heard import chatter, said

PATIENCE = Patience(merge_seconds=1.5)


@pytest.mark.parametrize(
    "text", ["How long?", "Tell me.", "Now!", "Kde…", "(really?)", "**Why?**", "```\nx\n```", "Go.\n "]
)
def test_what_looks_finished_is_not_waited_for(text: str) -> None:
    assert PATIENCE.after(text) == 0


@pytest.mark.parametrize("text", ["Hi", "How long is", "a, b,", "", "see https://team.example/a?b=c"])
def test_what_does_not_look_finished_is_waited_for(text: str) -> None:
    assert PATIENCE.after(text) == PATIENCE.merge_seconds


FIRST = said("Hi", mark=1)


@pytest.mark.parametrize(
    ("heard", "joins"),
    [
        (chatter("how long?", mark=2, after=1.5), True),
        (said("how long?", mark=2, after=1), True),
        (chatter("how long?", mark=2, after=1.6), False),
        (chatter("changed again", mark=0, after=-1), False),
        (chatter("how long?", mark=2, author="eda"), False),
        (chatter("how long?", mark=2, place="there"), False),
        (said("lunch?", mark=2, goes_on=False), False),
    ],
)
def test_a_quick_message_of_the_same_person_in_the_same_place_joins(heard: Heard[str], *, joins: bool) -> None:
    assert PATIENCE.joins(heard, [FIRST]) is joins


def test_nothing_joins_nothing() -> None:
    assert not PATIENCE.joins(FIRST, [])


def test_it_counts_how_long_the_last_message_was_ago() -> None:
    second = chatter("how", mark=2, after=1.5)
    assert PATIENCE.joins(chatter("long?", mark=3, after=3), [FIRST, second])


def test_questions_are_found_among_everything_that_was_written() -> None:
    messages = [
        chatter("Morning!", mark=1),
        said("Hi,", mark=2),
        chatter("how long?", mark=3, after=1),
        chatter("Lunch?", mark=4, author="eda", after=1),
        chatter("No.", mark=5, after=1),
        said("And where?", mark=6, author="eda", after=2),
        said("And when?", mark=7, author="eda", after=9),
    ]
    found = [[one.text for one in question] for question in PATIENCE.questions(messages)]
    assert found == [["Hi,", "how long?"], ["And where?"], ["And when?"]]


def test_among_nothing_there_is_no_question() -> None:
    assert PATIENCE.questions([]) == []
