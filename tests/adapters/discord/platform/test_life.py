"""The connection's life: how it begins, what breaks it, and that nothing asked meanwhile is missed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import discord
import pytest

from adapters.discord.connection.identifying import FILE, MOST_AN_HOUR, IdentifyGuard
from bot.chat.hearing.merging import Patience
from bot.errors import (
    AssistantError,
    HistoryUnavailable,
    PlatformConnectedTooOften,
    PlatformIntentsRefused,
    PlatformTokenRefused,
    PlatformUnreachable,
)
from tests.adapters.discord.platform.stage import Stage, connected, staged
from tests.doubles.discord import Discord, Guild, Limit, Refuse
from tests.doubles.discord.connection import Connection
from tests.doubles.discord.sessions import Session
from tests.doubles.seen import MemorySeenLog


async def failing(stage: Stage) -> AssistantError:
    """What ends the connection."""
    with pytest.raises(AssistantError) as caught:
        async with asyncio.timeout(10):
            await stage.platform.run(stage.receive)
    return caught.value


async def test_a_discord_that_is_away_at_the_start_is_tried_again(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service) as stage:
        async with service.outage():
            assert isinstance(await failing(stage), PlatformUnreachable)
        async with connected(stage):
            await stage.asked()


async def test_a_gateway_that_is_away_at_the_start_is_tried_again(
    tmp_path: Path, service: Discord, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(tmp_path, service) as stage:
        monkeypatch.setattr(type(service), "gateway_url", "ws://127.0.0.1:1")
        service.gateway.door.url = "ws://127.0.0.1:1"
        assert isinstance(await failing(stage), PlatformUnreachable)


async def test_an_api_that_fails_at_the_start_is_tried_again(tmp_path: Path, service: Discord) -> None:
    service.faults.plan(Refuse(500), "GET", "/gateway/bot")
    async with staged(tmp_path, service) as stage, connected(stage):
        await stage.asked()


async def test_what_commands_still_do_is_ended_while_it_can_be_said(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service) as stage:
        async with connected(stage):
            await stage.asked()
        assert stage.controls.could_show == [True]


async def test_a_wrong_token_is_for_the_operator_to_mend(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service, token="MTIzNDU2Nzg5MDEyMzQ1Njc4.x.y") as stage:  # noqa: S106  # nobody's
        error = await failing(stage)
    assert isinstance(error, PlatformTokenRefused)
    assert error.exit_code == 2


async def test_refused_intents_are_for_the_operator_to_mend(
    tmp_path: Path, service: Discord, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Discord(privileged=()) as strict, staged(tmp_path, strict) as stage:
        error = await failing(stage)
    assert isinstance(error, PlatformIntentsRefused)
    assert error.intents == ("Message Content Intent",)


@pytest.mark.parametrize(
    "breaks",
    [
        lambda discord: discord.gateway.cut(),
        lambda discord: discord.gateway.ask_to_reconnect(),
        lambda discord: discord.gateway.invalidate(resumable=True),
        lambda discord: discord.gateway.close(4000),
    ],
    ids=["cut", "op 7", "op 9", "4000"],
)
async def test_a_broken_connection_goes_on_where_it_was(stage: Stage, breaks: Callable[[Discord], None]) -> None:
    await stage.asked("First?")
    breaks(stage.discord)
    await stage.discord.until(lambda: not stage.discord.gateway.is_ready or stage.discord.gateway.resumed)
    stage.general.says(stage.anna, "Second?", mention=True)
    await stage.question(2)
    assert [incoming.text for incoming in stage.received] == ["First?", "Second?"]
    assert (len(stage.discord.gateway.identified), stage.discord.gateway.resumed) == (1, 1)


async def test_what_was_heard_already_and_is_replayed_is_asked_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    (session,) = stage.discord.gateway.sessions.values()
    before, replay = session.sequence, Session.replay
    monkeypatch.setattr(Session, "replay", lambda self, wire, *, after: replay(self, wire, after=min(before, after)))
    await stage.asked("First?")
    stage.discord.gateway.cut()
    stage.general.says(stage.anna, "Second?", mention=True)
    await stage.question(2)
    assert [incoming.text for incoming in stage.received] == ["First?", "Second?"]


async def test_an_outage_of_all_of_discord_in_the_middle_loses_nothing(stage: Stage) -> None:
    await stage.asked("First?")
    async with stage.discord.outage():
        stage.general.says(stage.anna, "Second?", mention=True)
    await stage.question(2)
    assert [incoming.text for incoming in stage.received] == ["First?", "Second?"]


async def test_a_session_that_discord_ends_is_begun_again_and_what_came_between_is_asked(stage: Stage) -> None:
    await stage.asked("First?")
    stage.discord.gateway.invalidate(resumable=False)
    stage.general.says(stage.anna, "Second?", mention=True)
    await stage.question(2)
    assert [incoming.text for incoming in stage.received] == ["First?", "Second?"]
    assert len(stage.discord.gateway.identified) == 2


@pytest.mark.parametrize(("code", "error"), [(4004, PlatformTokenRefused), (4014, PlatformIntentsRefused)])
async def test_what_the_operator_takes_away_while_sova_runs_ends_the_connection(
    tmp_path: Path, service: Discord, code: int, error: type[AssistantError]
) -> None:
    async with staged(tmp_path, service) as stage, connected(stage) as running:
        service.gateway.close(code)
        with pytest.raises(error):
            await running


async def test_what_is_written_between_two_sessions_is_fetched(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service) as stage, connected(stage):
        stage.discord.direct(stage.anna).says(stage.anna, "A word?")
        await stage.question()
        await stage.asked("First?")
        service.gateway.forget()
        stage.general.says(stage.anna, "Second?", mention=True)
        stage.discord.direct(stage.anna).says(stage.anna, "Third?")
        stage.general.says(stage.guild.person("Bea"), "Not for you")
        service.gateway.cut()
        await stage.question(4)
    assert sorted(incoming.text for incoming in stage.received) == ["A word?", "First?", "Second?", "Third?"]


async def test_what_is_written_while_sova_is_down_is_fetched_by_the_next_one(tmp_path: Path, service: Discord) -> None:
    seen = MemorySeenLog()
    async with staged(tmp_path, service, seen=seen, patience=Patience(merge_seconds=1.0)) as stage:
        async with connected(stage):
            await stage.asked("First?")
        stage.general.says(stage.anna, "Second, part one", mention=True)
        stage.general.says(stage.anna, "and two?")
        other = stage.guild.channel("quiet")
        other.says(stage.anna, "Third?", mention=True)
        async with connected(stage):
            await stage.question(3)
    assert sorted(incoming.text for incoming in stage.received) == ["First?", "Second, part one\nand two?", "Third?"]


async def test_a_question_that_could_not_be_kept_is_brought_again(tmp_path: Path, service: Discord) -> None:
    async def refuse(_: object) -> None:
        service.world.changes.tell()
        refused.set()
        raise HistoryUnavailable(where="redis", reason="away")

    refused = asyncio.Event()
    seen = MemorySeenLog()
    async with staged(tmp_path, service, seen=seen) as stage:
        async with connected(stage):
            await stage.asked("First?")
            stage.when_received = refuse
            stage.general.says(stage.anna, "Second?", mention=True)
            await refused.wait()
        stage.when_received = None
        async with connected(stage):
            assert (await stage.question(2)).text == "Second?"


async def test_a_store_that_is_away_at_the_start_hides_no_gap(tmp_path: Path, service: Discord) -> None:
    seen = MemorySeenLog()
    async with staged(tmp_path, service, seen=seen) as stage:
        async with connected(stage):
            await stage.asked("First?")
        stage.general.says(stage.anna, "Second?", mention=True)
        seen.error = HistoryUnavailable(where="redis", reason="away")
    async with staged(tmp_path, service, seen=seen, keep_seconds=0.01) as later, connected(later):
        stage.general.says(stage.anna, "Third?", mention=True)
        assert (await later.question()).text == "Third?"
        seen.error = None
        assert (await later.question(2)).text == "Second?"


async def test_too_many_connections_wait_instead_of_costing_the_token(tmp_path: Path, service: Discord) -> None:
    guard = IdentifyGuard(tmp_path / FILE)
    for _ in range(MOST_AN_HOUR):
        guard.count()
    async with staged(tmp_path, service) as stage:
        error = await failing(stage)
    assert isinstance(error, PlatformConnectedTooOften)
    assert 3_500 < error.seconds <= 3_600
    assert (service.gateway.identified, service.rest.calls) == ([], [])


def test_connections_of_more_than_an_hour_ago_no_longer_count(tmp_path: Path) -> None:
    now = [1_000_000.0]
    guard = IdentifyGuard(tmp_path / FILE, most=2, now=lambda: now[0])
    guard.count()
    guard.count()
    with pytest.raises(PlatformConnectedTooOften):
        guard.demand()
    now[0] += 3_601
    guard.count()


@pytest.mark.parametrize("content", ["", "{", "[1", '["x"]', "null"])
def test_a_damaged_count_of_connections_is_begun_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    IdentifyGuard(tmp_path / FILE).count()


def guild_on(service: Discord, shard: int) -> Guild:
    """A new server that the shard of this number hears of, of two."""
    while (guild := service.guild()).id >> 22 & 1 != shard:
        service.advance(0.001)
    return guild


@pytest.fixture
async def sharded(tmp_path: Path, service: Discord) -> AsyncIterator[Stage]:
    """Connected by two shards."""
    service.gateway.door.shards = 2
    async with staged(tmp_path, service, is_sharded=True) as stage, connected(stage):
        yield stage


async def test_shards_share_the_servers_and_hear_each_question_once(sharded: Stage) -> None:
    assert [one.shard for one in sharded.discord.gateway.identified] == [(0, 2), (1, 2)]
    for shard in (0, 1):
        guild = guild_on(sharded.discord, shard)
        channel, bea = guild.channel("general"), guild.person("Bea")
        channel.says(bea, f"Shard {shard}?", mention=True)
    sharded.discord.direct(sharded.anna).says(sharded.anna, "In private?")
    await sharded.question(3)
    await sharded.asked("And here?")
    assert sorted(one.text for one in sharded.received) == ["And here?", "In private?", "Shard 0?", "Shard 1?"]


async def test_what_one_shard_missed_is_fetched_when_it_is_back(sharded: Stage) -> None:
    service, guild = sharded.discord, guild_on(sharded.discord, 1)
    channel, bea = guild.channel("general"), guild.person("Bea")
    channel.says(bea, "First?", mention=True)
    await sharded.question()
    lost = next(session for session in service.gateway.sessions.values() if session.shard == 1)
    assert isinstance(lost.wire, Connection)
    del service.gateway.sessions[lost.id]
    channel.says(bea, "Second?", mention=True)
    lost.wire.cut()
    assert (await sharded.question(2)).text == "Second?"
    assert [one.shard for one in service.gateway.identified] == [(0, 2), (1, 2), (1, 2)]


async def test_what_is_asked_after_a_life_too_short_to_be_ready_is_fetched(
    tmp_path: Path, service: Discord, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = MemorySeenLog()
    monkeypatch.setattr("adapters.discord.connection.client.READY_SECONDS", 60.0)
    async with staged(tmp_path, service, seen=seen) as stage:
        running = asyncio.create_task(stage.platform.run(stage.receive))
        await service.until_ready()
        await stage.asked("First?")
        running.cancel()
        await asyncio.wait({running})
        stage.general.says(stage.anna, "Second?", mention=True)
    monkeypatch.setattr("adapters.discord.connection.client.READY_SECONDS", 0.01)
    async with staged(tmp_path, service, seen=seen) as later, connected(later):
        assert (await later.question()).text == "Second?"


async def test_a_gateway_that_a_setting_names_comes_before_what_the_api_says(tmp_path: Path, service: Discord) -> None:
    service.gateway.door.url = "ws://127.0.0.1:1"
    async with staged(tmp_path, service, gateway=service.gateway_url) as stage, connected(stage):
        await stage.asked()


async def test_between_two_sessions_there_are_seconds(
    stage: Stage, service: Discord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.connection.client.BETWEEN_SESSIONS", 1.0)
    service.gateway.invalidate(resumable=False)
    first, second = await service.until(lambda: service.gateway.identified[1:] and service.gateway.identified)
    assert second.at - first.at >= 0.95


async def test_of_very_much_that_was_missed_the_newest_is_asked_in_its_order(
    tmp_path: Path, service: Discord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.connection.backlog.MOST_MESSAGES", 2)
    async with staged(tmp_path, service, seen=MemorySeenLog()) as stage:
        async with connected(stage):
            await stage.asked("First?")
            await stage.thread()
        for text in ("Second?", "Third?", "Fourth?"):
            stage.general.says(stage.guild.person(text), text, mention=True)
        async with connected(stage):
            await stage.question(3)
    assert [incoming.text for incoming in stage.received] == ["First?", "Third?", "Fourth?"]


async def test_what_was_said_in_a_thread_meanwhile_is_fetched_too(tmp_path: Path, service: Discord) -> None:
    seen = MemorySeenLog()
    async with staged(tmp_path, service, seen=seen) as stage:
        async with connected(stage):
            await stage.asked("First?")
            thread = await stage.thread()
        thread.says(stage.anna, "Second?")
        async with connected(stage):
            assert (await stage.question(2)).text == "Second?"


@pytest.mark.parametrize("fault", [Refuse(503), Refuse(403, 50001), Limit(600.0)], ids=["503", "50001", "429"])
async def test_a_channel_that_cannot_be_read_keeps_no_other_waiting(
    tmp_path: Path, service: Discord, caplog: pytest.LogCaptureFixture, fault: Refuse | Limit
) -> None:
    seen = MemorySeenLog()
    async with staged(tmp_path, service, seen=seen) as stage:
        async with connected(stage):
            await stage.asked("First?")
        other = stage.guild.channel("other")
        stage.general.says(stage.anna, "Second?", mention=True)
        other.says(stage.anna, "Third?", mention=True)
        service.faults.plan(fault, "GET", f"/channels/{stage.general.id}/messages", times=9)
        async with connected(stage):
            assert (await stage.question(2)).text == "Third?"


async def test_where_sova_may_not_read_what_was_said_before_she_does_not_try(tmp_path: Path, service: Discord) -> None:
    seen = MemorySeenLog()
    async with staged(tmp_path, service, seen=seen) as stage:
        async with connected(stage):
            await stage.asked("First?")
        stage.general.denies("read_message_history")
        stage.general.says(stage.anna, "Second?", mention=True)
        stage.guild.channel("other").says(stage.anna, "Third?", mention=True)
        async with connected(stage):
            assert (await stage.question(2)).text == "Third?"
    assert f"/channels/{stage.general.id}/messages" not in [one.path for one in service.rest.calls]


async def test_what_is_held_when_sova_ends_is_asked_by_the_next_one(tmp_path: Path, service: Discord) -> None:
    seen = MemorySeenLog()
    async with staged(tmp_path, service, seen=seen, patience=Patience(merge_seconds=60.0)) as stage:
        async with connected(stage):
            await stage.asked("First?")
            bea = stage.guild.person("Bea")
            stage.general.says(stage.anna, "How long", mention=True)
            stage.general.says(bea, "Something else.")
            stage.discord.direct(bea).says(bea, "Are you there?")
            await stage.question(2)
        async with connected(stage):
            assert (await stage.question(3)).text == "How long"


async def test_where_nobody_has_written_for_months_nobody_looks(tmp_path: Path, service: Discord) -> None:
    seen = MemorySeenLog()
    async with staged(tmp_path, service, seen=seen) as stage:
        old = f"dm:{stage.discord.direct(stage.anna).id}"
        seen.kept[old] = 5
        async with connected(stage):
            await stage.asked()
    assert old not in seen.kept
    assert [call for call in service.rest.calls if call.method == "GET" and call.path.endswith("/messages")] == []


async def test_every_session_is_counted(stage: Stage, tmp_path: Path) -> None:
    assert IdentifyGuard(tmp_path / FILE).since() < 60


async def test_when_discord_allows_no_more_sessions_none_is_begun(
    tmp_path: Path, service: Discord, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def used_up(_: discord.http.HTTPClient) -> tuple[int, str, Mapping[str, int]]:
        return 1, service.gateway_url, {"total": 1000, "remaining": 0, "reset_after": 60_000, "max_concurrency": 1}

    monkeypatch.setattr(discord.http.HTTPClient, "get_bot_gateway", used_up)
    async with staged(tmp_path, service) as stage:
        error = await failing(stage)
    assert isinstance(error, PlatformConnectedTooOften)
    assert (error.seconds, service.gateway.identified) == (60, [])
