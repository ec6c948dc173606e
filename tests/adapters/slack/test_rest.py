"""The way to Slack's Web API: patient, and asking twice only where that does no harm."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from adapters.slack.faults import code_of, is_final, translated
from adapters.slack.rest import Address, Rest
from bot.errors import AssistantError, PlatformScopesMissing, PlatformTokenRefused, PlatformUnreachable
from tests.doubles.slack import Broken, Cut, Limit, Refuse, Slack


@pytest.fixture
async def rest(service: Slack) -> AsyncIterator[Rest]:
    async with Rest(Address(service.base_url), token=service.bot_token) as rest:
        yield rest


async def post(rest: Rest, channel: str) -> None:
    with translated():
        await rest.client.chat_postMessage(channel=channel, text="Hello", unfurl_links=False, unfurl_media=False)


def calls(service: Slack, method: str) -> int:
    return len([call for call in service.api.calls if call.method == method])


async def test_she_learns_once_who_she_is(service: Slack, rest: Rest) -> None:
    identity = await rest.identity()
    assert (identity.team, identity.user, identity.bot) == (service.app.team, service.app.bot_user, service.app.bot_id)
    assert "chat:write" in identity.scopes
    assert await rest.identity() is identity
    assert calls(service, "auth.test") == 1


async def test_what_is_said_is_in_no_log(service: Slack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with Rest(Address(service.base_url), token=service.bot_token) as rest:
        await post(rest, service.team.channel().id)
    assert "Hello" not in caplog.text
    assert service.bot_token not in caplog.text


async def test_what_failed_is_asked_anew(service: Slack, rest: Rest) -> None:
    service.faults.plan(Refuse("invalid_auth"), "auth.test")
    with pytest.raises(PlatformTokenRefused):
        await rest.identity()
    assert (await rest.identity()).name == "sova"


async def test_slack_s_wish_for_patience_is_obeyed(service: Slack, rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("adapters.slack.retrying.asyncio.sleep", sleep)
    service.faults.plan(Limit(7), "chat.postMessage", times=3)
    general = service.team.channel()
    await post(rest, general.id)
    assert slept == [7, 7, 7]
    assert len(general.answers) == 1


async def test_a_wish_that_takes_too_long_is_told(service: Slack, rest: Rest) -> None:
    service.faults.plan(Limit(31), "chat.postMessage")
    with pytest.raises(PlatformUnreachable, match="ratelimited"):
        await post(rest, service.team.channel().id)


@pytest.mark.parametrize("fault", [Broken(503), Cut()])
async def test_what_changes_nothing_is_asked_again(service: Slack, rest: Rest, fault: Broken | Cut) -> None:
    service.faults.plan(fault, "auth.test")
    assert (await rest.identity()).name == "sova"
    assert calls(service, "auth.test") == 2


@pytest.mark.parametrize("fault", [Broken(503), Cut(done=True)])
async def test_a_message_is_never_posted_twice(service: Slack, rest: Rest, fault: Broken | Cut) -> None:
    service.faults.plan(fault, "chat.postMessage")
    with pytest.raises(PlatformUnreachable):
        await post(rest, service.team.channel().id)
    assert calls(service, "chat.postMessage") == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("token_revoked", PlatformTokenRefused),
        ("account_inactive", PlatformTokenRefused),
        ("not_allowed_token_type", PlatformTokenRefused),
        ("missing_scope", PlatformScopesMissing),
        ("internal_error", PlatformUnreachable),
        ("fatal_error", PlatformUnreachable),
    ],
)
async def test_errors_that_are_nobody_s_fault_here_become_ours(
    service: Slack, rest: Rest, code: str, error: type[AssistantError]
) -> None:
    service.faults.plan(Refuse(code), "chat.postMessage")
    with pytest.raises(error):
        await post(rest, service.team.channel().id)


@pytest.mark.parametrize("code", ["channel_not_found", "not_in_channel", "is_archived", "message_not_found"])
async def test_refusals_of_what_was_asked_for_stay_slack_s(service: Slack, rest: Rest, code: str) -> None:
    service.faults.plan(Refuse(code), "chat.postMessage")
    with pytest.raises(SlackApiError) as caught:
        await post(rest, service.team.channel().id)
    assert code_of(caught.value) == code
    assert is_final(caught.value)


async def test_no_proxy_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch, service: Slack) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with Rest(Address(service.base_url), token=service.bot_token) as rest:
        assert (await rest.identity()).name == "sova"


async def test_redirects_are_not_followed() -> None:
    followed = asyncio.Event()

    async def lead(request: web.Request) -> web.Response:
        raise web.HTTPFound("/elsewhere")

    async def elsewhere(request: web.Request) -> web.Response:
        followed.set()
        return web.json_response({"ok": True})

    app = web.Application()
    app.router.add_route("*", "/api/auth.test", lead)
    app.router.add_route("*", "/elsewhere", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        api = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        async with Rest(Address(api), token="xoxb-1") as rest:  # noqa: S106  # nobody's
            with pytest.raises(PlatformUnreachable):
                await rest.identity()
    finally:
        await runner.cleanup()
    assert not followed.is_set()
