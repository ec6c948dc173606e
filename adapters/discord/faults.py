"""Owns what Discord's errors mean: the one place where they become ours, or are told apart by their codes.

The codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from bot.errors import PlatformIntentsRefused, PlatformTokenRefused, PlatformUnreachable

NAME = "Discord"
TOKEN_SETTING = "SOVA_DISCORD_TOKEN"  # noqa: S105  # the setting's name
INTENTS = ("Message Content Intent",)
"""The privileged intents that Sova asks for, by their names in Discord's developer portal."""

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE = 10003, 10008
THREAD_ARCHIVED, THREAD_LOCKED, THREAD_EXISTS = 50083, 160005, 160004
CANNOT_REPLY = 160002
"""Replying takes the right to read what was said before."""
BLOCKED = frozenset({200000, 200001})
"""The server's own rules (AutoMod) don't let the text through."""
MISSING_ACCESS, CANNOT_DM, MISSING_PERMISSIONS = 50001, 50007, 50013
HIDDEN = frozenset({UNKNOWN_CHANNEL, MISSING_ACCESS, MISSING_PERMISSIONS, THREAD_ARCHIVED, THREAD_LOCKED})
"""Nothing can be shown in this channel, though perhaps in the one that it belongs to."""

SERVER_FAULT = 500
_UNAUTHORIZED, _PROXY_REFUSES, _TOO_MANY = 401, 407, 429
LONGEST_LIMIT_S = 30.0
"""For so long it is waited when Discord asks for patience; what takes longer rests, and takes nobody's place."""


def is_final(error: discord.HTTPException) -> bool:
    """Whether asking again would be answered the same: what is wanted is gone, or forbidden."""
    return isinstance(error, discord.Forbidden | discord.NotFound) or error.code in HIDDEN | BLOCKED


@contextmanager
def translated() -> Iterator[None]:
    """Turn what only time or the operator mends into errors of ours; everything else passes as it is."""
    try:
        yield
    except discord.LoginFailure as error:
        raise PlatformTokenRefused(NAME, TOKEN_SETTING) from error
    except discord.PrivilegedIntentsRequired as error:
        raise PlatformIntentsRefused(NAME, INTENTS) from error
    except discord.ConnectionClosed as error:
        raise _closed(error) from error
    except discord.HTTPException as error:
        raise _answered(error) from error
    except discord.RateLimited as error:
        raise PlatformUnreachable(NAME, f"it asks for {error.retry_after:.0f} s of patience") from error
    except discord.GatewayNotFound as error:
        raise PlatformUnreachable(NAME, "its gateway isn't known") from error
    except aiohttp.ClientHttpProxyError as error:
        raise _refused_by_proxy(error.status) from None  # it quotes the proxy's address, password and all
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise PlatformUnreachable(NAME, type(error).__name__) from error


def _closed(error: discord.ConnectionClosed) -> Exception:
    match error.code:
        case 4004:
            return PlatformTokenRefused(NAME, TOKEN_SETTING)
        case 4013 | 4014:
            return PlatformIntentsRefused(NAME, INTENTS)
        case _:
            return PlatformUnreachable(NAME, f"it closed the connection ({error.code})")


def _answered(error: discord.HTTPException) -> Exception:
    """A refusal of what was asked for is for whoever asked; only that nothing could be asked at all is ours."""
    if error.status == _UNAUTHORIZED:
        return PlatformTokenRefused(NAME, TOKEN_SETTING)
    if error.status == _PROXY_REFUSES:
        return _refused_by_proxy(error.status)
    if error.status >= SERVER_FAULT or error.status == _TOO_MANY:
        return PlatformUnreachable(NAME, f"it answers {error.status}")
    return error


def _refused_by_proxy(status: int) -> PlatformUnreachable:
    return PlatformUnreachable(NAME, f"the proxy on the way there answers {status}")
