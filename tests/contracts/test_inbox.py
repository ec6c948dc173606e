"""Owns the contract of the port `Inbox`, on every server that can run its steps."""

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.crc import key_slot

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.inbox import RedisInbox
from bot.backends.redis.inbox_records import decode_incoming, encode_incoming
from bot.errors import TooBusy, TooFast
from bot.inbox import Bounds, Claim, Inbox, Stopped
from bot.messages import Attachment, Author, ConversationKey, Incoming, Language, Remark

pytest_plugins = ["tests.contracts.redis_servers"]

OLA, EDA = Author("u1", "Ola"), Author("u2", "Eda")
HERE, THERE = ConversationKey("discord", "team", "here"), ConversationKey("discord", "team", "there")

any_text = st.text(alphabet=st.characters(exclude_categories=()), max_size=40)
conversations = st.builds(ConversationKey, any_text, any_text, any_text, any_text, direct=st.booleans())
incomings = st.builds(
    Incoming,
    id=any_text,
    conversation=conversations,
    author=st.builds(Author, any_text, any_text, st.frozensets(any_text, max_size=3)),
    text=any_text,
    received_at=st.floats(0, 4e9),
    language=st.sampled_from(Language),
    attachments=st.lists(st.builds(Attachment, any_text, any_text, st.integers(0), any_text), max_size=2).map(tuple),
    model=st.none() | any_text,
    again=st.booleans(),
    reply=st.none() | any_text,
    turn=st.none() | any_text,
    context=st.lists(st.builds(Remark, any_text, any_text), max_size=2).map(tuple),
    replaces=st.none() | any_text,
    asker=st.none() | any_text,
)


@pytest.fixture
def bounds() -> Bounds:
    return Bounds(waiting=50, waiting_of_one=40, lease_seconds=60)


@pytest.fixture
def inbox(evaluating_connection: RedisConnection, redis_prefix: str, bounds: Bounds) -> RedisInbox:
    return RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=bounds)


@pytest.fixture
def impatient(evaluating_connection: RedisConnection, redis_prefix: str) -> RedisInbox:
    """The same inbox, where a claim ends at once."""
    return RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(lease_seconds=0))


def a_question(
    text: str = "Where?", *, conversation: ConversationKey = HERE, author: Author = OLA, id_: str | None = None
) -> Incoming:
    return Incoming(id_ or uuid.uuid4().hex, conversation, author, text, received_at=1.0)


async def claimed(inbox: Inbox) -> Claim:
    claim = await inbox.claim("w")
    assert claim is not None
    return claim


async def answered(inbox: Inbox, how_many: int) -> list[str]:
    """The texts of the next questions, each finished before the next is claimed."""
    texts = []
    for _ in range(how_many):
        claim = await claimed(inbox)
        texts.append(claim.incoming.text)
        assert await inbox.finish(claim)
    return texts


async def accept_all(inbox: Inbox, questions: Sequence[Incoming]) -> None:
    for question in questions:
        await inbox.accept(question)


async def test_an_empty_inbox_has_nothing_to_claim(inbox: Inbox) -> None:
    assert await inbox.claim("w") is None
    assert await inbox.waiting() == 0


async def test_a_question_comes_out_as_it_went_in(inbox: Inbox) -> None:
    question = replace(
        a_question("Kde je \ud83d klíč?"),
        attachments=(Attachment("Kde \ud83d.pdf", "a/b", 7, "https://chat/1"),),
        model="owl:1b",
    )
    await inbox.accept(question)
    claim = await claimed(inbox)
    assert (claim.incoming, claim.attempt, claim.posted) == (question, 1, None)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(incoming=incomings)
def test_any_question_survives_being_written_down(incoming: Incoming) -> None:
    read = decode_incoming(encode_incoming(incoming))
    assert (read, read.conversation.direct) == (incoming, incoming.conversation.direct)


def test_a_question_written_down_before_there_was_more_to_tell_is_read_all_the_same() -> None:
    question = a_question("Where?", id_="7")
    fields = json.loads(encode_incoming(question))
    for name in ("again", "reply", "context", "replaces", "asker"):
        del fields[name]
    assert decode_incoming(json.dumps(fields).encode()) == question


