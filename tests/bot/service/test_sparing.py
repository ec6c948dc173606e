from collections.abc import AsyncIterator

import pytest

from bot.errors import AssistantError, EngineUnreachable, Withdrawn
from bot.messages import Author, ConversationKey, Incoming, Progress, ReplyDelta, Stage
from bot.service.platforms import Told
from bot.service.sparing import sparing

HERE = ConversationKey("board", "team", "here")
QUESTION = Incoming("1", HERE, Author("u1", "Ola"), "Well?", received_at=1.0)
AGAIN = Incoming("2", HERE, Author("u1", "Ola"), "", received_at=1.0, again=True, reply="m1")
LOADING, THINKING, WORD = Progress(Stage.LOADING, "owl"), ReplyDelta(thinking="Hm."), ReplyDelta("It is.")
AWAY = EngineUnreachable(engine="scripted", url="scripted://")


async def shown(incoming: Incoming, *events: Told, posted: str | None = "m1") -> tuple[list[Told], list[Told]]:
    """What is to be shown in the message, and what is told beside it."""
    beside: list[Told] = []

    async def told() -> AsyncIterator[Told]:
        for event in events:
            yield event

    async def refuse(_: Incoming, error: AssistantError) -> None:
        beside.append(error)

    return [event async for event in sparing(incoming, told(), posted=posted, refuse=refuse)], beside


async def test_an_answer_stands_until_there_are_words_to_take_its_place() -> None:
    assert await shown(AGAIN, LOADING, THINKING, WORD, THINKING, AWAY) == ([WORD, THINKING, AWAY], [])


@pytest.mark.parametrize(("end", "beside"), [(AWAY, [AWAY]), (Withdrawn(), [])])
async def test_an_answer_stays_where_none_comes_and_an_error_is_told_beside_it(
    end: AssistantError, beside: list[AssistantError]
) -> None:
    assert await shown(AGAIN, LOADING, end) == ([], beside)


async def test_where_no_answer_stands_everything_is_shown() -> None:
    events = (LOADING, THINKING, AWAY)
    assert await shown(QUESTION, *events) == (list(events), [])
    assert await shown(AGAIN, *events, posted=None) == (list(events), [])
