"""Owns what the double's own tests stand on: the double, and the real discord.py pointed at it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.doubles.discord import Discord
from tests.doubles.discord.pointing import pointed_at


class Bot(discord.Client):
    """The real client, which keeps what it heard and doesn't take its time."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # as discord.py's are
        intents = options.pop("intents", None) or discord.Intents.default() | discord.Intents(message_content=True)
        super().__init__(intents=intents, guild_ready_timeout=0.01, **options)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.events: list[str] = []

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)

    async def on_socket_event_type(self, event: str) -> None:
        self.events.append(event)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        return

    @property
    def texts(self) -> list[str]:
        return [message.content for message in self.heard]


@asynccontextmanager
async def logged_in(service: Discord, **options: Any) -> AsyncIterator[Bot]:  # noqa: ANN401
    """By HTTP alone."""
    bot = Bot(**options)
    try:
        await bot.login(service.token)
        yield bot
    finally:
        await bot.close()


@asynccontextmanager
async def connected(service: Discord, **options: Any) -> AsyncIterator[Bot]:  # noqa: ANN401
    """With a session, and all guilds known."""
    async with logged_in(service, **options) as bot:
        running = asyncio.create_task(bot.connect())
        try:
            await bot.wait_until_ready()
            yield bot
        finally:
            await bot.close()
            await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def service(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Discord]:
    async with asyncio.timeout(20), Discord() as service:
        pointed_at(service, monkeypatch)
        yield service


@pytest.fixture
async def bot(service: Discord) -> AsyncIterator[Bot]:
    async with logged_in(service) as bot:
        yield bot


def code_of(caught: pytest.ExceptionInfo[discord.HTTPException]) -> tuple[int, int]:
    """Status and code."""
    return caught.value.status, caught.value.code
