import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.controls.presses import Action, Press, gathered, read_press, spread

DISCORD, SLACK_MENU, SLACK = 100, 255, 2_000
"""Characters that are kept with a control."""

snowflakes = st.integers(0, 2**64 - 1).map(str)
stamps = st.tuples(st.integers(0, 2**32), st.integers(0, 999_999)).map(lambda at: f"{at[0]}.{at[1]:06}")
people = st.text(string.ascii_uppercase + string.digits, min_size=9, max_size=11).map(lambda rest: f"U{rest}")
any_ids = snowflakes | stamps | people | st.text(max_size=20)


def presses(ids: st.SearchStrategy[str], *, most: int) -> st.SearchStrategy[Press]:
    return st.builds(
        Press,
        action=st.sampled_from(Action),
        turn=ids,
        asker=ids,
        private=st.booleans(),
        beside=st.none() | st.tuples(ids, ids),
        page=st.integers(0, 999),
        parts=st.none() | st.lists(ids, max_size=most).map(tuple),
    )


@given(presses(any_ids, most=9))
@example(Press(Action.UP, turn=str(2**64), asker="007"))
def test_a_controls_words_are_read_as_they_were_meant(press: Press) -> None:
    assert read_press(press.words) == press


@given(presses(snowflakes, most=3))
def test_a_buttons_words_fit_into_what_discord_keeps(press: Press) -> None:
    assert len(press.words) <= DISCORD


@given(stamps, people, st.lists(stamps, max_size=5))
def test_a_menus_words_fit_into_what_slack_keeps(turn: str, asker: str, parts: list[str]) -> None:
    beside = ("T0123456789", "C0123456789")
    press = Press(Action.MODEL, turn, asker, private=True, beside=beside, page=999, parts=tuple(parts))
    assert len(press.words) <= SLACK_MENU


def test_what_discord_kept_with_its_first_buttons_is_still_understood() -> None:
    words = "sova:1:again:DeC2s6dkAAEAAAAAAAAAAc-:0:AAAAAAAAAAsAAAAAAAAAAw"

    press = read_press(words)

    assert press == Press(Action.AGAIN, turn="1000000000000000001", asker="7", parts=("11", "12"))
    assert press.words == words


@given(presses(any_ids, most=0), st.lists(snowflakes, max_size=20), st.sampled_from([(Action.AGAIN, Action.OTHER)]))
def test_the_names_of_an_answers_messages_are_found_again_or_known_to_be_too_many(
    press: Press, parts: list[str], actions: tuple[Action, ...]
) -> None:
    under = Press(Action.STOP, "1", "2", private=press.private, parts=tuple(parts))

    controls = spread(under, actions, longest=DISCORD)

    assert [control.action for control in controls] == list(actions)
    assert all(len(control.words) <= DISCORD for control in controls)
    assert gathered(controls) == (tuple(parts) if len(parts) <= 10 else None)


def test_where_one_control_holds_all_the_names_each_holds_them() -> None:
    under = Press(Action.STOP, "1", "2", parts=("3", "4"))

    assert {control.parts for control in spread(under, [Action.AGAIN, Action.UP], longest=DISCORD)} == {("3", "4")}


def test_five_buttons_hold_the_names_of_twenty_five_messages() -> None:
    parts = tuple(map(str, range(25)))
    actions = [Action.AGAIN, Action.OTHER, Action.SOURCES, Action.UP, Action.DOWN]

    controls = spread(Press(Action.STOP, "1", "2", parts=parts), actions, longest=DISCORD)

    assert gathered(controls) == parts
    assert gathered(reversed(controls)) == parts


def test_slack_keeps_the_names_of_seventy_messages_with_one_button() -> None:
    parts = tuple(f"1712345678.{part:06}" for part in range(70))

    (control,) = spread(
        Press(Action.STOP, "1712345678.000000", "U012ABCDE", parts=parts), [Action.AGAIN], longest=SLACK
    )

    assert control.parts == parts


@given(st.text(max_size=100) | st.from_regex(r"sova:1:[a-z]{1,9}:[\w-]{0,60}:\d?:[\w-]{0,30}", fullmatch=True))
def test_other_words_mean_nothing_or_something_whole(words: str) -> None:
    press = read_press(words)

    assert press is None or read_press(press.words) == press


@pytest.mark.parametrize("words", ["", "sova:1:", "sova:2:stop", "sova:1:fly:AAAAAAAAAAAAAAAAAAAAAA-:0:", "other"])
def test_words_of_another_version_mean_nothing(words: str) -> None:
    assert read_press(words) is None
