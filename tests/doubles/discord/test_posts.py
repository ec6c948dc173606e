"""Whom a message would disturb, what it would unfurl, and how the story reads afterwards."""

import discord
import pytest

from tests.doubles.discord import Channel, Discord, Guild, Person
from tests.doubles.discord.conftest import Bot


@pytest.fixture
def team(service: Discord) -> Guild:
    return service.guild()


@pytest.fixture
def general(team: Guild) -> Channel:
    return team.channel("general")


@pytest.fixture
def anna(team: Guild) -> Person:
    return team.person("Anna")


NOBODY = discord.AllowedMentions.none()


async def test_who_is_pinged_is_known_even_where_the_bot_lacks_the_permission(
    bot: Bot, team: Guild, general: Channel, anna: Person
) -> None:
    place, staff = bot.get_partial_messageable(general.id), team.role("staff")
    text = f"@everyone @here <@&{staff.id}> {anna.mention}"
    await place.send(text)
    for allowed in (NOBODY, discord.AllowedMentions(everyone=False, roles=False, users=True)):
        await place.send(text, allowed_mentions=allowed)
    await place.send(f"`@everyone` ```\n{anna.mention}\n```")
    assert [post.pings for post in general.answers] == [["@everyone", "@here", "@staff", "@Anna"], [], ["@Anna"], []]


async def test_a_reply_pings_whom_it_answers_unless_it_is_told_not_to(bot: Bot, general: Channel, anna: Person) -> None:
    question = general.says(anna, "Well?")
    place = bot.get_partial_messageable(general.id)
    for mention in (True, False):
        await place.send("Well.", reference=place.get_partial_message(question.id), mention_author=mention)
    assert [post.pings for post in general.answers] == [["@Anna"], []]


async def test_an_edit_can_take_back_its_restraint(bot: Bot, general: Channel) -> None:
    message = await bot.get_partial_messageable(general.id).send("Hello", allowed_mentions=NOBODY)
    await message.edit(content="@everyone")
    assert general.answers[0].pings == ["@everyone"]
    await message.edit(content="@everyone", allowed_mentions=NOBODY)
    assert general.answers[0].pings == []


async def test_what_would_be_unfurled_is_known(bot: Bot, general: Channel) -> None:
    place = bot.get_partial_messageable(general.id)
    text = "https://a.example <https://b.example> `https://c.example` [d](https://d.example) [e](<https://e.example>)"
    await place.send(text)
    await place.send(text, suppress_embeds=True)
    assert [post.unfurls for post in general.answers] == [["https://a.example", "https://d.example"], []]


async def test_a_programs_message_is_told_from_a_persons(bot: Bot, general: Channel) -> None:
    post = general.hears_webhook("Build failed")
    message = await bot.get_partial_messageable(general.id).fetch_message(post.id)
    assert (message.webhook_id is not None, message.author.name) == (True, "CI")


async def test_the_story_can_be_read(service: Discord, bot: Bot, general: Channel, anna: Person) -> None:
    question = general.says(anna, "How long?", mention=True, files=[("handbook.pdf", b"%PDF")])
    place = await bot.fetch_channel(general.id)
    assert isinstance(place, discord.TextChannel)
    thread = await (await place.fetch_message(question.id)).create_thread(name="How long?")
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Sources", custom_id="sources"))
    view.add_item(discord.ui.Button(emoji="👍", custom_id="up"))
    answer = await thread.send("Three", view=view)
    await answer.edit(content="Three days [1]\n\n1. handbook.pdf")
    service.direct(anna).says(anna, "Thanks")
    assert service.transcript() == TOLD


TOLD = """\
# #general

**Anna**: @Sova How long?
`📎 handbook.pdf`

> 🧵 How long?
>
> **Sova** (edited): Three days [1]
>
> 1. handbook.pdf
> [Sources] [👍]

# Anna and Sova

**Anna**: Thanks"""
