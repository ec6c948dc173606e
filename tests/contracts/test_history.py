"""Owns the contract of the port `History`, on every server that may stand behind it."""

import asyncio
import json
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from redis.crc import key_slot

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import RedisHistory, RedisModelPins
from bot.backends.redis.records import decode_text
from bot.errors import HistoryUnavailable
from bot.messages import Attached, AttachedKind, Author, Citation, ConversationKey, FinishReason, Place, Remark, Turn
from bot.ports import Forgotten, History, PinScope

pytest_plugins = ["tests.contracts.redis_servers"]

MAX_TURNS = 3
WEEK = timedelta(days=7)
OWL = Author(id="u1", name="Ola")

many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
any_text = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)
moments = st.floats(min_value=0, max_value=4e9)
offsets = st.integers(0, 10**9)
places = st.none() | st.builds(Place, start=offsets, end=offsets, first=offsets, last=offsets)
citations = st.builds(
    Citation,
    n=st.integers(1, 99),
    document=any_text,
    heading=any_text,
    score=st.floats(0, 1),
    place=places,
    attached=st.booleans(),
)
attached = st.builds(
    Attached, name=any_text, kind=st.sampled_from(AttachedKind), text=any_text, characters=st.integers(0, 10**9)
)
turns = st.builds(
    Turn,
    id=any_text,
    question=any_text,
    answer=any_text,
    model=any_text,
    at=moments,
    finish_reason=st.sampled_from(FinishReason),
    citations=st.lists(citations, max_size=2).map(tuple),
    abstained=st.booleans(),
    author=any_text,
    attached=st.lists(attached, max_size=2).map(tuple),
    context=st.lists(st.builds(Remark, any_text, any_text), max_size=2).map(tuple),
)


@pytest.fixture
def history(redis_connection: RedisConnection, redis_prefix: str) -> RedisHistory:
    return RedisHistory(redis_connection, prefix=redis_prefix, max_turns=MAX_TURNS, max_age=WEEK)


@pytest.fixture
def conversation() -> ConversationKey:
    return a_conversation()


def a_conversation(thread: str = "") -> ConversationKey:
    return ConversationKey("discord", "team", f"general-{uuid.uuid4().hex}", thread)


def a_turn(id_: str) -> Turn:
    return Turn(id=id_, question=f"question {id_}", answer=f"answer {id_}", model="owl:1b", at=1.5)


async def ids_of(history: History, conversation: ConversationKey) -> list[str]:
    return [turn.id for turn in await history.turns(conversation)]


async def the_key(connection: RedisConnection, prefix: str) -> bytes:
    keys = await connection.run(lambda redis: redis.keys(f"{prefix}:*"))
    (key,) = keys
    assert isinstance(key, bytes)
    return key


async def test_a_new_conversation_has_no_turns(history: History, conversation: ConversationKey) -> None:
    assert list(await history.turns(conversation)) == []


async def test_turns_come_back_whole_and_oldest_first(history: History, conversation: ConversationKey) -> None:
    first = replace(a_turn("1"), citations=(Citation(1, "handbook.md", "Holidays", 0.5),))
    second = replace(a_turn("2"), finish_reason=FinishReason.STOPPED)
    await history.append(conversation, first)
    await history.append(conversation, second)
    assert list(await history.turns(conversation)) == [first, second]


@many
@given(turn=turns)
@example(turn=Turn(id="\ud83e", question="half an owl: \ud83e", answer="\x00\x1b[0m\u202eסובה", model="\udd89", at=0.0))
async def test_any_text_comes_back_as_it_was(history: History, turn: Turn) -> None:
    conversation = a_conversation()
    await history.append(conversation, turn)
    assert list(await history.turns(conversation)) == [turn]


