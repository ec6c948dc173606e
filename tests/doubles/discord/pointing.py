"""Owns sending discord.py to the double instead of to Discord, for tests that use it without Sova's settings."""

import discord
import pytest
import yarl

from tests.doubles.discord.service import Discord


def pointed_at(service: Discord, monkeypatch: pytest.MonkeyPatch) -> None:
    """For one test, and without the pauses that discord.py makes before it connects again."""
    monkeypatch.setattr(discord.http.Route, "BASE", service.api_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(service.gateway_url))
    monkeypatch.setattr(discord.backoff.ExponentialBackoff, "delay", lambda _: 0.01)
