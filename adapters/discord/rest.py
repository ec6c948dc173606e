"""Owns the way to Discord's REST API: one client, logged in when it is first needed, for as long as it is entered."""

import asyncio
from typing import Self

import discord

from adapters.discord.faults import LONGEST_LIMIT_S, translated


class Rest:
    """Gives the logged-in `client`. It connects to no gateway, so any process may have one."""

    def __init__(self, token: str, *, proxy: str | None = None, client: discord.Client | None = None) -> None:
        """`proxy` is the HTTP proxy that leads there; `client` is one that somebody else has logged in."""
        self._token = token
        self._proxy = proxy
        self._client = client
        self._is_ours = client is None
        self._logging_in = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client and self._is_ours:
            await self._client.close()

    async def client(self) -> discord.Client:
        """Raises `PlatformUnreachable` and `PlatformTokenRefused`; it is then tried anew the next time."""
        async with self._logging_in:
            if self._client is None:
                self._client = await self._logged_in()
            return self._client

    async def _logged_in(self) -> discord.Client:
        client = discord.Client(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            max_ratelimit_timeout=LONGEST_LIMIT_S,
            proxy=self._proxy,
        )
        try:
            with translated():
                await client.login(self._token)
        except BaseException:
            await client.close()
            raise
        return client
