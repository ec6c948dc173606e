"""The real discord.py stays connected to the double as it does to Discord, whatever happens to the line."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Callable

import aiohttp
import discord
import pytest

from tests.doubles.discord import PERMISSIONS, Channel, Discord, Person
from tests.doubles.discord.conftest import Bot, connected, logged_in
from tests.doubles.discord.pointing import pointed_at

Happens = Callable[[Discord], None]


@pytest.fixture
def general(service: Discord) -> Channel:
    return service.guild().channel("general")


@pytest.fixture
def anna(service: Discord, general: Channel) -> Person:
    guild = service.world.channels[general.id].guild_id
    assert guild is not None
    user = service.world.make_user("Anna")
    service.world.add_member(guild, user.id)
    return Person(service.world, user.id)


async def until(bot: Bot, happened: Callable[[], object]) -> None:
    """The client has no condition to wait on but its own events."""
    while not happened():
        await bot.wait_for("socket_event_type")
        await asyncio.sleep(0)


async def test_whoever_identifies_hears_of_guilds_and_then_of_messages(
    service: Discord, general: Channel, anna: Person
) -> None:
    async with connected(service) as bot:
        assert [channel.name for guild in bot.guilds for channel in guild.text_channels] == ["general"]
        general.says(anna, "Hello")
        await until(bot, lambda: bot.heard)
    assert (bot.texts, bot.heard[0].author.name) == (["Hello"], "Anna")


async def test_a_wrong_token_is_refused_at_the_door(service: Discord) -> None:
    bot = Bot()
    with pytest.raises(discord.LoginFailure):
        await bot.login("wrong")
    await bot.close()


async def test_an_intent_that_the_owner_has_not_switched_on_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Discord(privileged=()) as service:
        pointed_at(service, monkeypatch)
        async with logged_in(service) as bot:
            with pytest.raises(discord.PrivilegedIntentsRequired):
                await bot.connect()


async def test_without_the_intent_only_mentions_replies_and_direct_messages_have_content(
    service: Discord, general: Channel, anna: Person
) -> None:
    async with connected(service, intents=discord.Intents.default()) as bot:
        general.says(anna, "to nobody")
        general.says(anna, "to the bot", mention=True)
        service.direct(anna).says(anna, "in private")
        await until(bot, lambda: len(bot.heard) == 3)
    assert bot.texts == ["", f"{service.mention} to the bot", "in private"]


async def test_a_reply_that_disturbs_nobody_has_no_content_either(
    service: Discord, general: Channel, anna: Person
) -> None:
    async with connected(service, intents=discord.Intents.default()) as bot:
        await bot.get_partial_messageable(general.id).send("Well?")
        (answer,) = general.answers
        general.says(anna, "Well.", reply_to=answer)
        general.says(anna, "Well!", reply_to=answer, pings=False)
        await until(bot, lambda: len(bot.heard) == 3)
    assert bot.texts == ["Well?", "Well.", ""]


async def test_a_heartbeat_that_is_asked_for_comes_at_once(service: Discord) -> None:
    async with connected(service):
        beats = service.gateway.door.heartbeats
        service.gateway.ask_for_heartbeat()
        await service.until(lambda: service.gateway.door.heartbeats > beats)


async def test_a_guild_that_has_trouble_goes_and_comes_back(service: Discord) -> None:
    team = service.guild()
    async with connected(service) as bot:
        team.goes_down()
        await until(bot, lambda: bot.guilds[0].unavailable if bot.guilds else True)
        team.comes_back()
        await until(bot, lambda: bot.guilds and not bot.guilds[0].unavailable)


async def test_many_messages_go_at_once(service: Discord, general: Channel, anna: Person) -> None:
    async with connected(service) as bot:
        posts = [general.says(anna, str(n)) for n in range(3)]
        general.purge(*posts)
        await until(bot, lambda: "MESSAGE_DELETE_BULK" in bot.events)
    assert all(post.is_deleted for post in posts)


async def test_what_is_forwarded_brings_its_text_along(service: Discord, general: Channel, anna: Person) -> None:
    async with connected(service) as bot:
        post = general.says(anna, "Look")
        general.forwards(anna, post)
        await until(bot, lambda: len(bot.heard) == 2)
    assert [snapshot.content for snapshot in bot.heard[1].message_snapshots] == ["Look"]


async def test_a_bot_that_is_thrown_out_hears_of_it(service: Discord) -> None:
    team = service.guild()
    async with connected(service) as bot:
        team.expels_bot()
        await until(bot, lambda: not bot.guilds)


async def test_other_programs_are_told_from_people_who_may_be_in_several_guilds(service: Discord) -> None:
    one, other = service.guild("one"), service.guild("other")
    anna, program = one.person("Anna"), one.person("CI", is_bot=True)
    other.joins(anna)
    async with connected(service) as bot:
        other.channel().says(anna, "Hello")
        one.channel().says(program, "Beep")
        await until(bot, lambda: len(bot.heard) == 2)
    assert [(message.author.bot, message.guild and message.guild.name) for message in bot.heard] == [
        (False, "other"),
        (True, "one"),
    ]


async def test_what_is_missed_while_the_line_is_dead_comes_with_the_resume_and_once(
    service: Discord, general: Channel, anna: Person
) -> None:
    async with connected(service) as bot:
        general.says(anna, "before")
        await until(bot, lambda: bot.heard)
        service.gateway.cut()
        general.says(anna, "meanwhile")
        await until(bot, lambda: "RESUMED" in bot.events)
        general.says(anna, "after")
        await until(bot, lambda: len(bot.heard) == 3)
    assert bot.texts == ["before", "meanwhile", "after"]
    assert (len(service.gateway.identified), service.gateway.resumed) == (1, 1)


@pytest.mark.parametrize(
    "happens",
    [
        lambda service: service.gateway.ask_to_reconnect(),
        lambda service: service.gateway.invalidate(resumable=True),
        lambda service: service.gateway.close(4000, "Unknown error."),
        lambda service: service.gateway.close(4009, "Session timed out."),
        lambda service: service.gateway.close(1001),
    ],
    ids=["op 7", "op 9, resumable", "4000", "4009", "1001"],
)
async def test_the_session_goes_on_after(service: Discord, general: Channel, anna: Person, happens: Happens) -> None:
    async with connected(service) as bot:
        happens(service)
        await until(bot, lambda: "RESUMED" in bot.events)
        general.says(anna, "Still there?")
        await until(bot, lambda: bot.heard)
    assert (len(service.gateway.identified), service.gateway.resumed) == (1, 1)


async def test_an_invalid_session_is_started_again_and_what_came_between_is_lost(
    service: Discord, general: Channel, anna: Person
) -> None:
    async with connected(service) as bot:
        service.gateway.invalidate(resumable=False)
        assert not service.gateway.sessions
        general.says(anna, "lost")
        await service.until(lambda: len(service.gateway.identified) == 2)
        general.says(anna, "heard")
        await until(bot, lambda: bot.heard)
    assert (bot.texts, service.gateway.resumed) == (["heard"], 0)


async def test_some_codes_are_final(service: Discord, general: Channel) -> None:
    async with logged_in(service) as bot:
        running = asyncio.create_task(bot.connect())
        await bot.wait_until_ready()
        service.gateway.close(4004, "Authentication failed.")
        with pytest.raises(discord.ConnectionClosed) as caught:
            await running
    assert caught.value.code == 4004


async def test_a_client_whose_heartbeats_nobody_answers_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async with asyncio.timeout(10), Discord(heartbeat_ms=200) as service:
        pointed_at(service, monkeypatch)
        async with connected(service, heartbeat_timeout=0.5) as bot:
            service.gateway.door.acknowledges = False
            await service.until(lambda: service.gateway.resumed)
            service.gateway.door.acknowledges = True
            beats = service.gateway.door.heartbeats
            await service.until(lambda: service.gateway.door.heartbeats > beats)
            assert not bot.is_closed()


async def test_an_outage_is_survived_and_what_was_said_meanwhile_is_heard(
    service: Discord, general: Channel, anna: Person
) -> None:
    async with connected(service) as bot:
        async with service.outage():
            general.says(anna, "during the outage")
        await until(bot, lambda: bot.heard)
    assert bot.texts == ["during the outage"]


async def test_two_connections_with_one_token_both_hear_everything(
    service: Discord, general: Channel, anna: Person
) -> None:
    async with connected(service) as one, connected(service) as other:
        general.says(anna, "Hello")
        await asyncio.gather(until(one, lambda: one.heard), until(other, lambda: other.heard))
    assert one.texts == other.texts == ["Hello"]


async def test_nothing_is_heard_from_a_channel_that_the_bot_may_not_see(
    service: Discord, general: Channel, anna: Person
) -> None:
    secret = Channel(service.world, service.world.create_channel(service.world.channels[general.id].guild_id, "hr").id)
    secret.denies("view_channel")
    async with connected(service) as bot:
        secret.says(anna, "secret")
        general.says(anna, "public")
        await until(bot, lambda: bot.heard)
    assert bot.texts == ["public"]


async def test_a_bot_hears_who_types_who_deletes_and_who_edits(
    service: Discord, general: Channel, anna: Person
) -> None:
    async with connected(service) as bot:
        anna.types(general)
        post = general.says(anna, "Helo")
        anna.edits(post, "Hello")
        anna.deletes(post)
        await until(bot, lambda: "MESSAGE_DELETE" in bot.events)
    assert bot.events[-4:] == ["TYPING_START", "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"]
    assert post.is_deleted


async def test_members_come_when_they_are_asked_for(service: Discord, general: Channel, anna: Person) -> None:
    async with connected(service) as bot:
        assert [member.name for member in await bot.guilds[0].query_members("ann")] == ["Anna"]
        assert [member.id for member in await bot.guilds[0].query_members(user_ids=[anna.id])] == [anna.id]


async def test_each_shard_hears_of_its_own_guilds(service: Discord) -> None:
    guilds = [service.world.create_guild(f"guild {shard}", shard_id=shard, shard_count=2) for shard in (0, 1)]
    channels = [Channel(service.world, service.world.create_channel(guild.id, "general").id) for guild in guilds]
    anna = Person(service.world, service.world.make_user("Anna").id)
    for guild in guilds:
        service.world.add_member(guild.id, anna.id)
    async with connected(service, shard_id=1, shard_count=2) as bot:
        assert [guild.name for guild in bot.guilds] == ["guild 1"]
        for shard, channel in enumerate(channels):
            channel.says(anna, f"to {shard}")
        service.direct(anna).says(anna, "to shard 0")
        await until(bot, lambda: bot.heard)
    assert bot.texts == ["to 1"]
    assert [identified.shard for identified in service.gateway.identified] == [(1, 2)]


async def test_an_auto_sharded_client_connects_where_the_api_says(service: Discord) -> None:
    service.guild()
    client = discord.AutoShardedClient(intents=discord.Intents.default(), guild_ready_timeout=0.01)
    await client.login(service.token)
    running = asyncio.create_task(client.connect())
    await client.wait_until_ready()
    assert (client.shard_count, len(client.guilds)) == (1, 1)
    await client.close()
    await asyncio.gather(running, return_exceptions=True)


async def test_starts_are_counted(service: Discord) -> None:
    async with connected(service) as bot:
        _, _, limit = await bot.http.get_bot_gateway()
    assert (limit["total"], limit["remaining"]) == (1000, 999)


async def test_a_bot_may_be_permitted_less_than_it_would_like(service: Discord) -> None:
    service.guild(permissions=discord.Permissions(view_channel=True)).channel("general")
    async with connected(service) as bot:
        allowed = bot.guilds[0].text_channels[0].permissions_for(bot.guilds[0].me)
    assert allowed.view_channel
    assert PERMISSIONS.add_reactions
    assert not allowed.manage_messages


# ---------------------------------------------------------------- nonsense


class Line:
    """A client that says what it likes."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def identifies(self, **changed: object) -> None:
        await self.says({"op": 2, "d": {"token": self.token, "intents": 513, **changed}})

    token = ""

    async def says(self, frame: object) -> None:
        await self.socket.send_json(frame)

    async def hears(self, op: int) -> object:
        while (frame := await self.socket.receive_json())["op"] != op:
            pass
        return frame["d"]

    async def closed(self) -> int | None:
        while not (await self.socket.receive()).type.name.startswith("CLOS"):
            pass
        return self.socket.close_code


