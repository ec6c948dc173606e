"""Owns what the clients share that may connect to permitted addresses only: who permits, and trying one by one."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from bot.backends.hubs.name_resolution import resolve
from bot.egress import Gate

Stream = TypeVar("Stream")

INSIDE = Gate(setting="", allowed=frozenset(), resolve=resolve)
"""Permits what lies inside the network and nothing else: for clients that are given no gate of their own."""


async def first_to_answer(
    addresses: Sequence[str],
    connect: Callable[[str, float | None], Awaitable[Stream]],
    *,
    seconds: float | None,
    faults: tuple[type[Exception], ...],
) -> Stream:
    """Connect to the first of `addresses` that answers, and raise the last one's fault when none does.

    `connect` is given an address and how long it may take: each has its share of `seconds`.
    """
    share = None if seconds is None else seconds / len(addresses)
    for address in addresses[:-1]:
        with suppress(*faults):
            return await connect(address, share)
    return await connect(addresses[-1], share)
