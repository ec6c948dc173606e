"""Owns what Ctrl-C and the signals to end do while something runs: they end it in order, and don't kill the program."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from types import FrameType


class Interrupts:
    """Counts how often somebody pressed Ctrl-C; each press is taken once."""

    def __init__(self) -> None:
        self.forget()

    def press(self) -> None:
        """Somebody pressed Ctrl-C."""
        self.pressed = True
        self._presses.release()

    async def taken(self) -> None:
        """Wait for the next press and take it."""
        await self._presses.acquire()

    def forget(self) -> None:
        """Begin to count anew: earlier presses were meant for what is over now."""
        self.pressed = False
        self._presses = asyncio.Semaphore(0)


@contextmanager
def on_signal(number: signal.Signals, callback: Callable[[], object]) -> Iterator[None]:
    """Inside the block, `number` calls `callback` in the running loop. Needs the main thread, on any system."""
    loop = asyncio.get_running_loop()

    def handle(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(callback)

    previous = signal.signal(number, handle)
    try:
        yield
    finally:
        signal.signal(number, previous)


async def leaving_on(codes: Mapping[signal.Signals, int], work: Coroutine[object, object, int]) -> int:
    """Do `work` and return what it returns; a signal in `codes` cancels it and its code is returned instead."""
    working = asyncio.create_task(work)
    left: list[int] = []

    def leave(code: int) -> None:
        left.append(code)
        working.cancel()

    with ExitStack() as handlers:
        for number, code in codes.items():
            handlers.enter_context(on_signal(number, partial(leave, code)))
        try:
            return await working
        except asyncio.CancelledError:
            if not left:
                raise
            return left[0]


async def interruptible(
    work: Coroutine[object, object, None], *, interrupts: Interrupts, stop: Callable[[], Awaitable[bool]]
) -> bool:
    """Do `work`. The first press asks `stop` to end it; where that can't, or on a second press, it is cancelled.

    False when it was cancelled. What `work` or `stop` raises is raised here.
    """
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(_stop_on_press(working, interrupts=interrupts, stop=stop))
    try:
        await asyncio.wait({working})
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.wait({working, stopping})
    for task in (working, stopping):
        if not task.cancelled():
            task.result()
    return not working.cancelled()


async def _stop_on_press(
    working: asyncio.Task[None], *, interrupts: Interrupts, stop: Callable[[], Awaitable[bool]]
) -> None:
    await interrupts.taken()
    stopped = False
    try:
        stopped = await stop()
    finally:
        if not stopped:
            working.cancel()
    await interrupts.taken()
    working.cancel()
