"""Owns why an index of documents can't be used, in our own words."""

import shutil
from enum import StrEnum
from pathlib import Path

from bot.errors import DiskFull


class IndexFault(StrEnum):
    """The `reason` of an `IndexUnavailable`, worded in `errors.ftl`."""

    REFUSED = "refused"
    UNKNOWN_HOST = "unknown-host"
    OUTSIDE = "outside"
    TIMEOUT = "timeout"
    LOST = "lost"
    TLS = "tls"
    AUTHENTICATION = "authentication"
    BUSY = "busy"
    DISK = "disk"
    NOT_QDRANT = "not-qdrant"
    FAILED = "failed"
    DAMAGED = "damaged"
    ENDED = "ended"
    NOT_WRITABLE = "not-writable"


def disk_full(folder: Path, *, needed: int) -> DiskFull:
    """The fault of a disk that has no `needed` bytes for `folder`."""
    return DiskFull(path=str(folder), needed=needed / 1e9, free=free_bytes(folder) / 1e9)


def free_bytes(folder: Path) -> int:
    """The room on the disk that `folder` is, or would be, on."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return shutil.disk_usage(there).free
