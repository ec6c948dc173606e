"""What is made of votes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fakeredis import FakeAsyncRedis

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.feedback import RedisFeedback
from bot.feedback import AttributedFeedback, as_plain, exported
from bot.messages import ConversationKey, Turn
from bot.ports import FeedbackEntry, Vote
from tests.doubles.memory import MemoryHistory

HERE = ConversationKey("discord", "guild", "general", "t1")
TURN = Turn("1", "Where?", "There.", "owl:1b", at=1.0, author="ana")


@pytest.fixture
async def feedback() -> AsyncIterator[RedisFeedback]:
    async with FakeAsyncRedis() as client:
        yield RedisFeedback(RedisConnection(client, where="fakeredis"), prefix="t", max_age=timedelta(days=1))


@pytest.fixture
def history() -> MemoryHistory:
    return MemoryHistory(kept={HERE: [TURN]})


async def test_the_history_tells_whose_answer_a_vote_is_about(feedback: RedisFeedback, history: MemoryHistory) -> None:
    await AttributedFeedback(feedback, history).record(FeedbackEntry("1", HERE, "bo", Vote.UP, 2.0))
    (entry,) = [entry async for entry in feedback.entries()]
    assert (entry.model, entry.asker, entry.author) == ("owl:1b", "ana", "bo")


async def test_what_the_voter_knows_stays(feedback: RedisFeedback, history: MemoryHistory) -> None:
    known = FeedbackEntry("1", HERE, "bo", Vote.UP, 2.0, model="lark")
    await AttributedFeedback(feedback, history).record(known)
    (entry,) = [entry async for entry in feedback.entries()]
    assert (entry.model, entry.asker) == ("lark", "ana")


async def test_a_vote_on_an_answer_that_nobody_remembers_is_kept_all_the_same(
    feedback: RedisFeedback, history: MemoryHistory
) -> None:
    await AttributedFeedback(feedback, history).record(FeedbackEntry("9", HERE, "bo", Vote.UP, 2.0))
    assert [(entry.turn, entry.model) async for entry in feedback.entries()] == [("9", "")]


async def test_votes_are_exported_with_question_and_answer_while_these_are_remembered(
    feedback: RedisFeedback, history: MemoryHistory
) -> None:
    for turn in ("1", "9"):
        await feedback.record(FeedbackEntry(turn, HERE, "bo", Vote.DOWN, 2.0, reason="No.", model="owl:1b"))
    found = {str(row["turn"]): row for row in [as_plain(vote) async for vote in exported(feedback, history)]}
    assert found["1"] == {
        "at": 2.0,
        "platform": "discord",
        "workspace": "guild",
        "channel": "general",
        "thread": "t1",
        "turn": "1",
        "author": "bo",
        "vote": "down",
        "reason": "No.",
        "model": "owl:1b",
        "question": "Where?",
        "answer": "There.",
    }
    assert (found["9"]["question"], found["9"]["answer"]) == (None, None)


async def test_of_several_conversations_each_vote_has_its_own_question(
    feedback: RedisFeedback, history: MemoryHistory
) -> None:
    there = replace(HERE, thread="t2")
    history.kept[there] = [replace(TURN, question="Who?")]
    for place in (HERE, there):
        await feedback.record(FeedbackEntry("1", place, "bo", Vote.UP, 2.0))
    assert [vote.turn and vote.turn.question async for vote in exported(feedback, history)] == ["Where?", "Who?"]
