"""What the assistant keeps of who asked, and how it lets go of it, answers in the making included."""

import asyncio
from dataclasses import replace

import pytest

from bot.errors import HistoryUnavailable
from bot.messages import Author, ConversationKey, FinishReason, Incoming, Reply, ReplyDelta
from bot.ports import Forgotten
from tests.bot.assistant.test_assistant import House, last, scripted

ANA, BO = Author("U1", "Ana"), Author("U2", "Bo")
TALK = ConversationKey("slack", "T1", "C1")
DOWN = HistoryUnavailable(where="redis", reason="refused")


def question(author: Author, text: str, *, place: ConversationKey = TALK) -> Incoming:
    return Incoming(text, place, author, text, received_at=0.0)


async def asked(house: House, author: Author, text: str) -> Reply:
    return await last(house.assistant.answer(question(author, text)))


async def authors(house: House) -> list[str]:
    return [turn.author for turn in await house.history.turns(TALK)]


async def test_a_turn_tells_who_asked() -> None:
    house = House()
    await asked(house, ANA, "one?")
    await asked(house, BO, "two?")
    assert await authors(house) == ["U1", "U2"]


async def test_a_question_stays_its_author_s_whoever_has_it_answered_again() -> None:
    house = House()
    await asked(house, ANA, "one?")
    await last(house.assistant.regenerate(question(BO, "again")))
    assert await authors(house) == ["U1"]


async def test_what_waits_to_be_stored_is_forgotten_too_and_counted_once() -> None:
    house = scripted(["Hello."])
    await asked(house, ANA, "one?")
    stream = house.assistant.answer(question(ANA, "two?"))
    assert isinstance(await anext(stream), ReplyDelta)
    house.history.down = DOWN
    assert [notice.code for notice in (await last(stream)).notices] == ["not-saved"]
    with pytest.raises(HistoryUnavailable):
        await house.assistant.forget_person("slack", "U1")
    house.history.down = None
    assert await house.assistant.forget_person("slack", "U1") == Forgotten(turns=2, pins=0, conversations=1)
    await asked(house, BO, "three?")
    assert await authors(house) == ["U2"]


async def test_an_answer_in_the_making_is_stopped_and_leaves_nothing() -> None:
    house = scripted(["Once", asyncio.Event()])
    async with asyncio.timeout(5):
        stream = house.assistant.answer(question(ANA, "a story?"))
        await anext(stream)
        assert (await house.assistant.forget_person("slack", "U1")).turns == 1
        assert (await last(stream)).finish_reason is FinishReason.STOPPED
    assert await authors(house) == []


async def test_answers_to_others_go_on() -> None:
    gate = asyncio.Event()
    house = scripted(["Once", gate, " upon a time."])
    async with asyncio.timeout(5):
        for elsewhere in (TALK, replace(TALK, platform="discord")):
            gate.clear()
            author = BO if elsewhere is TALK else ANA
            stream = house.assistant.answer(question(author, "a story?", place=elsewhere))
            await anext(stream)
            await house.assistant.forget_person("slack", "U1")
            gate.set()
            assert (await last(stream)).finish_reason is FinishReason.COMPLETE