async def test_the_questions_of_a_conversation_are_answered_in_order_and_one_at_a_time(inbox: Inbox) -> None:
    await accept_all(inbox, [a_question("1"), a_question("2", author=EDA), a_question("3")])
    first = await claimed(inbox)
    assert (first.incoming.text, await inbox.claim("w")) == ("1", None)
    await inbox.finish(first)
    assert await answered(inbox, 2) == ["2", "3"]


async def test_a_question_that_comes_again_is_answered_once(inbox: Inbox) -> None:
    question = a_question()
    for _ in range(3):
        assert await inbox.accept(question) == 0
    await answered(inbox, 1)
    assert await inbox.accept(question) is None
    assert await inbox.claim("w") is None


async def test_the_same_id_on_another_platform_is_another_question(inbox: Inbox) -> None:
    slack = replace(HERE, platform="slack")
    await accept_all(inbox, [a_question("a", id_="7"), a_question("b", id_="7", conversation=slack)])
    assert set(await answered(inbox, 2)) == {"a", "b"}


async def test_how_many_are_ahead_is_told_and_goes_down(inbox: Inbox) -> None:
    questions = [a_question(str(n), conversation=replace(HERE, thread=str(n))) for n in range(3)]
    assert [await inbox.accept(question) for question in questions] == [0, 1, 2]
    claim = await claimed(inbox)
    assert [await inbox.ahead(question) for question in questions] == [None, 0, 1]
    await inbox.finish(claim)
    assert await inbox.ahead(questions[0]) is None


async def test_who_asks_much_takes_turns_with_who_asks_little(inbox: Inbox) -> None:
    much = [a_question(f"ola {n}", conversation=replace(HERE, thread=str(n))) for n in range(6)]
    little = [a_question(f"eda {n}", author=EDA, conversation=replace(THERE, thread=str(n))) for n in range(2)]
    await accept_all(inbox, [*much, *little])
    assert await answered(inbox, 8) == ["ola 0", "eda 0", "ola 1", "eda 1", "ola 2", "ola 3", "ola 4", "ola 5"]


async def test_who_was_away_does_not_overtake_by_it(inbox: Inbox) -> None:
    await accept_all(inbox, [a_question(f"ola {n}", conversation=replace(HERE, thread=str(n))) for n in range(4)])
    await answered(inbox, 3)
    await inbox.accept(a_question("eda 0", author=EDA, conversation=replace(THERE, thread="0")))
    await inbox.accept(a_question("eda 1", author=EDA, conversation=replace(THERE, thread="1")))
    assert await answered(inbox, 3) == ["ola 3", "eda 0", "eda 1"]


async def test_over_the_bound_a_question_is_refused_and_may_come_again(
    evaluating_connection: RedisConnection, redis_prefix: str
) -> None:
    inbox = RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(waiting=2, waiting_of_one=9))
    await accept_all(inbox, [a_question("1"), a_question("2")])
    third = a_question("3")
    with pytest.raises(TooBusy) as refusal:
        await inbox.accept(third)
    assert (refusal.value.waiting, refusal.value.whose) == (2, "all")
    await answered(inbox, 1)
    assert await inbox.accept(third) == 1


async def test_nobody_may_fill_the_inbox_alone(evaluating_connection: RedisConnection, redis_prefix: str) -> None:
    inbox = RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(waiting_of_one=2))
    await accept_all(inbox, [a_question("1"), a_question("2")])
    with pytest.raises(TooBusy) as refusal:
        await inbox.accept(a_question("3"))
    assert (refusal.value.waiting, refusal.value.whose) == (2, "own")
    await inbox.accept(a_question("4", author=EDA))
    await answered(inbox, 2)
    await inbox.accept(a_question("5"))


async def test_a_claim_that_is_not_renewed_is_claimed_by_somebody_else(inbox: Inbox, impatient: Inbox) -> None:
    await accept_all(inbox, [a_question("1"), a_question("2")])
    dead = await claimed(impatient)
    assert await impatient.posted(dead, "message 17")
    heir = await claimed(inbox)
    assert (heir.incoming, heir.attempt, heir.posted) == (dead.incoming, 2, "message 17")
    for call in (inbox.renew, inbox.finish, inbox.hand_back):
        assert not await call(dead)
    assert not await inbox.posted(dead, "message 18")
    assert await inbox.finish(heir)
    assert await answered(inbox, 1) == ["2"]


