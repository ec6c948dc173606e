"""Messages over HTTP: what Discord accepts, what it refuses, in its own codes."""

import asyncio
import io

import aiohttp
import discord
import pytest

from tests.doubles.discord import PERMISSIONS, Channel, Discord, Guild, Person
from tests.doubles.discord.conftest import Bot, code_of
from tests.doubles.discord.pointing import pointed_at


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
async def place(bot: Bot, general: Channel) -> discord.TextChannel:
    channel = await bot.fetch_channel(general.id)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_a_nonce_posts_once(bot: Bot, general: Channel) -> None:
    told = {"content": "Hello", "nonce": "123", "enforce_nonce": True}
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=general.id)
    first, again = [await bot.http.request(route, json=told) for _ in range(2)]
    assert (first["id"], first["nonce"]) == (again["id"], again["nonce"])
    assert [(post.text, post.nonce) for post in general.answers] == [("Hello", "123")]


async def test_a_nonce_is_forgotten_after_minutes_and_does_nothing_unless_it_is_enforced(
    service: Discord, bot: Bot, general: Channel
) -> None:
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=general.id)
    for _ in range(2):
        await bot.http.request(route, json={"content": "Hello", "nonce": "123"})
    service.advance(600)
    await bot.http.request(route, json={"content": "Hello", "nonce": "123", "enforce_nonce": True})
    assert len(general.answers) == 3


async def test_an_edit_is_remembered_with_all_that_stood_there_before(
    place: discord.TextChannel, general: Channel
) -> None:
    message = await place.send("one")
    await message.edit(content="two")
    post = general.answers[0]
    assert ([version.text for version in post.versions], post.edits, post.text) == (["one", "two"], 1, "two")


async def test_a_deleted_message_is_unknown_and_stays_readable_for_the_test(
    place: discord.TextChannel, general: Channel
) -> None:
    message = await place.send("one")
    post = general.answers[0]
    await message.delete()
    with pytest.raises(discord.NotFound) as caught:
        await message.edit(content="two")
    assert (code_of(caught), post.is_deleted, post.text) == ((404, 10008), True, "one")


async def test_history_is_read_in_pieces(place: discord.TextChannel, general: Channel, anna: Person) -> None:
    posts = [general.says(anna, str(n)) for n in range(5)]
    after = [message.content async for message in place.history(after=discord.Object(posts[1].id), limit=2)]
    before = [message.content async for message in place.history(before=discord.Object(posts[2].id))]
    around = [message.content async for message in place.history(around=discord.Object(posts[2].id), limit=3)]
    assert (after, before, around) == (["2", "3"], ["1", "0"], ["3", "2", "1"])


async def test_more_than_a_hundred_messages_cannot_be_asked_for(bot: Bot, general: Channel) -> None:
    route = discord.http.Route("GET", "/channels/{channel_id}/messages", channel_id=general.id)
    with pytest.raises(discord.HTTPException) as caught:
        await bot.http.request(route, params={"limit": 101})
    assert code_of(caught) == (400, 50035)


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"content": "x" * 2001}, 400, 50035),
        ({"content": " \n "}, 400, 50006),
        ({}, 400, 50006),
        ({"content": "x", "nonce": "n" * 26}, 400, 50035),
        ({"content": "x", "message_reference": {"message_id": "1"}}, 400, 50035),
        ({"components": [{"type": 10, "content": "x"}] * 41, "flags": 1 << 15}, 400, 50035),
        ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, 400, 50035),
    ],
)
async def test_what_discord_would_not_post_is_refused(
    bot: Bot, general: Channel, told: dict[str, object], status: int, code: int
) -> None:
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=general.id)
    with pytest.raises(discord.HTTPException) as caught:
        await bot.http.request(route, json=told)
    assert (code_of(caught), general.posts) == ((status, code), [])


async def test_blanks_around_what_is_said_are_lost(place: discord.TextChannel, general: Channel) -> None:
    message = await place.send("\n  one\n  two \n")
    await message.edit(content="  three  ")
    assert [version.text for version in general.answers[0].versions] == ["one\n  two", "three"]


async def test_a_message_cannot_be_emptied_unless_something_else_is_left(
    place: discord.TextChannel, general: Channel
) -> None:
    message = await place.send("one")
    with pytest.raises(discord.HTTPException) as caught:
        await message.edit(content=" ")
    assert code_of(caught) == (400, 50006)
    await message.edit(content=None, embed=discord.Embed(title="two"))
    assert general.answers[0].embeds[0]["title"] == "two"


async def test_what_is_too_long_says_where_and_how_much(place: discord.TextChannel) -> None:
    with pytest.raises(discord.HTTPException, match=r"In content: Must be 2000 or fewer in length\."):
        await place.send("x" * 2001)


async def test_forty_components_are_not_too_many(bot: Bot, general: Channel) -> None:
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=general.id)
    told = {"components": [{"type": 10, "content": "x"}] * 40, "flags": 1 << 15}
    assert await bot.http.request(route, json=told)


async def test_a_reply_names_what_it_answers(place: discord.TextChannel, general: Channel, anna: Person) -> None:
    question = general.says(anna, "Well?")
    await (await place.fetch_message(question.id)).reply("Well.")
    assert [post.replies_to for post in general.answers] == [question.id]


