"""Owns the way to a Qdrant server: the client, the deadlines, and its faults in our own words."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import ValidationError
from qdrant_client import AsyncQdrantClient
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from bot.addresses import web_address
from bot.backends.gates.connecting import INSIDE
from bot.backends.gates.httpx import gated_transport
from bot.backends.qdrant.faults import IndexFault
from bot.egress import Gate
from bot.errors import BadSetting, IndexUnavailable, LeavesTheNetwork

READ_S = 2.5
"""A search's whole time, connecting included: people hear about a dead server within 3 s."""
WRITE_S = 30.0
CONNECT_S = 2.0
CONNECTIONS = 16
NO_SPACE = b"No space left on device"

Result = TypeVar("Result")


class Gone(Exception):
    """The server holds no such collection (any more)."""


class QdrantConnection:
    """One server: every call has a deadline, and fails with `IndexUnavailable` or, for a lost collection, `Gone`.

    `where` names the server in sentences, without credentials.
    """

    def __init__(self, client: AsyncQdrantClient, *, where: str) -> None:
        self.client = client
        self.where = where

    async def read(self, call: Awaitable[Result]) -> Result:
        """Await a call that people wait for."""
        return await self._within(READ_S, call)

    async def write(self, call: Awaitable[Result]) -> Result:
        """Await a call that takes as long as it takes."""
        return await self._within(WRITE_S, call)

    async def _within(self, seconds: float, call: Awaitable[Result]) -> Result:
        try:
            async with asyncio.timeout(seconds):
                return await call
        except (ApiException, QdrantException, TimeoutError, AssertionError, ValueError) as error:
            if _is_gone(error):
                raise Gone from error
            # The vendor's messages may quote what was sent, so they stay out of tracebacks.
            raise IndexUnavailable(where=self.where, reason=_reason(error)) from None


@asynccontextmanager
async def connect(url: str, *, api_key: str = "", gate: Gate = INSIDE) -> AsyncIterator[QdrantConnection]:
    """A client of the server at `url` (`http` or `https`), closed at the end; nothing is sent on entry.

    `gate` permits the addresses that it connects to. Port 6333 where `url` names none. Raises `BadSetting` when `url`
    can't be understood.
    """
    try:
        web_address(url)
    except ValueError as error:
        raise BadSetting(name="SOVA_QDRANT_URL", reason=str(error)) from None
    client = AsyncQdrantClient(
        url=url,
        headers={"api-key": api_key} if api_key else None,  # as `api_key` it warns about http, which is fine inside
        timeout=round(WRITE_S),
        check_compatibility=False,  # it would ask before anybody knows whether the server is there
        trust_env=False,  # no proxy
        follow_redirects=False,
        transport=gated_transport(gate, limits=httpx.Limits(max_connections=CONNECTIONS)),
    )
    try:
        yield QdrantConnection(client, where=_where(url))
    finally:
        await client.close()


def _where(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 6333}"


def _is_gone(error: Exception) -> bool:
    """Where a server answers 404, the client's local mode raises a plain `ValueError`."""
    return type(error) is ValueError or (
        isinstance(error, UnexpectedResponse) and error.status_code == httpx.codes.NOT_FOUND
    )


def _reason(error: Exception) -> IndexFault:
    match error:
        case UnexpectedResponse():
            return _reason_of_status(error)
        case ResponseHandlingException(source=source):
            return _reason_of_source(source)
        case TimeoutError():
            return IndexFault.TIMEOUT
        case AssertionError() | json.JSONDecodeError() | ValidationError():
            return IndexFault.NOT_QDRANT
        case QdrantException():
            return IndexFault.BUSY  # the one that is raised: 429 with a time to wait
        case _:
            return IndexFault.FAILED


def _reason_of_status(response: UnexpectedResponse) -> IndexFault:
    status = response.status_code or 0
    if status in {401, 403}:
        return IndexFault.AUTHENTICATION
    if status in {429, 503}:
        return IndexFault.BUSY
    if NO_SPACE in response.content:
        return IndexFault.DISK
    return IndexFault.NOT_QDRANT if 300 <= status < 400 or status in {405, 502} else IndexFault.FAILED


def _reason_of_source(source: Exception) -> IndexFault:
    if isinstance(source, LeavesTheNetwork):
        return IndexFault.OUTSIDE
    if isinstance(source, httpx.TimeoutException):
        return IndexFault.TIMEOUT
    if isinstance(source, ValidationError):
        return IndexFault.NOT_QDRANT
    for cause in _causes(source):
        if isinstance(cause, socket.gaierror):
            return IndexFault.UNKNOWN_HOST
        if isinstance(cause, ssl.SSLError):
            return IndexFault.TLS
    return IndexFault.REFUSED if isinstance(source, httpx.ConnectError) else IndexFault.LOST


def _causes(error: BaseException) -> Iterator[BaseException]:
    """What led to `error`, as far back as it is known."""
    cause = error.__cause__ or error.__context__
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