async def test_a_renewed_claim_stays_with_who_holds_it(inbox: Inbox, impatient: Inbox) -> None:
    await inbox.accept(a_question())
    claim = await claimed(impatient)
    assert await inbox.renew(claim)
    assert await inbox.claim("w") is None


async def test_what_is_handed_back_comes_next_again_and_counts_as_not_tried(inbox: Inbox) -> None:
    await accept_all(inbox, [a_question("1"), a_question("2", conversation=THERE)])
    claim = await claimed(inbox)
    assert await inbox.hand_back(claim)
    assert await inbox.ahead(claim.incoming) == 0
    again = await claimed(inbox)
    assert (again.incoming.text, again.attempt) == ("1", 1)


async def test_what_is_handed_back_after_a_try_counts_as_tried(inbox: Inbox) -> None:
    await inbox.accept(a_question())
    await inbox.hand_back(await claimed(inbox), tried=True)
    assert (await claimed(inbox)).attempt == 2


async def test_what_rests_takes_no_room_from_others_and_keeps_its_conversation_s_order(narrow: RedisInbox) -> None:
    await accept_all(narrow, [a_question("1"), a_question("2"), a_question("3", conversation=THERE)])
    assert await narrow.hand_back(await claimed(narrow), tried=True, rest=60)
    assert (await claimed(narrow)).incoming.text == "3"
    await accept_all(narrow, [a_question("4"), a_question("5", conversation=replace(HERE, thread="5"))])
    assert (await claimed(narrow)).incoming.text == "5"
    assert await narrow.waiting() == 3


async def test_what_has_rested_is_claimed_again(inbox: Inbox) -> None:
    await inbox.accept(a_question("1"))
    assert await inbox.hand_back(await claimed(inbox), tried=True, rest=0.02)
    async with asyncio.timeout(5):
        while (again := await inbox.claim("w")) is None:
            await inbox.wait()
    assert again.attempt == 2


async def test_what_has_rested_takes_its_turn_behind_who_is_next(inbox: Inbox) -> None:
    await inbox.accept(a_question("1"))
    claim = await claimed(inbox)
    await accept_all(inbox, [a_question("2", author=EDA, conversation=THERE), a_question("3", conversation=THERE)])
    assert await inbox.hand_back(claim, tried=True, rest=0.001)
    await inbox.to_stop("nobody")  # a second
    first = await claimed(inbox)
    assert first.incoming.text == "2"
    assert (await claimed(inbox)).rested == 1
    await inbox.finish(first)
    assert await answered(inbox, 1) == ["3"]


async def test_what_rests_can_be_withdrawn_and_its_conversation_goes_on(inbox: Inbox) -> None:
    await accept_all(inbox, [a_question("1"), a_question("2", author=EDA)])
    assert await inbox.hand_back(await claimed(inbox), tried=True, rest=60)
    assert [question.text for question in (await inbox.stop(HERE, author=OLA.id)).withdrawn] == ["1"]
    assert await answered(inbox, 1) == ["2"]


async def test_stopping_takes_out_what_waits_and_tells_the_worker_that_answers(inbox: Inbox) -> None:
    await accept_all(inbox, [a_question("1"), a_question("2"), a_question("3"), a_question("4", conversation=THERE)])
    claim = await claimed(inbox)
    stopped = await inbox.stop(HERE)
    assert [question.text for question in stopped.withdrawn] == ["2", "3"]
    assert stopped.claims == {claim.holder}
    assert await inbox.to_stop("w") == claim.holder
    assert await inbox.waiting() == 1
    assert await inbox.finish(claim)
    assert await answered(inbox, 1) == ["4"]
    assert await inbox.claim("w") is None


async def test_stopping_where_nothing_is_answered_tells_nobody(inbox: Inbox) -> None:
    await inbox.accept(a_question("1"))
    assert not (await inbox.stop(HERE)).claims
    assert not (await inbox.stop(THERE)).withdrawn
    assert await inbox.to_stop("w") is None


