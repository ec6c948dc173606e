import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import aiohttp
import pytest
from aiohttp import web

from bot.backends.monitors.status_client import ask_health, local
from bot.backends.monitors.status_server import Page, open_status_server
from bot.errors import BadSetting
from bot.monitoring.health import Health, Part, State


async def _hello() -> Page:
    return Page(b"hello", "text/plain")


async def _ill() -> Page:
    return Page(b"{}", "application/json", status=503)


PAGES = {"/hello": _hello, "/ill": _ill}


async def _get(port: int, path: str, *, method: str = "GET") -> tuple[int, str]:
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
        session.request(method, f"http://127.0.0.1:{port}{path}") as response,
    ):
        return response.status, await response.text()


async def test_each_page_is_answered_with_its_status_and_nothing_else_is_there() -> None:
    async with open_status_server("127.0.0.1", 0, PAGES) as server:
        assert await _get(server.port, "/hello") == (200, "hello")
        assert (await _get(server.port, "/ill"))[0] == 503
        assert (await _get(server.port, "/"))[0] == 404
        assert (await _get(server.port, "/hello", method="POST"))[0] == 405


async def test_a_port_that_is_taken_is_used_as_soon_as_it_is_free(caplog: pytest.LogCaptureFixture) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])
        async with asyncio.timeout(10), open_status_server("127.0.0.1", port, PAGES, retry_seconds=0.01) as server:
            assert not server.bound.is_set()
            assert "is taken" in caplog.text
            other.close()
            await server.bound.wait()
            assert await _get(port, "/hello") == (200, "hello")


async def test_who_is_stopped_while_the_port_is_taken_ends_at_once() -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])
        async with asyncio.timeout(5), open_status_server("127.0.0.1", port, PAGES) as server:
            assert not server.bound.is_set()


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
async def test_an_address_that_is_not_this_machines_names_its_setting(host: str) -> None:
    with pytest.raises(BadSetting, match="SOVA_METRICS_HOST"):
        async with open_status_server(host, 0, PAGES):
            pass


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("localhost", False), ("0.0.0.0", True)])  # noqa: S104
async def test_an_address_that_others_reach_is_warned_of(
    host: str, warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with open_status_server(host, 0, PAGES):
            pass
    assert bool(caplog.messages) == warned


@asynccontextmanager
async def _answering(response: web.Response) -> AsyncIterator[int]:
    async def answer(_: web.Request) -> web.Response:
        return response

    application = web.Application()
    application.router.add_get("/readyz", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def test_what_a_service_says_about_itself_is_read_back() -> None:
    said = Health((Part("redis", "history-unavailable"), Part("index", "timeout", needed=False), Part("engine", "ok")))
    async with _answering(web.json_response(said.plain(), status=503)) as port:
        assert await ask_health("127.0.0.1", port) == said
    assert said.state is State.UNREADY


@pytest.mark.parametrize(
    "response",
    [
        web.Response(text="hello"),
        web.Response(text="[]"),
        web.Response(text='{"parts": {"redis": "ok"}}'),
        web.Response(text="x" * 100_000),
    ],
    ids=["no json", "no object", "another shape", "too much"],
)
async def test_somebody_else_on_the_port_is_no_service(response: web.Response) -> None:
    async with _answering(response) as port:
        assert await ask_health("127.0.0.1", port) is None


async def test_who_sends_us_elsewhere_is_no_service() -> None:
    async with _answering(web.json_response(Health().plain())) as elsewhere:
        location = {"Location": f"http://127.0.0.1:{elsewhere}/readyz"}
        async with _answering(web.Response(status=302, headers=location)) as port:
            assert await ask_health("127.0.0.1", port) is None


async def test_nobody_on_the_port_is_no_service() -> None:
    async with _answering(web.Response()) as port:
        pass
    assert await ask_health("127.0.0.1", port) is None


async def test_a_service_that_does_not_answer_in_time_is_none() -> None:
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert await ask_health("127.0.0.1", int(silent.getsockname()[1]), seconds=0.05) is None


@pytest.mark.parametrize(
    ("listening", "asked"),
    [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("127.0.0.1", "127.0.0.1"), ("10.0.0.5", "10.0.0.5")],  # noqa: S104
)
def test_a_service_is_asked_where_this_machine_reaches_it(listening: str, asked: str) -> None:
    assert local(listening) == asked
