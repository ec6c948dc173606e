"""Owns locks between processes that end with the process that holds them, however it ends."""

import os
import sys
from pathlib import Path
from typing import Self


class FileLock:
    """A lock on a file, never waited for. It belongs to the open file: whoever inherits the descriptor holds it too.

    The file itself stays: removing it would let two programs hold locks on two files of one name.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        """The descriptor, for a child to inherit."""
        return self._file

    def share(self) -> bool:
        """Hold it together with others; False when someone holds it alone."""
        return _take(self._file, shared=True)

    def seize(self) -> bool:
        """Hold it alone; False when anyone else holds it, and then a share held before is lost."""
        return _take(self._file, shared=False)

    def close(self) -> None:
        """Let go. A child that inherited the descriptor goes on holding."""
        os.close(self._file)


if sys.platform == "win32":
    import msvcrt

    def _take(file: int, *, shared: bool) -> bool:
        """Windows locks for one holder alone; nothing that is shared runs there."""
        assert not shared  # noqa: S101  # the owned Valkey, which shares, has no Windows build
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(file: int, *, shared: bool) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
