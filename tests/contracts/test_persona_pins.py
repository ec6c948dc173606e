"""Owns the contract of the port `PersonaPins`, on every server that may stand behind it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import RedisHistory, RedisModelPins, RedisPersonaPins
from bot.messages import Author, ConversationKey
from bot.ports import Forgotten, PersonaPin, PinScope

pytest_plugins = ["tests.contracts.redis_servers"]

THREAD = ConversationKey("discord", "team", "general", "t1")
CHANNEL = replace(THREAD, thread="")
OLA, IDA = Author(id="u1", name="Ola"), Author(id="u2", name="Ida")


@pytest.fixture
def pins(redis_connection: RedisConnection, redis_prefix: str) -> RedisPersonaPins:
    return RedisPersonaPins(redis_connection, prefix=redis_prefix)


@pytest.fixture
def history(redis_connection: RedisConnection, redis_prefix: str) -> RedisHistory:
    return RedisHistory(redis_connection, prefix=redis_prefix, max_turns=10, max_age=timedelta(days=1))


async def test_choices_come_in_order_of_precedence(pins: RedisPersonaPins) -> None:
    assert list(await pins.chosen(THREAD, OLA)) == []
    for scope in reversed(PinScope):
        await pins.choose(scope, THREAD, OLA, f"for-{scope}")
    assert list(await pins.chosen(THREAD, OLA)) == [PersonaPin(scope, f"for-{scope}") for scope in PinScope]


async def test_a_choice_holds_where_and_for_whom_it_was_made(pins: RedisPersonaPins) -> None:
    await pins.choose(PinScope.CHANNEL, CHANNEL, OLA, "owl")
    await pins.choose(PinScope.USER, CHANNEL, OLA, "lark")
    assert list(await pins.chosen(THREAD, IDA)) == [PersonaPin(PinScope.CHANNEL, "owl")]
    assert list(await pins.chosen(replace(CHANNEL, channel="random"), OLA)) == [PersonaPin(PinScope.USER, "lark")]


@pytest.mark.parametrize("scope", PinScope)
async def test_taking_a_choice_back_says_whether_there_was_one(pins: RedisPersonaPins, scope: PinScope) -> None:
    await pins.choose(scope, THREAD, OLA, "owl")
    assert await pins.reset(scope, THREAD, OLA) is True
    assert await pins.reset(scope, THREAD, OLA) is False
    assert list(await pins.chosen(THREAD, OLA)) == []


async def test_personas_and_models_are_chosen_apart(
    pins: RedisPersonaPins, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    models = RedisModelPins(redis_connection, prefix=redis_prefix)
    for scope in PinScope:
        await models.pin(scope, THREAD, OLA, "owl:1b")
        await pins.choose(scope, THREAD, OLA, "owl")
    assert {pin.model for pin in await models.pins(THREAD, OLA)} == {"owl:1b"}
    assert {pin.persona for pin in await pins.chosen(THREAD, OLA)} == {"owl"}


async def test_forgetting_a_place_forgets_its_persona(pins: RedisPersonaPins, history: RedisHistory) -> None:
    for scope in PinScope:
        await pins.choose(scope, THREAD, OLA, "owl")
    assert await history.forget(THREAD) == Forgotten(turns=0, pins=1)
    assert [pin.scope for pin in await pins.chosen(THREAD, OLA)] == list(PinScope)[1:]


async def test_forgetting_a_person_forgets_both_their_choices_in_every_workspace(
    pins: RedisPersonaPins, history: RedisHistory, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    models = RedisModelPins(redis_connection, prefix=redis_prefix)
    elsewhere = replace(CHANNEL, workspace="other")
    for place in (CHANNEL, elsewhere):
        await pins.choose(PinScope.USER, place, OLA, "owl")
        await models.pin(PinScope.USER, place, OLA, "owl:1b")
    await models.unpin(PinScope.USER, CHANNEL, OLA)
    assert (await history.forget_person("discord", OLA.id)).pins == 3
    assert list(await pins.chosen(CHANNEL, OLA)) + list(await pins.chosen(elsewhere, OLA)) == []
