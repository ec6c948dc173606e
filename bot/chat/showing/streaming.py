"""Owns an answer on its way to people: what comes is gathered, and shown as often as the pace allows.

The first words are shown at once and so are the last, whatever was shown just before them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Protocol, assert_never

from bot.chat.showing.pacing import Pace, Seen, monotonic
from bot.errors import AssistantError
from bot.messages import Progress, Reply, ReplyDelta
from bot.service.platforms import Told


class Screen(Protocol):
    """Where an answer is shown, as far as streaming goes."""

    def wait(self) -> float:
        """In how many seconds the next change may be made."""
        ...

    def add(self, delta: ReplyDelta) -> bool:
        """Take a piece of the answer in; whether there is anything of it to be shown now."""
        ...

    async def growing(self) -> None:
        """Show what there is of the answer so far."""
        ...

    async def waiting(self, progress: Progress) -> None:
        """Show what the answer is waiting for."""
        ...

    async def ended(self, end: Reply | AssistantError) -> None:
        """Show the whole answer, or what there is of it and why there is no more."""
        ...


class Streaming:
    """One answer. `clock` gives seconds."""

    def __init__(self, screen: Screen, *, pace: Pace, clock: Callable[[], float] = monotonic) -> None:
        self._screen = screen
        self._pace = pace
        self._clock = clock
        self._seen = Seen()
        self._news = asyncio.Event()
        self._progress: Progress | None = None
        self._end: Reply | AssistantError | None = None

    async def run(self, told: AsyncIterator[Told]) -> None:
        """Show everything; raises what showing it raises, and then nobody listens to the answer any more."""
        reading = asyncio.create_task(self._read(told))
        try:
            await self._show_until_its_end(reading)
        finally:
            reading.cancel()
            await asyncio.wait({reading})
        if not reading.cancelled():
            reading.result()
        if self._end is not None:
            await self._screen.ended(self._end)
        elif self._seen.has_news:  # whoever goes on with the answer begins with what there is
            await self._screen.growing()

    async def _read(self, told: AsyncIterator[Told]) -> None:
        try:
            async for event in told:
                self._take(event)
        finally:
            self._news.set()

    def _take(self, event: Told) -> None:
        match event:
            case Progress():
                self._progress = event
                self._seen.state_at = self._clock()
            case ReplyDelta():
                self._seen.has_news = self._screen.add(event) or self._seen.has_news
            case Reply() | AssistantError():
                self._end = event
            case _:
                assert_never(event)
        self._news.set()

    async def _show_until_its_end(self, reading: asyncio.Task[None]) -> None:
        while not reading.done() and self._end is None:
            self._news.clear()
            delay = self._seen.delay(self._pace, now=self._clock(), budget=self._screen.wait())
            if delay == 0:
                await self._show()
            else:
                await self._until_news(delay)

    async def _show(self) -> None:
        if self._seen.has_news:
            self._seen.has_news, self._seen.shown_at = False, self._clock()
            await self._screen.growing()
        elif self._progress:
            self._seen.state_at = None
            await self._screen.waiting(self._progress)

    async def _until_news(self, delay: float | None) -> None:
        """Wait until something comes, or for `delay` seconds; None: however long it takes."""
        try:
            async with asyncio.timeout(delay):
                await self._news.wait()
        except TimeoutError:
            return
