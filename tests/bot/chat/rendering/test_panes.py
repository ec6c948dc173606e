"""Holds how much is shown of texts that stand side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.rendering.panes import cut, shares

NOTE = "(The rest doesn't fit.)"


@pytest.mark.parametrize(
    ("lengths", "room", "longest", "expected"),
    [
        ([10, 20], 100, 50, (10, 20)),
        ([10, 200], 100, 500, (10, 90)),
        ([200, 10, 200], 100, 500, (45, 10, 45)),
        ([200, 200], 100, 30, (30, 30)),
        ([], 100, 30, ()),
    ],
)
def test_short_texts_leave_their_room_to_the_long_ones(
    lengths: list[int], room: int, longest: int, expected: tuple[int, ...]
) -> None:
    assert shares(lengths, room=room, longest=longest) == expected


@given(st.lists(st.integers(0, 10_000), max_size=12), st.integers(0, 12_000), st.integers(1, 5_000))
def test_together_they_never_take_more_than_there_is(lengths: list[int], room: int, longest: int) -> None:
    given_room = shares(lengths, room=room, longest=longest)

    assert sum(given_room) <= room
    assert all(share <= min(length, longest) for share, length in zip(given_room, lengths, strict=True))


def test_what_fits_stays_as_it_is() -> None:
    assert cut("one two", limit=7, note=NOTE) == "one two"


def test_what_is_cut_says_so_and_closes_its_code() -> None:
    shown = cut(f"```py\n{'x = 1 ' * 100}\n```", limit=200, note=NOTE)

    assert len(shown) <= 200
    assert shown.endswith(f"\n```\n\n{NOTE}")
