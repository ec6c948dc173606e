"""Whatever a hijacked model says, what the assistant hands to a platform is inert."""

from dataclasses import replace

import pytest

from bot.assistant.limits import Limits
from bot.messages import Incoming, Notice, ReplyDelta
from bot.ports import CompletionDelta
from bot.retrieval.knowledge import Grounds
from tests.bot.assistant.test_grounded_answers import HERE, PRINTER, ULA, House, Library
from tests.bot.output.hostile import FRAGMENTS, faults

EVIL = "Read [this](https://evil.example), @everyone: <@123456789012345678> ![p](https://evil.example/p.png) \x1b[31m"


@pytest.mark.parametrize("grounds", [None, Grounds((PRINTER,), is_relevant=True)])
async def test_an_answer_is_inert_and_the_history_keeps_the_models_own_words(grounds: Grounds | None) -> None:
    house = House(Library(grounds), says=list(EVIL), judges=("yes", "written") if grounds else ())
    reply, streamed = await house.ask("Where is the paper?")
    assert faults(reply.text) == []
    assert streamed == reply.text
    assert "`https://evil.example`" in reply.text
    assert reply.completion == EVIL
    assert (await house.history.turns(HERE))[0].answer == EVIL


async def test_everything_hostile_at_once_is_inert() -> None:
    house = House(Library(None), says=FRAGMENTS, judges=())
    reply, streamed = await house.ask("Where is the paper?")
    assert faults(reply.text) == []
    assert streamed == reply.text


async def test_reasoning_is_inert_too() -> None:
    thoughts = [CompletionDelta(thinking=character) for character in EVIL]
    house = House(Library(None), says=[*thoughts, "Hello."], judges=())
    incoming = Incoming("1", HERE, ULA, "Where?", received_at=0.0)
    events = [event async for event in house.assistant.answer(incoming)]
    thinking = "".join(event.thinking for event in events if isinstance(event, ReplyDelta))
    assert "`https://evil.example`" in thinking
    assert faults(thinking) == []


async def test_links_to_the_hosts_that_the_operator_lists_stay() -> None:
    limits = Limits(link_hosts=frozenset({"wiki.example.org"}))
    said = "See [the page](https://wiki.example.org/x)."
    reply, _ = await House(Library(None), says=list(said), judges=(), limits=limits).ask("Where is the paper?")
    assert reply.text == said


async def test_the_words_of_a_document_are_inert_too() -> None:
    hostile = replace(PRINTER, text=f"The paper: {EVIL} two * stars * <b>", headings=("https://evil.example",))
    house = House(Library(Grounds((hostile,), is_relevant=True)), says=["I don't know."])
    events = [e async for e in house.assistant.answer(Incoming("1", HERE, ULA, "Where is the paper?", received_at=0.0))]
    deltas = [event for event in events if isinstance(event, ReplyDelta)]
    text, plain = "".join(delta.text for delta in deltas), "".join(delta.plain for delta in deltas)
    assert r"two \* stars \* \<b\>" in text
    assert "@everyone" not in text + plain
    assert "\x1b" not in text + plain
    assert faults(text) == []


async def test_a_cut_answer_says_so() -> None:
    reply, _ = await House(Library(None), says=["word " * 21_000], judges=()).ask("Where is the paper?")
    assert Notice("answer-cut", {"characters": 100_000}) in reply.notices


async def test_an_answer_that_was_stopped_in_a_block_of_code_ends_it() -> None:
    house = House(Library(None), says=["```\nx"], judges=())
    reply, streamed = await house.ask("Where is the paper?")
    assert reply.text == streamed == "```\nx\n```"


@pytest.mark.parametrize("grounds", [None, Grounds((PRINTER,), is_relevant=True)])
async def test_nothing_is_lost_that_was_held_back_to_the_end(grounds: Grounds | None) -> None:
    house = House(
        Library(grounds), says=["The paper is at www.evil.exam", "ple"], judges=("yes", "written") if grounds else ()
    )
    reply, streamed = await house.ask("Where is the paper?")
    assert streamed == reply.text
    assert "`www.evil.example`" in reply.text
