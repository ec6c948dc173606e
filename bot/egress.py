"""Owns the egress policy: questions and answers go to hosts inside the site's network, or to those the operator lists.

What is inside is decided by addresses, not by names, and a host with several addresses is as far away as its farthest.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.addresses import Reach, literal, reach_of
from bot.errors import LeavesTheNetwork
from bot.settings import Settings

logger = logging.getLogger(__name__)

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""Gives the addresses of a host name; raises `OSError` when it has none."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A host that Sova talks to, and the setting that names it."""

    setting: str
    host: str


def peer_of(setting: str, url: str) -> Peer | None:
    """The host that `setting` names; None where it names none (a unix socket) or can't be read."""
    host = host_of(url)
    return Peer(setting, host) if host else None


def peers(settings: Settings) -> tuple[Peer, ...]:
    """The hosts that questions, answers and documents are sent to; those of engines that aren't used are left out."""
    urls = {"SOVA_REDIS_URL": settings.redis_url.get_secret_value() if settings.redis_url else ""}
    if settings.qdrant_url:
        urls["SOVA_QDRANT_URL"] = settings.qdrant_url
    if settings.engine in {"auto", "ollama"}:
        urls["SOVA_OLLAMA_URL"] = settings.ollama_url
    if settings.engine == "openai":
        urls["SOVA_OPENAI_BASE_URL"] = settings.openai_base_url
    found = (peer_of(setting, url) for setting, url in urls.items())
    return tuple(peer for peer in found if peer)


async def demand_inside(peer: Peer | None, *, allowed: frozenset[str], resolve: Resolve) -> None:
    """Raise `LeavesTheNetwork` when an address of `peer` lies outside, unless the operator listed the host.

    A host without an address passes: nothing can be sent there, and who tries will be told.
    """
    if peer is None or peer.host in allowed:
        return
    addresses = await addresses_of(peer.host, resolve)
    if not addresses:
        return
    address, reach = farthest(addresses)
    if reach is Reach.OUTSIDE:
        raise LeavesTheNetwork(name=peer.setting, host=peer.host, address=address)


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
