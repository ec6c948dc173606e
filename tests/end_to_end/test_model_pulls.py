"""A pull that ends halfway, with Sova's process or for want of room: `/model` tells of it, and a button goes on."""

import asyncio
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from tests.doubles.discord import Channel, Discord, Person, Post
from tests.doubles.llama_server import MODEL, llama_server
from tests.doubles.ollama_wire import OllamaWire
from tests.end_to_end.sova import PATIENCE_S, Sova

pytestmark = pytest.mark.engine

WANTED = "owl:1b"
GO_ON = "Continue"


@dataclass
class Desk:
    """A channel with an administrator, an Ollama, and Sova serving it."""

    discord: Discord
    general: Channel
    boss: Person
    wire: OllamaWire
    sova: Sova

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Process]:
        async with asyncio.timeout(PATIENCE_S), self.sova.running("serve") as process:
            await self.discord.until_ready()
            try:
                yield process
            finally:
                if process.returncode is None:
                    process.send_signal(signal.SIGTERM)
                    await process.wait()

    async def card(self, command: str, *words: str, **values: str) -> Post:
        """What a command is answered with, once it says all of these words."""
        sent = self.boss.slash(self.general, command, **values)
        return await self.discord.until(lambda: _saying(sent.answer, *words))

    async def goes_on(self, card: Post) -> Post:
        """The button to go on is pressed, and the model comes."""
        sent = self.boss.clicks(card, GO_ON)
        return await self.discord.until(lambda: _saying(sent.answer, f"{WANTED} is here"))


def _saying(post: Post | None, *words: str) -> Post | None:
    return post if post and not post.is_loading and all(word in post.text for word in words) else None


@pytest.fixture
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    llama = await asyncio.to_thread(llama_server)
    async with Discord() as discord, OllamaWire(llama) as wire:
        guild = discord.guild()
        boss = guild.person("Boss")
        settings = {
            "SOVA_DISCORD_TOKEN": discord.token,
            "SOVA_DISCORD_API_URL": discord.api_url,
            "SOVA_DISCORD_GATEWAY_URL": discord.gateway_url,
            "SOVA_ENGINE": "ollama",
            "SOVA_OLLAMA_URL": wire.url,
            "SOVA_MODEL": MODEL,
            "SOVA_ADMINS": f"discord:{boss.id}",
            "SOVA_LANGUAGE": "en",
        }
        yield Desk(discord, guild.channel("general"), boss, wire, Sova(tmp_path_factory.mktemp("s"), settings=settings))


async def test_a_pull_that_a_kill_ended_is_told_after_the_restart_and_goes_on(desk: Desk) -> None:
    desk.wire.pull_held = asyncio.Event()
    async with desk.serving() as process:
        desk.boss.slash(desk.general, "model-pull", name=WANTED)
        await desk.wire.pull_reached.wait()
        process.kill()
        await process.wait()
    desk.wire.pull_held = None
    async with desk.serving():
        told = await desk.card("model", f"Fetching {WANTED} was cut off when I was restarted")
        await desk.goes_on(told)
        assert "Fetching" not in (await desk.card("model", MODEL)).text
    assert desk.wire.requests.count("POST /api/pull") == 2
    assert WANTED in desk.wire.models


async def test_a_pull_that_filled_the_disk_goes_on_after_the_restart_once_there_is_room(desk: Desk) -> None:
    desk.wire.pull_error = "write /blobs/sha256-a-partial: no space left on device"
    async with desk.serving():
        failed = await desk.card("model-pull", "The disk on which ollama keeps its models is full", name=WANTED)
        assert WANTED not in desk.wire.models, failed.text
    desk.wire.pull_error = None
    async with desk.serving():
        told = await desk.card("model", f"Fetching {WANTED} failed")
        await desk.goes_on(told)
    assert WANTED in desk.wire.models
