"""Owns the contract of the port `ModelPins`, on every server that may stand behind it."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import RedisModelPins, RedisPersonaPins
from bot.messages import Author, ConversationKey
from bot.ports import Pin, PinScope

pytest_plugins = ["tests.contracts.redis_servers"]

THREAD = ConversationKey("discord", "team", "general", "t1")
CHANNEL = replace(THREAD, thread="")
OLA = Author(id="u1", name="Ola")
IDA = Author(id="u2", name="Ida")

many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def pins(redis_connection: RedisConnection, redis_prefix: str) -> RedisModelPins:
    return RedisModelPins(redis_connection, prefix=redis_prefix)


async def test_nothing_is_pinned_at_first(pins: RedisModelPins) -> None:
    assert list(await pins.pins(THREAD, OLA)) == []


async def test_pins_come_in_order_of_precedence(pins: RedisModelPins) -> None:
    for scope in reversed(PinScope):
        await pins.pin(scope, THREAD, OLA, f"for-{scope}")
    assert list(await pins.pins(THREAD, OLA)) == [Pin(scope, f"for-{scope}") for scope in PinScope]
    assert [scope.value for scope in PinScope] == ["thread", "channel", "user", "workspace", "global"]


async def test_a_later_choice_replaces_the_earlier_one(pins: RedisModelPins) -> None:
    await pins.pin(PinScope.CHANNEL, CHANNEL, OLA, "owl:1b")
    await pins.pin(PinScope.CHANNEL, CHANNEL, IDA, "owl:7b")
    assert list(await pins.pins(CHANNEL, OLA)) == [Pin(PinScope.CHANNEL, "owl:7b")]


async def test_a_threads_pin_is_the_threads_alone(pins: RedisModelPins) -> None:
    await pins.pin(PinScope.THREAD, THREAD, OLA, "owl:1b")
    assert list(await pins.pins(THREAD, IDA)) == [Pin(PinScope.THREAD, "owl:1b")]
    assert list(await pins.pins(replace(THREAD, thread="t2"), OLA)) == []
    assert list(await pins.pins(CHANNEL, OLA)) == []


async def test_a_channels_pin_holds_in_its_threads_too(pins: RedisModelPins) -> None:
    await pins.pin(PinScope.CHANNEL, THREAD, OLA, "owl:1b")
    for place in (THREAD, CHANNEL, replace(THREAD, thread="t2")):
        assert list(await pins.pins(place, IDA)) == [Pin(PinScope.CHANNEL, "owl:1b")]
    assert list(await pins.pins(replace(CHANNEL, channel="random"), OLA)) == []


async def test_a_thread_pin_outside_a_thread_is_the_channels(pins: RedisModelPins) -> None:
    await pins.pin(PinScope.THREAD, CHANNEL, OLA, "owl:1b")
    assert list(await pins.pins(CHANNEL, OLA)) == [Pin(PinScope.CHANNEL, "owl:1b")]
    assert await pins.unpin(PinScope.THREAD, CHANNEL, OLA)
    assert list(await pins.pins(CHANNEL, OLA)) == []


async def test_a_persons_pin_follows_them_through_their_workspace_only(pins: RedisModelPins) -> None:
    await pins.pin(PinScope.USER, THREAD, OLA, "owl:1b")
    assert list(await pins.pins(replace(CHANNEL, channel="random"), OLA)) == [Pin(PinScope.USER, "owl:1b")]
    assert list(await pins.pins(THREAD, IDA)) == []
    assert list(await pins.pins(replace(THREAD, workspace="other"), OLA)) == []
    assert list(await pins.pins(replace(THREAD, platform="slack"), OLA)) == []


async def test_a_person_and_a_channel_of_the_same_name_are_told_apart(pins: RedisModelPins) -> None:
    await pins.pin(PinScope.USER, CHANNEL, replace(OLA, id=CHANNEL.channel), "owl:1b")
    assert list(await pins.pins(CHANNEL, OLA)) == []


async def test_a_workspace_s_pin_holds_in_all_its_channels_for_everybody_and_in_no_other_workspace(
    pins: RedisModelPins,
) -> None:
    await pins.pin(PinScope.WORKSPACE, THREAD, OLA, "owl:1b")
    for place in (THREAD, CHANNEL, replace(CHANNEL, channel="random")):
        assert list(await pins.pins(place, IDA)) == [Pin(PinScope.WORKSPACE, "owl:1b")]
    assert list(await pins.pins(replace(THREAD, workspace="other"), OLA)) == []
    assert list(await pins.pins(replace(THREAD, platform="slack"), OLA)) == []


async def test_a_workspace_and_a_place_without_a_name_in_it_are_told_apart(pins: RedisModelPins) -> None:
    await pins.pin(PinScope.WORKSPACE, CHANNEL, OLA, "owl:1b")
    await pins.pin(PinScope.CHANNEL, replace(CHANNEL, channel=""), OLA, "owl:7b")
    assert list(await pins.pins(CHANNEL, IDA)) == [Pin(PinScope.WORKSPACE, "owl:1b")]


async def test_the_global_pin_holds_everywhere(pins: RedisModelPins) -> None:
    await pins.pin(PinScope.GLOBAL, THREAD, OLA, "owl:1b")
    elsewhere = ConversationKey("slack", "other", "C1")
    assert list(await pins.pins(elsewhere, IDA)) == [Pin(PinScope.GLOBAL, "owl:1b")]


@pytest.mark.parametrize("scope", PinScope)
async def test_unpinning_says_whether_there_was_a_pin(pins: RedisModelPins, scope: PinScope) -> None:
    await pins.pin(scope, THREAD, OLA, "owl:1b")
    assert await pins.unpin(scope, THREAD, OLA) is True
    assert list(await pins.pins(THREAD, OLA)) == []
    assert await pins.unpin(scope, THREAD, OLA) is False


@many
@given(model=st.text(alphabet=st.characters(exclude_categories=()), min_size=1, max_size=40), user=st.text(max_size=20))
@example(model="\ud83e", user="\udd89")
async def test_any_name_comes_back_as_it_was(pins: RedisModelPins, model: str, user: str) -> None:
    person = Author(id=user, name="")
    await pins.pin(PinScope.USER, THREAD, person, model)
    assert list(await pins.pins(THREAD, person)) == [Pin(PinScope.USER, model)]


async def test_a_name_that_someone_else_garbled_is_no_crash(
    pins: RedisModelPins, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await redis_connection.run(lambda redis: redis.set(f"{redis_prefix}:v1:pin", b"owl\xff"))
    assert list(await pins.pins(CHANNEL, OLA)) == [Pin(PinScope.GLOBAL, "owl\ufffd")]


async def test_pins_are_read_in_one_round_trip(embedded_connection: RedisConnection, redis_prefix: str) -> None:
    pins = RedisModelPins(embedded_connection, prefix=redis_prefix)
    await pins.pin(PinScope.THREAD, THREAD, OLA, "owl:1b")
    before = await reads(embedded_connection)
    await pins.pins(THREAD, OLA)
    assert await reads(embedded_connection) - before == 1 + 1  # and one for asking


async def reads(connection: RedisConnection) -> int:
    stats = await connection.run(lambda redis: redis.info("stats"))
    return int(stats["total_reads_processed"])


async def test_holders_are_counted_scope_by_scope_and_by_nobody_s_name(pins: RedisModelPins) -> None:
    assert await pins.holders("owl:1b") == {}
    for scope in PinScope:
        await pins.pin(scope, THREAD, OLA, "owl:1b")
    await pins.pin(PinScope.USER, THREAD, IDA, "owl:1b")
    await pins.pin(PinScope.CHANNEL, replace(CHANNEL, channel="random"), OLA, "owl:7b")
    counts = dict.fromkeys(PinScope, 1) | {PinScope.USER: 2}
    assert await pins.holders("owl:1b") == counts
    assert await pins.holders("owl:7b") == {PinScope.CHANNEL: 1}


async def test_another_sova_s_choices_on_the_same_server_are_not_counted(
    pins: RedisModelPins, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    other = RedisModelPins(redis_connection, prefix=f"{redis_prefix}?")
    await other.pin(PinScope.CHANNEL, CHANNEL, OLA, "owl:1b")
    assert await pins.holders("owl:1b") == {}
    assert await other.holders("owl:1b") == {PinScope.CHANNEL: 1}


async def test_a_persona_s_choice_is_no_model_s(
    pins: RedisModelPins, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    personas = RedisPersonaPins(redis_connection, prefix=redis_prefix)
    await personas.choose(PinScope.USER, CHANNEL, OLA, "owl:1b")
    assert await pins.holders("owl:1b") == {}