async def test_what_was_withdrawn_makes_room_for_its_author(
    evaluating_connection: RedisConnection, redis_prefix: str
) -> None:
    inbox = RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(waiting_of_one=1))
    await inbox.accept(a_question("1"))
    await inbox.stop(HERE)
    assert await inbox.accept(a_question("2")) == 0


async def test_a_waiter_is_woken_by_a_question(inbox: Inbox) -> None:
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        waiter = group.create_task(inbox.wait())
        await asyncio.sleep(0)
        await inbox.accept(a_question())
        await waiter
        assert await inbox.claim("w") is not None


async def test_however_many_claim_at_once_each_question_is_claimed_once(inbox: Inbox) -> None:
    questions = [a_question(str(n), conversation=replace(HERE, thread=str(n % 7))) for n in range(40)]
    await asyncio.gather(*(inbox.accept(question) for question in questions))
    done: list[Incoming] = []

    async def work() -> None:
        while await inbox.waiting():
            claim = await inbox.claim("w")
            if claim:
                assert await inbox.finish(claim)
                done.append(claim.incoming)

    await asyncio.gather(*(work() for _ in range(5)))
    assert Counter(one.id for one in done) == Counter(question.id for question in questions)


# --- how many are answered at once ----------------------------------------------------------------------------


def places(how_many: int) -> list[Incoming]:
    """Questions of one person, each in a conversation of its own."""
    return [a_question(str(n), conversation=replace(HERE, thread=str(n))) for n in range(how_many)]


@pytest.fixture
def narrow(evaluating_connection: RedisConnection, redis_prefix: str) -> RedisInbox:
    """The same inbox, for an engine that answers two at once."""
    return RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(at_once=2))


async def test_no_more_are_claimed_than_may_be_answered_at_once(narrow: RedisInbox) -> None:
    questions = places(4)
    await accept_all(narrow, questions)
    first, _ = await claimed(narrow), await claimed(narrow)
    assert await narrow.claim("another worker") is None
    assert [await narrow.ahead(question) for question in questions] == [None, None, 0, 1]
    await narrow.finish(first)
    assert (await claimed(narrow)).incoming.text == "2"
    assert await narrow.claim("w") is None


async def test_a_claim_that_has_ended_takes_no_room(
    evaluating_connection: RedisConnection, redis_prefix: str, impatient: RedisInbox
) -> None:
    single = RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(at_once=1))
    await accept_all(single, places(2))
    dead = await claimed(impatient)
    assert (await claimed(single)).incoming == dead.incoming
    assert await single.claim("w") is None


@pytest.mark.parametrize("end", ["finish", "hand_back"])
async def test_a_waiter_is_woken_by_room_for_what_waits_elsewhere(narrow: RedisInbox, end: str) -> None:
    await accept_all(narrow, places(3))
    first, _ = await claimed(narrow), await claimed(narrow)
    assert await narrow.claim("w") is None
    waiter = asyncio.create_task(narrow.wait())
    await asyncio.sleep(0)
    async with asyncio.timeout(0.9):  # it would return by itself after a second
        await getattr(narrow, end)(first)
        await waiter


# --- how often a person may ask -------------------------------------------------------------------------------


@pytest.fixture
def slow(evaluating_connection: RedisConnection, redis_prefix: str) -> RedisInbox:
    """The same inbox, where a person may ask three times a minute."""
    return RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(per_minute=3))


async def test_who_asks_too_fast_is_told_when_to_try_again(slow: RedisInbox) -> None:
    await accept_all(slow, places(3))
    with pytest.raises(TooFast) as refusal:
        await slow.accept(a_question("4"))
    assert 19 <= refusal.value.seconds <= 20
    assert await slow.waiting() == 3


async def test_the_rate_is_each_person_s_own(slow: RedisInbox) -> None:
    await accept_all(slow, places(3))
    assert await slow.accept(a_question("4", author=EDA)) is not None
    elsewhere = replace(HERE, workspace="another")
    assert await slow.accept(a_question("5", conversation=elsewhere)) is not None


async def test_neither_what_comes_again_nor_what_is_refused_counts_for_the_rate(slow: RedisInbox) -> None:
    first, second, third = places(3)
    for _ in range(4):
        await slow.accept(first)
    await slow.accept(second)
    full = RedisInbox(slow._connection, prefix=slow._root.decode().split(":")[0], bounds=Bounds(waiting=1))
    with pytest.raises(TooBusy):
        await full.accept(a_question("refused"))
    await slow.accept(third)
    with pytest.raises(TooFast):
        await slow.accept(a_question("4"))


