"""Holds what people see of Sova in Discord: answers and what is beside them, states, errors, cards, sources."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.rendering.render import (
    LIMIT,
    Answer,
    answer,
    card_texts,
    failure,
    place,
    progress,
    source_pages,
)
from bot.chat.rendering.saying import SOURCES_CHARACTERS
from bot.commands.cards import Card, Field, Table
from bot.errors import EngineUnreachable
from bot.messages import (
    Citation,
    ConversationKey,
    FinishReason,
    Language,
    Notice,
    Progress,
    Reply,
    ReplyDelta,
    Stage,
    Timings,
    Usage,
)
from bot.output.sanitizer import sanitized
from bot.wording import Wording, speak
from tests.bot.chat.rendering.texts import cuts_of, sizes, written

EN, CS = speak(Language.ENGLISH), speak(Language.CZECH)
SOURCES = (Citation(1, "en/faq.txt", "Memory", 0.9), Citation(2, "release_notes.md", "", 0.8))
UNREACHABLE = EngineUnreachable(engine="Ollama", url="http://127.0.0.1:11434")


def a_reply(text: str, *, citations: Sequence[Citation] = (), notices: Sequence[Notice] = ()) -> Reply:
    return Reply(
        text=text,
        conversation=ConversationKey("discord", "1", "2"),
        model="owl:1b",
        engine="Ollama",
        finish_reason=FinishReason.COMPLETE,
        usage=Usage(),
        timings=Timings(),
        citations=tuple(citations),
        notices=tuple(notices),
    )


def test_an_answer_without_anything_beside_it_is_just_its_text() -> None:
    assert answer(a_reply("It is **so**."), EN) == ("It is **so**.",)


@pytest.mark.parametrize("text", ["", "```\n \n```", " \n"])
def test_an_answer_that_shows_nothing_says_so(text: str) -> None:
    assert answer(a_reply(text), EN)[0].startswith("-# owl:1b answered with nothing at all.")


def test_sources_stand_under_the_answer_in_small_text() -> None:
    (message,) = answer(a_reply("It is so. [1]", citations=SOURCES), EN)
    assert message == "It is so. [1]\n-# Sources: [1] en/faq.txt · Memory  [2] release\\_notes.md"
    (message,) = answer(a_reply("Je to tak. [1]", citations=SOURCES[:1]), CS)
    assert message.endswith("\n-# Zdroje: [1] en/faq.txt · Memory")


def test_many_sources_take_two_lines_and_the_rest_is_counted() -> None:
    many = [Citation(number, f"documents/number_{number}.txt", "A heading", 0.5) for number in range(1, 31)]
    (message,) = answer(a_reply("So.", citations=many), EN)
    footer = message.split("\n")[-1]
    assert len(footer) < SOURCES_CHARACTERS + 60
    assert re.search(r"and \d+ more$", footer)


def test_a_source_is_said_to_be_attached_and_a_long_name_is_shortened() -> None:
    attached = Citation(1, "plan.txt", "", 0.5, attached=True)
    assert "plan.txt (attached)" in answer(a_reply("So.", citations=[attached]), EN)[0]
    (message,) = answer(a_reply("So.", citations=[Citation(1, "d" * 3_000, "h" * 3_000, 0.5)]), EN)
    assert len(message) < 250


def test_a_hostile_name_of_a_document_is_shown_and_does_nothing() -> None:
    name = "@everyone <@123> [x](https://evil.example) ||y|| `z"
    (message,) = answer(a_reply("So.", citations=[Citation(1, name, "", 0.5)]), EN)
    assert not re.search(r"@everyone|<@|(?<!\\)\]\(|(?<!\\)\|\||(?<!\\):\/\/|(?<!\\)`", message)


@pytest.mark.parametrize("say", [EN, CS], ids=["en", "cs"])
@pytest.mark.parametrize("reason", FinishReason)
def test_how_an_answer_ended_is_said_unless_it_simply_did(reason: FinishReason, say: Wording) -> None:
    (message,) = answer(replace(a_reply("So far."), finish_reason=reason), say)
    if reason in {FinishReason.COMPLETE, FinishReason.UNANSWERED}:
        assert message == "So far."
    else:
        assert re.fullmatch(r"So far\.\n-# \S.*", message)


def test_notices_stand_under_the_answer_and_their_code_stays_code() -> None:
    (message,) = answer(a_reply("So.", notices=[Notice("unindexed"), Notice("not-saved")]), EN)
    first, second = message.split("\n")[1:]
    assert first.startswith("-# Your documents")
    assert "`sova index`" in first
    assert second.startswith("-# The history")


def test_a_footer_that_no_longer_fits_is_a_message_of_its_own_and_nothing_is_lost() -> None:
    for length in range(LIMIT - 80, LIMIT + 20, 3):
        messages = answer(a_reply("x" * length, citations=SOURCES), EN)
        assert all(len(message) <= LIMIT for message in messages)
        assert "".join(messages).count("x") == length + "".join(messages[-1:]).count("txt")
        assert messages[-1].split("\n")[-1].startswith("-# Sources: ")


def test_a_footer_stands_under_text_or_alone_under_a_full_message() -> None:
    assert "word" in answer(a_reply("word " * 398, citations=SOURCES), EN)[-1]
    full, footer = answer(a_reply("x" * LIMIT + " \n" * 20, citations=SOURCES), EN)
    assert full == "x" * LIMIT
    assert footer.startswith("-# Sources: ")


def test_very_many_notices_are_all_said() -> None:
    cut = [Notice("attachment-cut", {"name": "n" * 150, "percent": 1})] * 20
    messages = answer(a_reply("So.", notices=cut), EN)
    assert "\n".join(messages).count("too long to be read whole") == 20


@settings(max_examples=100, deadline=None)
@given(st.lists(written, max_size=6).map(" ".join), sizes)
def test_messages_that_were_finished_while_it_streamed_are_those_of_the_whole_answer(
    text: str, cuts: list[int]
) -> None:
    safe = sanitized(text * 4)
    whole, streamed = answer(a_reply(safe), EN), Answer()
    for piece in cuts_of(safe, cuts):
        streamed.add(ReplyDelta(piece))
        pages = streamed.pages()
        assert pages.texts[: pages.finished] == whole[: pages.finished]
        assert all(0 < len(page) <= LIMIT for page in pages.texts)
    assert streamed.pages().texts == (() if "answered with nothing" in whole[0] else whole)


def test_an_open_block_of_code_is_shown_closed_while_it_streams() -> None:
    streamed = Answer()
    streamed.add(ReplyDelta("Look:\n```py\n"))
    assert streamed.pages().texts == ("Look:",)
    streamed.add(ReplyDelta("x = 1\ny"))
    assert streamed.pages().texts == ("Look:\n```py\nx = 1\ny\n```",)


def test_what_the_model_thinks_is_never_shown() -> None:
    streamed = Answer()
    streamed.add(ReplyDelta(thinking="I wonder"))
    assert streamed.pages().texts == ()


def test_an_error_in_the_middle_stands_under_what_was_said() -> None:
    streamed = Answer()
    streamed.add(ReplyDelta("It is"))
    (message,) = streamed.failed(UNREACHABLE, EN)
    assert message.startswith("It is\n⚠️ ")
    assert "Ollama" in message
    assert Answer().failed(UNREACHABLE, CS) == failure(UNREACHABLE, CS)


def test_states_are_said_in_small_text_in_both_languages() -> None:
    assert progress(Progress(Stage.LOADING, "qwen_2.5:7b"), EN) == "-# Loading qwen\\_2.5:7b…"
    assert progress(Progress(Stage.LOADING, "qwen2.5:7b"), CS) == "-# Načítám qwen2.5:7b…"
    assert progress(Progress(Stage.READING, "m"), EN) == "-# Reading…"
    assert progress(Progress(Stage.QUEUED, "m"), CS) == "-# Čekám, až na mě přijde řada…"
    assert place(1, EN) == "-# You are 2nd in line; the answer will appear here."
    assert place(1, CS) == "-# Jste 2. v pořadí; odpověď se objeví tady."


def test_a_card_has_its_title_its_fields_and_its_tables() -> None:
    table = Table(("Model", "Size"), (("qwen_2.5", "4.7 GB"), ("phi", "12 GB")), frozenset({1}), title="Here")
    card = Card("Models", "`sova models` lists *all*.", (Field("Engine", "Ollama"),), (table,))
    assert card_texts(card) == (
        "**Models**\n\n`sova models` lists \\*all\\*.\n\n**Engine:** Ollama\n\n**Here**\n"
        "```\nModel       Size\n────────  ──────\nqwen_2.5  4.7 GB\nphi        12 GB\n```",
    )


@settings(deadline=None)
@given(st.text(max_size=200), st.lists(st.tuples(st.text(max_size=90), st.text(max_size=90)), max_size=40))
def test_cards_of_any_words_fit_and_mention_nobody(text: str, rows: list[tuple[str, str]]) -> None:
    card = Card("@everyone", text, (Field(text, "<@123456789012345678>"),), (Table(("A", "B"), tuple(rows)),))
    messages = card_texts(card)
    assert all(0 < len(message) <= LIMIT for message in messages)
    assert not re.search(r"@(?:everyone|here)|<@", "\n".join(messages))


def test_code_in_a_sentence_makes_no_link() -> None:
    assert card_texts(Card("Title", "`[a](https://evil.example)` `](x`"))[0].endswith("`](x`".replace("](", "]\u2060("))


def test_sources_are_pages_with_each_passage_quoted_under_its_name() -> None:
    card = Card("Sources", "[1] faq.txt › Memory\n# Not *this*\n\nIt helps.\n\n[2] This source may not be shown here.")
    assert source_pages(card, EN) == (
        "**Sources**\n\n**\\[1\\] faq.txt › Memory**\n> \\# Not \\*this\\*\n>\n> It helps.\n\n"
        "\\[2\\] This source may not be shown here.",
    )


def test_many_sources_are_numbered_pages() -> None:
    text = "\n\n".join(f"[{number}] doc_{number}.txt\n{'All about it. ' * 60}" for number in range(1, 9))
    for say, mark in ((EN, "-# page 1 of 4"), (CS, "-# strana 1 z 4")):
        pages = source_pages(Card("Sources", text), say)
        assert len(pages) == 4
        assert pages[0].endswith(mark)
        assert all(len(page) <= LIMIT for page in pages)
        assert "".join(pages).count("All about it.") == 8 * 60
    assert all(len(page) <= LIMIT for page in source_pages(Card("Sources", f"[1] a.txt\n{'w' * 3_990}"), EN))
