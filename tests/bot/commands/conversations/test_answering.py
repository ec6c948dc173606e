import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.inbox import RedisInbox
from bot.commands.cards import Card
from bot.commands.conversations.answering import Answering
from bot.errors import NothingToRegenerate
from bot.messages import ConversationKey, FinishReason, Reply, ReplyDelta
from tests.bot.commands.conftest import House

pytest_plugins = ["tests.contracts.redis_servers"]


async def test_stop_says_when_nothing_is_being_answered(house: House) -> None:
    assert (await house.card("/stop")).text == "No answer is being given here right now."


async def test_stop_ends_the_answer_that_is_being_given(house: House) -> None:
    house.engine.scripts = [["It begins", asyncio.Event()]]
    cards, replies = [], []
    async with asyncio.timeout(5):
        async for event in house.answer("how does it begin?"):
            match event:
                case ReplyDelta():
                    cards.append(await house.card("/stop"))
                case Reply():
                    replies.append(event)
    assert [card.text for card in cards] == ["I stopped. What I had said so far is kept."]
    assert [action.command for action in cards[0].actions] == ["regenerate"]
    assert [(reply.text, reply.finish_reason) for reply in replies] == [("It begins", FinishReason.STOPPED)]


async def test_regenerate_streams_another_answer_in_place_of_the_last(house: House) -> None:
    house.engine.scripts = [["first"], ["second"]]
    await house.ask("which?")
    again = await house.type("/regenerate")
    assert isinstance(again, AsyncGenerator)
    events = [event async for event in again]
    assert "".join(event.text for event in events if isinstance(event, ReplyDelta)) == "second"
    assert isinstance(events[-1], Reply)
    (turn,) = await house.history.turns(house.invocation.conversation)
    assert (turn.question, turn.answer) == ("which?", "second")


async def test_regenerate_with_nothing_asked_says_so_when_it_is_streamed(house: House) -> None:
    again = await house.type("/regenerate")
    assert isinstance(again, AsyncGenerator)
    with pytest.raises(NothingToRegenerate):
        await anext(again)


async def test_regenerate_in_the_service_takes_its_turn_in_the_inbox(
    house: House, evaluating_connection: RedisConnection, redis_prefix: str
) -> None:
    inbox = RedisInbox(evaluating_connection, prefix=redis_prefix)
    command = Answering(house.assistant, inbox=inbox).commands()[1]
    card = await command.run(house.invocation, {})
    assert isinstance(card, Card)
    assert card.text == "You are next in line; the answer will appear here."
    claim = await inbox.claim("w")
    assert claim is not None
    assert (claim.incoming.again, claim.incoming.reply, claim.incoming.id) == (True, None, house.invocation.id)


async def test_regenerate_at_the_terminal_answers_at_once_also_where_there_is_an_inbox(
    house: House, evaluating_connection: RedisConnection, redis_prefix: str
) -> None:
    inbox = RedisInbox(evaluating_connection, prefix=redis_prefix)
    command = Answering(house.assistant, inbox=inbox).commands()[1]
    here = replace(house.invocation, conversation=ConversationKey("terminal", "host", "default"))
    assert isinstance(await command.run(here, {}), AsyncGenerator)
    assert await inbox.claim("w") is None
