"""Owns writing a file whole or not at all: whoever reads meanwhile reads the old one or the new one."""

import contextlib
import os
import secrets
from pathlib import Path

OF_OWNER = 0o600
"""Nobody else reads it."""


def write_whole(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write `data` beside `path`, then take its place; its folder is made if need be. Blocks; raises `OSError`.

    Of the rights in `mode` the process's umask takes away, as from any file.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(beside, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