async def asked_until_too_fast(inbox: Inbox) -> int:
    """How many questions in a row were taken."""
    for taken in count():
        try:
            await inbox.accept(a_question(conversation=replace(HERE, thread=str(taken))))
        except TooFast:
            return taken
    raise AssertionError


async def test_after_a_while_a_person_may_ask_again(evaluating_connection: RedisConnection, redis_prefix: str) -> None:
    inbox = RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(per_minute=120, waiting_of_one=9999))
    async with asyncio.timeout(10):
        assert await asked_until_too_fast(inbox) >= 120
        await answered(inbox, 1)
        while await asked_until_too_fast(inbox) == 0:
            await inbox.to_stop("nobody")  # a second


# --- the place is told ----------------------------------------------------------------------------------------


async def test_a_told_place_becomes_the_message_of_the_reply(inbox: Inbox) -> None:
    _, question = questions = places(2)
    await accept_all(inbox, questions)
    standing = await inbox.begin_telling(question, "gateway")
    assert standing is not None
    assert (standing.ahead, standing.posted) == (1, None)
    assert await inbox.told(question, "gateway", "message 5")
    await inbox.end_telling(question, "gateway")
    assert (await inbox.begin_telling(question, "gateway")) == replace(standing, posted="message 5")
    await inbox.end_telling(question, "gateway")
    await answered(inbox, 1)
    assert (await claimed(inbox)).posted == "message 5"


async def test_once_a_worker_has_a_question_its_place_is_told_no_more(inbox: Inbox) -> None:
    question = a_question()
    await inbox.accept(question)
    await inbox.begin_telling(question, "gateway")
    await inbox.end_telling(question, "gateway")
    claim = await claimed(inbox)
    assert await inbox.begin_telling(question, "gateway") is None
    assert await inbox.posted(claim, "the worker's")
    assert not await inbox.told(question, "gateway", "too late")
    assert await inbox.hand_back(claim)
    assert (await claimed(inbox)).posted == "the worker's"


async def test_a_worker_waits_until_the_place_is_shown_and_goes_on_in_that_message(inbox: Inbox) -> None:
    question = a_question()
    await inbox.accept(question)
    await inbox.begin_telling(question, "gateway")
    async with asyncio.timeout(1.5):
        claiming = asyncio.create_task(claimed(inbox))
        while await inbox.ahead(question) is not None:  # noqa: ASYNC110  # the other task is at work
            await asyncio.sleep(0)
        assert await inbox.told(question, "gateway", "message 5")
        assert not claiming.done()
        await inbox.end_telling(question, "gateway")
        assert (await claiming).posted == "message 5"


async def test_a_worker_does_not_wait_for_ever_for_a_gateway_that_is_gone(
    evaluating_connection: RedisConnection, redis_prefix: str
) -> None:
    inbox = RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(telling_seconds=0.1))
    question = a_question()
    await inbox.accept(question)
    await inbox.begin_telling(question, "gone")
    async with asyncio.timeout(1):
        claim = await claimed(inbox)
    assert claim.incoming == question
    assert not await inbox.told(question, "gone", "too late")


async def test_two_gateways_never_tell_the_same_place_at_once(inbox: Inbox, impatient: Inbox) -> None:
    question = a_question()
    await inbox.accept(question)
    assert await inbox.begin_telling(question, "one")
    await inbox.end_telling(question, "one")
    assert await inbox.begin_telling(question, "two") is None
    assert not await inbox.told(question, "two", "message 5")
    assert await inbox.begin_telling(question, "one")


async def test_a_gateway_that_is_gone_leaves_the_telling_to_another(
    evaluating_connection: RedisConnection, redis_prefix: str
) -> None:
    bounds = Bounds(telling_seconds=0, lease_seconds=0)
    inbox = RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=bounds)
    question = a_question()
    await inbox.accept(question)
    assert await inbox.begin_telling(question, "gone")
    assert await inbox.begin_telling(question, "another")


