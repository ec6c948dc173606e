"""Owns the list of chat platforms: each is an adapter, when it is configured, and how its halves are opened."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial

from bot.composition import discord, slack
from bot.composition.house import House
from bot.errors import BadArgument
from bot.service.platforms import Outbound, Platform
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class PlatformKind:
    """A chat platform that Sova can be on. `name` is as in `ConversationKey.platform`.

    `connect` opens the whole adapter; raises `BadSetting` when what it needs isn't set. `show` opens the half that
    shows answers, for a worker whose platforms run elsewhere. `examine` looks whether the platform lets Sova in, and
    tells what she is called there; None where there is nobody to ask.
    """

    name: str
    is_configured: Callable[[Settings], bool]
    connect: Callable[[Settings, House], AbstractAsyncContextManager[Platform]]
    show: Callable[[Settings], AbstractAsyncContextManager[Outbound]]
    examine: Callable[[Settings], Awaitable[str]] | None = None


KINDS: list[PlatformKind] = [
    PlatformKind(
        discord.NAME,
        is_configured=discord.is_configured,
        connect=discord.connect,
        show=discord.show,
        examine=discord.examine,
    ),
    PlatformKind(
        slack.NAME,
        is_configured=slack.is_configured,
        connect=slack.connect,
        show=slack.show,
        examine=slack.examine,
    ),
]
"""Every chat platform, one a package in `adapters/`."""


def configured(settings: Settings) -> Sequence[PlatformKind]:
    """Those that the settings say enough about."""
    return [kind for kind in KINDS if kind.is_configured(settings)]


def named(names: Collection[str]) -> Sequence[PlatformKind]:
    """Those that an operator names; `BadArgument` for a name that is none of theirs."""
    known = {kind.name: kind for kind in KINDS}
    for name in names:
        if name not in known:
            raise BadArgument(command="serve", parameter="--platforms", value=name, expected=", ".join(sorted(known)))
    return [known[name] for name in dict.fromkeys(names)]


def examined_chats(settings: Settings) -> Mapping[str, Callable[[], Awaitable[str]]]:
    """How each of the configured ones is asked whether it lets Sova in, by name."""
    return {kind.name: partial(kind.examine, settings) for kind in configured(settings) if kind.examine}
