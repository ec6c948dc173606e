"""Owns answering monitors over HTTP, on one address, with a handful of pages and nothing else."""

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address

from aiohttp import web

from bot.errors import BadSetting

logger = logging.getLogger(__name__)

RETRY_SECONDS = 2.0
"""How often a port that somebody else holds is tried again: in a rolling restart it is free soon."""
BACKLOG = 16
SHUTDOWN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """What is answered."""

    body: bytes
    content_type: str
    status: int = 200


Pages = Mapping[str, Callable[[], Awaitable[Page]]]
"""What is answered at each path."""


class StatusServer:
    """Answers at `host` and `port`; 0 takes any free one. `bound` is set once it does."""

    def __init__(self, runner: web.AppRunner, *, host: str, port: int) -> None:
        self._runner = runner
        self._host = host
        self._port = port
        self.bound = asyncio.Event()

    @property
    def port(self) -> int:
        """Where it answers, once it is bound."""
        return int(self._runner.addresses[0][1])

    async def bind(self) -> None:
        """Begin to answer. Raises `OSError` when that can't be."""
        site = web.TCPSite(self._runner, self._host, self._port, backlog=BACKLOG)
        try:
            await site.start()
        except OSError:
            await site.stop()
            raise
        self.bound.set()
        logger.info("monitors are answered at %s:%d", self._host, self.port)


@asynccontextmanager
async def open_status_server(
    host: str, port: int, pages: Pages, *, retry_seconds: float = RETRY_SECONDS
) -> AsyncIterator[StatusServer]:
    """Answer meanwhile. A port that is taken is tried again until it is free: nobody's work waits for a monitor.

    Raises `BadSetting` when the address isn't this machine's, or may not be used.
    """
    runner = web.AppRunner(_application(pages), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    server = StatusServer(runner, host=host, port=port)
    trying: asyncio.Task[None] | None = None
    try:
        if not _is_loopback(host):
            logger.warning("whoever reaches %s:%d can read metrics and health", host, port)
        if not await _bound(server, host=host, port=port):
            logger.warning("port %d is taken; metrics and health are told once it is free", port)
            trying = asyncio.create_task(_bind_later(server, host=host, port=port, seconds=retry_seconds))
        yield server
    finally:
        if trying:
            trying.cancel()
            await asyncio.wait({trying})
        await runner.cleanup()


def _application(pages: Pages) -> web.Application:
    application = web.Application(client_max_size=1024)
    for path, answer in pages.items():
        application.router.add_get(path, _handler(answer))
    return application


def _handler(answer: Callable[[], Awaitable[Page]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(_: web.Request) -> web.Response:
        page = await answer()
        headers = {"Content-Type": page.content_type, "Cache-Control": "no-store"}
        return web.Response(body=page.body, status=page.status, headers=headers)

    return handle


async def _bind_later(server: StatusServer, *, host: str, port: int, seconds: float) -> None:
    try:
        while not await _bound(server, host=host, port=port):  # noqa: ASYNC110  # no system tells when a port is free
            await asyncio.sleep(seconds)
    except BadSetting as error:
        logger.error("metrics and health are not told: %s", error)  # noqa: TRY400 - the error tells it all


async def _bound(server: StatusServer, *, host: str, port: int) -> bool:
    """Whether it answers now; False while somebody else holds the port."""
    try:
        await server.bind()
    except socket.gaierror as error:
        raise BadSetting(name="SOVA_METRICS_HOST", reason="nobody knows this name") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        if error.errno in {errno.EACCES, errno.EPERM}:
            raise BadSetting(name="SOVA_METRICS_PORT", reason=f"port {port} may not be used") from error
        raise BadSetting(name="SOVA_METRICS_HOST", reason=f"{host} is no address of this machine") from error
    return True


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
