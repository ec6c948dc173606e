"""Holds messages to their length, to ending where people would end them, and to not changing once they are full."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from bot.chat.rendering.dialect import Dialect, in_dialect
from bot.chat.rendering.splitting import Splitter, closed, split
from bot.output.sanitizer import sanitized
from tests.bot.chat.rendering.styles import PLAIN
from tests.bot.chat.rendering.texts import ACCENTED, FAMILY, FLAGS, cuts_of, sizes, written

SMALL, LIMIT = 80, 2_000
dialect_texts = written.map(lambda text: in_dialect(sanitized(text, link_hosts=frozenset({"ok.example"})), PLAIN))


def messages_of(text: str, *, limit: int = LIMIT, room: int = 0) -> tuple[str, ...]:
    return split(text, limit=limit, room=room)


def letters(text: str) -> str:
    """What no cut may lose: everything but spaces and the signs that close, open and escape."""
    return re.sub(r"```[\w+#.-]*\s*?\n|[\s`\\>\u200b]", "", text + "\n")


@settings(deadline=None)
@given(dialect_texts, st.sampled_from([60, SMALL, 300, LIMIT]))
def test_no_message_is_too_long_and_none_is_empty(text: str, limit: int) -> None:
    for message in messages_of(text, limit=limit):
        assert 0 < len(message) <= limit
        assert message.strip()


@settings(deadline=None)
@given(dialect_texts, st.sampled_from([60, SMALL, 300]))
def test_the_messages_together_are_the_text(text: str, limit: int) -> None:
    assert letters("".join(messages_of(text, limit=limit))) == letters(text)


@settings(max_examples=200, deadline=None)
@given(dialect_texts, sizes)
def test_a_full_message_never_changes_however_the_stream_is_cut(text: str, cuts: list[int]) -> None:
    whole, splitter = messages_of(text, limit=SMALL), Splitter(limit=SMALL)
    for piece in cuts_of(text, cuts):
        splitter.feed(piece)
        pages = splitter.pages()
        assert pages.texts[: pages.finished] == whole[: pages.finished]
        assert all(len(page) <= SMALL for page in pages.texts)
    assert splitter.end() == whole


@settings(max_examples=200, deadline=None)
@given(written, sizes)
def test_what_is_settled_of_a_message_only_grows_until_it_is_finished(text: str, cuts: list[int]) -> None:
    dialect, splitter, finished, settled = Dialect(PLAIN), Splitter(limit=SMALL), 0, ""
    for piece in cuts_of(sanitized(text), cuts):
        splitter.feed(dialect.feed(piece))
        pages = splitter.pages()
        settled = settled if pages.finished == finished else ""
        assert splitter.settled.startswith(settled)
        current = pages.texts[pages.finished :]
        assert len(current) != 1 or current[0].startswith(splitter.settled)
        finished, settled = pages.finished, splitter.settled


@settings(deadline=None)
@given(dialect_texts)
def test_no_message_leaves_a_block_of_code_open_or_empty(text: str) -> None:
    for message in messages_of(text, limit=SMALL):
        assert closed(message) == message
    assert not re.search(
        r"```\w*\n```$", "\n".join(messages_of("intro\n" * 9 + "```py\n" + "x = 1\n" * 40 + "```", limit=SMALL))
    )


@settings(deadline=None)
@given(written, st.integers(60, 200))
def test_texts_that_nobody_has_made_safe_are_cut_all_the_same(text: str, limit: int) -> None:
    assert all(0 < len(message) <= limit for message in messages_of(text, limit=limit))


def test_a_message_ends_after_a_paragraph_rather_than_within_the_next() -> None:
    first, second = "One two three. " * 4, "Four five six. " * 4
    assert messages_of(f"{first}\n\n{second}", limit=80) == (first.strip(), second.strip())


def test_a_message_ends_between_items_of_a_list_rather_than_within_one() -> None:
    text = "\n".join(f"- item {number} has two\n  lines of text" for number in range(6))
    for message in messages_of(text, limit=90):
        assert message.startswith("- item")
        assert message.endswith("lines of text")


def test_a_message_ends_at_a_line_then_at_a_sentence_then_at_a_word() -> None:
    assert messages_of("a" * 50 + "\n" + "b" * 50, limit=60) == ("a" * 50, "b" * 50)
    assert (
        messages_of("It is so. " * 4 + "Then it goes on and on.", limit=60)[0]
        == "It is so. It is so. It is so. It is so."
    )
    assert messages_of("word " * 30, limit=60)[0] == ("word " * 12).strip()


def test_a_heading_goes_with_what_it_heads() -> None:
    before, after = "Before it there is a line of text.", "After it there is another line of text."
    for gap in ("\n", "\n\n"):
        heading = f"## Heading{gap}{after}"
        assert messages_of(f"{before}\n{heading}", limit=60) == (before, heading)


def test_what_is_cited_stays_with_its_sentence() -> None:
    assert messages_of("This sentence rests on a document. [1] " + "more " * 9, limit=60)[0].startswith(
        "This sentence rests on a document. [1]"
    )


def test_code_is_closed_and_opened_again_with_its_language() -> None:
    code = "\n".join(f"line_{number} = {number}" for number in range(30))
    messages = messages_of(f"Look:\n```python\n{code}\n```\nDone.", limit=SMALL)
    assert len(messages) > 4
    assert messages[-1] == "Done."
    assert all(message.count("```") == 2 for message in messages[:-1])
    assert all(message.startswith("```python\n") for message in messages[1:-1])
    assert [line for message in messages for line in message.split("\n") if line.startswith("line_")] == code.split(
        "\n"
    )


def test_code_in_a_quotation_stays_in_it() -> None:
    text = "> ```py\n" + "".join(f"> line {number}\n" for number in range(20)) + "> ```"
    messages = messages_of(text, limit=SMALL)
    assert len(messages) > 2
    assert all(line.startswith(">") for message in messages for line in message.split("\n"))


def test_the_end_of_a_block_stays_with_it_and_no_empty_block_is_left() -> None:
    for length in range(40, 80):
        text = "```\n" + "c" * length + "\n\n```\nafter it"
        messages = messages_of(text, limit=SMALL)
        for message in messages:
            assert not re.search(r"```\n\s*```", message)
            assert message.count("```") in {0, 2}
        assert messages[-1].endswith("after it")


def test_code_is_cut_where_it_has_an_empty_line() -> None:
    first, second = "\n".join(["x = 1"] * 7), "\n".join(["y = 2"] * 7)
    assert messages_of(f"```\n{first}\n\n{second}\n```", limit=SMALL) == (f"```\n{first}\n```", f"```\n{second}\n```")


def test_a_mark_stays_with_what_it_marks() -> None:
    assert messages_of("- " + "w" * 100, limit=60)[0] == "- " + "w" * 58
    assert not any(message.endswith("\\") for message in messages_of("\\*" * 200, limit=61))


def test_code_in_a_line_that_is_longer_than_a_message_is_never_let_loose() -> None:
    code = "https://evil.example " * 200
    for message in messages_of(f"Look: `{code}` there"):
        assert "https" not in re.sub(r"`[^`]*`", "", message)


def test_a_quotation_goes_on_as_one_where_its_line_is_cut() -> None:
    for text in ("> " + "word " * 60, "> `" + "code " * 60 + "`"):
        assert all(message.startswith("> ") for message in messages_of(text, limit=SMALL))


def test_code_in_a_line_is_never_cut_before_its_first_word() -> None:
    for length in range(40, 60):
        assert not any("``" in message for message in messages_of(f"{'x' * length} ` {'c' * 70} d`", limit=60))


def test_a_link_is_not_torn_apart() -> None:
    link = "[the long name of a page](https://ok.example/page)"
    messages = messages_of(f"{'word ' * 9}{link} {'word ' * 9}", limit=SMALL)
    assert sum(link in message for message in messages) == 1


def test_a_word_is_cut_only_when_it_is_longer_than_a_message() -> None:
    word = "w" * (LIMIT - 10)
    assert messages_of(f"before it {word} after") == ("before it", f"{word} after")
    assert [len(message) for message in messages_of("w" * 10_000)] == [LIMIT] * 5


@pytest.mark.parametrize("grapheme", [FAMILY, FLAGS[:2], ACCENTED, "👍🏽", "❤️\u200d🔥", "क्षि"])
def test_no_grapheme_is_ever_torn_apart(grapheme: str) -> None:
    for message in messages_of("x" + grapheme * 3_000):
        assert set(iter_graphemes(message)) <= {"x", grapheme}


def test_what_stood_within_a_line_is_no_heading_or_list_at_the_beginning_of_a_message() -> None:
    for mark, inert in (("# 3", "\\# 3"), ("- 3", "\\- 3"), ("1986. 3", "1986\\. 3"), (">>> 3", "\\>>> 3")):
        first, second = messages_of("word " * 11 + f"word {mark} apples", limit=60)
        assert first.endswith("word")
        assert second == f"{inert} apples"


def test_the_last_message_leaves_room() -> None:
    messages = messages_of("One two three. " * 130, room=300)
    assert len(messages[-1]) <= LIMIT - 300
    assert len("".join(messages)) > LIMIT - 300


@pytest.mark.parametrize(
    "text",
    ["`" * 5_000, "e" + "\u0301" * 5_000, "\u202eabc " * 3_000, "word " * 20_000, "\\" * 5_001, "[" * 5_000,
     "**a " * 3_000,     "- \n" * 5_000, "```\n" * 5_000, "> " * 5_000, "``` ` `` " * 2_000],
)  # fmt: skip
def test_endless_texts_are_cut(text: str) -> None:
    assert all(0 < len(message) <= LIMIT for message in messages_of(text))


@pytest.mark.parametrize("text", ["", "\n" * 9_000, "\u200b" * 5_000, " \u2060 ", "```py\n\n\n```\n"])
def test_what_shows_nothing_is_no_message(text: str) -> None:
    assert messages_of(text) == ()
