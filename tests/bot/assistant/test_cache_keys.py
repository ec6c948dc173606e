"""What is the same in all that a conversation asks its engine, so that one host can have read it before."""

from dataclasses import replace

from bot.assistant.answering import cache_key
from bot.messages import ConversationKey
from tests.bot.assistant.test_grounded_answers import HERE, House

THERE = replace(HERE, thread="42")


async def test_every_prompt_of_a_conversation_has_the_same_key() -> None:
    house = House()
    await house.ask("Where is the paper?")
    assert len(house.engine.asked) == 3  # two about the passages, and the answer
    assert {asked.cache_key for asked in house.engine.asked} == {cache_key(HERE)}


def test_conversations_have_keys_of_their_own_in_which_nothing_can_be_read() -> None:
    assert cache_key(HERE) != cache_key(THERE)
    assert len(cache_key(HERE)) == 16
    assert not any(part in cache_key(HERE) for part in (HERE.platform, HERE.workspace, HERE.channel))


def test_every_process_gives_a_conversation_the_same_key() -> None:
    assert cache_key(ConversationKey("slack", "T1", "C1", "17.5")) == "b967269351d6dd09"