@pytest.fixture
async def line(service: Discord) -> AsyncIterator[Line]:
    async with aiohttp.ClientSession() as session, session.ws_connect(service.gateway_url) as socket:
        line = Line(socket)
        line.token = service.token
        yield line


async def test_who_wants_it_compressed_gets_one_stream_in_pieces(service: Discord) -> None:
    url, unpacking = f"{service.gateway_url}?compress=zlib-stream", zlib.decompressobj()
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        hello = await socket.receive_bytes()
        await socket.send_json({"op": 1, "d": None})
        acknowledged = await socket.receive_bytes()
    assert hello.endswith(b"\x00\x00\xff\xff")
    assert [json.loads(unpacking.decompress(piece))["op"] for piece in (hello, acknowledged)] == [10, 11]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"op": 77}, 4001),
        (["op"], 4002),
        ({"op": 8, "d": {}}, 4003),
        ({"op": 2, "d": {"token": "wrong", "intents": 0}}, 4004),
        ({"op": 6, "d": {"token": "wrong", "session_id": "none", "seq": 0}}, 4004),
    ],
)
async def test_nonsense_is_answered_by_hanging_up(line: Line, frame: object, code: int) -> None:
    await line.says(frame)
    assert await line.closed() == code


@pytest.mark.parametrize(
    ("changed", "code"), [({"intents": 1 << 40}, 4013), ({"intents": 1 << 1}, 4014), ({"shard": (2, 2)}, 4010)]
)
async def test_who_asks_for_the_impossible_is_not_let_in(line: Line, changed: dict[str, object], code: int) -> None:
    await line.identifies(**changed)
    assert await line.closed() == code


