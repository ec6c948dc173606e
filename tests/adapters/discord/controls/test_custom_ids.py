import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.controls.custom_ids import MOST_PARTS, Action, Press, read

snowflakes = st.integers(0, 2**64 - 1).map(str)
presses = st.builds(
    Press,
    action=st.sampled_from(Action),
    turn=snowflakes,
    asker=snowflakes,
    private=st.booleans(),
    page=st.integers(0, 999),
    parts=st.none() | st.lists(snowflakes, max_size=MOST_PARTS).map(tuple),
)


@given(presses)
def test_a_buttons_words_are_read_as_they_were_meant(press: Press) -> None:
    assert read(press.custom_id) == press


@given(presses)
def test_a_buttons_words_fit_into_what_discord_keeps(press: Press) -> None:
    assert len(press.custom_id) <= 100


@given(presses, snowflakes)
def test_the_message_of_an_answer_is_named_with_its_others_as_long_as_they_fit(press: Press, message: str) -> None:
    kept = press.of_message(message)

    assert read(kept.custom_id) == kept
    if press.parts is None or len(press.parts) == MOST_PARTS:
        assert kept.parts is None
    else:
        assert kept.parts == (*press.parts, message)


@given(st.text(max_size=100) | st.from_regex(r"sova:1:[a-z]{1,9}:[\w-]{0,60}:\d?:[\w-]{0,30}", fullmatch=True))
def test_other_words_mean_nothing_or_something_whole(words: str) -> None:
    press = read(words)

    assert press is None or read(press.custom_id) == press


@pytest.mark.parametrize("words", ["", "sova:1:", "sova:2:stop", "sova:1:fly:AAAAAAAAAAAAAAAAAAAAAA-:0:", "other"])
def test_words_of_another_version_mean_nothing(words: str) -> None:
    assert read(words) is None
