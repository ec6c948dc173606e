"""Owns the connected adapter that most of these tests begin with."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
import yarl

from tests.adapters.discord.platform.stage import Stage, connected, staged
from tests.doubles.discord import Discord


@pytest.fixture
async def service(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Discord]:
    """The double; where discord.py asks is as before afterwards."""
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:1")
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL("ws://127.0.0.1:1"))
    monkeypatch.setattr("adapters.discord.connection.client.READY_SECONDS", 0.01)
    monkeypatch.setattr("adapters.discord.connection.client.BETWEEN_SESSIONS", 0.0)
    monkeypatch.setattr(discord.backoff.ExponentialBackoff, "delay", lambda _: 0.01)
    async with asyncio.timeout(20), Discord() as service:
        yield service


@pytest.fixture
async def stage(tmp_path: Path, service: Discord) -> AsyncIterator[Stage]:
    async with staged(tmp_path, service) as stage, connected(stage):
        yield stage
