"""Owns looking at the index on a Qdrant server without changing it: the version, how many documents there are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from qdrant_client import models

from bot.backends.gates.connecting import INSIDE
from bot.backends.qdrant.connection import Gone, QdrantConnection, connect
from bot.backends.qdrant.faults import IndexFault
from bot.backends.qdrant.points import RECORD
from bot.egress import Gate
from bot.errors import IndexUnavailable

_RECORDS = models.Filter(must=[models.FieldCondition(key="kind", match=models.MatchValue(value=RECORD))])


@asynccontextmanager
async def examining_server(
    url: str, *, api_key: str = "", collection: str = "sova", gate: Gate = INSIDE
) -> AsyncIterator["ServerIndexExamined"]:
    """The index behind the alias `collection` on the server at `url`; nothing is sent on entry.

    `gate` permits the addresses that it connects to. Raises `BadSetting` when `url` can't be understood.
    """
    async with connect(url, api_key=api_key, gate=gate) as connection:
        yield ServerIndexExamined(connection, alias=collection)


class ServerIndexExamined:
    """One index of one server, which need not be there. Every call raises `IndexUnavailable` when it isn't reached."""

    def __init__(self, connection: QdrantConnection, *, alias: str) -> None:
        self._connection = connection
        self._alias = alias

    @property
    def where(self) -> str:
        """The server's address, without credentials."""
        return self._connection.where

    async def version(self) -> str:
        """The server's version, such as `1.16.2`."""
        try:
            return (await self._connection.read(self._connection.client.info())).version
        except Gone:  # the page that every Qdrant has isn't there
            raise IndexUnavailable(where=self.where, reason=IndexFault.NOT_QDRANT) from None

    async def documents(self) -> int | None:
        """How many documents are held, None where nothing was ever indexed."""
        client = self._connection.client
        try:
            aliases = (await self._connection.read(client.get_aliases())).aliases
            name = next((one.collection_name for one in aliases if one.alias_name == self._alias), None)
            if name is None:
                return None
            return (await self._connection.read(client.count(name, count_filter=_RECORDS, exact=True))).count
        except Gone:
            raise IndexUnavailable(where=self.where, reason=IndexFault.LOST) from None
