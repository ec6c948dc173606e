"""Owns the way to Slack's Web API: one client, for as long as it is entered."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Self

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.faults import translated
from adapters.slack.retrying import Patience, Repeating

CALL_SECONDS = 30.0
CONNECT_SECONDS = 5.0
"""For how long the whole of a call may take, and getting a connection for it."""
_SDK = logging.getLogger("slack_sdk.web")


@dataclass(frozen=True, slots=True)
class Address:
    """Where Slack is: its API up to and with `/api/`, and the proxy on the way there."""

    api: str
    proxy: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who Sova is in Slack, by `auth.test`: her workspace, her user and her bot there, and what she was given."""

    team: str
    team_name: str
    user: str
    bot: str
    name: str
    scopes: frozenset[str] = frozenset()


class Rest:
    """Gives the `client`, and the `session` that it asks by. It holds no connection open by itself.

    Redirects are followed nowhere, and no proxy is taken from the environment.
    """

    def __init__(self, address: Address, *, token: str) -> None:
        self.address = address
        self._token = token
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self._identity: Identity | None = None
        self._asking = asyncio.Lock()

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=CALL_SECONDS, connect=CONNECT_SECONDS)
        self._session = aiohttp.ClientSession(timeout=timeout, trace_configs=[_staying()])
        self._client = _client_of(self._session, self.address, self._token)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    @property
    def client(self) -> AsyncWebClient:
        """Slack's own client, with the bot's token. It raises Slack's errors; see `faults.translated`."""
        if self._client is None:
            raise RuntimeError("not entered")
        return self._client

    @property
    def session(self) -> aiohttp.ClientSession:
        """For what isn't a method of the API, such as files; requests need `proxy=rest.address.proxy`."""
        if self._session is None:
            raise RuntimeError("not entered")
        return self._session

    async def identity(self) -> Identity:
        """Who Sova is there. Asked once; what fails is tried anew the next time.

        Raises `PlatformUnreachable` and `PlatformTokenRefused`.
        """
        async with self._asking:
            if self._identity is None:
                with translated():
                    self._identity = await _identity(self.client)
            return self._identity


async def _identity(client: AsyncWebClient) -> Identity:
    told = await client.auth_test()
    scopes = str(told.headers.get("x-oauth-scopes") or "")
    return Identity(
        team=str(told["team_id"]),
        team_name=str(told.get("team", "")),
        user=str(told["user_id"]),
        bot=str(told.get("bot_id", "")),
        name=str(told.get("user", "")),
        scopes=frozenset(filter(None, (scope.strip() for scope in scopes.split(",")))),
    )


def _client_of(session: aiohttp.ClientSession, address: Address, token: str) -> AsyncWebClient:
    """The SDK takes the environment's proxy where it is given none, so its choice is replaced."""
    _SDK.setLevel(max(_SDK.getEffectiveLevel(), logging.INFO))  # below, every call is put into words
    client = AsyncWebClient(
        token=token, base_url=address.api, session=session, logger=_SDK, retry_handlers=[Patience(), Repeating()]
    )
    client.proxy = address.proxy
    return client


class _LedElsewhere(aiohttp.ClientError):
    """The answer points to another place, where the question shall not go."""


def _staying() -> aiohttp.TraceConfig:
    """Follows no redirect: what a server answers doesn't decide where a token goes."""
    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(_refuse_redirect)
    return trace


async def _refuse_redirect(*_: object) -> None:
    raise _LedElsewhere
