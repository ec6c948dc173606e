import asyncio
from dataclasses import replace

import pytest

from bot.chat.controls.private import is_private
from bot.chat.hearing import ask_command
from bot.chat.hearing.ask_command import MOST_QUOTED, AskCommand, quoted
from bot.commands.command import Invocation
from bot.errors import NotAnsweredHere, NotKept
from bot.messages import Attachment, Author, ConversationKey, Incoming, Language
from bot.places import PlaceRules
from bot.ports import AnswerIn

PLACE = ConversationKey("slack", "T1", "C1")
ANA = Author("U1", "Ana")
CALL = Invocation("event-1", PLACE, ANA, 7.0)
IN_THREADS, AS_REPLIES = PlaceRules(AnswerIn.THREAD), PlaceRules(AnswerIn.REPLY)
FILE = Attachment("a.txt", "text/plain", 1, "https://files/a")


def ask(rules: PlaceRules = AS_REPLIES, *, spoken: Language | None = None) -> AskCommand:
    async def rules_of(_place: ConversationKey) -> PlaceRules:
        return rules

    return AskCommand(rules_of, spoken)


def test_a_question_for_everybody_is_the_message_that_shows_it() -> None:
    asked = ask().for_everybody(CALL, AS_REPLIES, "Why?", message="17.5", attachments=(FILE,))

    assert asked == Incoming("17.5", PLACE, ANA, "Why?", 7.0, Language.ENGLISH, attachments=(FILE,))


def test_where_threads_are_answered_in_it_begins_one_unless_it_stands_in_one_or_nobody_reads_along() -> None:
    def answered_in(place: ConversationKey) -> str:
        asked = ask().for_everybody(replace(CALL, conversation=place), IN_THREADS, "Why?", message="17.5")
        return asked.conversation.thread

    assert answered_in(PLACE) == "17.5"
    assert answered_in(replace(PLACE, thread="9.1")) == "9.1"
    assert answered_in(replace(PLACE, direct=True)) == ""


def test_a_question_for_one_is_in_a_conversation_of_its_own() -> None:
    asked = ask().for_one(CALL, "Why?", reply="token", attachments=(FILE,))

    assert (asked.id, asked.reply, asked.attachments) == ("event-1", "token", (FILE,))
    assert asked.conversation.direct
    assert is_private(asked.conversation)
    assert asked.conversation != ask().for_one(replace(CALL, author=Author("U2", "Bob")), "?", reply=None).conversation


@pytest.mark.parametrize(
    ("spoken", "rules", "question", "expected"),
    [
        (None, AS_REPLIES, "Kolik dní dovolené máme?", Language.CZECH),
        (None, AS_REPLIES, "42?", Language.ENGLISH),
        (Language.CZECH, AS_REPLIES, "How many days?", Language.CZECH),
        (None, replace(AS_REPLIES, language=Language.CZECH), "How many days?", Language.CZECH),
    ],
)
def test_sova_speaks_what_the_place_says_else_the_operator_else_the_question_else_the_person(
    spoken: Language | None, rules: PlaceRules, question: str, expected: Language
) -> None:
    assert ask(spoken=spoken).for_everybody(CALL, rules, question, message="1").language is expected


async def test_who_asks_by_a_command_is_told_that_sova_keeps_quiet_there() -> None:
    assert await ask().rules(CALL) == AS_REPLIES
    with pytest.raises(NotAnsweredHere):
        await ask(replace(AS_REPLIES, is_open=False)).rules(CALL)


async def test_a_store_that_says_nothing_could_not_keep_the_question_either(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(_place: ConversationKey) -> PlaceRules:
        await asyncio.Event().wait()
        return AS_REPLIES

    monkeypatch.setattr(ask_command, "RULES_S", 0.0)
    with pytest.raises(NotKept):
        await AskCommand(silent).rules(CALL)


def test_a_question_is_repeated_as_a_quotation_that_is_cut_where_it_is_long() -> None:
    assert quoted("Why?\nWhy not?") == "> Why?\n> Why not?"
    assert len(quoted("why?\n" * 1_000)) == MOST_QUOTED + 1
