"""Owns ending a benchmark in the middle: whatever it waits for is given up at once, and what it has is kept."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

Given = TypeVar("Given")


class Stopped(Exception):
    """Somebody said that it is enough."""


class Stop:
    """Says that it is enough, once and for good."""

    def __init__(self) -> None:
        self._said = asyncio.Event()

    def __call__(self) -> None:
        """Say so."""
        self._said.set()

    async def unless(self, work: Coroutine[object, object, Given]) -> Given:
        """What `work` gives; when it is said meanwhile, `work` is cancelled and `Stopped` raised."""
        working = asyncio.create_task(work)
        waiting = asyncio.create_task(self._said.wait())
        try:
            await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                raise Stopped
            return working.result()
        finally:
            working.cancel()
            waiting.cancel()
            await asyncio.gather(working, waiting, return_exceptions=True)  # how `work` ends doesn't matter any more
