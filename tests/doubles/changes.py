"""Owns waiting for something to become true, without looking again and again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """Whoever changes the world tells; whoever waits looks again then."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def tell(self) -> None:
        """Something is different now."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, happened: Callable[[], T | None]) -> T:
        """Wait for it, and give what it gave; the caller bounds the time."""
        while not (seen := happened()):
            await self._changed.wait()
        return seen
