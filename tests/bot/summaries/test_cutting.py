import pytest

from bot.summaries.cutting import Entry, entries_of, halves, parts_of
from bot.summaries.material import Said
from tests.bot.summaries.conftest import discussion


def test_parts_hold_every_message_once_and_in_order() -> None:
    entries = entries_of(discussion("en"))
    parts = parts_of(entries, room=400)
    assert [entry for part in parts for entry in part] == list(entries)
    assert len(parts) > 3


@pytest.mark.parametrize("room", [150, 400, 3000])
def test_no_part_is_larger_than_there_is_room(room: float) -> None:
    parts = parts_of(entries_of(discussion("cs")), room=room, most=12)
    assert all(sum(entry.tokens for entry in part) <= room for part in parts)
    assert all(len(part) <= 12 for part in parts)


def test_parts_are_of_about_the_same_size() -> None:
    parts = parts_of(entries_of([Said("Ana", f"Message number {n}.") for n in range(17)]), room=1000, most=16)
    assert sorted(map(len, parts)) == [8, 9]


def test_a_huge_message_becomes_several_entries_with_its_number() -> None:
    text = " ".join(f"Sentence number {n} tells something." for n in range(400))
    parts = parts_of(entries_of([Said("Ana", "Hello"), Said("Bo", text)]), room=300)
    pieces = [entry for part in parts for entry in part if entry.author == "Bo"]
    assert len(pieces) > 5
    assert {piece.sources for piece in pieces} == {(2,)}
    assert " ".join(piece.text for piece in pieces) == text


def test_messages_without_words_keep_their_numbers_and_take_no_room() -> None:
    assert [entry.sources for entry in entries_of([Said("Ana", " "), Said("Bo", "Hello")])] == [(2,)]


def test_a_part_that_is_too_long_becomes_two_until_nothing_is_left_to_part() -> None:
    one, other = Entry("Ana", "Hello", (1,)), Entry("Bo", "word " * 300, (2,))
    assert halves((one, other)) == ((one,), (other,))
    smaller = [entry for (entry,) in halves((other,))]
    assert len(smaller) > 1
    assert all(entry.sources == (2,) and entry.tokens < other.tokens for entry in smaller)
    assert halves((one,)) == ()
