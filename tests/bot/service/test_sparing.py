from collections.abc import AsyncIterator

import pytest

from bot.errors import AssistantError, EngineUnreachable, Withdrawn
from bot.messages import Author, ConversationKey, Incoming, Progress, ReplyDelta, Stage
from bot.service.platforms import Told
from bot.service.sparing import place_of, sparing

HERE = ConversationKey("board", "team", "here")
QUESTION = Incoming("1", HERE, Author("u1", "Ola"), "Well?", received_at=1.0)
AGAIN = Incoming("2", HERE, Author("u1", "Ola"), "", received_at=1.0, again=True, replaces="m1")
LOADING, THINKING, WORD = Progress(Stage.LOADING, "owl"), ReplyDelta(thinking="Hm."), ReplyDelta("It is.")
AWAY = EngineUnreachable(engine="scripted", url="scripted://")


async def shown(
    incoming: Incoming, *events: Told, posted: str | None = None, held: bool = True
) -> tuple[list[Told], list[Told], list[str]]:
    """What is to be shown in the message, what is told beside it, and the names that were remembered."""
    beside: list[Told] = []
    names: list[str] = []

    async def told() -> AsyncIterator[Told]:
        for event in events:
            yield event

    async def refuse(_: Incoming, error: AssistantError) -> None:
        beside.append(error)

    async def remember(name: str) -> bool:
        names.append(name)
        return held

    spared = sparing(incoming, told(), posted=posted, remember=remember, refuse=refuse)
    return [event async for event in spared], beside, names


async def test_an_answer_stands_until_there_are_words_to_take_its_place() -> None:
    assert await shown(AGAIN, LOADING, THINKING, WORD, THINKING, AWAY) == ([WORD, THINKING, AWAY], [], ["m1"])


@pytest.mark.parametrize(("end", "beside"), [(AWAY, [AWAY]), (Withdrawn(), [])])
async def test_an_answer_stays_where_none_comes_and_an_error_is_told_beside_it(
    end: AssistantError, beside: list[AssistantError]
) -> None:
    assert await shown(AGAIN, LOADING, end) == ([], beside, [])


async def test_where_no_answer_stands_everything_is_shown() -> None:
    events = (LOADING, THINKING, AWAY)
    assert await shown(QUESTION, *events, posted="m1") == (list(events), [], [])
    assert await shown(QUESTION, *events) == (list(events), [], [])


async def test_where_an_earlier_try_has_begun_to_replace_the_answer_everything_is_shown() -> None:
    assert await shown(AGAIN, LOADING, AWAY, posted="m1") == ([LOADING, AWAY], [], [])


async def test_nothing_is_shown_once_somebody_else_goes_on() -> None:
    assert await shown(AGAIN, LOADING, WORD, WORD, held=False) == ([], [], ["m1"])


async def test_the_reply_goes_into_what_is_posted_else_into_what_it_replaces() -> None:
    assert place_of(AGAIN, None) == "m1"
    assert place_of(AGAIN, "m2") == "m2"
    assert place_of(QUESTION, None) is None
