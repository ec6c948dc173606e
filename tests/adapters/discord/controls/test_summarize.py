"""Summaries of channels and threads in a strict Discord over real sockets."""

import asyncio

from tests.adapters.discord.controls import test_over_http as wire
from tests.doubles.behind import LARK
from tests.doubles.discord import Interaction, Post

line = wire.line
Line = wire.Line

FIRST = (
    "The old print server crashed twice last week, on Tuesday and on Thursday, and accounting could not print any "
    "invoices for three hours; it has only 4 GB of memory, and it is from 2014."
)
SECOND = "Decided: we buy the new Dell server for 1,450 euros, and Bob orders it by Friday."


def finds(line: Line, *lines: str) -> None:
    line.behind.engine.scripts = [["\n".join(lines)]]


async def shown(line: Line, sent: Interaction, words: str) -> Post:
    """The card, once it says that."""
    async with asyncio.timeout(5):
        return await line.service.until(lambda: sent.answer if sent.answer and words in sent.answer.text else None)


def read(line: Line) -> str:
    """What the model was shown."""
    return line.behind.engine.asked[0].messages[-1].content


async def test_a_channel_is_summed_up_with_links_for_whoever_asks(line: Line) -> None:
    finds(line, "DECISION: We buy the new Dell server for 1,450 euros. [2]")
    line.general.says(line.bob, FIRST)
    decided = line.general.says(line.anna, SECOND)

    sent = line.bob.slash(line.general, "summarize", hours="4")

    card = await shown(line, sent, "1,450 euros")
    assert card.is_ephemeral
    link = f"https://discord.com/channels/{line.guild.id}/{line.general.id}/{decided.id}"
    assert f"](<{link}>)" in card.text
    assert "Anna: Decided" in read(line)


async def test_a_thread_is_summed_up_with_the_message_that_it_was_opened_from(line: Line) -> None:
    finds(line, "POINT: The old print server crashed twice last week. [1]")
    line.general.says(line.bob, "Something else that stands in the channel alone.")
    root = line.general.says(line.bob, FIRST)
    thread = line.general.starts_thread(line.bob, "Printer", on=root)
    thread.says(line.anna, SECOND)

    sent = line.bob.slash(thread, "summarize")

    await shown(line, sent, "crashed twice last week")
    assert "accounting could not print" in read(line)
    assert "Dell" in read(line)
    assert "Something else" not in read(line)


async def test_bots_and_cards_are_left_out(line: Line) -> None:
    finds(line, "POINT: The old print server crashed twice last week. [1]")
    line.general.says(line.bob, FIRST)
    line.general.hears_webhook("Build 417 has failed.")
    line.bob.slash(line.general, "model", name=LARK.name)

    sent = line.bob.slash(line.general, "summarize")

    await shown(line, sent, "crashed twice last week")
    assert "Build 417" not in read(line)
    assert LARK.name not in read(line)


async def test_where_nobody_wrote_anything_that_is_said(line: Line) -> None:
    sent = line.bob.slash(line.general, "summarize")

    await shown(line, sent, "nothing to sum up")
    assert line.behind.engine.asked == []


async def test_where_sova_may_not_read_that_is_said(line: Line) -> None:
    line.general.denies("read_message_history")

    sent = line.bob.slash(line.general, "summarize")

    await shown(line, sent, "Read Message History")


async def test_without_the_right_to_read_what_people_write_it_is_said_how_to_give_it(line: Line) -> None:
    line.general.says(line.bob, FIRST)
    object.__setattr__(line.service.rest._access, "privileged", frozenset())

    sent = line.bob.slash(line.general, "summarize")

    await shown(line, sent, "Privileged Gateway Intents")
    assert line.behind.engine.asked == []


async def test_a_thread_is_needed_for_one(line: Line) -> None:
    sent = line.bob.slash(line.general, "summarize", what="thread")

    await shown(line, sent, "isn't a thread")


async def test_a_file_that_comes_with_the_command_is_summed_up(line: Line) -> None:
    finds(line, "POINT: The old print server crashed twice last week. [1]")
    line.client.files = {"report.txt": FIRST.encode()}

    sent = line.bob.slash(line.general, "summarize", upload=("report.txt", FIRST.encode()))

    assert "Summary of report.txt" in (await shown(line, sent, "crashed twice")).text