@pytest.mark.parametrize(
    ("denied", "code"), [("send_messages", 50013), ("view_channel", 50001), ("read_message_history", 160002)]
)
async def test_who_may_not_is_refused(
    place: discord.TextChannel, general: Channel, anna: Person, denied: str, code: int
) -> None:
    question = await place.fetch_message(general.says(anna, "Well?").id)
    general.denies(denied)
    with pytest.raises(discord.HTTPException) as caught:
        await question.reply("Well.")
    assert caught.value.code == code
    general.allows(denied)
    await question.reply("Well.")


async def test_another_ones_message_cannot_be_changed(
    place: discord.TextChannel, general: Channel, anna: Person
) -> None:
    message = await place.fetch_message(general.says(anna, "mine").id)
    with pytest.raises(discord.Forbidden) as caught:
        await message.edit(content="yours")
    assert code_of(caught) == (403, 50005)


async def test_who_has_blocked_the_bot_gets_nothing(service: Discord, bot: Bot, anna: Person) -> None:
    person = await bot.fetch_user(anna.id)
    await person.send("one")
    anna.blocks()
    with pytest.raises(discord.Forbidden) as caught:
        await person.send("two")
    anna.unblocks()
    await person.send("three")
    assert code_of(caught) == (403, 50007)
    assert [post.text for post in service.direct(anna).answers] == ["one", "three"]


async def test_a_file_can_be_downloaded_for_a_day(
    service: Discord, place: discord.TextChannel, general: Channel
) -> None:
    message = await place.send("Look", file=discord.File(io.BytesIO(b"%PDF"), "a b.pdf", description="a page"))
    file = message.attachments[0]
    assert await file.read() == b"%PDF"
    assert (file.filename, file.size, file.description, file.content_type) == (
        "a b.pdf",
        4,
        "a page",
        "application/pdf",
    )
    service.advance(24 * 60 * 60)
    with pytest.raises(discord.NotFound):
        await file.read()
    assert [file["filename"] for file in general.answers[0].attachments] == ["a b.pdf"]


async def test_what_people_attach_can_be_downloaded(place: discord.TextChannel, general: Channel, anna: Person) -> None:
    post = general.says(anna, "Read this", files=[("notes.txt", "čtvrtek".encode())])
    message = await place.fetch_message(post.id)
    assert (await message.attachments[0].read()).decode() == "čtvrtek"


async def test_a_file_may_be_too_large_or_forbidden(place: discord.TextChannel, general: Channel) -> None:
    with pytest.raises(discord.HTTPException) as caught:
        await place.send(file=discord.File(io.BytesIO(bytes(10 * 1024 * 1024 + 1)), "big.bin"))
    assert code_of(caught) == (413, 40005)
    general.denies("attach_files")
    with pytest.raises(discord.Forbidden) as refused:
        await place.send(file=discord.File(io.BytesIO(b"x"), "small.bin"))
    assert code_of(refused) == (403, 50013)


async def test_reactions_are_seen(place: discord.TextChannel, general: Channel, anna: Person) -> None:
    message = await place.send("Good?")
    await message.add_reaction("👀")
    anna.reacts(general.answers[0], "👀")
    assert general.answers[0].reactions == {"👀": [message.author.id, anna.id]}


async def test_typing_is_seen_and_waited_for(service: Discord, place: discord.TextChannel, general: Channel) -> None:
    asking = asyncio.create_task(service.until(lambda: general.typing))
    async with place.typing():
        await asking
    assert [seen.channel for seen in general.typing] == [general.id]


async def test_without_the_intent_http_gives_no_content_either(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Discord(privileged=()) as service:
        pointed_at(service, monkeypatch)
        team = service.guild()
        general, anna = team.channel("general"), team.person("Anna")
        post = general.says(anna, "private")
        bot = Bot()
        await bot.login(service.token)
        told = await bot.http.get_message(general.id, post.id)
        application = await bot.application_info()
        await bot.close()
    assert (told["content"], application.flags.gateway_message_content_limited) == ("", False)


async def ask_about_the_weather() -> None:
    async with Discord() as service, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bot {service.token}"}
        async with session.get(f"{service.api_url}/weather", headers=headers) as answer:
            assert answer.status == 501


async def test_what_nobody_knows_fails_the_test_that_asked() -> None:
    with pytest.raises(AssertionError, match="GET /weather"):
        await ask_about_the_weather()


async def test_strangers_and_nonsense_are_turned_away(service: Discord) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{service.api_url}/users/@me") as answer:
            assert (answer.status, answer.headers["Content-Type"]) == (401, "application/json")
            assert (await answer.json())["message"] == "401: Unauthorized"
        async with session.get(f"{service.api_url}/users/@me", headers={"Authorization": service.token}) as answer:
            assert answer.status == 401
        async with session.post(f"{service.api_url}/channels/1/messages", data="{") as answer:
            assert answer.status == 400


async def test_the_owner_gave_no_more_than_needed() -> None:
    assert not PERMISSIONS.manage_messages
    assert not PERMISSIONS.mention_everyone
