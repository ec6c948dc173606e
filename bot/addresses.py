"""Owns network addresses: reading the URLs of services, and telling what lies inside the site's network. Pure."""

import re
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address


class Reach(StrEnum):
    """How far away an address is."""

    MACHINE = "machine"
    SITE = "site"
    OUTSIDE = "outside"


_PORTS = {"http": 80, "https": 443}
_OLLAMA_PORT = 11434
_ASKED_INSTEAD = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # a server listens there, nobody can be asked there

_MACHINE = tuple(map(IPv4Network, ("127.0.0.0/8", "0.0.0.0/32"))), tuple(map(IPv6Network, ("::1/128", "::/128")))
_SITE = (
    tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"))),
    tuple(map(IPv6Network, ("fc00::/7", "fe80::/10"))),
)
_NAT64 = IPv6Network("64:ff9b::/96")


def reach_of(address: Address) -> Reach:
    """How far away `address` is: this machine, the site (private, RFC 1918 and 4193, or link-local), or outside.

    IPv4 inside IPv6 counts as what it stands for: mapped (RFC 4291) and by the well-known NAT64 prefix (RFC 6052).
    Anything else that may be translated or tunnelled somewhere (6to4, Teredo, a site's own NAT64 prefix), and the
    carriers' 100.64.0.0/10, is outside: it can't be told from here where that ends. Python's own `is_private` counts
    some of these as private.
    """
    plain = _unwrapped(address)
    if _is_in(plain, _MACHINE):
        return Reach.MACHINE
    return Reach.SITE if _is_in(plain, _SITE) else Reach.OUTSIDE


def literal(host: str) -> Address | None:
    """The address that `host` is, None when it is a name."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def web_address(url: str) -> SplitResult:
    """The parts of an `http` or `https` address. A `ValueError` when it is none; a password in it isn't quoted."""
    fault = "it is not an http:// or https:// address"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(fault) from None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0 or re.search(r"\s", url):
        raise ValueError(fault)
    return parts


def ollama_url(value: str) -> str:
    """Ollama's address from what may stand in `OLLAMA_HOST`; a `ValueError` when it can't be one.

    A bare host will do, with or without a port: 11434 by default, with a scheme the scheme's own, as in Ollama's
    `envconfig.Host`. An address for listening everywhere is asked on this machine.
    """
    scheme, _, rest = value.rpartition("://")
    place, slash, path = rest.partition("/")
    credentials, at, host = place.rpartition("@")
    parts = web_address(f"{scheme or 'http'}://{credentials}{at}{_bracketed(host)}")
    name = parts.hostname or ""
    name = _bracketed(_ASKED_INSTEAD.get(name, name))
    port = parts.port or (_PORTS[parts.scheme] if scheme else _OLLAMA_PORT)
    return f"{parts.scheme}://{credentials}{at}{name}:{port}" + (slash + path if path else "")


def _bracketed(host: str) -> str:
    """An IPv6 address stands in brackets; no host before a port means this machine."""
    if host.startswith(":") and host.count(":") == 1:
        return f"127.0.0.1{host}"
    return f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host


def _unwrapped(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else address


def _is_in(address: Address, networks: tuple[tuple[IPv4Network, ...], tuple[IPv6Network, ...]]) -> bool:
    old, new = networks
    if isinstance(address, IPv4Address):
        return any(address in network for network in old)
    return any(address in network for network in new)
