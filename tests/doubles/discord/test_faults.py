"""What can go wrong between a client and the API, as the real discord.py feels it."""

import asyncio

import aiohttp
import discord
import pytest

from tests.doubles.discord import Channel, Cut, Discord, Hold, Limit, Refuse
from tests.doubles.discord.conftest import Bot, code_of, logged_in
from tests.doubles.discord.pointing import pointed_at
from tests.doubles.discord.rate_limits import GLOBAL_LIMIT, RATES, SHARED_RATES, Rate

SEND = "/channels/*/messages"
EDIT = "/channels/*/messages/*"


@pytest.fixture
def general(service: Discord) -> Channel:
    return service.guild().channel("general")


@pytest.fixture
async def place(bot: Bot, general: Channel) -> discord.TextChannel:
    channel = await bot.fetch_channel(general.id)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_five_messages_in_five_seconds_and_no_more(service: Discord, general: Channel) -> None:
    service.stop_clock()
    headers, url = {"Authorization": f"Bot {service.token}"}, f"{service.api_url}/channels/{general.id}/messages"
    async with aiohttp.ClientSession(headers=headers) as session:
        answers = [await session.post(url, json={"content": str(n)}) for n in range(6)]
        told = await answers[-1].json()
        service.advance(5)
        assert (await session.post(url, json={"content": "again"})).status == 200
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]
    assert [answer.status for answer in answers] == [200] * 5 + [429]
    assert told["retry_after"] == float(answers[0].headers["X-RateLimit-Reset-After"]) == 5.0
    assert (told["global"], answers[-1].headers["Via"]) == (False, "1.1 google")
    assert [call.body["content"] for call in service.rest.limited] == ["5"]


async def test_channels_have_each_their_own_limit_and_edits_theirs() -> None:
    async with (
        Discord() as service,
        aiohttp.ClientSession(headers={"Authorization": f"Bot {service.token}"}) as session,
    ):
        service.stop_clock()
        team = service.guild()
        for channel in (team.channel("one"), team.channel("two")):
            url = f"{service.api_url}/channels/{channel.id}/messages"
            for n in range(5):
                assert (await session.post(url, json={"content": str(n)})).status == 200
            edited = f"{url}/{channel.answers[0].id}"
            assert [(await session.patch(edited, json={"content": "!"})).status for _ in range(6)] == [200] * 5 + [429]


async def test_posts_and_edits_may_count_together() -> None:
    async with Discord(rates=SHARED_RATES) as service:
        service.stop_clock()
        general = service.guild().channel("general")
        headers, url = {"Authorization": f"Bot {service.token}"}, f"{service.api_url}/channels/{general.id}/messages"
        async with aiohttp.ClientSession(headers=headers) as session:
            for n in range(3):
                assert (await session.post(url, json={"content": str(n)})).status == 200
            edited = f"{url}/{general.answers[0].id}"
            assert [(await session.patch(edited, json={"content": "!"})).status for _ in range(3)] == [200, 200, 429]


