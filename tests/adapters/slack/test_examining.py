"""Whether Slack lets Sova in, as `sova doctor` asks."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack.app import Account, ByRequests, BySockets
from adapters.slack.examining import look
from adapters.slack.rest import Address
from adapters.slack.scopes import BOT_SCOPES
from bot.errors import PlatformScopesMissing, PlatformTokenRefused, PlatformUnreachable
from tests.adapters.slack.stage import account_of
from tests.doubles.slack import Manifest, Slack, slack_service


@pytest.fixture
async def service() -> AsyncIterator[Slack]:
    """Where the app was made from Sova's manifest."""
    async with slack_service(manifest=Manifest(scopes=frozenset(BOT_SCOPES))) as slack:
        yield slack


async def test_she_is_told_her_name_without_connecting(service: Slack) -> None:
    assert await look(account_of(service)) == "sova · The team"
    assert service.sockets.opened == 0


async def test_over_http_no_app_token_is_needed(service: Slack) -> None:
    assert await look(account_of(service, ByRequests(service.signing_secret))) == "sova · The team"
    assert [call.method for call in service.api.calls] == ["auth.test"]


async def test_a_wrong_token_is_noticed(service: Slack) -> None:
    account = account_of(service)
    with pytest.raises(PlatformTokenRefused) as caught:
        await look(replace(account, bot_token="xoxb-wrong"))  # noqa: S106  # nobody's
    assert caught.value.name == "SOVA_SLACK_BOT_TOKEN"


async def test_a_wrong_app_token_is_noticed(service: Slack) -> None:
    account = account_of(service, BySockets("xapp-wrong"))
    with pytest.raises(PlatformTokenRefused) as caught:
        await look(account)
    assert caught.value.name == "SOVA_SLACK_APP_TOKEN"


async def test_a_scope_that_is_missing_is_named() -> None:
    async with slack_service(manifest=Manifest(scopes=frozenset(BOT_SCOPES) - {"files:read"})) as service:
        with pytest.raises(PlatformScopesMissing) as caught:
            await look(account_of(service))
    assert caught.value.scopes == ("files:read",)


async def test_nobody_there_is_noticed(service: Slack) -> None:
    account = Account(service.bot_token, Address("http://127.0.0.1:1/api/"), ByRequests(""))
    with pytest.raises(PlatformUnreachable):
        await look(account)
