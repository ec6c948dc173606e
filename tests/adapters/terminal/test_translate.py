import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.terminal.translate import MAX_BYTES, Speaker, decode, is_command, tidy
from bot.errors import NotText, QuestionTooLong
from bot.messages import ConversationKey, Language


def test_a_typed_text_becomes_a_question_of_this_person_here_and_now() -> None:
    speaker = Speaker("jana", "work", Language.CZECH, model="owl:1b", now=lambda: 12.5, new_id=lambda: "id-1")
    incoming = speaker.incoming("Kolik?\r\nA proč?\n")
    assert incoming.id == "id-1"
    assert incoming.conversation == ConversationKey("terminal", "jana", "work")
    assert (incoming.author.id, incoming.author.name) == ("jana", "jana")
    assert incoming.text == "Kolik?\nA proč?"
    assert (incoming.received_at, incoming.language, incoming.model) == (12.5, Language.CZECH, "owl:1b")


def test_a_command_is_called_by_the_same_person_in_the_same_conversation() -> None:
    speaker = Speaker("jana", now=lambda: 12.5)
    invocation, incoming = speaker.invocation(), speaker.incoming("a")
    assert (invocation.conversation, invocation.author) == (incoming.conversation, incoming.author)
    assert invocation.at == 12.5
    assert not invocation.shows_pictures


def test_no_two_questions_have_the_same_id() -> None:
    assert len({Speaker().incoming("a").id for _ in range(100)}) == 100


def test_somebody_without_a_name_is_local() -> None:
    assert Speaker(user="").conversation.workspace == "local"


@pytest.mark.parametrize(
    "data", [b"\xff\xfea\x00", b"a\x00b", b"\xe1\x9a", "žluť".encode("cp1250"), b"\x89PNG\r\n\x1a\n\x00"]
)
def test_what_is_not_utf_8_text_is_refused(data: bytes) -> None:
    with pytest.raises(NotText):
        decode(data)


def test_bytes_that_the_terminal_could_not_decode_are_refused() -> None:
    with pytest.raises(NotText):
        tidy("a\udcff")


def test_more_than_the_bound_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(QuestionTooLong):
        decode(b"\xff" * (MAX_BYTES + 1))


def test_a_byte_order_mark_and_control_characters_are_taken_out() -> None:
    assert decode(b"\xef\xbb\xbfa\x07\x1b[31mb\tc\x7f\r\nd\re\n\n") == "a[31mb\tc\nd\ne"


def test_nothing_but_control_characters_is_empty() -> None:
    assert tidy("\x01\x02 \n") == ""


def test_right_to_left_text_is_left_alone() -> None:
    assert tidy("مرحبا \u200fשלום") == "مرحبا \u200fשלום"


@given(st.binary())
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except NotText:
        return
    assert tidy(text) == text


def test_a_slash_begins_a_command_unless_lines_follow_or_a_space_leads() -> None:
    assert is_command("/model owl:1b")
    assert not is_command("/usr/bin/x fails:\nTraceback")
    assert not is_command(" /etc/hosts")
    assert not is_command("what is /model?")
