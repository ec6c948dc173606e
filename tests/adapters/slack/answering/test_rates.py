"""How often Slack is asked, and which answers may stream; a clock that the test moves."""

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.answering.rates import MOST_OPEN, Allowance, Streams
from bot.messages import ReplyDelta
from tests.adapters.slack.answering.stage import Stage, reply, whole

MOST_STARTS = MOST_STOPS = 20
"""Of a minute, as Slack says."""


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_only_as_many_answers_stream_as_read_well() -> None:
    streams = Streams(clock=Clock())
    for _ in range(MOST_OPEN):
        assert streams.may_begin()
        streams.begin()
    assert not streams.may_begin()
    streams.lose()
    assert streams.may_begin()


@given(st.lists(st.sampled_from(["begin", "end", "lose", "wait"]), max_size=300))
def test_every_stream_can_be_ended_at_once_whenever_that_is(steps: list[str]) -> None:
    clock = Clock()
    streams, starts, stops, opened = Streams(clock=clock), list[float](), list[float](), 0
    for step in steps:
        if step == "begin" and streams.may_begin():
            streams.begin()
            starts.append(clock.now)
            opened += 1
        elif step == "end" and opened:
            streams.end()
            stops.append(clock.now)
            opened -= 1
        elif step == "lose" and opened:
            streams.lose()
            opened -= 1
        elif step == "wait":
            clock.now += 3
        assert len([at for at in starts if at > clock.now - 60]) < MOST_STARTS
        assert len([at for at in stops if at > clock.now - 60]) + opened < MOST_STOPS


def test_growing_texts_leave_room_for_last_ones() -> None:
    allowance = Allowance(clock=(clock := Clock()))
    grown = 0
    for _ in range(600):
        clock.now += 0.1
        if allowance.updates.wait("C1", last=False) == 0:
            allowance.updates.spend("C1")
            grown += 1
    assert grown <= 40
    for _ in range(10):
        assert allowance.updates.wait("C1", last=True) == 0
        allowance.updates.spend("C1")
    assert allowance.updates.wait("C1", last=True) > 0


def test_only_as_many_messages_grow_as_can_all_become_whole_at_once() -> None:
    allowance = Allowance(clock=Clock())
    begun = 0
    while allowance.drafts.may_begin("C1"):
        allowance.drafts.begin("C1")
        begun += 1
    assert begun == 50
    assert allowance.drafts.may_begin("C2")
    for _ in range(begun):
        assert allowance.updates.wait("C1", last=True) == 0
        allowance.updates.spend("C1")
        allowance.drafts.end("C1")
    assert not allowance.drafts.may_begin("C1")


async def test_an_answer_that_could_not_be_changed_in_time_is_posted_whole(updating: Stage) -> None:
    incoming = await updating.asked()
    for _ in range(50):
        updating.outbound._means.allowance.updates.spend(updating.general.id)  # as 50 answers would
    async with updating.answering(incoming) as telling:
        telling.say(ReplyDelta("Twenty "))
        telling.say(reply(incoming, "Twenty weeks."))
    assert updating.methods("chat.") == ["chat.postMessage"]
    assert updating.texts == whole(incoming, "Twenty weeks.")


def test_no_session_is_begun_that_could_not_be_ended() -> None:
    allowance = Allowance(clock=Clock())
    begun = 0
    while allowance.takes_session():
        begun += 1
    for _ in range(begun):
        allowance.end_session()
    assert 10 < begun <= 25


@pytest.mark.timeout(60)
async def test_of_many_answers_at_once_some_stream_and_none_is_too_many_for_slack(stage: Stage) -> None:
    questions = [await stage.asked(str(number)) for number in range(12)]

    async def given_to(number: int) -> None:
        incoming = questions[number]
        async with stage.answering(incoming) as telling:
            telling.say(ReplyDelta(f"Answer {number} "))
            await stage.shown(lambda post: post.text.startswith(f"Answer {number} "[:-1]))
            telling.say(ReplyDelta("goes on."), reply(incoming, f"Answer {number} goes on."))

    await asyncio.gather(*(given_to(number) for number in range(12)))
    assert sorted(stage.texts) == sorted(
        text for number, one in enumerate(questions) for text in whole(one, f"Answer {number} goes on.")
    )
    assert len([post for post in stage.answers if post.was_streamed]) >= MOST_OPEN
    assert len([post for post in stage.answers if not post.was_streamed]) > 0
    assert stage.slack.api.limited == []
