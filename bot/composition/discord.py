"""Owns how Sova is put into Discord: the adapter's halves, from the settings and what the house has."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.composition.house import House
from bot.errors import BadSetting
from bot.ports import AnswerIn
from bot.service.platforms import Outbound, Platform
from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.discord.app import Account

NAME = "discord"


def is_configured(settings: Settings) -> bool:
    """Whether there is a token."""
    return settings.discord_token is not None


@asynccontextmanager
async def connect(settings: Settings, house: House) -> AsyncIterator[Platform]:
    """The whole adapter. Raises `BadSetting` without a token."""
    from adapters.discord.app import Surroundings, open_platform
    from adapters.discord.callers import Callers
    from adapters.discord.controls.controls import Controls
    from adapters.discord.controls.registering import REGISTERED_FILE, Registration
    from bot.chat.hearing.places import Places

    places = Places(house.places, AnswerIn(settings.discord_answer_in))
    controls = Controls(
        registry=house.registry,
        inbox=house.inbox,
        access=house.access,
        feedback=house.feedback,
        history=house.history,
        rules_of=places.rules,
        registration=Registration(settings.state_dir / REGISTERED_FILE, guild=settings.discord_guild),
        callers=Callers(spoken=None if settings.language == "auto" else settings.spoken),
    )
    around = Surroundings(
        inbox=house.inbox,
        places=places,
        seen=house.seen,
        controls=controls,
        state_dir=settings.state_dir,
        language=settings.spoken,
    )
    async with open_platform(_account(settings), around) as platform:
        yield platform


@asynccontextmanager
async def show(settings: Settings) -> AsyncIterator[Outbound]:
    """The half that shows answers, for a worker whose gateway runs elsewhere."""
    from adapters.discord.app import open_outbound

    async with open_outbound(_account(settings)) as outbound:
        yield outbound


async def examine(settings: Settings) -> str:
    """What Sova is called there; raises what keeps her out."""
    from adapters.discord.examining import look

    return await look(_account(settings))


def _account(settings: Settings) -> "Account":
    from adapters.discord.app import Account
    from adapters.discord.connection.client import Address

    if settings.discord_token is None:
        raise BadSetting(name="SOVA_DISCORD_TOKEN", reason="it is not set; docs/discord.md tells where to get one")
    return Account(
        settings.discord_token.get_secret_value(),
        Address(settings.discord_api_url, settings.discord_gateway_url, settings.discord_proxy),
        is_sharded=settings.discord_sharded,
    )
