from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.questions import MOST_CONTEXT_CHARACTERS, question_of, remarks_of
from bot.errors import AssistantError, EmptyQuestion, NotText, QuestionTooLong
from bot.messages import Attachment, Author, ConversationKey, Incoming, Remark


def incoming(text: str, *, attachments: tuple[Attachment, ...] = ()) -> Incoming:
    conversation = ConversationKey("terminal", "local", "default")
    return Incoming("1", conversation, Author("u", "Ula"), text, received_at=0.0, attachments=attachments)


def test_a_question_comes_through_as_it_was_typed() -> None:
    assert question_of(incoming("  Jak se máš?\nDobře?  "), limit=100) == "Jak se máš?\nDobře?"


def test_control_characters_are_taken_out_but_lines_and_tabs_stay() -> None:
    assert question_of(incoming("a\x1b[31mb\x07\r\nc\td\x9b"), limit=100) == "a[31mb\nc\td"


def test_right_to_left_text_keeps_its_marks() -> None:
    assert question_of(incoming("مرحبا \u200fabc"), limit=100) == "مرحبا \u200fabc"


@pytest.mark.parametrize("text", ["", "   \n", "???", "\u200b\u200b", "\x07"])
def test_nothing_readable_is_no_question(text: str) -> None:
    with pytest.raises(EmptyQuestion):
        question_of(incoming(text), limit=100)


def test_a_file_alone_is_a_question() -> None:
    report = Attachment("report.pdf", "application/pdf", 1, "/report.pdf")
    assert question_of(incoming("", attachments=(report,)), limit=100) == ""


def test_a_question_over_the_limit_names_both_lengths() -> None:
    with pytest.raises(QuestionTooLong) as caught:
        question_of(incoming("x" * 1_000_000), limit=100_000)
    assert caught.value.data() == {"length": 1_000_000, "limit": 100_000}


@pytest.mark.parametrize("text", ["PK\x03\x04\x00\x00", "\ufffd" * 30 + "text", "\udcff\udcfe\udcfd\udcfc binary"])
def test_binary_data_is_not_text(text: str) -> None:
    with pytest.raises(NotText):
        question_of(incoming(text), limit=100)


@given(st.text(max_size=200))
def test_whatever_comes_in_a_clean_question_or_a_typed_error_comes_out(text: str) -> None:
    try:
        question = question_of(incoming(text), limit=150)
    except AssistantError:
        return
    question.encode("utf-8")
    assert not any(ord(character) < 32 and character not in "\n\t" for character in question)


def test_of_what_was_said_before_the_newest_is_kept_in_its_order_and_cleaned() -> None:
    said = [Remark("Ana", f"{n}: " + "x" * 997) for n in range(9)]
    said += [Remark("Bo\x07", "a\r\nb\x1b"), Remark("Cy", " \x00")]
    kept = remarks_of(replace(incoming("Well?"), context=tuple(said)))
    assert [remark.text[:3] for remark in kept] == ["5: ", "6: ", "7: ", "8: ", "a\nb"]
    assert kept[-1] == Remark("Bo", "a\nb")
    assert sum(len(remark.text) for remark in kept) == MOST_CONTEXT_CHARACTERS
