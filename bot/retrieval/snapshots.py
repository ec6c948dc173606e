"""Owns reading a file whole, and noticing when it changes meanwhile."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass

from bot.retrieval.loading import LoadLimits, Reason, RefusedFile

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file's bytes, and when it was changed last, in seconds since the epoch."""

    data: bytes
    modified: float


def snapshot(file: int, limits: LoadLimits, *, read: Callable[[int, int], bytes] = os.read) -> Snapshot:
    """Read the open file to its end; `RefusedFile` when it is none, empty, too large, or changes while it is read.

    Nothing of a file over the bound is read.
    """
    before = os.fstat(file)
    if not stat.S_ISREG(before.st_mode):
        raise RefusedFile(Reason.NOT_A_FILE)
    if before.st_size > limits.file_bytes:
        raise RefusedFile(Reason.TOO_LARGE)
    if before.st_size == 0:
        raise RefusedFile(Reason.EMPTY)
    data = _whole(file, before.st_size, read)
    if len(data) != before.st_size or _identity(os.fstat(file)) != _identity(before):
        raise RefusedFile(Reason.CHANGED)
    return Snapshot(data, before.st_mtime)


def _whole(file: int, size: int, read: Callable[[int, int], bytes]) -> bytes:
    """Up to one byte more than `size`, which tells that the file has grown."""
    blocks: list[bytes] = []
    room = size + 1
    while room and (block := read(file, min(_BLOCK, room))):
        blocks.append(block)
        room -= len(block)
    return b"".join(blocks)


def _identity(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns
