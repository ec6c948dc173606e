"""Owns the way to a Redis or Valkey server: the connections, the deadline, and its faults in our own words."""

import asyncio
import errno
import logging
import os
import shutil
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from redis import exceptions as vendor
from redis.asyncio import BlockingConnectionPool, Redis, UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.backends.gates.connecting import INSIDE
from bot.backends.gates.redis import gated
from bot.egress import Gate
from bot.errors import AssistantError, BadSetting, DiskFull, HistoryUnavailable, LeavesTheNetwork

logger = logging.getLogger(__name__)

DEADLINE_S = 2.5
"""One call's whole time, connecting and one retry included: people hear about a dead server within 3 s."""
CONNECTIONS = 32

Result = TypeVar("Result")
Command = Callable[[Redis], Awaitable[Result]]
Revive = Callable[[], Awaitable[None]]


class Fault(StrEnum):
    """Why the history can't be used: the `reason` of a `HistoryUnavailable`, worded in `errors.ftl`."""

    REFUSED = "refused"
    UNKNOWN_HOST = "unknown-host"
    OUTSIDE = "outside"
    TIMEOUT = "timeout"
    LOST = "lost"
    TLS = "tls"
    AUTHENTICATION = "authentication"
    LOADING = "loading"
    READ_ONLY = "read-only"
    MEMORY_FULL = "memory-full"
    DISK = "disk"
    NOT_REDIS = "not-redis"
    DAMAGED = "damaged"
    NOT_STARTED = "not-started"
    NOT_WRITABLE = "not-writable"
    NOT_PRIVATE = "not-private"


class RedisConnection:
    """One server as the stores talk to it: every call has a deadline and fails with an `AssistantError` only.

    `where` names the server in sentences, without credentials. `revive` gets a lost server back: it is awaited once,
    then the call is made again, so calls must bear being made twice. `folder` is where an owned server keeps its data.
    """

    def __init__(self, client: Redis, *, where: str, revive: Revive | None = None, folder: Path | None = None) -> None:
        self.where = where
        self._client = client
        self._revive = revive
        self._folder = folder

    async def run(self, command: Command[Result]) -> Result:
        """Await `command` with the client; `HistoryUnavailable` or `DiskFull` when the server can't do it."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await self._with_revival(command)
        except (vendor.RedisError, OSError) as error:
            # The vendor's messages quote the failed command, chat text and all: they must not reach a traceback.
            raise self._in_our_words(error) from None

    async def ping(self) -> None:
        """Return when the server answers; otherwise fail as `run` does."""
        await self.run(_ping)

    async def version(self) -> str:
        """The server's kind and version, such as `Valkey 9.1.2` or `Redis 7.4.1`."""
        facts = await self.run(_server_facts)
        if "valkey_version" in facts:
            return f"Valkey {facts['valkey_version']}"
        return f"Redis {facts.get('redis_version', '?')}"

    async def persists(self) -> bool | None:
        """Whether the append-only file is on, so that every write is on disk soon; None when it doesn't tell."""
        facts = await self.run(_persistence_facts)
        told = facts.get("aof_enabled")
        return None if told is None else bool(told)

    async def _with_revival(self, command: Command[Result]) -> Result:
        try:
            return await command(self._client)
        except vendor.ConnectionError as error:
            if self._revive is None or isinstance(error, vendor.BusyLoadingError):
                raise
            logger.warning("%s: connection lost (%s), bringing the server back", self.where, type(error).__name__)
        await self._revive()
        return await command(self._client)

    def _in_our_words(self, error: Exception) -> AssistantError:
        if self._folder and _says_disk_full(error):
            return disk_full(self._folder)
        return HistoryUnavailable(where=self.where, reason=_reason(error))


@asynccontextmanager
async def open_redis(url: str, *, required: bool = False, gate: Gate = INSIDE) -> AsyncIterator[RedisConnection]:
    """Connect to the server at `url` (`redis://`, `rediss://` or `unix://`), and close everything at the end.

    `gate` permits the addresses that are connected to. The server is pinged on entry. When it doesn't answer,
    `required` raises `HistoryUnavailable`; without it the fault is logged and the connection handed out all the same:
    each call fails by itself until the server is back. Raises `BadSetting` when `url` can't be understood.
    """
    pool = _pool_of(url, gate)
    async with _closing(Redis.from_pool(pool)) as client:
        connection = RedisConnection(client, where=_where(pool))
        await greet(connection.ping(), required=required)
        yield connection