async def test_who_identifies_twice_is_sent_away(line: Line) -> None:
    await line.identifies()
    await line.identifies()
    assert await line.closed() == 4005


async def test_who_identifies_too_soon_is_asked_to_come_again(service: Discord, line: Line) -> None:
    service.gateway.door.seconds_between_identifies = 5
    async with connected(service):
        await line.identifies()
        assert await line.hears(9) is False
    service.advance(6)
    await line.identifies()
    await service.until(lambda: len(service.gateway.identified) == 2)


async def test_who_has_no_starts_left_has_no_token_any_more(service: Discord, line: Line) -> None:
    service.gateway.door.starts_left = 0
    await line.identifies()
    assert await line.closed() == 4004


async def test_a_session_cannot_go_on_from_the_future(service: Discord, line: Line) -> None:
    async with connected(service) as bot:
        await line.says({"op": 6, "d": {"token": service.token, "session_id": bot.ws.session_id, "seq": 999}})
        assert await line.closed() == 4007


async def test_a_session_that_is_not_known_cannot_go_on(service: Discord, line: Line) -> None:
    await line.says({"op": 6, "d": {"token": service.token, "session_id": "none", "seq": 1}})
    assert await line.hears(9) is False


async def test_who_talks_too_much_is_sent_away(line: Line) -> None:
    for _ in range(121):
        await line.says({"op": 1, "d": None})
    assert await line.closed() == 4008


async def test_who_never_beats_is_taken_for_dead() -> None:
    async with (
        Discord(heartbeat_ms=10) as service,
        aiohttp.ClientSession() as session,
        session.ws_connect(service.gateway_url) as socket,
    ):
        assert await Line(socket).closed() == 4009


@pytest.mark.parametrize(("code", "sessions"), [(1000, 0), (1001, 0), (4000, 1)])
async def test_who_says_good_bye_ends_the_session_and_who_only_leaves_does_not(
    service: Discord, line: Line, code: int, sessions: int
) -> None:
    await line.identifies()
    await service.until(lambda: service.gateway.is_ready)
    await line.socket.close(code=code)
    await service.until(lambda: not service.gateway.connections)
    assert len(service.gateway.sessions) == sessions
