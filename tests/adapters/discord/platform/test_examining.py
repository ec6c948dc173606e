"""Whether Discord lets Sova in, as `sova doctor` asks."""

import pytest

from adapters.discord.app import Account
from adapters.discord.connection.client import Address
from adapters.discord.examining import look
from bot.errors import PlatformIntentsRefused, PlatformTokenRefused, PlatformUnreachable
from tests.doubles.discord import TOKEN, Discord


async def test_she_is_told_her_name_without_connecting(service: Discord) -> None:
    assert await look(Account(TOKEN, Address(service.api_url))) == "Sova"
    assert service.gateway.identified == []


async def test_a_wrong_token_is_noticed(service: Discord) -> None:
    with pytest.raises(PlatformTokenRefused):
        await look(Account("MTIzNDU2Nzg5MDEyMzQ1Njc4.x.y", Address(service.api_url)))


async def test_an_intent_that_is_switched_off_is_noticed(service: Discord) -> None:
    async with Discord(privileged=()) as strict:
        with pytest.raises(PlatformIntentsRefused):
            await look(Account(TOKEN, Address(strict.api_url)))


async def test_nobody_there_is_noticed(service: Discord) -> None:
    with pytest.raises(PlatformUnreachable):
        await look(Account(TOKEN, Address("http://127.0.0.1:1/api/v10")))
