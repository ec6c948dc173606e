"""What threads are called, and that each is opened once."""

import asyncio

import pytest

from adapters.discord.answering.threads import LONGEST_NAME, Threads, thread_name
from adapters.discord.rest import Rest
from bot.chat.showing.pacing import Budgets
from bot.messages import Author, ConversationKey, Incoming, Language
from tests.adapters.discord.platform.stage import QUICK, Stage
from tests.doubles.discord import TOKEN, Hold


def named(text: str, language: Language = Language.ENGLISH) -> str:
    place = ConversationKey("discord", "1", "2", "3")
    return thread_name(Incoming("3", place, Author("4", "Anna"), text, received_at=0.0, language=language))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("How long is parental leave?", "How long is parental leave?"),
        ("One\n\n  two\tthree", "One two three"),
        ("z\u200b\u200bero\u202e width", "zero width"),
        ("", "Question"),
        ("\u200b \u2060", "Question"),
        ("???", "Question"),
    ],
)
def test_a_thread_is_named_after_what_can_be_seen_of_its_question(text: str, name: str) -> None:
    assert named(text) == name


def test_a_long_question_is_cut_between_words() -> None:
    name = named("word " * 50)
    assert len(name) <= LONGEST_NAME
    assert name.endswith("word…")


def test_a_long_word_is_cut_in_itself() -> None:
    assert named("x" * 500) == "x" * (LONGEST_NAME - 1) + "…"


def test_marks_are_not_stacked() -> None:
    assert len(named("a" + "\u0301" * 200)) < 10


def test_a_question_without_words_has_a_name_in_its_language() -> None:
    assert named("", Language.CZECH) == "Otázka"


async def test_a_thread_is_opened_once_for_all_and_stays_wanted_when_one_gives_up(stage: Stage) -> None:
    asked = stage.general.says(stage.anna, "Plans")
    hold = Hold()
    stage.discord.faults.plan(hold, "POST", "/channels/*/messages/*/threads")
    async with asyncio.timeout(5), Rest(TOKEN) as rest, Threads(rest, budgets=Budgets(QUICK)) as threads:
        impatient, patient = (
            asyncio.create_task(threads.open(stage.general.id, asked.id, name="Plans")) for _ in range(2)
        )
        await hold.reached.wait()
        impatient.cancel()
        await asyncio.wait({impatient})
        hold.released.set()
        assert await patient
    assert len([call for call in stage.discord.rest.calls if call.path.endswith("/threads")]) == 1
