"""Sova stays connected to Slack, and loses nothing when a connection ends."""

import asyncio
from collections.abc import Iterable

import pytest

from adapters.slack.app import Account, BySockets
from adapters.slack.connection.socket import Envelope, Taken
from adapters.slack.connection.sockets import Sockets
from adapters.slack.rest import Address, Rest
from bot.errors import (
    AssistantError,
    HistoryUnavailable,
    PlatformScopesMissing,
    PlatformTokenRefused,
    PlatformUnreachable,
)
from bot.messages import Incoming
from tests.adapters.slack.stage import Stage, opened, staged
from tests.doubles.slack import Delivery, Refuse, Slack

QUESTION = "How long is parental leave?"


def acked(deliveries: Iterable[Delivery]) -> bool:
    return all(one.state == "acked" for one in deliveries)


async def test_several_sockets_share_what_comes(service: Slack) -> None:
    async with opened(service, by=BySockets(service.app_token, count=3)) as stage, stage.running(sockets=3):
        for number in range(6):
            await stage.jana.says(stage.general, f"{QUESTION} {number}?", mention=True)
        await stage.question(6)
        await stage.quiet()
    assert len(stage.received) == 6
    assert acked(service.deliveries.all)
    assert service.sockets.opened == 3


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_new_connection_is_there_before_the_old_one_ends(
    stage: Stage, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    stage.slack.sockets.refresh(reason)
    await stage.slack.until_connected(2)
    assert "failed" not in caplog.text
    await stage.jana.says(stage.general, QUESTION, mention=True)
    assert (await stage.question()).text == QUESTION
    await stage.quiet()
    assert acked(stage.slack.deliveries.all)


async def test_an_old_connection_that_slack_leaves_open_is_closed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.connection.socket.RETIRED_SECONDS", 0.01)
    (old,) = stage.slack.sockets.connections
    stage.slack.sockets.refresh()
    await stage.slack.until(lambda: stage.slack.sockets.opened == 2 and old not in stage.slack.sockets.connections)
    assert len(stage.slack.sockets.connections) == 1


async def test_what_is_under_way_on_an_old_connection_is_still_acknowledged_there(stage: Stage) -> None:
    kept = asyncio.Event()

    async def keep(incoming: Incoming) -> None:
        await kept.wait()

    stage.when_received = keep
    await stage.jana.says(stage.jana.direct, QUESTION)
    await stage.slack.until(lambda: stage.slack.sockets.envelopes)
    stage.slack.sockets.refresh()
    await stage.slack.until_connected(2)
    kept.set()
    await stage.quiet()
    assert [delivery.attempt for delivery in stage.slack.deliveries.all] == [0]
    assert acked(stage.slack.deliveries.all)


async def test_a_line_that_dies_in_the_middle_of_an_envelope_loses_nothing(stage: Stage) -> None:
    stage.slack.sockets.tear_next()
    await stage.jana.says(stage.jana.direct, QUESTION)
    await stage.slack.until(lambda: stage.slack.sockets.opened == 2)
    await stage.slack.advance(61)
    assert (await stage.question()).text == QUESTION
    await stage.quiet()
    assert stage.texts == [QUESTION]


async def test_a_line_that_is_cut_while_a_question_is_kept_asks_it_once(stage: Stage) -> None:
    kept = asyncio.Event()

    async def keep(incoming: Incoming) -> None:
        await kept.wait()

    stage.when_received = keep
    await stage.jana.says(stage.jana.direct, QUESTION)
    await stage.slack.until(lambda: stage.slack.sockets.envelopes)
    stage.slack.sockets.cut()
    await stage.slack.until(lambda: stage.slack.sockets.opened == 2)
    kept.set()
    assert (await stage.question()).text == QUESTION
    await stage.slack.advance(61)
    await stage.quiet()
    assert stage.texts == [QUESTION]
    assert acked(stage.slack.deliveries.all)


async def test_she_comes_back_after_slack_was_away(stage: Stage) -> None:
    async with stage.slack.outage():
        pass
    await stage.slack.until_connected()
    await stage.jana.says(stage.jana.direct, QUESTION)
    assert (await stage.question()).text == QUESTION


async def test_slack_s_questions_whether_she_is_there_are_answered(stage: Stage) -> None:
    stage.slack.sockets.ping()
    (connection,) = stage.slack.sockets.connections
    await stage.slack.until(lambda: connection.pongs)


async def test_where_another_process_listens_too_a_thread_is_read_before_she_answers_without_a_mention(
    service: Slack,
) -> None:
    async with opened(service) as other, opened(service) as stage, other.running(), stage.running(sockets=2):
        post = await stage.jana.says(stage.general, QUESTION, mention=True)
        await service.until(lambda: stage.received or other.received)
        await stage.answers(post)
        for words in ("And for twins?", "And for triplets?"):
            await stage.jana.says(stage.general, words, thread=post)
        await stage.quiet()
    asked = {*stage.texts, *other.texts}
    assert asked == {QUESTION, "And for twins?", "And for triplets?"}


async def test_whoever_connects_knows_whether_others_listen_too(service: Slack) -> None:
    async with Rest(Address(service.base_url), token=service.bot_token) as rest, asyncio.TaskGroup() as group:
        running = []
        for is_alone in (True, False):
            sockets, is_there = Sockets(rest, app_token=service.app_token, most=1, take=nothing), asyncio.Event()
            running.append(group.create_task(sockets.run(came_back=is_there.set)))
            await is_there.wait()
            assert sockets.is_alone is is_alone
        for task in running:
            task.cancel()


async def nothing(envelope: Envelope) -> Taken | None:
    return None


async def test_a_frame_that_can_not_be_read_is_passed_over(stage: Stage) -> None:
    (connection,) = stage.slack.sockets.connections
    for frame in ("{", "[]", '"hello"', "{}"):
        await connection.socket.send_str(frame)
    await stage.jana.says(stage.jana.direct, QUESTION)
    assert (await stage.question()).text == QUESTION
    assert stage.slack.sockets.opened == 1


async def test_what_nobody_listens_to_is_acknowledged(stage: Stage) -> None:
    await stage.jana.opens_home()
    await stage.jana.looks_at(stage.general)
    await stage.quiet()
    assert acked(stage.slack.deliveries.all)
    assert len(stage.slack.deliveries.all) == 2


async def test_after_the_end_no_connection_is_left(service: Slack) -> None:
    async with opened(service, by=BySockets(service.app_token, count=2)) as stage, stage.running(sockets=2):
        pass
    await service.until(lambda: not service.sockets.connections)


async def failing(service: Slack, account: Account) -> AssistantError:
    """What the platform's life ends with."""
    async with opened(service, account=account) as stage:
        with pytest.raises(AssistantError) as caught:
            async with asyncio.timeout(5):
                await stage.platform.run(stage.receive)
        return caught.value


async def test_a_wrong_bot_token_is_named(service: Slack) -> None:
    account = Account("xoxb-wrong", Address(service.base_url), BySockets(service.app_token))
    error = await failing(service, account)
    assert isinstance(error, PlatformTokenRefused)
    assert error.name == "SOVA_SLACK_BOT_TOKEN"


@pytest.mark.parametrize("token", ["xapp-wrong", "the bot's"])
async def test_a_wrong_app_token_is_named(service: Slack, token: str) -> None:
    token = service.bot_token if token == "the bot's" else token  # noqa: S105  # no secret
    error = await failing(service, Account(service.bot_token, Address(service.base_url), BySockets(token)))
    assert isinstance(error, PlatformTokenRefused)
    assert error.name == "SOVA_SLACK_APP_TOKEN"


async def test_an_app_token_without_its_scope_is_named(service: Slack) -> None:
    missing = Refuse("missing_scope", {"needed": "connections:write", "provided": ""})
    service.faults.plan(missing, "apps.connections.open", times=2)
    account = Account(service.bot_token, Address(service.base_url), BySockets(service.app_token))
    error = await failing(service, account)
    assert isinstance(error, PlatformScopesMissing)
    assert (error.name, error.scopes) == ("SOVA_SLACK_APP_TOKEN", ("connections:write",))


async def test_a_token_that_is_taken_away_ends_her_life_there(service: Slack) -> None:
    async with opened(service) as stage:
        running = asyncio.create_task(stage.platform.run(stage.receive))
        await service.until_connected()
        service.revokes_token()
        service.sockets.close()
        with pytest.raises(PlatformTokenRefused):
            await running


async def test_slack_that_is_not_there_is_told_to_the_supervisor(service: Slack) -> None:
    account = Account(service.bot_token, Address("http://127.0.0.1:1/api/"), BySockets(service.app_token))
    assert isinstance(await failing(service, account), PlatformUnreachable)


async def test_switched_off_socket_mode_is_tried_again(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.slack.sockets.disable()
    await stage.slack.until(lambda: stage.slack.sockets.opened == 2)
    assert "Socket Mode is switched off in the app's settings" in caplog.text


async def test_nothing_of_what_people_write_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    failed = 0

    async def fail(incoming: Incoming) -> None:
        nonlocal failed
        failed += 1
        stage.tell()
        raise HistoryUnavailable("127.0.0.1", "away")

    caplog.set_level("DEBUG")
    async with asyncio.timeout(10), staged() as stage:
        stage.when_received = fail
        await stage.jana.says(stage.general, "my secret question?", mention=True)
        await stage.slack.until(lambda: failed == 2)
        stage.when_received = None
        stage.slack.sockets.tear_next()
        await stage.jana.says(stage.jana.direct, "another secret question?")
        await stage.slack.until(lambda: stage.slack.sockets.opened == 2)
    assert "could neither be kept nor refused" in caplog.text
    assert "secret" not in caplog.text
