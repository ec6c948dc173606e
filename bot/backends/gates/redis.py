"""Owns the way of Redis clients to the network: connections to addresses that the gate permits, and to no other."""

import asyncio
from collections.abc import Mapping
from typing import Any

from redis.asyncio import BlockingConnectionPool, Connection, SSLConnection, UnixDomainSocketConnection

from bot.backends.gates.connecting import first_to_answer
from bot.egress import Gate


def gated(pool: BlockingConnectionPool, gate: Gate) -> BlockingConnectionPool:
    """Have each connection of `pool` ask `gate` first; a unix socket stays on this machine and needs no permission.

    A refusal comes as the client's own `ConnectionError`, whose cause is `LeavesTheNetwork`.
    """
    if not issubclass(pool.connection_class, UnixDomainSocketConnection):
        encrypted = issubclass(pool.connection_class, SSLConnection)
        pool.connection_class = _GatedSSLConnection if encrypted else _GatedConnection
        pool.connection_kwargs["gate"] = gate  # only now: what stands behind '?' in the URL replaces options
    return pool


class _GatedConnection(Connection):
    """Looks the host up once, and connects to what was found and permitted."""

    def __init__(self, *, gate: Gate, **options: Any) -> None:  # noqa: ANN401  # the client's own
        super().__init__(**options)
        self._gate = gate
        self._address = ""

    def _connection_arguments(self) -> Mapping[str, Any]:
        """What the client opens its stream with; an encrypted one is still for the host's name."""
        arguments = dict(super()._connection_arguments())
        return arguments | {"host": self._address} | ({"server_hostname": self.host} if "ssl" in arguments else {})

    async def _connect(self) -> None:
        async with asyncio.timeout(self.socket_connect_timeout):
            addresses = await self._gate.addresses(self.host)
        await first_to_answer(addresses, self._connect_to, seconds=self.socket_connect_timeout, faults=(OSError,))

    async def _connect_to(self, address: str, seconds: float | None) -> None:
        self._address = address
        async with asyncio.timeout(seconds):
            await super()._connect()  # type: ignore[no-untyped-call]


class _GatedSSLConnection(_GatedConnection, SSLConnection):
    """The same over TLS."""
