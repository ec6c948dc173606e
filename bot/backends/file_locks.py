"""Owns locks between processes that end with the process that holds them, however it ends (`flock`)."""

import os
from pathlib import Path
from typing import Self


class FileLock:
    """A lock on a file, never waited for. It belongs to the open file: whoever inherits the descriptor holds it too."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        """The descriptor, for a child to inherit."""
        return self._file

    def share(self) -> bool:
        """Hold it together with others; False when someone holds it alone."""
        return self._take(shared=True)

    def seize(self) -> bool:
        """Hold it alone; False when anyone else holds it, and then a share held before is lost."""
        return self._take(shared=False)

    def close(self) -> None:
        """Let go. A child that inherited the descriptor goes on holding."""
        os.close(self._file)

    def _take(self, *, shared: bool) -> bool:
        import fcntl  # not on Windows, where nothing is locked

        try:
            fcntl.flock(self._file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
