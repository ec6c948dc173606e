"""When a message in a thread is for Sova: a table of talks, each line `who: words`, `?` where she shall answer."""

import pytest

from adapters.slack.hearing.asking import Floor, after, is_question, talk_of
from adapters.slack.hearing.said import Said

ME = "U0SOVA"


def said(line: str, number: int, *, channel: str = "C1") -> Said:
    who, _, words = line.partition(": ")
    text = words.replace("@sova", f"<@{ME}>").replace("@petr", "<@UPETR>").replace("@here", "<!here>")
    return Said(
        channel=channel,
        ts=f"170000000{number}.000100",
        user=ME if who == "sova" else f"U{who.upper()}",
        text=text,
        thread="1700000000.000100",
        is_spoken=who not in {"sova", "robot"},
        is_ours=who == "sova",
    )


def asked(*lines: str, channel: str = "C1") -> list[bool]:
    """For each line whether it is a question."""
    talk, found = talk_of((), me=ME), []
    for number, line in enumerate(lines):
        one = said(line.lstrip("? "), number, channel=channel)
        found.append(is_question(one, talk, me=ME))
        talk = after(talk, one, me=ME)
    return found


TALKS = {
    "her answer is followed up by the asker": ("? jana: @sova how long?", "sova: 37 weeks.", "? jana: and for twins?"),
    "her answer is followed up by somebody else": ("? jana: @sova how long?", "sova: 37 weeks.", "? petr: and twins?"),
    "the asker goes on before she answers": ("? jana: @sova how long", "? jana: is parental leave?", "sova: 37 weeks."),
    "a colleague answers before her": (
        *("? jana: @sova how long?", "petr: I think a year", "jana: really?", "sova: 37 weeks.", "jana: thanks petr"),
        "? jana: @sova and for twins?",
    ),
    "people talk about her answer": (
        *("? jana: @sova how long?", "sova: 37 weeks.", "? petr: is that so?", "eva: no", "petr: why?"),
        *("? petr: @sova is it?", "sova: Yes.", "? eva: since when?"),
    ),
    "somebody else is addressed": (
        *("? jana: @sova how long?", "sova: 37 weeks.", "jana: @petr is that right?", "petr: yes", "jana: good"),
    ),
    "everybody is addressed": ("? jana: @sova how long?", "sova: 37 weeks.", "jana: @here look", "jana: done"),
    "she is mentioned together with others": ("? jana: @sova tell @petr how long it is", "sova: 37.", "? petr: thanks"),
    "nobody called her": ("jana: how long is it?", "petr: no idea", "jana: hm"),
    "she is called into a discussion": ("jana: how long is it?", "petr: no idea", "? petr: @sova you?", "sova: 37."),
    "a robot speaks in between": ("? jana: @sova how long?", "sova: 37.", "robot: build failed", "? jana: and twins?"),
    "her own message begins the thread": ("sova: Jana asked: how long?", "? petr: and for twins?"),
}


@pytest.mark.parametrize("lines", TALKS.values(), ids=TALKS.keys())
def test_she_answers_what_is_meant_for_her_and_nothing_else(lines: tuple[str, ...]) -> None:
    assert asked(*lines) == [line.startswith("?") for line in lines]


def test_in_direct_messages_everything_is_for_her() -> None:
    assert asked("jana: hello", "jana: @petr said so", "robot: no", channel="D1") == [True, True, False]


def test_what_she_says_herself_is_no_question() -> None:
    assert asked("sova: @sova how long?") == [False]


def test_a_talk_of_people_stays_theirs_when_her_answer_comes_late() -> None:
    lines = ("jana: @sova how long?", "petr: a year", "sova: 37 weeks.")
    talk = talk_of([said(line, number) for number, line in enumerate(lines)], me=ME)
    assert talk.floor is Floor.PEOPLE
    assert not talk.is_with_her
