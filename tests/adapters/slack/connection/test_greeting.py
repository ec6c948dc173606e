"""How a connection of Socket Mode begins: with Slack's hello, and with nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.connection.socket import Envelope, Taken, greeted
from bot.errors import PlatformUnreachable


@asynccontextmanager
async def line_that_begins_with(first: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A connection on which the other side says that, and then nothing; for an empty word it ends at once."""

    async def speak(request: web.Request) -> web.WebSocketResponse:
        there = web.WebSocketResponse()
        await there.prepare(request)
        if first:
            await there.send_str(first)
            await there.receive()
        return there

    app = web.Application()
    app.router.add_get("/", speak)
    async with (
        TestServer(app) as server,
        aiohttp.ClientSession() as session,
        session.ws_connect(server.make_url("/")) as line,
    ):
        yield line


async def take(envelope: Envelope) -> Taken | None:
    raise NotImplementedError


async def test_the_connection_is_there_with_slacks_hello() -> None:
    async with line_that_begins_with('{"type": "hello", "num_connections": 3}') as line:
        assert (await greeted(line, take)).connections == 3


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        ('{"type": "disconnect", "reason": "link_disabled"}', "switched off"),
        ('{"type": "disconnect", "reason": "too_many_websockets"}', "too many connections"),
        ('{"type": "events_api", "envelope_id": "1"}', "lost"),
        ("neither JSON nor hello", "lost"),
        ("", "lost"),
    ],
)
async def test_what_begins_otherwise_is_no_connection(first: str, reason: str) -> None:
    async with line_that_begins_with(first) as line:
        with pytest.raises(PlatformUnreachable, match=reason):
            await greeted(line, take)
