"""Owns the whole double: one server on loopback with Web API, Socket Mode and files, and the beginning of the people's
side."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from tests.doubles.slack import transcript
from tests.doubles.slack.app import App
from tests.doubles.slack.calls import PREFIX
from tests.doubles.slack.delivery import Deliveries
from tests.doubles.slack.events import Events
from tests.doubles.slack.faults import Faults
from tests.doubles.slack.file_server import FileServer
from tests.doubles.slack.http_mode import HttpMode
from tests.doubles.slack.interactions import Interactions
from tests.doubles.slack.manifest import Manifest
from tests.doubles.slack.people import Doors
from tests.doubles.slack.places import Place
from tests.doubles.slack.posts import Post
from tests.doubles.slack.rate_limits import RATES, Rate
from tests.doubles.slack.response_urls import ResponseUrls
from tests.doubles.slack.socket_mode import SocketMode
from tests.doubles.slack.team import Team
from tests.doubles.slack.web_api import WebApi
from tests.doubles.slack.world import World

T = TypeVar("T")

_unheard = logging.getLogger("slack.double.unheard")
_unheard.setLevel(logging.CRITICAL)
"""Whoever is killed leaves half a request, of which the server would tell at length."""


class Slack:
    """Enter it to serve on 127.0.0.1. Leaving it fails if there are `violations` that the test hasn't cleared.

    `manifest` is what the app was installed with, `rates` the limits, none with `()`. `world` is the state; `api`,
    `sockets` and `http` are its doors, `deliveries` what was told to the app, `team` the beginning of everything else.
    """

    def __init__(self, *, manifest: Manifest | None = None, rates: Sequence[Rate] = RATES) -> None:
        self.app = App(manifest or Manifest())
        self.world = World(self.app)
        self.deliveries = Deliveries(self.world)
        self.sockets = SocketMode(self.world, self.deliveries)
        self.api = WebApi(self.world, self.sockets.open_url, rates=rates)
        self.http: HttpMode | None = None
        self._urls = ResponseUrls(self.world)
        self._files = FileServer(self.world)
        events = Events(self.world, self.deliveries)
        interactions = Interactions(self.world, self.deliveries, self._urls)
        self.team = Team(self.world, Doors(events, interactions, self.settled))
        self.deliveries.transport = self.sockets
        self._port = 0
        self._runner: web.AppRunner | None = None

    # ------------------------------------------------------------- where it is

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """The Web API's: what `AsyncWebClient(base_url=…)` takes."""
        return self.url + PREFIX

    @property
    def bot_token(self) -> str:
        """`xoxb-…`."""
        return self.app.bot_token

    @property
    def app_token(self) -> str:
        """`xapp-…`, for Socket Mode."""
        return self.app.app_token

    @property
    def signing_secret(self) -> str:
        """What requests over HTTP are signed with."""
        return self.app.signing_secret

    @property
    def mention(self) -> str:
        """How people write to the app."""
        return f"<@{self.app.bot_user}>"

    # ------------------------------------------------------------- what is there

    @property
    def faults(self) -> Faults:
        """What goes wrong on demand at the Web API."""
        return self.api.faults

    @property
    def violations(self) -> list[str]:
        """What the app did that Slack doesn't know, or lets through although it shouldn't be done."""
        return self.world.violations

    def transcript(self, *places: Place) -> str:
        """What people saw, everywhere or in some places, as text for the documentation."""
        return transcript.written(self.world, [place.channel for place in places] or None)

    # ------------------------------------------------------------- what happens to it on demand

    def revokes_token(self, error: str = "token_revoked") -> None:
        """Somebody takes the app's tokens away; `account_inactive` is what an uninstalled app meets."""
        self.app.gone = error

    def refuses_streaming(self) -> None:
        """The workspace doesn't have chat.startStream."""
        self.app.is_streaming = False

    async def uses_http(self, url: str) -> None:
        """From now on the app is told over HTTP at this address, once it has given back the challenge."""
        self.http = HttpMode(self.world, self.deliveries, url)
        if not await self.http.verify():
            raise AssertionError(f"{url} didn't give back the challenge")
        self.deliveries.transport = self.http

    # ------------------------------------------------------------- time and waiting

    async def advance(self, seconds: float) -> None:
        """Let Slack's clock run ahead: streams, triggers, addresses and limits grow old, what is due is sent again.

        What is sent again meanwhile must be acknowledged before the clock runs on for three seconds more.
        """
        end = self.world.clock.now() + seconds
        while (moment := self.deliveries.next_moment()) is not None and moment <= end:
            self.world.clock.advance(max(0.0, moment - self.world.clock.now()))
            self.deliveries.look()
        self.world.clock.advance(max(0.0, end - self.world.clock.now()))
        self.world.changes.tell()
        await self.settled()

    def stop_clock(self) -> None:
        """From now on Slack's clock moves by `advance` alone, however slow the machine."""
        self.world.clock.stop()

    async def settled(self) -> None:
        """Everything that Slack had to tell is on its way."""
        await self.sockets.settled()

    async def until(self, happened: Callable[[], T | None]) -> T:
        """Wait until it gives something true, and give that; it is asked again whenever anything happens."""
        return await self.world.changes.until(happened)

    async def seen(self, place: Place, fits: Callable[[Post], object] = bool) -> Post:
        """Wait for a message of the app's that fits, and give the first one."""
        return await self.until(lambda: next((post for post in place.answers if fits(post)), None))

    async def until_connected(self, sockets: int = 1) -> None:
        """Wait until so many sockets are open."""
        await self.until(lambda: len(self.sockets.connections) >= sockets)

    # ------------------------------------------------------------- its life

    async def __aenter__(self) -> Self:
        await self._start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._stop()
        self.deliveries.close()
        if self.http is not None:
            await self.http.close()
        if error is None and self.violations:
            raise AssertionError("The app misbehaved: " + "; ".join(self.violations))

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Nothing answers at the address inside; everything is as before when it comes back."""
        await self._stop()
        try:
            yield
        finally:
            await self._start()

    async def _start(self) -> None:
        self._runner = web.AppRunner(self._routes(), access_log=None, logger=_unheard, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]
        self.world.url = self.url
        self.sockets.url = f"ws://127.0.0.1:{self._port}/link"

    async def _stop(self) -> None:
        self.sockets.cut()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _routes(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/link", self.sockets.handle)
        app.router.add_post("/upload/v1/{id}", self._files.upload)
        app.router.add_get("/files-pri/{path:.*}", self._files.download)
        app.router.add_post("/actions/{path:.*}", self._urls.handle)
        app.router.add_route("*", PREFIX + "{method}", self.api.handle)
        return app


@asynccontextmanager
async def slack_service(*, manifest: Manifest | None = None, rates: Sequence[Rate] = RATES) -> AsyncIterator[Slack]:
    """A Slack on loopback, in a workspace where the app is installed."""
    async with Slack(manifest=manifest, rates=rates) as slack:
        yield slack
