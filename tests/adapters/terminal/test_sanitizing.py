from hypothesis import given
from hypothesis import strategies as st

from adapters.terminal.sanitizing import clean

ANYTHING = st.text(alphabet=st.characters() | st.sampled_from("\x1b\x07\x9b\r\n\t\u202e\u2066\ud83d"))


@given(ANYTHING)
def test_no_control_character_and_no_bidirectional_override_is_left(text: str) -> None:
    for character in clean(text):
        assert character in "\n\t" or not (character < " " or "\x7f" <= character <= "\x9f")
        assert not "\u202a" <= character <= "\u202e"
        assert not "\u2066" <= character <= "\u2069"
    clean(text).encode("utf-8")


@given(st.lists(ANYTHING))
def test_pieces_are_cleaned_like_the_whole(pieces: list[str]) -> None:
    assert "".join(clean(piece) for piece in pieces) == clean("".join(pieces))


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cf", "Cs"])))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert clean(text) == text


def test_an_escape_sequence_becomes_visible_and_inert() -> None:
    assert clean("a\x1b[31mred\x1b]0;title\x07b\r\n\tc") == "a[31mred]0;titleb\n\tc"


def test_right_to_left_letters_and_marks_stay() -> None:
    assert clean("שלום\u200f, مرحبا") == "שלום\u200f, مرحبا"
