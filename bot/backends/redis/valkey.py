"""Owns the default history server: a Valkey as our own child, shared by every Sova on the same state folder.

It answers on a unix socket only. Whoever comes first starts it, whoever leaves last stops it, and a program that dies
leaves it running for the next. Three locks keep that straight, and all end with their holders: `starting.lock` for
whoever starts or stops the server, `users.lock` shared by the programs, `server.lock` inherited by the server itself.
"""

import asyncio
import errno
import logging
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import Enum, auto
from pathlib import Path

from bot.backends.redis.connection import Fault, RedisConnection, disk_full, greet, open_socket
from bot.backends.redis.valkey_process import (
    Process,
    ServerFiles,
    files_in,
    find_server,
    holder,
    is_gone,
    prepare_folder,
    prepare_socket,
    spawn,
    why_it_ended,
)
from bot.errors import AssistantError, HistoryNotHere, HistoryUnavailable
from bot.file_locks import FileLock

logger = logging.getLogger(__name__)

WHERE = "embedded"
SILENCE_S = 10.0
"""How long a server may start without a word. One that says it is loading is waited for; calls have their deadline."""
STOP_S = 15.0
ANSWER_S = 1.0
POLL_S = 0.01
NO_SOCKET_S = 2.0
"""A server binds its socket before anything else; one without it for this long lost it to someone's tidying."""


@asynccontextmanager
async def open_valkey(state_dir: Path, *, required: bool = False) -> AsyncIterator[RedisConnection]:
    """Connect to the embedded server with its data in `state_dir/history`, started when there is none.

    A server that can't be started raises `HistoryUnavailable` or `DiskFull` when `required`; without it the fault is
    logged and the connection handed out all the same: each call tries to start it again. A server that dies is started
    by the next call. Raises `HistoryNotHere` where there is no embedded server (Windows).
    """
    program = find_server()
    if program is None:
        raise HistoryNotHere
    server = OwnedValkey(files_in(state_dir / "history"), program=program)
    try:
        await greet(server.ensure(), required=required)
        folder = server.files.folder
        async with open_socket(server.files.socket, where=WHERE, revive=server.ensure, folder=folder) as connection:
            yield connection
    finally:
        await server.leave()


class OwnedValkey:
    """One program's share in the embedded server."""

    def __init__(self, files: ServerFiles, *, program: Path) -> None:
        self.files = files
        self._program = program
        self._users: FileLock | None = None
        self._turnstile = asyncio.Lock()

    async def ensure(self) -> None:
        """Return when a server answers, the one that runs or a new one; `HistoryUnavailable` or `DiskFull` if none."""
        try:
            prepare_folder(self.files)
            async with asyncio.timeout(SILENCE_S) as patience, self._alone():
                prepare_socket(self.files)
                self._join()
                await self._until_it_answers(patience)
        except TimeoutError:
            raise HistoryUnavailable(where=WHERE, reason=Fault.TIMEOUT) from None
        except OSError as error:
            raise self._unusable(error) from error

    async def leave(self) -> None:
        """Stop the server if nobody else uses it. Never raises: at worst the server goes on, for the next program."""
        if self._users is None:
            return
        try:
            async with asyncio.timeout(STOP_S), self._alone():
                if self._users.seize():
                    await self._stop_unless_it_cannot_write()
        except OSError as error:
            logger.warning("the embedded history server was left running: %s", type(error).__name__)
        finally:
            self._users.close()
            self._users = None

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """One start or stop at a time, among our tasks and among all programs."""
        async with self._turnstile:
            with FileLock(self.files.starting_lock) as lock:
                while not lock.seize():  # noqa: ASYNC110  # other processes set no event of ours
                    await asyncio.sleep(POLL_S)
                yield

    def _join(self) -> None:
        """Never refused: `users.lock` is seized only under the starting lock, which is ours now."""
        if self._users is None:
            self._users = FileLock(self.files.users_lock)
            self._users.share()

    async def _until_it_answers(self, patience: asyncio.Timeout) -> None:
        clock = asyncio.get_running_loop().time
        process: Process | None = None
        no_socket_after = clock() + NO_SOCKET_S
        while (answer := await _ask(self.files.socket)) in {_Answer.NONE, _Answer.LOADING}:
            if answer is _Answer.LOADING:
                patience.reschedule(clock() + SILENCE_S)
            elif process is None:
                process = await asyncio.to_thread(spawn, self._program, self.files)
            elif process.returncode is not None:
                raise why_it_ended(self.files)
            if process is None and clock() > no_socket_after:
                self._end_unreachable()
                no_socket_after = clock() + NO_SOCKET_S
            await asyncio.sleep(POLL_S)

    def _end_unreachable(self) -> None:
        """End a server whose socket file is gone: nobody can reach it. It writes everything down before it ends."""
        pid = holder(self.files)
        if pid is not None and not self.files.socket.exists():
            logger.warning("the embedded history server lost its socket, ending process %d", pid)
            os.kill(pid, signal.SIGTERM)

    async def _stop_unless_it_cannot_write(self) -> None:
        """A server with a full disk holds turns in memory alone, and writes them down once there is room again."""
        if await _ask(self.files.socket) is _Answer.UNABLE:
            logger.warning("the embedded history server can't write to its disk; left running, so that nothing is lost")
            return
        await self._stop()

    async def _stop(self) -> None:
        refusal = b""
        with suppress(OSError):
            refusal = await _say(self.files.socket, b"SHUTDOWN\r\n")
        if refusal:
            logger.warning("the embedded history server refused to stop; left running")
            return
        while not is_gone(self.files):  # noqa: ASYNC110  # nor does the server
            await asyncio.sleep(POLL_S)
        if self.files.socket.parent != self.files.folder:
            with suppress(OSError):
                self.files.socket.parent.rmdir()

    def _unusable(self, error: OSError) -> AssistantError:
        if error.errno == errno.ENOSPC:
            return disk_full(self.files.folder)
        return HistoryUnavailable(where=str(self.files.folder), reason=Fault.NOT_WRITABLE)


class _Answer(Enum):
    READY = auto()
    UNABLE = auto()
    LOADING = auto()
    NONE = auto()


async def _ask(socket: Path) -> _Answer:
    """Ping: a server that can't write to its disk says so here too."""
    try:
        async with asyncio.timeout(ANSWER_S):
            line = await _say(socket, b"PING\r\n")
    except OSError:
        return _Answer.NONE
    if line.startswith(b"-"):
        return _Answer.LOADING if line.startswith(b"-LOADING") else _Answer.UNABLE
    return _Answer.READY if line else _Answer.NONE


async def _say(socket: Path, command: bytes) -> bytes:
    """One line in answer; empty when the server closed the connection instead."""
    reader, writer = await asyncio.open_unix_connection(socket)
    try:
        writer.write(command)
        return await reader.readline()
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
