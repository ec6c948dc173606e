"""Owns the beginning of a model file that is being fetched: what is there, is there for the next attempt too."""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO, Self

_BLOCK = 1024 * 1024


class PartFile:
    """An append-only file next to the place where the model will lie. Whatever source filled it, another goes on.

    Every method may raise `OSError`, a full disk among them.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        self._file = self.path.open("ab+")
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def size(self) -> int:
        """How many bytes are there."""
        return self.path.stat().st_size if self.path.exists() else 0

    def append(self, data: bytes) -> None:
        """Write `data` at the end; it is in the file when this returns."""
        self._open.write(data)
        self._open.flush()

    def truncate(self, size: int) -> None:
        """Keep only the first `size` bytes."""
        self._open.truncate(size)

    def sync(self) -> None:
        """Return when the disk holds everything."""
        os.fsync(self._open.fileno())

    def digest(self, start: int, size: int) -> str:
        """The sha256 in hex of `size` bytes from `start`; of fewer when the file ends before."""
        digest = hashlib.sha256()
        self._open.seek(start)
        while size > 0 and (block := self._open.read(min(_BLOCK, size))):
            digest.update(block)
            size -= len(block)
        return digest.hexdigest()

    @property
    def _open(self) -> BinaryIO:
        if self._file is None:
            raise ValueError(f"{self.path} is not open")
        return self._file
