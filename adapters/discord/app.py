"""Owns Sova's life in Discord: connecting, hearing questions, catching up after a gap, and what ends a connection."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import discord
import yarl
from discord.gateway import DiscordWebSocket

from adapters.discord.answering.fetching import Fetching
from adapters.discord.answering.outbound import DiscordOutbound
from adapters.discord.answering.rates import PACE
from adapters.discord.answering.threads import Threads
from adapters.discord.callers import PLATFORM
from adapters.discord.connection.backlog import DiscordBacklog
from adapters.discord.connection.client import Address, Ears, HearingClient, new_client
from adapters.discord.connection.identifying import FILE, IdentifyGuard
from adapters.discord.faults import NAME, translated
from adapters.discord.hearing.reading import DiscordReading, heard_of
from adapters.discord.rest import Rest
from bot.chat.hearing.catching_up import KEEP_SECONDS, CatchingUp
from bot.chat.hearing.intake import Intake
from bot.chat.hearing.merging import Patience
from bot.chat.hearing.places import Places
from bot.chat.showing.pacing import Budgets, Pace
from bot.errors import PlatformConnectedTooOften, PlatformUnreachable
from bot.inbox import Inbox
from bot.messages import Language
from bot.ports import Fetch, SeenLog
from bot.service.platforms import Outbound, Platform, Receive

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """Who Sova is in Discord, and where that is."""

    token: str = field(repr=False)
    address: Address
    is_sharded: bool = False


class Controls(Protocol):
    """What is put into each client besides: commands and buttons."""

    async def setup(self, client: discord.Client, receive: Receive, *, fetch: Fetch | None = None) -> None:
        """The client is logged in, and doesn't listen yet. `fetch` brings files that were written there."""
        ...

    async def close(self) -> None:
        """End what is still being done for whoever pressed or typed, while the client can still show it."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the adapter is given of a running Sova. `state_dir` keeps what must outlast the process.

    What was heard is written down every `keep_seconds`.
    """

    inbox: Inbox
    places: Places
    seen: SeenLog
    controls: Controls
    state_dir: Path
    language: Language = Language.ENGLISH
    patience: Patience = field(default_factory=Patience)
    pace: Pace = PACE
    keep_seconds: float = KEEP_SECONDS


class DiscordPlatform(DiscordOutbound):
    """The whole adapter. Each `run` is one connection with a client of its own; answers are shown by `rest` alone."""

    def __init__(self, account: Account, around: Surroundings, means: "_Means") -> None:
        super().__init__(
            means.rest, threads=means.threads, fetching=means.fetching, budgets=means.budgets, pace=around.pace
        )
        self._account = account
        self._around = around
        self._guard = IdentifyGuard(around.state_dir / FILE)
        self._catching_up = CatchingUp(
            PLATFORM, around.seen, mark_at=discord.utils.time_snowflake, keep_seconds=around.keep_seconds
        )

    @property
    def name(self) -> str:
        """As in `ConversationKey.platform`."""
        return PLATFORM

    async def run(self, receive: Receive) -> None:
        """Be connected, and hand every question to `receive`, until cancelled.

        Raises `PlatformTokenRefused` and `PlatformIntentsRefused`, which the operator must mend; `PlatformUnreachable`
        and `PlatformConnectedTooOften`, which time does.
        """
        self._guard.demand()
        async with self._catching_up.keeping(), self.hearing(receive) as client:
            with translated():
                await client.login(self._account.token)
                await self._find_gateway(client)
                await _connected(client)

    @asynccontextmanager
    async def hearing(self, receive: Receive) -> AsyncIterator[discord.Client]:
        """A client that hands questions to `receive` once it is logged in and connected, by whomever."""
        client = new_client(
            guard=self._guard,
            setup=lambda client: self._around.controls.setup(client, receive, fetch=self.fetch),
            is_sharded=self._account.is_sharded,
            proxy=self._account.address.proxy,
        )
        intake = self._intake(client, receive)
        client.ears = Ears(
            begins=self._catching_up.lose,
            ready=lambda: self._caught_up(client, intake),
            message=lambda message: intake.message(heard_of(message, client.me)),
            changed=lambda message: intake.changed(heard_of(message, client.me)),
            deleted=lambda message: intake.deleted(str(message)),
        )
        try:
            yield client
        finally:
            await self._around.controls.close()
            await intake.close()
            await client.close()

    def _intake(self, client: HearingClient, receive: Receive) -> Intake[discord.Message]:
        around = self._around
        reading = DiscordReading(
            client, type_in=self.type, threads=self._threads, places=around.places, language=around.language
        )
        return Intake(
            reading,
            receive=receive,
            withdraw=lambda incoming: around.inbox.withdraw(incoming.conversation, incoming.id),
            marks=self._catching_up,
            patience=around.patience,
        )

    async def _caught_up(self, client: HearingClient, intake: Intake[discord.Message]) -> None:
        """A new session: what was written since the last one ended was sent to nobody."""
        logger.info("connected to Discord: servers=%d", len(client.guilds))
        with intake.owned():
            await self._catching_up.catch_up(DiscordBacklog(client, client.me), intake.missed)

    async def _find_gateway(self, client: discord.Client) -> None:
        """Ask where the gateway is and whether we may connect; a setting that names it comes first."""
        shards, url, limits = await client.http.get_bot_gateway()
        if limits["remaining"] <= 0:
            made, seconds = limits["total"], limits["reset_after"] // 1000
            raise PlatformConnectedTooOften(NAME, connections=made, seconds=seconds)
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self._account.address.gateway or url)
        if self._account.is_sharded:
            client.shard_count = shards


async def _connected(client: discord.Client) -> None:
    """Until the connection ends for good; discord.py resumes and reconnects by itself.

    Before its first connection it can't: it looks for the session that it would resume, and there is none.
    """
    try:
        await client.connect()
    except AttributeError as error:
        if client.ws is not None:
            raise
        raise PlatformUnreachable(NAME, "its gateway can't be reached") from error


@asynccontextmanager
async def open_platform(account: Account, around: Surroundings) -> AsyncIterator[Platform]:
    """The whole adapter; it connects when it is run."""
    async with _means(account, around.pace) as means:
        yield DiscordPlatform(account, around, means)


@asynccontextmanager
async def open_outbound(account: Account) -> AsyncIterator[Outbound]:
    """The half that shows answers, over REST alone."""
    async with _means(account, PACE) as means:
        yield DiscordOutbound(means.rest, threads=means.threads, fetching=means.fetching, budgets=means.budgets)


@dataclass(frozen=True, slots=True)
class _Means:
    """What showing answers takes."""

    rest: Rest
    budgets: Budgets
    threads: Threads
    fetching: Fetching


@asynccontextmanager
async def _means(account: Account, pace: Pace) -> AsyncIterator[_Means]:
    account.address.use()
    budgets = Budgets(pace)
    async with (
        Rest(account.token, proxy=account.address.proxy) as rest,
        Threads(rest, budgets=budgets) as threads,
        Fetching(account.address.api, proxy=account.address.proxy) as fetching,
    ):
        yield _Means(rest, budgets, threads, fetching)
