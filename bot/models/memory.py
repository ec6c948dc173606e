"""Owns reading how much memory a model may take on this machine, or in this container."""

from pathlib import Path

import psutil

_CGROUP = Path("/sys/fs/cgroup")


def total_bytes(cgroup: Path = _CGROUP) -> int:
    """Bytes of main memory that there are; in a container, its share."""
    built_in = int(psutil.virtual_memory().total)
    try:
        limit = (cgroup / "memory.max").read_text(encoding="ascii").strip()
        return built_in if limit == "max" else min(built_in, int(limit))
    except (OSError, ValueError):
        return built_in


def free_bytes(cgroup: Path = _CGROUP) -> int:
    """Bytes that a new program can have without others being swapped out; in a container, of its share."""
    free = psutil.virtual_memory().available
    share = _container_free_bytes(cgroup)
    return free if share is None else min(free, share)


def _container_free_bytes(cgroup: Path) -> int | None:
    """What a container (cgroup v2) has left; None without a limit. Pages of files can be given back, so they are free.

    See https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files.
    """
    try:
        limit = (cgroup / "memory.max").read_text(encoding="ascii").strip()
        used = int((cgroup / "memory.current").read_text(encoding="ascii"))
        pairs = (line.split() for line in (cgroup / "memory.stat").read_text(encoding="ascii").splitlines())
        reclaimable = next((int(value) for name, value in pairs if name == "inactive_file"), 0)
    except (OSError, ValueError):
        return None
    return None if limit == "max" else max(0, int(limit) - used + reclaimable)