@asynccontextmanager
async def open_socket(
    path: Path, *, where: str, revive: Revive | None = None, folder: Path | None = None
) -> AsyncIterator[RedisConnection]:
    """Connect to the server behind the unix socket `path`; nothing is sent on entry."""
    pool = BlockingConnectionPool(connection_class=UnixDomainSocketConnection, path=str(path), **_options())
    async with _closing(Redis.from_pool(pool)) as client:
        yield RedisConnection(client, where=where, revive=revive, folder=folder)


async def greet(first_contact: Awaitable[None], *, required: bool) -> None:
    """Await the first contact with a server; its fault is raised when `required`, otherwise logged."""
    try:
        await first_contact
    except AssistantError as error:
        if required:
            raise
        logger.warning("starting without the history: %s", error)


def disk_full(folder: Path) -> DiskFull:
    """The fault of a full disk under `folder`; what would be needed isn't known."""
    there = next(place for place in (folder, *folder.parents) if place.exists())  # it may be that it can't be created
    return DiskFull(path=str(folder), needed=0, free=shutil.disk_usage(there).free / 1e9)


@asynccontextmanager
async def _closing(client: Redis) -> AsyncIterator[Redis]:
    try:
        yield client
    finally:
        await client.aclose()


def _options() -> dict[str, Any]:
    """No `socket_timeout`: the deadline round each call covers it, and costs nothing per command."""
    retry = Retry(NoBackoff(), 1, supported_errors=(vendor.ConnectionError,))
    return {
        "max_connections": CONNECTIONS,
        "timeout": DEADLINE_S,
        "protocol": 2,
        "retry": retry,
        "socket_timeout": None,
        "socket_connect_timeout": DEADLINE_S,
    }


def _pool_of(url: str, gate: Gate) -> BlockingConnectionPool:
    try:
        pool = gated(BlockingConnectionPool.from_url(url, **_options()), gate)
        pool.make_connection()  # type: ignore[no-untyped-call]  # the options behind '?' are looked at only here
    except (ValueError, TypeError):
        # The vendor's message may quote parts of the password.
        raise BadSetting(name="SOVA_REDIS_URL", reason="not a redis://, rediss:// or unix:// address") from None
    return pool


def _where(pool: BlockingConnectionPool) -> str:
    options = pool.connection_kwargs
    if "path" in options:
        return str(options["path"])
    return f"{options.get('host', 'localhost')}:{options.get('port', 6379)}/{options.get('db', 0)}"


async def _ping(client: Redis) -> None:
    await client.execute_command("PING")  # type: ignore[no-untyped-call]


async def _server_facts(client: Redis) -> dict[str, object]:
    return dict(await client.info("server"))


async def _persistence_facts(client: Redis) -> dict[str, object]:
    return dict(await client.info("persistence"))


def _reason(error: BaseException) -> str:
    if isinstance(error.__cause__, LeavesTheNetwork):
        return Fault.OUTSIDE
    if type(error) is vendor.ConnectionError and isinstance(error.__cause__, vendor.RedisError):
        return _reason(error.__cause__)  # refused at the handshake, and wrapped as if the network had failed
    for kinds, fault in _FAULTS:
        if isinstance(error, kinds):
            return fault
    if isinstance(error, vendor.ConnectionError):
        return _reason_of_loss(error.__context__)
    code = getattr(error, "status_code", None) or _reply(error).partition(" ")[0]
    return Fault.DISK if code == "MISCONF" else code


def _reason_of_loss(cause: BaseException | None) -> Fault:
    match cause:
        case socket.gaierror():
            return Fault.UNKNOWN_HOST
        case ssl.SSLError():
            return Fault.TLS
        case ConnectionRefusedError() | FileNotFoundError():
            return Fault.REFUSED
        case _:
            return Fault.LOST


_FAULTS: tuple[tuple[tuple[type[Exception], ...], Fault], ...] = (
    ((TimeoutError, vendor.TimeoutError), Fault.TIMEOUT),
    ((vendor.BusyLoadingError,), Fault.LOADING),
    ((vendor.AuthenticationError, vendor.AuthorizationError, vendor.NoPermissionError), Fault.AUTHENTICATION),
    ((vendor.AuthenticationWrongNumberOfArgsError,), Fault.AUTHENTICATION),
    ((vendor.ReadOnlyError,), Fault.READ_ONLY),
    ((vendor.OutOfMemoryError,), Fault.MEMORY_FULL),
    ((vendor.InvalidResponse,), Fault.NOT_REDIS),
)


def _reply(error: BaseException) -> str:
    """The server's own words; in a pipeline the vendor puts the command before them and a tuple round them."""
    return str(error).rpartition("caused error: ")[2].lstrip("('\"")


def _says_disk_full(error: Exception) -> bool:
    reply = _reply(error)
    return reply.startswith("MISCONF") and os.strerror(errno.ENOSPC) in reply
