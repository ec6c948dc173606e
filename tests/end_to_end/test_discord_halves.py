"""Sova in Discord in several processes, and what an operator reads when Discord won't have her."""

import asyncio
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.doubles.discord import Discord
from tests.doubles.echo_engine import EchoEngine
from tests.end_to_end.sova import Sova


@pytest.fixture
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a short path, for sockets."""
    return tmp_path_factory.mktemp("s")


def settings_for(discord: Discord, engine_url: str = "http://127.0.0.1:1/v1") -> Mapping[str, str]:
    return {
        "SOVA_ENGINE": "openai",
        "SOVA_MODEL": "echo",
        "SOVA_OPENAI_BASE_URL": engine_url,
        "SOVA_DISCORD_TOKEN": discord.token,
        "SOVA_DISCORD_API_URL": discord.api_url,
        "SOVA_LEASE_SECONDS": "2",
    }


@asynccontextmanager
async def running(sova: Sova, *words: str) -> AsyncIterator[Process]:
    """Told to end when it is left, so that it takes its Redis with it."""
    async with sova.running(*words) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(20):
                assert await process.wait() == 0


async def test_a_worker_answers_over_rest_alone_what_a_gateway_took_in(state: Path) -> None:
    engine = EchoEngine()
    async with Discord() as discord, engine.serving() as engine_url, asyncio.timeout(60):
        guild = discord.guild()
        sova = Sova(state, settings=settings_for(discord, engine_url))
        async with running(sova, "serve", "--platforms", "discord"):
            await discord.until_ready()
            async with running(sova, "worker"):
                guild.channel("general").says(guild.person("Anna"), "How long?", mention=True)
                thread, *_ = await discord.until(lambda: guild.threads)
                await discord.until(lambda: [post.text for post in thread.answers] == ["You asked: How long?."])
    assert len(discord.gateway.identified) == 1


async def test_a_wrong_token_ends_it_with_what_to_click(state: Path) -> None:
    async with Discord() as discord:
        wrong = {**settings_for(discord), "SOVA_DISCORD_TOKEN": "MTIzNDU2Nzg5MDEyMzQ1Njc4.no.secret"}
        ran = await Sova(state, settings=wrong)("serve")
    assert ran.code == 2
    assert "SOVA_DISCORD_TOKEN" in ran.aside
    assert "Reset Token" in ran.aside
    assert not [word for word in ("Traceback", "no.secret") if word in ran.aside]


async def test_refused_intents_end_it_with_what_to_click(state: Path) -> None:
    async with Discord(privileged=()) as discord:
        ran = await Sova(state, settings=settings_for(discord))("serve")
    assert ran.code == 2
    assert "Message Content Intent" in ran.aside
    assert "Traceback" not in ran.aside
