"""Owns the parent's end of the process that draws: starting it with the first chart, asking it, ending it."""

import asyncio
import logging
import pickle
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.backends.charts.calls import SIZE, Failure, Outcome, packed
from bot.errors import ChartFailed
from bot.ports.charts import Chart

logger = logging.getLogger(__name__)

IDLE_SECONDS = 600.0
"""A process that nobody wanted anything of for so long is ended: it holds 80 MB."""
PATIENCE_SECONDS = 30.0
"""For a picture, with the start of the process before it."""
_KEPT_VARIABLES = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "HOME", "USERPROFILE", "LD_LIBRARY_PATH")
_OWN_VARIABLES = {"LANG": "C.UTF-8", "PYTHONUTF8": "1"}


class ChartProcess:
    """`Charts` that are drawn by matplotlib in a process of its own; use it as an async context manager.

    `folder` is where matplotlib keeps what it knows of fonts. Of `environment` only what a program needs to run comes
    along. One picture is drawn after the other. Who no longer waits for one doesn't end it: the next goes faster then.
    """

    def __init__(
        self,
        folder: Path,
        *,
        environment: Mapping[str, str],
        idle_seconds: float = IDLE_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._folder = folder.absolute()
        kept = {name: environment[name] for name in _KEPT_VARIABLES if name in environment}
        self._environment = kept | _OWN_VARIABLES | {"MPLCONFIGDIR": str(self._folder)}
        self._idle_seconds = idle_seconds
        self._patience_seconds = patience_seconds
        self._turn = asyncio.Lock()
        self._closed = False
        self._process: Process | None = None
        self._drawing: asyncio.Task[bytes] | None = None
        self._resting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Nothing is started before there is something to draw."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closed = True
        tasks = {task for task in (self._drawing, self._resting) if task}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._end()

    @property
    def pid(self) -> int | None:
        """The process's id; None while there is none."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def draw(self, *charts: Chart) -> bytes:
        """A PNG image of `charts`; raises `ChartFailed`."""
        async with self._turn:
            if self._drawing and not self._drawing.done():  # nobody waits for it any more
                await asyncio.wait({self._drawing})
            if self._closed:
                raise ChartFailed(reason="closed")
            if self._resting:
                self._resting.cancel()
            self._drawing = asyncio.create_task(self._drawn(charts))
            return await asyncio.shield(self._drawing)

    async def _drawn(self, charts: tuple[Chart, ...]) -> bytes:
        try:
            async with asyncio.timeout(self._patience_seconds):
                outcome = await self._asked_again(charts)
        except (OSError, EOFError, TimeoutError, pickle.UnpicklingError) as error:
            await self._end()
            raise ChartFailed(reason=type(error).__name__) from error
        except BaseException:  # cancelled in the middle: what it says next would be taken for the next picture
            await self._end()
            raise
        self._resting = asyncio.create_task(self._rest())
        if isinstance(outcome, Failure):
            raise ChartFailed(reason=outcome.error)
        return outcome

    async def _asked_again(self, charts: tuple[Chart, ...]) -> Outcome:
        """Ask a second process where the first is gone: somebody ended it, or memory ran out."""
        try:
            return await self._asked(charts)
        except (ConnectionError, EOFError):
            await self._end()
        return await self._asked(charts)

    async def _asked(self, charts: tuple[Chart, ...]) -> Outcome:
        process = await self._running()
        assert process.stdin is not None  # noqa: S101  # as asked for
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(packed(charts))
        await process.stdin.drain()
        (size,) = SIZE.unpack(await process.stdout.readexactly(SIZE.size))
        outcome: Outcome = pickle.loads(await process.stdout.readexactly(size))  # noqa: S301  # from our own child
        return outcome

    async def _running(self) -> Process:
        if self._process and self._process.returncode is None:
            return self._process
        await self._end()
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", "bot.backends.charts.worker"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,  # a warning quotes what is drawn
            cwd=self._folder,  # matplotlib reads the settings that lie where it is started
            env=self._environment,
            start_new_session=True,  # Ctrl-C in the terminal is meant for the answer
        )
        logger.debug("drawing process %d started", self._process.pid)
        return self._process

    async def _rest(self) -> None:
        """End the process when nobody has wanted anything of it for long."""
        await asyncio.sleep(self._idle_seconds)
        async with self._turn:
            await self._end()

    async def _end(self) -> None:
        """End the process, whatever it is doing: it has nothing to lose."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        if process.stdin:
            process.stdin.close()
        await process.wait()
