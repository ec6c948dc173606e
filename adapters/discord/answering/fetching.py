"""Owns bringing the bytes of files that came with a question: from Discord's own hosts, and no more than allowed."""

import asyncio
from typing import Self

import aiohttp
from yarl import URL

from adapters.discord.faults import translated
from bot.chat.showing.fetching import PIECE_BYTES, read_bounded
from bot.errors import AttachmentRefused
from bot.messages import Attachment

HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
"""Where Discord keeps files."""
SECONDS = 60.0
_FOUND, _SERVER_FAULT, _TOO_MANY = 200, 500, 429


class Fetching:
    """Fetches while it is entered. `api_url` is Discord's API; one that isn't Discord's own keeps its files, too.

    `proxy` is the HTTP proxy that leads there.
    """

    def __init__(self, api_url: str, *, proxy: str | None = None, seconds: float = SECONDS) -> None:
        own = URL(api_url)
        self._own = own.origin() if own.host not in {"discord.com", "discordapp.com"} else None
        self._proxy = proxy
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()

    async def fetch(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        """As `bot.ports.Fetch` promises; raises `PlatformUnreachable` when Discord can't be asked now."""
        if not self._is_discords(attachment.where):
            raise AttachmentRefused(attachment.name, "gone")
        self._session = self._session or aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), proxy=self._proxy)
        with translated():
            async with (
                asyncio.timeout(self._seconds),
                self._session.get(URL(attachment.where, encoded=True), allow_redirects=False) as response,
            ):
                if response.status >= _SERVER_FAULT or response.status == _TOO_MANY:
                    response.raise_for_status()
                if response.status != _FOUND:
                    raise AttachmentRefused(attachment.name, "gone")
                return await read_bounded(response.content.iter_chunked(PIECE_BYTES), attachment, most_bytes=most_bytes)

    def _is_discords(self, where: str) -> bool:
        try:
            url = URL(where, encoded=True)
        except ValueError:
            return False
        if not url.host or url.user:
            return False
        return (url.scheme == "https" and url.host in HOSTS and url.is_default_port()) or url.origin() == self._own