async def test_the_place_of_a_question_is_not_told_above_the_reply_to_an_earlier_one(inbox: Inbox) -> None:
    first, second = a_question("1"), a_question("2")
    await accept_all(inbox, [first, second])
    assert await inbox.begin_telling(second, "gateway") is None
    claim = await claimed(inbox)
    assert await inbox.begin_telling(second, "gateway") is None
    await inbox.posted(claim, "message 1")
    assert await inbox.begin_telling(second, "gateway") is not None


# --- taking back ----------------------------------------------------------------------------------------------


async def test_one_person_s_questions_are_withdrawn_and_the_others_stay(inbox: Inbox) -> None:
    await accept_all(
        inbox, [a_question("1", author=EDA), a_question("2"), a_question("3", author=EDA), a_question("4")]
    )
    running = await claimed(inbox)
    stopped = await inbox.stop(HERE, author=OLA.id)
    assert [question.text for question in stopped.withdrawn] == ["2", "4"]
    assert (stopped.claims, stopped.of_others) == (frozenset(), 2)
    assert await inbox.to_stop("w") is None
    await inbox.finish(running)
    assert await answered(inbox, 1) == ["3"]


async def test_a_question_that_was_withdrawn_before_it_came_is_not_taken_any_more(inbox: Inbox) -> None:
    question = a_question("1")
    await inbox.withdraw(HERE, question.id)
    assert await inbox.accept(question) is None
    assert await inbox.claim("w") is None


async def test_what_is_no_question_is_told_of_for_the_first_time_once(inbox: Inbox) -> None:
    assert await inbox.first_time(HERE, "event")
    assert not await inbox.first_time(HERE, "event")
    assert await inbox.first_time(HERE, "another")
    assert await inbox.first_time(replace(HERE, workspace="other"), "event")


async def test_a_question_that_was_taken_is_not_told_of_for_the_first_time(inbox: Inbox) -> None:
    await inbox.accept(question := a_question())
    assert not await inbox.first_time(HERE, question.id)


async def test_what_another_has_answered_again_is_its_asker_s_to_take_back(inbox: Inbox) -> None:
    again = replace(a_question(author=EDA), again=True, asker=OLA.id, replaces="message 5")
    await inbox.accept(again)
    assert (await inbox.stop(HERE, author="somebody")).of_others == 1
    assert (await inbox.stop(HERE, author=OLA.id)).withdrawn == (again,)
    once_more = replace(again, id="once-more")
    await inbox.accept(once_more)
    assert (await inbox.stop_person("discord", OLA.id)).withdrawn == (once_more,)
    assert await inbox.claim("w") is None


async def test_an_earlier_answer_is_not_what_was_posted(inbox: Inbox) -> None:
    await accept_all(inbox, [replace(a_question(), again=True, replaces="message 5"), second := a_question("2")])
    assert await inbox.begin_telling(second, "gateway") is not None
    assert (await claimed(inbox)).posted is None


async def test_what_was_told_to_stop_is_answered_by_nobody_when_its_worker_ends(inbox: Inbox, impatient: Inbox) -> None:
    await inbox.accept(a_question("secret"))
    dead = await claimed(impatient)
    assert not dead.withdrawn
    await inbox.stop(HERE)
    heir = await claimed(inbox)
    assert (heir.withdrawn, heir.attempt, heir.incoming.text) == (True, 2, "")
    assert heir.incoming.author.id == OLA.id


async def test_what_was_told_to_stop_is_not_answered_after_it_was_handed_back(inbox: Inbox) -> None:
    await inbox.accept(a_question())
    claim = await claimed(inbox)
    await inbox.stop(HERE)
    await inbox.hand_back(claim)
    assert await inbox.waiting() == 0
    assert (await claimed(inbox)).withdrawn


async def test_a_withdrawn_question_whose_place_was_told_comes_once_more_without_its_text_before_all_others(
    narrow: RedisInbox,
) -> None:
    first, second, third, fourth = places(4)
    fourth = replace(fourth, context=(Remark("Bo", "Said before."),))
    await accept_all(narrow, [first, second, third, fourth])
    await claimed(narrow), await claimed(narrow)
    await narrow.begin_telling(fourth, "gateway")
    await narrow.told(fourth, "gateway", "message 5")
    await narrow.end_telling(fourth, "gateway")
    assert (await narrow.stop(fourth.conversation)).withdrawn == (fourth,)
    assert await narrow.waiting() == 1
    end = await claimed(narrow)
    assert (end.withdrawn, end.posted, end.incoming.id, end.incoming.text) == (True, "message 5", fourth.id, "")
    assert end.incoming.context == ()
    assert await narrow.finish(end)
    assert await narrow.claim("w") is None


