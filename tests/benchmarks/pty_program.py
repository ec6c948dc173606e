"""Owns a program on a terminal of its own: what it shows, what is typed, and when it ended."""

import asyncio
import os
import pty
import termios
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Self

_ROWS, _COLUMNS = 40, 120


class PtyProgram:
    """A running program; made by `run`."""

    def __init__(self, process: Process, terminal: int) -> None:
        self._process = process
        self._terminal = terminal
        self._shown = b""
        self._more = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def run(cls, command: Sequence[str], *, environment: Mapping[str, str]) -> AsyncIterator[Self]:
        """Start `command`; it is killed at the end if it still runs."""
        terminal, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (_ROWS, _COLUMNS))
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=theirs, stdout=theirs, stderr=theirs, env=dict(environment), start_new_session=True
            )
        finally:
            os.close(theirs)
        program = cls(process, terminal)
        asyncio.get_running_loop().add_reader(terminal, program._read)
        try:
            yield program
        finally:
            asyncio.get_running_loop().remove_reader(terminal)
            if process.returncode is None:
                process.kill()
            await process.wait()
            os.close(terminal)

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._process.pid

    async def shows(self, text: str) -> None:
        """Return once `text` has been written after whatever was waited for before; `RuntimeError` if it ends first."""
        wanted = text.encode()
        while (at := self._shown.find(wanted)) < 0:
            if self._process.returncode is not None:
                raise RuntimeError(f"the program ended without showing {text!r}")
            self._more.clear()
            await self._more.wait()
        self._shown = self._shown[at + len(wanted) :]

    def types(self, text: str) -> None:
        """Type `text`."""
        os.write(self._terminal, text.encode())

    async def ended(self) -> int:
        """Wait for the program's end; its exit status."""
        return await self._process.wait()

    def _read(self) -> None:
        try:
            self._shown += os.read(self._terminal, 65_536)
        except OSError:  # the other end is closed
            asyncio.get_running_loop().remove_reader(self._terminal)
        self._more.set()
