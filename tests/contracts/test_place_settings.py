"""Owns the contract of the port `PlaceSettings`, on every server that may stand behind it."""

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.places import RedisPlaceSettings
from bot.messages import ConversationKey
from bot.ports import AnswerIn, ChosenHere, PlaceChoices, PlaceLanguage, PlaceLevel, PlaceOption, PlaceSettings

pytest_plugins = ["tests.contracts.redis_servers"]

THREAD = ConversationKey("discord", "team", "general", "t1")
CHANNEL = replace(THREAD, thread="")
ELSEWHERE = replace(CHANNEL, channel="random")
ALL = PlaceChoices(AnswerIn.REPLY, PlaceLanguage.CZECH, frozenset({"hr", ""}), frozenset({"general"}))

many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
names = st.frozensets(st.text(alphabet=st.characters(exclude_categories=()), max_size=20), max_size=3)
choices = st.builds(
    PlaceChoices,
    st.none() | st.sampled_from(AnswerIn),
    st.none() | st.sampled_from(PlaceLanguage),
    st.none() | names,
    st.none() | names,
)


@pytest.fixture
def places(redis_connection: RedisConnection, redis_prefix: str) -> RedisPlaceSettings:
    return RedisPlaceSettings(redis_connection, prefix=redis_prefix)


async def test_nothing_is_set_at_first(places: PlaceSettings) -> None:
    assert await places.chosen(THREAD) == ChosenHere()


async def test_a_channel_s_settings_hold_in_its_threads_and_nowhere_else(places: PlaceSettings) -> None:
    await places.choose(PlaceLevel.CHANNEL, THREAD, ALL)
    for place in (THREAD, CHANNEL, replace(THREAD, thread="t2")):
        assert await places.chosen(place) == ChosenHere(channel=ALL)
    assert await places.chosen(ELSEWHERE) == ChosenHere()


async def test_a_workspace_s_settings_hold_in_all_its_channels_and_in_no_other_workspace(places: PlaceSettings) -> None:
    await places.choose(PlaceLevel.WORKSPACE, THREAD, ALL)
    for place in (THREAD, CHANNEL, ELSEWHERE):
        assert await places.chosen(place) == ChosenHere(workspace=ALL)
    assert await places.chosen(replace(CHANNEL, workspace="other")) == ChosenHere()
    assert await places.chosen(replace(CHANNEL, platform="slack")) == ChosenHere()


async def test_setting_one_thing_leaves_the_others(places: PlaceSettings) -> None:
    await places.choose(PlaceLevel.CHANNEL, CHANNEL, ALL)
    await places.choose(PlaceLevel.CHANNEL, CHANNEL, PlaceChoices(answer_in=AnswerIn.THREAD))
    await places.choose(PlaceLevel.CHANNEL, CHANNEL, PlaceChoices())
    assert (await places.chosen(CHANNEL)).channel == replace(ALL, answer_in=AnswerIn.THREAD)


async def test_an_empty_list_is_not_the_same_as_none(places: PlaceSettings) -> None:
    await places.choose(PlaceLevel.WORKSPACE, CHANNEL, PlaceChoices(channels=frozenset()))
    assert (await places.chosen(CHANNEL)).workspace == PlaceChoices(channels=frozenset())


async def test_what_is_set_is_taken_back_one_by_one_or_all_at_once_and_counted(places: PlaceSettings) -> None:
    await places.choose(PlaceLevel.CHANNEL, CHANNEL, ALL)
    await places.choose(PlaceLevel.WORKSPACE, CHANNEL, ALL)
    assert await places.reset(PlaceLevel.CHANNEL, THREAD, [PlaceOption.LANGUAGE]) == 1
    assert await places.reset(PlaceLevel.CHANNEL, THREAD, [PlaceOption.LANGUAGE]) == 0
    assert await places.reset(PlaceLevel.CHANNEL, THREAD, []) == 0
    assert (await places.chosen(CHANNEL)).channel == replace(ALL, language=None)
    assert await places.reset(PlaceLevel.CHANNEL, THREAD) == 3
    assert await places.chosen(CHANNEL) == ChosenHere(workspace=ALL)


async def test_what_a_later_version_has_set_is_left_out(
    places: PlaceSettings, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await places.choose(PlaceLevel.CHANNEL, CHANNEL, ALL)
    key = f"{redis_prefix}:v1:{{{CHANNEL}}}:place"
    for option, value in {"answer_in": "sky", "knowledge": "{", "channels": "[1]", "more": "1"}.items():
        await redis_connection.run(partial(_set, key=key, option=option, value=value))
    assert (await places.chosen(CHANNEL)).channel == PlaceChoices(language=PlaceLanguage.CZECH)


@many
@given(chosen=choices)
async def test_any_choices_come_back_as_they_were(places: PlaceSettings, chosen: PlaceChoices) -> None:
    await places.choose(PlaceLevel.CHANNEL, CHANNEL, chosen)
    assert (await places.chosen(CHANNEL)).channel == chosen
    await places.reset(PlaceLevel.CHANNEL, CHANNEL)


async def test_settings_are_read_in_one_round_trip(embedded_connection: RedisConnection, redis_prefix: str) -> None:
    places = RedisPlaceSettings(embedded_connection, prefix=redis_prefix)
    await places.choose(PlaceLevel.CHANNEL, CHANNEL, ALL)
    before = await reads(embedded_connection)
    await places.chosen(THREAD)
    assert await reads(embedded_connection) - before == 1 + 1  # and one for asking


async def _set(redis: Redis, *, key: str, option: str, value: str) -> None:
    await redis.hset(key, option, value)


async def reads(connection: RedisConnection) -> int:
    stats = await connection.run(lambda redis: redis.info("stats"))
    return int(stats["total_reads_processed"])
