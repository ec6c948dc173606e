"""Owns the egress policy: questions and answers go to hosts inside the site's network, or to those the operator lists.

What is inside is decided by addresses, not by names, and a host with several addresses is as far away as its farthest.
A name may lead elsewhere tomorrow, so it is decided at the start and again before each connection (`Gate`).
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.addresses import Reach, literal, reach_of
from bot.errors import LeavesTheNetwork

logger = logging.getLogger(__name__)

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""Gives the addresses of a host name; raises `OSError` when it has none."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A host that Sova talks to, and the setting that names it."""

    setting: str
    host: str


@dataclass(frozen=True, slots=True)
class Gate:
    """What each client asks for the addresses that it may connect to, before every connection.

    `setting` names the host; `allowed` are the hosts that the operator listed. A client must connect to one of the
    addresses that it was given, and not look the name up again.
    """

    setting: str
    allowed: frozenset[str]
    resolve: Resolve

    async def addresses(self, host: str) -> tuple[str, ...]:
        """The addresses of `host` at this moment, in the resolver's order.

        Raises `LeavesTheNetwork` when one lies outside and the operator didn't list the host, `OSError` when there is
        none.
        """
        found = (host,) if literal(host) else tuple(await self.resolve(host))
        if not found:
            raise OSError(f"{host} has no address")
        address, reach = farthest(found)
        if reach is Reach.OUTSIDE and host not in self.allowed:
            raise LeavesTheNetwork(name=self.setting, host=host, address=address)
        return found


def peer_of(setting: str, url: str) -> Peer | None:
    """The host that `setting` names; None where it names none (a unix socket) or can't be read."""
    host = host_of(url)
    return Peer(setting, host) if host else None


async def demand_inside(peer: Peer | None, *, allowed: frozenset[str], resolve: Resolve) -> None:
    """Raise `LeavesTheNetwork` when an address of `peer` lies outside, unless the operator listed the host.

    A host without an address passes: nothing can be sent there, and who tries will be told.
    """
    if peer is None:
        return
    try:
        await Gate(peer.setting, allowed, resolve).addresses(peer.host)
    except OSError as error:
        logger.info("%s can't be resolved: %s", peer.host, error)


def host_of(url: str) -> str:
    """The host in `url`, empty when there is none (a unix socket) or it can't be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def place_of(url: str) -> str:
    """The host and port in `url`, without the password that may stand there."""
    return urlsplit(url).netloc.rpartition("@")[2]


async def addresses_of(host: str, resolve: Resolve) -> tuple[str, ...]:
    """The addresses of `host`, which may be one itself; none when its name is unknown."""
    if literal(host):
        return (host,)
    try:
        return tuple(await resolve(host))
    except OSError as error:
        logger.info("%s can't be resolved: %s", host, error)
        return ()


def farthest(addresses: tuple[str, ...]) -> tuple[str, Reach]:
    """The address that is farthest away, and how far; what can't be read counts as outside."""
    order = list(Reach)
    known = [(address, literal(address)) for address in addresses]
    reaches = [(address, reach_of(plain) if plain else Reach.OUTSIDE) for address, plain in known]
    return max(reaches, key=lambda pair: order.index(pair[1]))