@many
@given(parts=st.lists(st.tuples(any_text, any_text, any_text), min_size=2, max_size=4, unique=True))
async def test_no_two_conversations_share_their_turns(history: History, parts: list[tuple[str, str, str]]) -> None:
    platform = uuid.uuid4().hex
    places = [ConversationKey(platform, workspace, channel, thread) for workspace, channel, thread in parts]
    for number, place in enumerate(places):
        await history.append(place, a_turn(str(number)))
    assert [await ids_of(history, place) for place in places] == [[str(n)] for n in range(len(places))]


Step = Callable[[Sequence[str]], tuple[str, str | None]]
"""From the ids kept so far to the id of the turn to append and the id that it replaces."""

steps = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["", "newest", "a", "h"])), min_size=1, max_size=20
)


@many
@given(steps=steps)
async def test_appending_replacing_and_the_bound_agree_with_a_plain_list(
    history: History, steps: list[tuple[str, str]]
) -> None:
    conversation, kept = a_conversation(), list[str]()
    for id_, wanted in steps:
        replaces = (kept[-1] if kept else "a") if wanted == "newest" else wanted or None
        await history.append(conversation, a_turn(id_), replaces=replaces)
        kept = expected(kept, id_, replaces)
        assert await ids_of(history, conversation) == kept


def expected(kept: list[str], id_: str, replaces: str | None) -> list[str]:
    newest = kept[-1] if kept else None
    if newest is not None and newest == replaces:
        return [*kept[:-1], id_]
    if newest == id_:
        return kept
    longer = [*kept, id_]
    return longer[-MAX_TURNS:] if len(longer) > 2 * MAX_TURNS else longer


async def test_a_regenerated_answer_takes_the_place_of_the_newest_turn(
    history: History, conversation: ConversationKey
) -> None:
    await history.append(conversation, a_turn("1"))
    await history.append(conversation, a_turn("2"))
    await history.append(conversation, a_turn("3"), replaces="2")
    await history.append(conversation, a_turn("3"), replaces="2")
    assert await ids_of(history, conversation) == ["1", "3"]


async def test_a_turn_may_be_replaced_by_a_better_one_of_the_same_id(
    history: History, conversation: ConversationKey
) -> None:
    await history.append(conversation, a_turn("1"))
    better = replace(a_turn("1"), answer="better")
    await history.append(conversation, better, replaces="1")
    assert list(await history.turns(conversation)) == [better]


async def test_a_turn_that_is_no_longer_the_newest_is_not_replaced(
    history: History, conversation: ConversationKey
) -> None:
    for id_ in ("1", "2"):
        await history.append(conversation, a_turn(id_))
    await history.append(conversation, a_turn("3"), replaces="1")
    assert await ids_of(history, conversation) == ["1", "2", "3"]


async def test_turns_are_dropped_in_blocks_so_that_the_prompt_keeps_its_beginning(
    history: History, conversation: ConversationKey
) -> None:
    oldest = []
    for number in range(12):
        await history.append(conversation, a_turn(str(number)))
        oldest.append((await ids_of(history, conversation))[0])
    assert oldest == ["0"] * 6 + ["4"] * 3 + ["4"] + ["8"] * 2


async def test_turns_appended_at_the_same_time_are_all_kept(history: History, conversation: ConversationKey) -> None:
    await asyncio.gather(*(history.append(conversation, a_turn(str(number))) for number in range(6)))
    assert sorted(await ids_of(history, conversation)) == ["0", "1", "2", "3", "4", "5"]


