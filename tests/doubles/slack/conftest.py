"""Owns what the double's own tests stand on: the double, and the real slack_sdk and slack-bolt connected to it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Person, Place, Slack, slack_service

EVENTS_HEARD = ("message", "app_mention", "app_home_opened", "app_context_changed", "agent_session_stopped")


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with slack_service() as slack:
        yield slack


@pytest.fixture
def client(slack: Slack) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.base_url)


@pytest.fixture
def general(slack: Slack) -> Place:
    return slack.team.channel("general")


@pytest.fixture
def jana(slack: Slack) -> Person:
    return slack.team.person("Jana")


class Bolt:
    """The real Bolt, which keeps the bodies of what it hears of these kinds."""

    def __init__(self, slack: Slack, *, hears: Sequence[str] = EVENTS_HEARD) -> None:
        self.app = AsyncApp(
            signing_secret=slack.signing_secret,
            client=AsyncWebClient(slack.bot_token, base_url=slack.base_url),
        )
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for kind in hears:
            self.app.event(kind)(self._hear)

    async def _hear(self, body: dict[str, Any]) -> None:
        self.heard.put_nowait(body)

    async def event(self) -> dict[str, Any]:
        """The next event."""
        async with asyncio.timeout(5):
            told: dict[str, Any] = (await self.heard.get())["event"]
        return told


@asynccontextmanager
async def connected(slack: Slack, bolt: Bolt | None = None) -> AsyncIterator[Bolt]:
    """By Socket Mode."""
    bolt = bolt or Bolt(slack)
    handler = AsyncSocketModeHandler(bolt.app, slack.app_token, ping_interval=0.05)
    before = len(slack.sockets.connections)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt says no types here
    try:
        await slack.until_connected(before + 1)
        yield bolt
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@pytest.fixture
async def bolt(slack: Slack) -> AsyncIterator[Bolt]:
    async with connected(slack) as bolt:
        yield bolt


def error_of(caught: pytest.ExceptionInfo[SlackApiError]) -> str:
    """What Slack calls it."""
    return str(caught.value.response["error"])
