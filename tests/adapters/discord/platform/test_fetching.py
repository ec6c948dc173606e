"""Where files may be fetched from, and how much of them."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from adapters.discord.answering.fetching import Fetching
from bot.errors import AttachmentRefused, PlatformUnreachable
from bot.messages import Attachment


@pytest.fixture
async def files() -> AsyncIterator[str]:
    """A server with files of all kinds; its address."""

    async def serve(request: web.Request) -> web.StreamResponse:
        match request.path:
            case "/small":
                return web.Response(body=b"x" * 100)
            case "/moved":
                raise web.HTTPFound("/small")
            case "/broken":
                raise web.HTTPBadGateway
            case "/busy":
                raise web.HTTPTooManyRequests
            case "/silent":
                await asyncio.Event().wait()
                return web.Response()
            case "/endless":
                return await _endless(request)
            case _:
                raise web.HTTPNotFound

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x" * 100_000)
        await asyncio.sleep(0)


def at(where: str) -> Attachment:
    return Attachment(name="plan.txt", media_type="text/plain", size_bytes=1, where=where)


async def test_a_file_of_the_platform_is_brought(files: str) -> None:
    async with Fetching(f"{files}/api/v10") as fetching:
        assert await fetching.fetch(at(f"{files}/small"), most_bytes=100) == b"x" * 100


@pytest.mark.parametrize(("path", "reason"), [("/small", "too-large"), ("/endless", "too-large")])
async def test_no_more_is_read_than_is_allowed(files: str, path: str, reason: str) -> None:
    async with Fetching(f"{files}/api/v10") as fetching:
        with pytest.raises(AttachmentRefused) as caught:
            await fetching.fetch(at(files + path), most_bytes=99)
    assert caught.value.reason == reason


@pytest.mark.parametrize("path", ["/nowhere", "/moved"])
async def test_what_is_not_there_is_gone_and_nobody_is_sent_elsewhere(files: str, path: str) -> None:
    async with Fetching(f"{files}/api/v10") as fetching:
        with pytest.raises(AttachmentRefused) as caught:
            await fetching.fetch(at(files + path), most_bytes=1_000)
    assert caught.value.reason == "gone"


@pytest.mark.parametrize(
    "where",
    [
        "http://cdn.discordapp.com/a",
        "https://cdn.discordapp.com.evil.example/a",
        "https://user@cdn.discordapp.com/a",
        "https://cdn.discordapp.com:8443/a",
        "https://evil.example/cdn.discordapp.com",
        "http://127.0.0.1:6379/",
        "file:///etc/passwd",
        "https://[/a",
        "",
    ],
)
async def test_only_discords_own_hosts_are_asked(where: str) -> None:
    async with Fetching("https://discord.com/api/v10") as fetching:
        with pytest.raises(AttachmentRefused) as caught:
            await fetching.fetch(at(where), most_bytes=1_000)
    assert caught.value.reason == "gone"


@pytest.mark.parametrize("path", ["/broken", "/busy", "/silent"])
async def test_an_outage_is_no_reason_to_say_that_the_file_is_gone(files: str, path: str) -> None:
    async with Fetching(f"{files}/api/v10", seconds=0.2) as fetching:
        with pytest.raises(PlatformUnreachable):
            await fetching.fetch(at(f"{files}{path}"), most_bytes=1_000)