async def test_a_question_is_withdrawn_while_its_place_is_being_posted(inbox: Inbox) -> None:
    question = a_question()
    await inbox.accept(question)
    await inbox.begin_telling(question, "gateway")
    await inbox.stop(HERE)
    assert await inbox.told(question, "gateway", "message 5")
    await inbox.end_telling(question, "gateway")
    end = await claimed(inbox)
    assert (end.withdrawn, end.posted) == (True, "message 5")


async def test_one_question_is_withdrawn_and_its_conversation_and_its_author_go_on(inbox: Inbox) -> None:
    questions = [a_question("1"), a_question("2"), a_question("3"), a_question("4", author=EDA)]
    await accept_all(inbox, questions)
    stopped = await inbox.withdraw(HERE, questions[1].id)
    assert (stopped.withdrawn, stopped.claims, stopped.of_others) == ((questions[1],), frozenset(), 0)
    assert await inbox.waiting() == 3
    assert await answered(inbox, 3) == ["1", "3", "4"]


async def test_what_was_withdrawn_by_its_id_is_taken_no_more_when_it_comes_again(inbox: Inbox) -> None:
    question = a_question()
    await inbox.accept(question)
    await inbox.withdraw(HERE, question.id)
    assert await inbox.accept(question) is None
    assert await inbox.claim("w") is None


async def test_withdrawing_the_question_that_is_answered_tells_its_worker_alone(inbox: Inbox, impatient: Inbox) -> None:
    first, second = a_question("secret"), a_question("2")
    await accept_all(inbox, [first, second])
    claim = await claimed(impatient)
    await impatient.posted(claim, "message 5")
    stopped = await inbox.withdraw(HERE, first.id)
    assert stopped == Stopped(claims=frozenset({claim.holder}))
    assert await inbox.to_stop("w") == claim.holder
    heir = await claimed(inbox)
    assert (heir.withdrawn, heir.posted, heir.incoming.text) == (True, "message 5", "")
    assert await inbox.finish(heir)
    assert await answered(inbox, 1) == ["2"]


async def test_withdrawing_a_question_that_waits_leaves_the_one_that_is_answered(inbox: Inbox) -> None:
    first, second = a_question("1"), a_question("2")
    await accept_all(inbox, [first, second])
    claim = await claimed(inbox)
    assert (await inbox.withdraw(HERE, second.id)).withdrawn == (second,)
    assert await inbox.to_stop("w") is None
    assert await inbox.finish(claim)
    assert await inbox.claim("w") is None


async def test_one_withdrawn_question_whose_place_was_told_comes_once_more_to_be_ended(inbox: Inbox) -> None:
    first, second = a_question("1"), a_question("2", conversation=THERE)
    await accept_all(inbox, [first, second])
    assert await inbox.begin_telling(second, "gateway")
    assert await inbox.told(second, "gateway", "message 5")
    await inbox.end_telling(second, "gateway")
    assert (await inbox.withdraw(THERE, second.id)).withdrawn == (second,)
    end = await claimed(inbox)
    assert (end.withdrawn, end.posted, end.incoming.id, end.incoming.text) == (True, "message 5", second.id, "")
    assert await inbox.withdraw(THERE, second.id) == Stopped()
    assert await inbox.finish(end)
    assert await answered(inbox, 1) == ["1"]


async def test_withdrawing_what_rests_lets_its_conversation_go_on(inbox: Inbox) -> None:
    first, second = a_question("1"), a_question("2")
    await accept_all(inbox, [first, second])
    assert await inbox.hand_back(await claimed(inbox), tried=True, rest=60)
    assert (await inbox.withdraw(HERE, first.id)).withdrawn == (first,)
    assert await answered(inbox, 1) == ["2"]


