"""Owns the whole double: one server on loopback with API, gateway and files, and the beginning of the people's side."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self, TypeVar

import discord
from aiohttp import web

from tests.doubles.discord import transcript
from tests.doubles.discord.access import Access
from tests.doubles.discord.calls import PREFIX
from tests.doubles.discord.faults import Faults
from tests.doubles.discord.gateway import Gateway
from tests.doubles.discord.people import Person
from tests.doubles.discord.places import Channel, Guild, direct
from tests.doubles.discord.posts import Post, posts_in
from tests.doubles.discord.rate_limits import RATES, Rate
from tests.doubles.discord.rest import Rest
from tests.doubles.discord.world import World

T = TypeVar("T")

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.loop.back"  # noqa: S105  # good for nothing but this double
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    attach_files=True,
    embed_links=True,
    add_reactions=True,
)
"""What a careful owner gives a bot; no more, so that whoever needs more notices."""

_unheard = logging.getLogger("discord.double.unheard")
_unheard.setLevel(logging.CRITICAL)
"""Whoever is killed leaves half a request, of which the server would tell at length."""


class Discord:
    """Enter it to serve on 127.0.0.1. Leaving it fails if it was asked something that neither it nor simcord knows.

    `privileged` are the intents that the bot's owner has switched on; `rates` the limits, none with `()`;
    `heartbeat_ms` is what HELLO asks for. `world` is the state, `rest` and `gateway` are its two doors, and
    `faults` is what goes wrong on demand at the first.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        privileged: Sequence[str] = ("message_content",),
        rates: Sequence[Rate] = RATES,
        heartbeat_ms: int = 41_250,
    ) -> None:
        self.token = token
        self.world = World()
        access = Access(token, frozenset(privileged))
        self.gateway = Gateway(self.world, access, heartbeat_ms=heartbeat_ms)
        self.rest = Rest(self.world, access, self.gateway.door, rates=rates)
        self._port = 0
        self._runner: web.AppRunner | None = None

    # ------------------------------------------------------------- where it is

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        """The API's, path and all: what `discord.http.Route.BASE` is set to."""
        return self.url + PREFIX

    @property
    def gateway_url(self) -> str:
        """The gateway's: what `DiscordWebSocket.DEFAULT_GATEWAY` is set to."""
        return f"ws://127.0.0.1:{self._port}/gateway"

    # ------------------------------------------------------------- what is there

    @property
    def faults(self) -> Faults:
        """What goes wrong on demand."""
        return self.rest.faults

    @property
    def bot(self) -> int:
        """The bot's user id."""
        return self.world.bot_user.id

    @property
    def mention(self) -> str:
        """How people write to the bot."""
        return f"<@{self.bot}>"

    def guild(self, name: str = "The team", *, permissions: discord.Permissions = PERMISSIONS) -> Guild:
        """A new guild with the bot in it, which may do there what `permissions` say."""
        guild = self.world.create_guild(name)
        for role in guild.roles.values():
            if role.managed:
                role.permissions = permissions.value
        guild.everyone_role.permissions &= ~discord.Permissions(mention_everyone=True).value
        return Guild(self.world, guild.id)

    def direct(self, person: Person) -> Channel:
        """The direct message between somebody and the bot."""
        return direct(self.world, person)

    def posts(self) -> list[Post]:
        """Every message that stands anywhere, oldest first."""
        return sorted(
            (post for channel in self.world.channels for post in posts_in(self.world, channel)),
            key=lambda post: post.id,
        )

    def transcript(self) -> str:
        """What people saw, as text for the documentation."""
        return transcript.written(self.world)

    # ------------------------------------------------------------- time and waiting

    def advance(self, seconds: float) -> None:
        """Let Discord's clock run ahead: tokens, nonces, addresses and limits grow old by so much."""
        self.world.advance_clock(seconds)
        self.world.changes.tell()

    def stop_clock(self) -> None:
        """From now on Discord's clock moves by `advance` alone, however slow the machine."""
        self.world.time.stop()

    async def until(self, happened: Callable[[], T | None]) -> T:
        """Wait until it gives something true, and give that; it is asked again whenever anything happens."""
        return await self.world.changes.until(happened)

    async def until_ready(self) -> None:
        """Wait until the bot has a session."""
        await self.until(lambda: self.gateway.is_ready)

    # ------------------------------------------------------------- its life

    async def __aenter__(self) -> Self:
        await self._start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._stop()
        if error is None and self.rest.complaints:
            raise AssertionError("Discord was asked what it doesn't know: " + "; ".join(self.rest.complaints))

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Nothing answers at the address inside; sessions and messages are as before when it comes back."""
        await self._stop()
        try:
            yield
        finally:
            await self._start()

    async def _start(self) -> None:
        self._runner = web.AppRunner(self._app(), access_log=None, logger=_unheard, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]
        self.world.files.base = self.url
        self.gateway.door.url = self.gateway_url

    async def _stop(self) -> None:
        self.gateway.cut()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/attachments/{path:.*}", self.rest.download)
        app.router.add_route("*", PREFIX + "/{path:.*}", self.rest.handle)
        return app