async def test_over_all_there_are_fifty_a_second(service: Discord) -> None:
    service.stop_clock()
    headers = {"Authorization": f"Bot {service.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        statuses = [(await session.get(f"{service.api_url}/users/@me")).status for _ in range(GLOBAL_LIMIT + 1)]
        answer = await session.get(f"{service.api_url}/users/@me")
        assert (statuses[-1], answer.headers["X-RateLimit-Global"]) == (429, "true")
        assert await answer.json() == {"message": "You are being rate limited.", "retry_after": 1.0, "global": True}
        service.advance(1)
        assert (await session.get(f"{service.api_url}/users/@me")).status == 200
    assert statuses[:-1] == [200] * GLOBAL_LIMIT


async def test_a_client_that_reads_the_headers_is_never_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Rate("send", "POST", RATES[0].path, 5, 0.2)
    async with Discord(rates=(quick,)) as service:
        pointed_at(service, monkeypatch)
        general = service.guild().channel("general")
        async with logged_in(service) as bot:
            place = bot.get_partial_messageable(general.id)
            for n in range(11):
                await place.send(str(n))
    assert [post.text for post in general.answers] == [str(n) for n in range(11)]
    assert service.rest.limited == []


async def test_without_rates_nobody_is_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Discord(rates=()) as service:
        pointed_at(service, monkeypatch)
        general = service.guild().channel("general")
        async with logged_in(service) as bot:
            await asyncio.gather(*(bot.get_partial_messageable(general.id).send(str(n)) for n in range(60)))
    assert len(general.answers) == 60


async def test_a_limit_out_of_the_blue_is_waited_for(
    service: Discord, place: discord.TextChannel, general: Channel
) -> None:
    service.faults.plan(Limit(0.01), "POST", SEND)
    service.faults.plan(Limit(0.01, is_global=True), "POST", SEND)
    await place.send("Hello")
    assert [post.text for post in general.answers] == ["Hello"]


async def test_who_is_banned_isnt_told_how_long(service: Discord, place: discord.TextChannel) -> None:
    service.faults.plan(Limit(0.01, by=None), "POST", SEND)
    with pytest.raises(discord.HTTPException) as caught:
        await place.send("Hello")
    assert caught.value.status == 429


async def test_a_proxys_error_is_tried_again(
    service: Discord, place: discord.TextChannel, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.faults.plan(Refuse(502), "POST", SEND)
    await place.send("Hello")
    assert [post.text for post in general.answers] == ["Hello"]


async def test_what_is_refused_on_demand_has_its_status_and_code(service: Discord, place: discord.TextChannel) -> None:
    message = await place.send("Hello")
    service.faults.plan(Refuse(403, 50013, "Missing Permissions"), "PATCH", EDIT, times=2)
    for _ in range(2):
        with pytest.raises(discord.Forbidden) as caught:
            await message.edit(content="Hi")
        assert code_of(caught) == (403, 50013)
    service.faults.plan(Refuse(503), "PATCH", EDIT)
    with pytest.raises(discord.DiscordServerError):
        await message.edit(content="Hi")
    service.faults.plan(Refuse(503), "PATCH", EDIT)
    service.faults.clear()
    await message.edit(content="Hi")


async def test_what_is_planned_for_a_place_leaves_what_is_in_it_alone(
    service: Discord, place: discord.TextChannel
) -> None:
    message = await place.send("Hello")
    service.faults.plan(Refuse(404, 10003, "Unknown Channel"), "*", SEND)
    await message.edit(content="Hi")
    with pytest.raises(discord.NotFound):
        await place.send("Hello")


@pytest.mark.parametrize(("done", "posted"), [(False, []), (True, ["Hello"])])
async def test_a_line_may_break_before_or_after_it_was_done(
    service: Discord, place: discord.TextChannel, general: Channel, done: bool, posted: list[str]
) -> None:
    service.faults.plan(Cut(done=done), "POST", SEND)
    with pytest.raises(aiohttp.ClientError):
        await place.send("Hello")
    assert [post.text for post in general.answers] == posted


async def test_a_message_can_go_while_it_is_being_edited(
    service: Discord, place: discord.TextChannel, general: Channel
) -> None:
    message = await place.send("Hello")
    service.faults.plan(hold := Hold(), "PATCH", EDIT)
    editing = asyncio.create_task(message.edit(content="Hi"))
    await hold.reached.wait()
    service.world.delete_message(general.id, message.id)
    hold.released.set()
    with pytest.raises(discord.NotFound) as caught:
        await editing
    assert code_of(caught) == (404, 10008)


async def test_every_call_can_be_looked_at(service: Discord, place: discord.TextChannel, general: Channel) -> None:
    await place.send("Hello", allowed_mentions=discord.AllowedMentions.none(), suppress_embeds=True)
    call = service.rest.calls[-1]
    assert (call.method, call.path, call.body["allowed_mentions"], call.body["flags"]) == (
        "POST",
        f"/channels/{general.id}/messages",
        {"parse": []},
        4,
    )