async def test_withdrawing_what_is_answered_or_asked_elsewhere_or_unknown_changes_nothing(inbox: Inbox) -> None:
    done, waiting = a_question("1"), a_question("2")
    await inbox.accept(done)
    await answered(inbox, 1)
    await inbox.accept(waiting)
    for conversation, id_ in [(HERE, done.id), (THERE, waiting.id), (HERE, "unknown")]:
        assert await inbox.withdraw(conversation, id_) == Stopped()
    assert await answered(inbox, 1) == ["2"]


async def test_all_questions_of_a_person_are_withdrawn_on_one_platform(inbox: Inbox) -> None:
    other_team, slack = replace(HERE, workspace="other"), replace(HERE, platform="slack")
    questions = [
        a_question("1", conversation=THERE),
        a_question("2"),
        a_question("3", conversation=other_team),
        a_question("4", conversation=slack),
        a_question("5", author=EDA),
    ]
    await inbox.accept(questions[0])
    running = await claimed(inbox)
    await accept_all(inbox, questions[1:])
    stopped = await inbox.stop_person("discord", OLA.id)
    assert {question.text for question in stopped.withdrawn} == {"2", "3"}
    assert stopped.claims == {running.holder}
    await inbox.finish(running)
    assert set(await answered(inbox, 2)) == {"4", "5"}


async def test_a_claim_is_held_until_it_is_finished_or_its_lease_has_ended(inbox: Inbox, impatient: Inbox) -> None:
    await accept_all(inbox, places(2))
    claim, dead = await claimed(inbox), await claimed(impatient)
    assert await inbox.is_held({claim.holder, dead.holder})
    assert not await inbox.is_held({dead.holder})
    await inbox.finish(claim)
    assert not await inbox.is_held({claim.holder, dead.holder})


async def test_nothing_of_a_person_stays_in_a_busy_inbox_but_the_ids_of_events(
    slow: RedisInbox, evaluating_connection: RedisConnection, redis_prefix: str
) -> None:
    await slow.accept(a_question(author=EDA, conversation=THERE))
    await claimed(slow)
    await slow.accept(a_question("secret"))
    await slow.stop_person("discord", OLA.id)

    async def read(redis: Redis) -> list[tuple[bytes, bytes | None]]:
        return [(key, await redis.dump(key)) async for key in redis.scan_iter(match=f"{redis_prefix}*")]

    kept = await evaluating_connection.run(read)
    left = [(key, value) for key, value in kept if b"u1" in key + (value or b"")]
    assert [key.rsplit(b":", 1)[-1] for key, _ in left] == [b"discord/team/u1/"]
    assert b":rate:" in left[0][0]
    assert 0 < await evaluating_connection.run(lambda redis: redis.pttl(left[0][0])) <= 60_000


# --- what is kept ---------------------------------------------------------------------------------------------


async def keys_of(connection: RedisConnection, prefix: str) -> list[bytes]:
    return cast("list[bytes]", await connection.run(lambda redis: redis.keys(f"{prefix}*")))


async def test_all_keys_lie_on_one_node_and_nothing_stays_but_what_must_be_known_again(
    inbox: Inbox, evaluating_connection: RedisConnection, redis_prefix: str
) -> None:
    question = a_question()
    await accept_all(inbox, [question, a_question(conversation=THERE)])
    keys = await keys_of(evaluating_connection, redis_prefix)
    assert len({key_slot(key) for key in keys}) == 1
    await answered(inbox, 2)
    left = await keys_of(evaluating_connection, redis_prefix)
    assert {key.rsplit(b":", 1)[-1] for key in left if b":seen:" not in key} <= {b"clock", b"count", b"bell"}


async def test_a_question_that_cannot_be_read_does_not_hold_up_the_line(
    inbox: RedisInbox, evaluating_connection: RedisConnection, redis_prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    await accept_all(inbox, [a_question("secret"), a_question("2")])
    key = next(key for key in await keys_of(evaluating_connection, redis_prefix) if b":turn:" in key)
    await evaluating_connection.run(lambda redis: redis.hset(key, "record", '{"v": 9, "text": "secret"}'))
    claim = await claimed(inbox)
    assert claim.incoming.text in {"secret", "2"}
    await inbox.finish(claim)
    assert await inbox.claim("w") is None
    assert "can't be read" in caplog.text
    assert "secret" not in caplog.text
