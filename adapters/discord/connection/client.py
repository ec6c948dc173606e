"""Owns the connection to Discord's gateway: what discord.py does by itself, bent where that would cost the token."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.connection.identifying import IdentifyGuard
from adapters.discord.faults import LONGEST_LIMIT_S

logger = logging.getLogger(__name__)

SEEN_MESSAGES = 2_000
"""How many messages are kept in memory, for what was said just before a question."""

READY_SECONDS = 0.5
"""How long after one server the next may take to be told of at the start; then what was missed is fetched."""


BETWEEN_SESSIONS = 5.0
"""Seconds, as Discord demands; discord.py waits for so long however old the last session is."""


discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody is to be told that Sova can't speak


def intents() -> discord.Intents:
    """What Sova must hear: messages and their text, nothing of who is online or joins."""
    wanted = discord.Intents.none()
    wanted.guilds = wanted.guild_messages = wanted.dm_messages = wanted.message_content = True
    return wanted


@dataclass(frozen=True, slots=True)
class Address:
    """Where Discord is: its API up to `/api/v10`, and its gateway; None: where the API says.

    `proxy` is the HTTP proxy that leads there, with a name and a password in it where it wants them.
    """

    api: str
    gateway: str | None = None
    proxy: str | None = field(default=None, repr=False)

    def use(self) -> None:
        """Have discord.py ask there. It keeps addresses once a process."""
        Route.BASE = self.api.rstrip("/")
        if self.gateway:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self.gateway)


@dataclass(frozen=True, slots=True)
class Ears:
    """What is called when something happens; each in a task of its own, but for `begins`.

    `begins` is called before each new session, and `ready` when it is there: what was written in between the last one
    and that came to nobody.
    """

    begins: Callable[[], None]
    ready: Callable[[], Awaitable[None]]
    message: Callable[[discord.Message], Awaitable[object]]
    changed: Callable[[discord.Message], Awaitable[None]]
    deleted: Callable[[int], Awaitable[object]]


class HearingClient(discord.Client):
    """Tells `ears` what it hears; `guard` counts its sessions. `setup` is awaited between login and connection."""

    ears: Ears
    guard: IdentifyGuard
    setup: Callable[[discord.Client], Awaitable[None]]

    @property
    def me(self) -> int:
        """The bot's own id, once it is logged in."""
        if self.user is None:
            raise RuntimeError("nobody is logged in")
        return self.user.id

    async def setup_hook(self) -> None:
        """Logged in, not connected yet."""
        await self.setup(self)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """A new session is about to begin; raises `PlatformConnectedTooOften`."""
        if not initial:
            await asyncio.sleep(max(0.0, BETWEEN_SESSIONS - self.guard.since()))
        self.guard.count()
        self.ears.begins()
        logger.info("a session begins: shard=%s", "-" if shard_id is None else shard_id)

    async def on_ready(self) -> None:
        """A new session has begun; at the start, all of them."""
        await self.ears.ready()

    async def on_shard_ready(self, shard_id: int) -> None:
        """One of several sessions has begun; later than at the start nobody else tells of it."""
        if self.is_ready():
            logger.info("a session has begun anew: shard=%d", shard_id)
            await self.ears.ready()

    async def on_message(self, message: discord.Message) -> None:
        """Somebody wrote something."""
        await self.ears.message(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Somebody changed a message, or Discord did."""
        await self.ears.changed(payload.message)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A message is gone."""
        await self.ears.deleted(payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Many messages are gone."""
        for message in payload.message_ids:
            await self.ears.deleted(message)


class _Sharded(HearingClient, discord.AutoShardedClient):
    """As many connections as Discord recommends."""


def new_client(
    *,
    guard: IdentifyGuard,
    setup: Callable[[discord.Client], Awaitable[None]],
    is_sharded: bool = False,
    proxy: str | None = None,
) -> HearingClient:
    """A client that isn't connected yet, and needs `ears` before it is; `setup` is awaited when it is logged in."""
    make = _Sharded if is_sharded else HearingClient
    client = make(
        intents=intents(),
        max_messages=SEEN_MESSAGES,
        guild_ready_timeout=READY_SECONDS,
        max_ratelimit_timeout=LONGEST_LIMIT_S,
        allowed_mentions=discord.AllowedMentions.none(),
        proxy=proxy,
    )
    client.guard, client.setup = guard, setup
    return client