async def test_a_conversation_ends_a_while_after_its_newest_turn(
    history: History, conversation: ConversationKey, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await history.append(conversation, a_turn("1"))
    key = await the_key(redis_connection, redis_prefix)
    await redis_connection.run(lambda redis: redis.expire(key, 5))
    await history.append(conversation, a_turn("2"))
    left = await redis_connection.run(lambda redis: redis.ttl(key))
    assert WEEK.total_seconds() - 60 < left <= WEEK.total_seconds()


async def test_forgetting_erases_the_turns_and_counts_them(history: History, conversation: ConversationKey) -> None:
    other = a_conversation()
    for place in (conversation, other):
        for id_ in ("1", "2"):
            await history.append(place, a_turn(id_))
    assert await history.forget(conversation) == Forgotten(turns=2, pins=0)
    assert await ids_of(history, conversation) == []
    assert await ids_of(history, other) == ["1", "2"]
    assert await history.forget(conversation) == Forgotten(turns=0, pins=0)


async def test_forgetting_a_thread_takes_its_own_pin_and_leaves_the_others(
    history: History, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    thread = a_conversation(thread="t1")
    pins = RedisModelPins(redis_connection, prefix=redis_prefix)
    for scope in PinScope:
        await pins.pin(scope, thread, OWL, scope.value)
    assert await history.forget(thread) == Forgotten(turns=0, pins=1)
    assert [pin.scope for pin in await pins.pins(thread, OWL)] == list(PinScope)[1:]


async def test_forgetting_a_channel_takes_the_channels_pin(
    history: History, conversation: ConversationKey, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    pins = RedisModelPins(redis_connection, prefix=redis_prefix)
    await pins.pin(PinScope.CHANNEL, conversation, OWL, "owl:1b")
    assert await history.forget(conversation) == Forgotten(turns=0, pins=1)
    assert list(await pins.pins(conversation, OWL)) == []


@pytest.mark.parametrize(
    "unreadable",
    [
        b"\xff\x00secret",
        b'{"v":1,"question":"secret"}',
        b'{"v":2,"id":"x","question":"secret"}',
        b'"secret"',
        b"[" * 100_000,
        b'{"v":1,"id":"x","question":"secret","answer":"","model":"","at":1,"finish_reason":"?","citations":[]}',
        b'{"v":1,"id":"x","question":"secret","answer":"","model":"","at":1,"finish_reason":"length","citations":[1]}',
    ],
)
async def test_a_turn_that_cannot_be_read_is_skipped_and_its_text_not_logged(
    history: History,
    conversation: ConversationKey,
    redis_connection: RedisConnection,
    redis_prefix: str,
    caplog: pytest.LogCaptureFixture,
    unreadable: bytes,
) -> None:
    await history.append(conversation, a_turn("1"))
    key = await the_key(redis_connection, redis_prefix)
    await redis_connection.run(lambda redis: redis.rpush(key, unreadable))
    await history.append(conversation, a_turn("2"))
    with caplog.at_level(logging.DEBUG):
        assert await ids_of(history, conversation) == ["1", "2"]
    assert "can't be read" in caplog.text
    assert "secret" not in caplog.text


async def test_fields_that_a_later_version_adds_are_ignored(
    history: History, conversation: ConversationKey, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await history.append(conversation, a_turn("1"))
    key = await the_key(redis_connection, redis_prefix)
    (item,) = await redis_connection.run(lambda redis: redis.lrange(key, 0, -1))
    later = json.dumps({**json.loads(item), "id": "2", "mood": {"owl": "awake"}})
    await redis_connection.run(lambda redis: redis.rpush(key, later))
    assert await ids_of(history, conversation) == ["1", "2"]


async def test_keys_carry_a_version_and_one_slot_for_each_conversation(
    history: History, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    place = ConversationKey("slack", "te{am}", "C1", "12.5")
    await history.append(place, a_turn("1"))
    await RedisModelPins(redis_connection, prefix=redis_prefix).pin(PinScope.THREAD, place, OWL, "owl:1b")
    keys = sorted(await redis_connection.run(lambda redis: redis.keys(f"{redis_prefix}:*")))
    stem = f"{redis_prefix}:v1:{{slack/te%7Bam%7D/C1/12.5}}".encode()
    assert keys == [stem + b":pin", stem + b":turns"]
    assert key_slot(stem + b":pin") == key_slot(stem + b":turns")


async def test_something_else_under_the_key_is_a_fault_and_not_a_crash(
    history: History, conversation: ConversationKey, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await history.append(conversation, a_turn("1"))
    key = await the_key(redis_connection, redis_prefix)
    await redis_connection.run(lambda redis: redis.set(key, "not a list"))
    with pytest.raises(HistoryUnavailable) as fault:
        await history.append(conversation, a_turn("2"))
    assert fault.value.reason == "WRONGTYPE"


async def test_turns_are_read_in_one_round_trip(embedded_connection: RedisConnection, redis_prefix: str) -> None:
    history = RedisHistory(embedded_connection, prefix=redis_prefix, max_turns=MAX_TURNS, max_age=WEEK)
    conversation = a_conversation()
    for number in range(6):
        await history.append(conversation, a_turn(str(number)))
    before = await reads(embedded_connection)
    await history.turns(conversation)
    assert await reads(embedded_connection) - before == 1 + 1  # and one for asking


async def reads(connection: RedisConnection) -> int:
    stats = await connection.run(lambda redis: redis.info("stats"))
    return int(stats["total_reads_processed"])


# --- people ---------------------------------------------------------------------------------------------------


def by(author: str, id_: str, *, at: float = 1.5) -> Turn:
    return replace(a_turn(id_), author=author, at=at)


async def keys_of(connection: RedisConnection, prefix: str) -> set[str]:
    keys = await connection.run(lambda redis: redis.keys(f"{prefix}:*"))
    return {decode_text(cast("bytes", key)).removeprefix(f"{prefix}:v1:") for key in keys}


async def test_forgetting_a_person_erases_their_turns_everywhere_and_no_others(
    history: History, conversation: ConversationKey
) -> None:
    thread, elsewhere = a_conversation("t1"), replace(a_conversation(), platform="slack")
    for place in (conversation, thread, elsewhere):
        for turn in (by("u1", "1"), by("u2", "2"), by("u1", "3")):
            await history.append(place, turn)
    assert await history.forget_person("discord", "u1") == Forgotten(turns=4, pins=0, conversations=2)
    assert [await ids_of(history, place) for place in (conversation, thread)] == [["2"], ["2"]]
    assert await ids_of(history, elsewhere) == ["1", "2", "3"]
    assert await history.forget_person("discord", "u1") == Forgotten(turns=0, pins=0)


async def test_forgetting_a_person_takes_their_pins_in_every_workspace_and_no_others(
    history: History, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    pins = RedisModelPins(redis_connection, prefix=redis_prefix)
    here, there = a_conversation(), replace(a_conversation(), workspace="other")
    for place in (here, there):
        for scope in (PinScope.CHANNEL, PinScope.USER, PinScope.GLOBAL):
            await pins.pin(scope, place, OWL, "owl:1b")
    await pins.pin(PinScope.USER, here, Author("u2", "Bo"), "lark")
    await pins.unpin(PinScope.USER, there, OWL)
    await pins.pin(PinScope.USER, there, OWL, "owl:1b")
    assert await history.forget_person("discord", OWL.id) == Forgotten(turns=0, pins=2)
    assert [pin.scope for pin in await pins.pins(here, OWL)] == [PinScope.CHANNEL, PinScope.GLOBAL]
    assert PinScope.USER in [pin.scope for pin in await pins.pins(here, Author("u2", "Bo"))]


async def test_nothing_of_a_forgotten_person_stays_in_the_store(
    history: History, conversation: ConversationKey, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await history.append(conversation, by("u1", "1"))
    await RedisModelPins(redis_connection, prefix=redis_prefix).pin(PinScope.USER, conversation, OWL, "owl:1b")
    await history.forget_person("discord", "u1")
    assert await keys_of(redis_connection, redis_prefix) == set()


async def test_forgetting_a_conversation_leaves_no_trace_of_its_people(
    history: History, conversation: ConversationKey, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    for author in ("u1", "u2"):
        await history.append(conversation, by(author, author))
    await history.forget(conversation)
    assert await keys_of(redis_connection, redis_prefix) == set()


async def test_a_turn_from_before_remarks_were_kept_is_read(
    history: RedisHistory, conversation: ConversationKey, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await history.append(conversation, a_turn("1"))
    key = f"{redis_prefix}:v1:{{{conversation}}}:turns"
    (item,) = await redis_connection.run(lambda redis: redis.lrange(key, 0, -1))
    fields = json.loads(item)
    del fields["context"]
    await redis_connection.run(lambda redis: redis.lset(key, 0, json.dumps(fields)))
    assert await history.turns(conversation) == (a_turn("1"),)


async def test_a_turn_from_before_people_were_kept_is_nobody_s(
    history: History, conversation: ConversationKey, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await history.append(conversation, a_turn("1"))
    key = await the_key(redis_connection, redis_prefix)
    (item,) = await redis_connection.run(lambda redis: redis.lrange(key, 0, -1))
    older = {name: value for name, value in json.loads(item).items() if name != "author"}
    await redis_connection.run(lambda redis: redis.lset(key, 0, json.dumps(older)))
    await history.append(conversation, by("u1", "2"))
    assert await history.forget_person("discord", "") == Forgotten(turns=0, pins=0)
    assert await history.forget_person("discord", "u1") == Forgotten(turns=1, pins=0, conversations=1)
    assert list(await history.turns(conversation)) == [a_turn("1")]


async def test_a_person_is_known_for_as_long_as_their_turns_are_there_whoever_asks_after_them(
    history: History, conversation: ConversationKey, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await history.append(conversation, by("u1", "1"))
    keys = await keys_of(redis_connection, redis_prefix)
    assert len(keys) == 3
    for key in keys:
        await redis_connection.run(lambda redis, key=key: redis.expire(f"{redis_prefix}:v1:{key}", 5))  # type: ignore[misc]  # mypy knows no lambda with a default
    await history.append(conversation, by("u2", "2"))
    for key in await keys_of(redis_connection, redis_prefix):
        left = await redis_connection.run(lambda redis, key=key: redis.ttl(f"{redis_prefix}:v1:{key}"))  # type: ignore[misc]
        assert left > 5
    assert (await history.forget_person("discord", "u1")).turns == 1


async def test_what_stays_after_a_person_was_forgotten_ends_when_it_would_have(
    history: History, conversation: ConversationKey, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await history.append(conversation, by("u1", "1"))
    await history.append(conversation, by("u2", "2"))
    key = f"{redis_prefix}:v1:{{{conversation}}}:turns"
    await redis_connection.run(lambda redis: redis.expire(key, 50))
    await history.forget_person("discord", "u1")
    assert 0 < await redis_connection.run(lambda redis: redis.ttl(key)) <= 50


async def test_whose_turns_were_cut_is_no_longer_known_there(
    history: History, conversation: ConversationKey, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await history.append(conversation, by("u1", "0"))
    for number in range(1, 2 * MAX_TURNS + 1):
        await history.append(conversation, by("u2", str(number)))
    assert await keys_of(redis_connection, redis_prefix) == {
        f"{{{conversation}}}:turns",
        f"{{{conversation}}}:people",
        "{discord//u2/}:conversations",
    }


async def test_conversations_that_ended_long_ago_leave_a_person_s_index(
    history: History, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    for day in (0, 30):
        await history.append(a_conversation(), by("u1", "1", at=day * 86_400.0))
    key = f"{redis_prefix}:v1:{{discord//u1/}}:conversations"
    assert await redis_connection.run(lambda redis: redis.zcard(key)) == 1


async def test_turns_of_several_people_at_the_same_time_are_all_found_again(
    history: History, conversation: ConversationKey
) -> None:
    await asyncio.gather(*(history.append(conversation, by(f"u{number}", str(number))) for number in range(6)))
    erased = await asyncio.gather(*(history.forget_person("discord", f"u{number}") for number in range(6)))
    assert [one.turns for one in erased] == [1] * 6
    assert await ids_of(history, conversation) == []
