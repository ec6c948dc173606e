"""Owns the way of `httpx2` clients to the network: connections to addresses that the gate permits, and to no other."""

import asyncio
from collections.abc import Iterable
from typing import Any

import httpcore2
import httpx2

from bot.backends.gates.connecting import first_to_answer
from bot.egress import Gate

_FAULTS = (httpcore2.ConnectError, httpcore2.ConnectTimeout)


def gated_transport(gate: Gate, *, limits: httpx2.Limits) -> httpx2.AsyncHTTPTransport:
    """A transport that asks `gate` for each connection; `LeavesTheNetwork` comes out of the request that is refused.

    It knows no proxy and reads nothing from the environment.
    """
    transport = httpx2.AsyncHTTPTransport(trust_env=False, limits=limits)
    # httpx takes no network of one's own, the pool under it does; tests notice should these names ever change
    transport._pool._network_backend = _GatedNetwork(gate)  # noqa: SLF001
    return transport


class _GatedNetwork(httpcore2.AsyncNetworkBackend):
    """Looks a name up once, and connects to what was found and permitted."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the library's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        async def connect(address: str, seconds: float | None) -> httpcore2.AsyncNetworkStream:
            return await self._network.connect_tcp(address, port, seconds, local_address, socket_options)

        addresses = await self._permitted(host, timeout)
        return await first_to_answer(addresses, connect, seconds=timeout, faults=_FAULTS)

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)

    async def _permitted(self, host: str, seconds: float | None) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(seconds):
                return await self._gate.addresses(host)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(f"{host} was not looked up in time") from error
        except OSError as error:
            raise httpcore2.ConnectError(str(error)) from error
