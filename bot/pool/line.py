"""Owns the seats at several hosts: as many on each as it answers at once, and the line of those who wait for one."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.pool.choice import Load, Wish, seatings


@dataclass(eq=False, slots=True)
class _Waiting:
    """Somebody in the line; `seat` becomes the host to go to, None when no host is left to wait for."""

    key: str
    usable: Callable[[], Collection[str]]
    seat: asyncio.Future[str | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Line:
    """Seats at hosts. `parallel` is how many each has, by its name."""

    def __init__(self, parallel: Mapping[str, int]) -> None:
        self._parallel = parallel
        self._running: Counter[str] = Counter()
        self._waiting: list[_Waiting] = []

    def running(self, host: str) -> int:
        """How many are seated there."""
        return self._running[host]

    @asynccontextmanager
    async def seat(self, key: str, usable: Callable[[], Collection[str]]) -> AsyncIterator[str | None]:
        """Wait for a seat at one of the `usable` hosts and hold it through the block.

        `usable` is asked whenever somebody may go; when it has no host left, there is none to wait for: None.
        """
        host = await self._wait(_Waiting(key, usable))
        try:
            yield host
        finally:
            self._leave(host)

    def arrange(self) -> None:
        """Let everybody go who can now: call it when there is another host, or one less."""
        waiting = [(one, frozenset(one.usable())) for one in self._waiting if not one.seat.cancelled()]
        loads = {host: Load(parallel, self._running[host]) for host, parallel in self._parallel.items()}
        seated = seatings([Wish(one.key, hosts) for one, hosts in waiting], loads)
        for at, (one, hosts) in enumerate(waiting):
            if at in seated:
                self._running[seated[at]] += 1
                self._go(one, seated[at])
            elif not hosts:
                self._go(one, None)

    def _go(self, one: _Waiting, host: str | None) -> None:
        self._waiting.remove(one)
        one.seat.set_result(host)

    async def _wait(self, one: _Waiting) -> str | None:
        self._waiting.append(one)
        self.arrange()
        try:
            return await one.seat
        except asyncio.CancelledError:
            if one.seat.cancelled():
                self._waiting.remove(one)
            else:  # the seat was given in the same moment
                self._leave(one.seat.result())
            raise

    def _leave(self, host: str | None) -> None:
        if host is not None:
            self._running[host] -= 1
        self.arrange()
