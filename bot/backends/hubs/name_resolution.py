"""Owns asking the system's resolver for the addresses of a host name."""

import asyncio
import socket
from collections.abc import Sequence


async def resolve(host: str) -> Sequence[str]:
    """The addresses of `host`, each once, in the resolver's order; `OSError` when it has none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label is empty or too long to be asked for
        raise OSError(f"{host} can't be a host's name") from error
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))
