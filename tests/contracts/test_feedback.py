"""Owns the contract of the port `Feedback`, on every server that may stand behind it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.feedback import AT_ONCE, RedisFeedback
from bot.messages import ConversationKey
from bot.ports import Feedback, FeedbackEntry, Vote, Votes
from bot.ports.feedback import MOST_REASON_CHARACTERS

pytest_plugins = ["tests.contracts.redis_servers"]

HERE = ConversationKey("discord", "team", "general", "t1")
THERE = ConversationKey("slack", "team", "general")
WEEK = timedelta(days=7)
NOW = 1_800_000_000.0

many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
any_text = st.text(alphabet=st.characters(exclude_categories=()), max_size=40)


@pytest.fixture
def feedback(redis_connection: RedisConnection, redis_prefix: str) -> RedisFeedback:
    return RedisFeedback(redis_connection, prefix=redis_prefix, max_age=WEEK)


def a_vote(
    turn: str = "1", *, author: str = "u1", vote: Vote = Vote.UP, conversation: ConversationKey = HERE, at: float = NOW
) -> FeedbackEntry:
    return FeedbackEntry(turn, conversation, author, vote, at, model="owl:1b", asker="u9")


async def kept(feedback: Feedback) -> list[FeedbackEntry]:
    return [entry async for entry in feedback.entries()]


async def test_at_first_nobody_has_voted(feedback: Feedback) -> None:
    assert await kept(feedback) == []
    assert await feedback.counts() == {}


async def test_a_person_has_one_vote_on_an_answer_and_may_change_it(feedback: Feedback) -> None:
    await feedback.record(a_vote())
    changed = replace(a_vote(vote=Vote.DOWN, at=NOW + 1), reason="Too long.")
    await feedback.record(changed)
    assert await kept(feedback) == [changed]
    assert await feedback.counts() == {"owl:1b": Votes(up=0, down=1)}


async def test_votes_are_counted_by_model_those_with_the_most_first(feedback: Feedback) -> None:
    await feedback.record(replace(a_vote("1"), model="lark"))
    await feedback.record(a_vote("2"))
    await feedback.record(a_vote("2", author="u2", vote=Vote.DOWN))
    await feedback.record(replace(a_vote("3", conversation=THERE), model="owl:1b"))
    assert list((await feedback.counts()).items()) == [("owl:1b", Votes(2, 1)), ("lark", Votes(1, 0))]


async def test_votes_come_conversation_by_conversation_oldest_first(feedback: Feedback) -> None:
    votes = [a_vote("3", at=NOW + 3), a_vote("1", conversation=THERE), a_vote("2", at=NOW + 2)]
    for vote in votes:
        await feedback.record(vote)
    assert [(one.conversation, one.turn) for one in await kept(feedback)] == [(THERE, "1"), (HERE, "2"), (HERE, "3")]


async def test_however_many_conversations_there_are_all_votes_come(feedback: Feedback) -> None:
    for n in range(AT_ONCE + 1):
        await feedback.record(a_vote(str(n), conversation=replace(HERE, thread=str(n)), at=NOW + n))
    assert [vote.turn for vote in await kept(feedback)] == [str(n) for n in range(AT_ONCE + 1)]


async def test_a_conversation_s_votes_are_forgotten_and_counted(feedback: Feedback) -> None:
    for vote in (a_vote("1"), a_vote("2"), a_vote("3", conversation=THERE)):
        await feedback.record(vote)
    assert await feedback.forget(HERE) == 2
    assert [vote.turn for vote in await kept(feedback)] == ["3"]
    assert await feedback.forget(HERE) == 0


async def test_of_a_person_the_votes_and_those_on_answers_to_them_are_forgotten(feedback: Feedback) -> None:
    mine, to_me = a_vote("1", author="u5"), replace(a_vote("2"), asker="u5")
    others, elsewhere = a_vote("3"), a_vote("4", author="u5", conversation=THERE)
    for vote in (mine, to_me, others, elsewhere):
        await feedback.record(vote)
    assert await feedback.forget_person("discord", "u5") == 2
    assert await kept(feedback) == [others, elsewhere]


async def test_of_a_forgotten_person_no_key_is_left(
    feedback: Feedback, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await feedback.record(a_vote(author="u5"))
    await feedback.forget_person("discord", "u5")
    assert await redis_connection.run(lambda redis: redis.keys(f"{redis_prefix}*")) == []


async def test_a_platform_whose_name_begins_alike_is_another(feedback: Feedback) -> None:
    await feedback.record(a_vote(conversation=replace(HERE, platform="discord2")))
    assert await feedback.forget_person("discord", "u1") == 0


async def test_votes_live_as_long_as_the_history(
    feedback: Feedback, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await feedback.record(a_vote())
    for key in await redis_connection.run(lambda redis: redis.keys(f"{redis_prefix}*")):
        left = await redis_connection.run(lambda redis, key=key: redis.pttl(key))  # type: ignore[misc]
        assert 0 < left <= WEEK.total_seconds() * 1000


async def test_what_cannot_be_read_is_left_out(
    feedback: Feedback, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await feedback.record(a_vote("1"))
    key = f"{redis_prefix}:v1:{{{HERE}}}:feedback"
    await redis_connection.run(lambda redis: redis.hset(key, "x", json.dumps({"v": 2})))
    assert [vote.turn for vote in await kept(feedback)] == ["1"]


def test_a_reason_is_bounded() -> None:
    vote = replace(a_vote(), reason=f"  {'x' * 5_000}")
    assert vote.reason == "x" * MOST_REASON_CHARACTERS


@many
@given(turn=any_text, author=any_text, reason=any_text, place=any_text, direct=st.booleans())
@example(turn="\ud83e", author="\udd89", reason="\ud83e", place="\ud83e", direct=True)
async def test_any_vote_comes_back_as_it_was(
    feedback: Feedback, turn: str, author: str, reason: str, place: str, direct: bool
) -> None:
    conversation = ConversationKey("discord", place, place, direct=direct)
    vote = FeedbackEntry(turn, conversation, author, Vote.DOWN, NOW, reason, "owl", author)
    await feedback.record(vote)
    (read,) = await kept(feedback)
    assert (read, read.conversation.direct) == (vote, direct)
    assert await feedback.forget(conversation) == 1
