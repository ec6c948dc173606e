"""Threads: grown from messages, archived, locked, listed."""

import discord
import pytest

from tests.doubles.discord import PERMISSIONS, Channel, Discord, Guild, Person
from tests.doubles.discord.conftest import Bot, code_of, connected
from tests.doubles.discord.world import STARTER_MESSAGE


@pytest.fixture
def team(service: Discord) -> Guild:
    return service.guild()


@pytest.fixture
def general(team: Guild) -> Channel:
    return team.channel("general")


@pytest.fixture
def anna(team: Guild) -> Person:
    return team.person("Anna")


@pytest.fixture
async def question(bot: Bot, general: Channel, anna: Person) -> discord.Message:
    channel = await bot.fetch_channel(general.id)
    assert isinstance(channel, discord.TextChannel)
    return await channel.fetch_message(general.says(anna, "Well?").id)


async def test_a_thread_grows_from_a_message_and_begins_with_it(
    question: discord.Message, general: Channel, team: Guild
) -> None:
    thread = await question.create_thread(name="Well?")
    (seen,) = general.threads
    assert (seen.id, seen.name, seen.posts[0].type) == (question.id, thread.name, STARTER_MESSAGE)
    assert team.threads == [seen]
    assert seen.answers == []
    assert (await question.channel.fetch_message(question.id)).flags.has_thread


async def test_a_message_has_one_thread(question: discord.Message) -> None:
    await question.create_thread(name="Well?")
    with pytest.raises(discord.HTTPException) as caught:
        await question.create_thread(name="Again?")
    assert code_of(caught) == (400, 160004)


@pytest.mark.parametrize("name", ["", "x" * 101])
async def test_a_name_may_be_too_long_or_too_short(question: discord.Message, name: str) -> None:
    with pytest.raises(discord.HTTPException) as caught:
        await question.create_thread(name=name)
    assert code_of(caught) == (400, 50035)


async def test_who_may_not_start_threads_is_refused(question: discord.Message, general: Channel) -> None:
    general.denies("create_public_threads")
    with pytest.raises(discord.Forbidden) as caught:
        await question.create_thread(name="Well?")
    assert code_of(caught) == (403, 50013)


async def test_in_an_archived_thread_nothing_is_edited_but_whoever_writes_brings_it_back(
    question: discord.Message, general: Channel
) -> None:
    thread = await question.create_thread(name="Well?")
    answer = await thread.send("Well.")
    general.threads[0].archive()
    with pytest.raises(discord.HTTPException) as caught:
        await answer.edit(content="Well …")
    assert code_of(caught) == (400, 50083)
    await thread.send("Well!")
    await answer.edit(content="Well …")
    assert not general.threads[0].is_archived


async def test_a_locked_thread_takes_more_than_most_may_do(
    question: discord.Message, general: Channel, team: Guild
) -> None:
    thread = await question.create_thread(name="Well?")
    general.threads[0].archive(locked=True)
    with pytest.raises(discord.HTTPException) as caught:
        await thread.send("Well!")
    assert code_of(caught) == (400, 160005)
    with pytest.raises(discord.Forbidden):
        await thread.edit(archived=False)
    team.allows_bot(PERMISSIONS | discord.Permissions(manage_threads=True))
    await thread.send("Well!")
    assert not general.threads[0].is_archived


async def test_who_started_a_thread_puts_it_away_and_brings_it_back(
    question: discord.Message, general: Channel
) -> None:
    thread = await question.create_thread(name="Well?")
    await thread.edit(archived=True, name="Answered")
    assert (general.threads[0].is_archived, general.threads[0].name) == (True, "Answered")
    await thread.edit(archived=False)
    assert not general.threads[0].is_archived


async def test_another_ones_thread_is_not_renamed(bot: Bot, general: Channel, anna: Person) -> None:
    theirs = general.starts_thread(anna, "Theirs")
    thread = await bot.fetch_channel(theirs.id)
    assert isinstance(thread, discord.Thread)
    with pytest.raises(discord.Forbidden):
        await thread.edit(name="Mine")


async def test_threads_are_listed_whether_they_are_archived_or_not(
    service: Discord, bot: Bot, general: Channel, team: Guild, anna: Person
) -> None:
    old, new = general.starts_thread(anna, "Old"), general.starts_thread(anna, "New")
    old.archive()
    channel = await bot.fetch_channel(general.id)
    assert isinstance(channel, discord.TextChannel)
    active = await bot.http.get_active_threads(team.id)
    assert [thread.id async for thread in channel.archived_threads()] == [old.id]
    assert [int(thread["id"]) for thread in active["threads"]] == [new.id]


async def test_who_connects_hears_of_active_threads_alone(service: Discord, general: Channel, anna: Person) -> None:
    general.starts_thread(anna, "Old").archive()
    new = general.starts_thread(anna, "New")
    async with connected(service) as bot:
        assert [thread.id for thread in bot.guilds[0].threads] == [new.id]


async def test_the_bot_hears_of_threads_and_what_is_said_there(
    service: Discord, general: Channel, anna: Person
) -> None:
    async with connected(service) as bot:
        thread = general.starts_thread(anna, "Talk", on=general.says(anna, "Let's talk"))
        said = bot.loop.create_task(bot.wait_for("message", check=lambda message: message.content == "inside"))
        await service.until(lambda: "THREAD_CREATE" in [event for _, event, _ in service.world.transcript])
        thread.says(anna, "inside")
        message = await said
    assert isinstance(message.channel, discord.Thread)
    assert (message.channel.id, message.channel.name) == (thread.id, "Talk")
    assert "THREAD_CREATE" in bot.events


async def test_a_channel_that_has_gone_is_unknown(question: discord.Message, general: Channel) -> None:
    general.vanish()
    with pytest.raises(discord.NotFound) as caught:
        await question.reply("Well.")
    assert code_of(caught) == (404, 10003)
