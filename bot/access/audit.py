"""Owns the audit log: who used which administrators' command, as lines of JSON in a file that only grows.

    {"v":1,"at":"2026-01-05T09:30:00.000+00:00","author":"U1","platform":"slack","workspace":"T1","channel":"C1",
     "thread":"","command":"knowledge","parameters":{"action":"reindex"},"permission":"reindex","allowed":true}

At `max_bytes` the file is turned over: `audit.jsonl` becomes `audit.jsonl.1`, and so on up to `kept` old ones. What
could not be written is counted, and the first line that can be written again tells how many are missing:

    {"v":1,"at":"…","missed":2}
"""

import asyncio
import errno
import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.file_locks import FileLock
from bot.ports import AuditEntry

logger = logging.getLogger(__name__)

AUDIT_FILE = "audit.jsonl"
"""Its name in the state folder."""
VERSION = 1
MOST_CHARACTERS = 200
"""Of each parameter: names of models and people are shorter, and a text typed by mistake isn't kept whole."""
_ROOM_BYTES = 100_000
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)


class AuditFile:
    """The `AuditLog` in a file of mode 0600. Several processes may write into it, each line in one write."""

    def __init__(
        self, path: Path, *, max_bytes: int = 5_000_000, kept: int = 9, now: Callable[[], float] = time.time
    ) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._kept = kept
        self._now = now
        self._missed = 0
        self._lock = threading.Lock()

    async def record(self, entry: AuditEntry) -> None:
        """Append `entry` and see it on the disk. What can't be written is logged, and counted for the next line."""
        await asyncio.to_thread(self._record, entry)

    def _record(self, entry: AuditEntry) -> None:
        with self._lock:
            try:
                self._append(self._gap() + _line(_plain(entry)))
                self._missed = 0
            except OSError as error:
                self._missed += 1
                logger.error("%d lines are missing in the audit log %s: %s", self._missed, self._path, _code(error))  # noqa: TRY400

    def _gap(self) -> bytes:
        """What tells of lines that are missing; it begins anew, for the last of them may have been written in part."""
        if not self._missed:
            return b""
        return b"\n" + _line({"v": VERSION, "at": _moment(self._now()), "missed": self._missed})

    def _append(self, data: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._is_full(len(data)):
            with FileLock(self._path.with_suffix(".lock")) as lock:
                if lock.seize() and self._is_full(len(data)):  # otherwise another process is turning it over
                    self._turn_over()
        file = os.open(self._path, _APPEND, 0o600)
        try:
            if os.write(file, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file)
        finally:
            os.close(file)

    def _is_full(self, more: int) -> bool:
        try:
            return self._path.stat().st_size + more > self._max_bytes
        except FileNotFoundError:
            return False

    def _turn_over(self) -> None:
        for number in range(self._kept, 0, -1):
            older, newer = _turned(self._path, number), _turned(self._path, number - 1)
            if newer.exists():
                newer.replace(older)


@dataclass(frozen=True, slots=True)
class AuditStanding:
    """How the audit log stands: its lines, those that are known to be missing, and why none can be written now.

    `trouble` is the name of an `errno` value such as `ENOSPC`, empty when all is well.
    """

    lines: int
    missed: int
    trouble: str


def examine_audit(path: Path) -> AuditStanding:
    """Look at the audit log in `path` without changing it. Blocks."""
    try:
        records = list(_records(path))
    except OSError as error:
        return AuditStanding(0, 0, _code(error))
    missed = sum(count for record in records if isinstance(count := record.get("missed"), int))
    return AuditStanding(len(records), missed, _trouble(path))


def _trouble(path: Path) -> str:
    if path.exists() and not os.access(path, os.W_OK):
        return "EACCES"
    nearest = next(folder for folder in path.absolute().parents if folder.exists())
    return "ENOSPC" if shutil.disk_usage(nearest).free < _ROOM_BYTES else ""


def _records(path: Path) -> Iterator[Mapping[str, object]]:
    """The readable lines of the file that grows now."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record


def _code(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, type(error).__name__)


def _turned(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}") if number else path


def _plain(entry: AuditEntry) -> Mapping[str, object]:
    place = entry.conversation
    return {
        "v": VERSION,
        "at": _moment(entry.at),
        "author": entry.author,
        "platform": place.platform,
        "workspace": place.workspace,
        "channel": place.channel,
        "thread": place.thread,
        "command": entry.command,
        "parameters": {name: value[:MOST_CHARACTERS] for name, value in entry.parameters.items()},
        "permission": entry.permission,
        "allowed": entry.allowed,
    }


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def _line(record: Mapping[str, object]) -> bytes:
    """ASCII, so that every text, lone surrogates included, is one line."""
    return json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"
