"""Holds what people see of Sova's answers in Slack, and of what is beside them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.rendering.answers import (
    Answer,
    answer,
    failure,
    footer_blocks,
    loading,
    page,
    place,
    state,
    status,
)
from adapters.slack.rendering.limits import MARKDOWN, PAGE
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
from tests.adapters.slack.rendering.messages import checked
from tests.adapters.slack.rendering.test_markdown import hostile
from tests.bot.chat.rendering.texts import cuts_of, sizes

EN, CS = speak(Language.ENGLISH), speak(Language.CZECH)
SOURCES = (Citation(1, "en/faq.txt", "R&D <memory>", 0.9), Citation(2, "release_notes.md", "", 0.8))
UNREACHABLE = EngineUnreachable(engine="Ollama", url="http://127.0.0.1:11434")


def a_reply(text: str, *, citations: Sequence[Citation] = (), notices: Sequence[Notice] = ()) -> Reply:
    return Reply(
        text=text,
        conversation=ConversationKey("slack", "T1", "C1"),
        model="owl:1b",
        engine="Ollama",
        finish_reason=FinishReason.COMPLETE,
        usage=Usage(),
        timings=Timings(),
        citations=tuple(citations),
        notices=tuple(notices),
    )


def shown(blocks: Sequence[dict[str, Any]]) -> list[str]:
    """The kinds of the blocks, each with its text."""
    return [f"{block['type']}: {block.get('text') or block['elements'][0]['text']}" for block in blocks]


def test_an_answer_is_a_markdown_block_with_its_words_beside_it() -> None:
    (message,) = checked(answer(a_reply("It is **so**."), EN))
    assert shown(message["blocks"]) == ["markdown: It is **so**."]
    assert message["text"] == "It is so."


@pytest.mark.parametrize("text", ["", "```\n \n```", " \n"])
def test_an_answer_that_shows_nothing_says_so_and_what_else_there_is(text: str) -> None:
    (message,) = checked(answer(replace(a_reply(text), finish_reason=FinishReason.STOPPED), EN))
    nothing, ending = shown(message["blocks"])
    assert nothing.startswith("context: owl:1b answered with nothing at all.")
    assert ending == "context: Stopped. What was said up to here is kept."


@pytest.mark.parametrize(("say", "label"), [(EN, "Sources:"), (CS, "Zdroje:")], ids=["en", "cs"])
def test_sources_and_notices_stand_below_in_small_print(say: Wording, label: str) -> None:
    (message,) = checked(answer(a_reply("So. [1]", citations=SOURCES, notices=[Notice("unindexed")]), say))
    text, footer = shown(message["blocks"])
    assert text == "markdown: So. [1]"
    notice, sources = footer.split("\n")
    assert "`sova index`" in notice
    assert sources == f"{label} [1] en/faq.txt · R&amp;D &lt;memory&gt;  [2] release_notes.md"


def test_very_many_notices_are_all_said() -> None:
    cut = [Notice("attachment-cut", {"name": "n" * 150, "percent": 1})] * 40
    (message,) = checked(answer(a_reply("So.", notices=cut), EN))
    assert "\n".join(shown(message["blocks"])).count("too long to be read whole") == 40
    assert footer_blocks(a_reply("So."), EN) == ()


def test_a_long_answer_takes_several_messages_and_the_footer_stands_below_the_last() -> None:
    messages = checked(answer(a_reply("One two three. " * 2_000, citations=SOURCES), EN))
    assert len(messages) == 4
    assert [len(message["blocks"]) for message in messages] == [1, 1, 1, 2]
    assert sum(message["blocks"][0]["text"].count("three") for message in messages) == 2_000


@settings(max_examples=100, deadline=None)
@given(st.lists(hostile, min_size=1, max_size=4).map("".join), sizes)
def test_messages_that_were_finished_while_it_streamed_are_those_of_the_whole_answer(
    text: str, cuts: list[int]
) -> None:
    safe = sanitized((text * 20)[:30_000])
    whole, streamed, settled, finished = answer(a_reply(safe), EN), Answer(), "", 0
    for piece in cuts_of(safe, [cut * 300 for cut in cuts]):
        streamed.add(ReplyDelta(piece))
        pages = streamed.pages()
        assert tuple(map(page, pages.texts[: pages.finished])) == whole[: pages.finished]
        assert streamed.settled.startswith(settled if pages.finished == finished else "")
        settled, finished = streamed.settled, pages.finished
    checked(whole)
    assert streamed.so_far() in ((), whole)


def test_a_stream_can_be_added_to_and_ends_as_the_message_does() -> None:
    streamed, sent = Answer(), ""
    for piece in cuts_of("Look:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\nx = 1\n```\nso it **is**.", [3]):
        streamed.add(ReplyDelta(piece))
        assert streamed.settled.startswith(sent)
        sent = streamed.settled
    (text,) = streamed.pages().texts
    assert text.startswith(sent)
    assert text.endswith("so it **is**.")


def test_what_the_model_thinks_is_never_shown() -> None:
    streamed = Answer()
    streamed.add(ReplyDelta(thinking="I wonder"))
    assert streamed.so_far() == ()


def test_a_table_is_kept_whole_where_a_message_ends() -> None:
    table = "| Name | Size |\n|---|---|\n" + "| n | 7 GB |\n" * 60
    for length in range(PAGE - 1_000, PAGE + 40, 100):
        messages = checked(answer(a_reply("word " * (length // 5) + "\n" + table), EN))
        assert all("| n |" not in message["blocks"][0]["text"].split("| Name |")[0] for message in messages)
        assert sum(message["blocks"][0]["text"].count("| n |") for message in messages) == 60


def test_an_error_in_the_middle_stands_below_what_was_said() -> None:
    streamed = Answer()
    streamed.add(ReplyDelta("It is"))
    (message,) = checked(streamed.failed(UNREACHABLE, EN))
    said, error = shown(message["blocks"])
    assert said == "markdown: It is"
    assert "⚠️ " in error
    assert "Ollama" in error
    assert Answer().failed(UNREACHABLE, CS) == failure(UNREACHABLE, CS)
    assert "Ollama" in checked(failure(UNREACHABLE, CS))[0]["text"]


def test_states_are_said_in_both_languages() -> None:
    assert loading(Progress(Stage.LOADING, "qwen_2.5:7b"), EN) == "Loading qwen_2.5:7b…"
    assert (status(EN), status(CS)) == ("is thinking…", "přemýšlí…")
    (waiting,) = checked([state(Progress(Stage.QUEUED, "m"), CS)])
    assert shown(waiting["blocks"]) == ["context: Čekám, až na mě přijde řada…"]
    assert checked([place(1, EN)])[0]["text"] == "You are 2nd in line; the answer will appear here."


def test_a_page_leaves_room_in_slacks_limit() -> None:
    assert PAGE < MARKDOWN
