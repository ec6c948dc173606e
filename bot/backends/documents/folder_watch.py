"""Owns noticing changes in the knowledge folder with watchfiles: by the system's notices, or else by looking."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Literal

import psutil
from watchfiles import Change, awatch

from bot.retrieval.paths import SCOPES_FILE, is_ignored, walk

logger = logging.getLogger(__name__)

_FOREIGN = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "afs",
    "ncp",
    "vboxsf",
    "vmhgfs",
    "prl_fs",
    "virtiofs",
    "fuse.",
    "drvfs",
    "davfs",
)
"""Kinds of file systems on which another machine may change files; this one isn't told of that."""

How = Literal["auto", "notices", "looking"]


class WatchedFolder:
    """A `FolderWatch` on `root`, which need not be there; when another folder takes its place, that one is watched.

    `quiet_ms` without a change end a burst of them, and `burst_ms` at the latest. `look_ms` is how often the folder is
    looked at where there are no notices, and how often it is checked whether it is still the same one.
    """

    def __init__(
        self, root: Path, *, how: How = "auto", quiet_ms: int = 50, burst_ms: int = 1000, look_ms: int = 1000
    ) -> None:
        self._root = root.absolute()
        self._how: How = how
        self._quiet_ms = quiet_ms
        self._burst_ms = burst_ms
        self._look_ms = look_ms

    async def changes(self) -> AsyncGenerator[None, None]:
        """Yield after each burst of changes, and when the folder comes, goes, or is another one. Never ends."""
        looking = self._how == "looking" or (self._how == "auto" and await asyncio.to_thread(_is_foreign, self._root))
        if not looking:
            try:
                async with aclosing(self._notices()) as notices:
                    async for _ in notices:
                        yield
            except (OSError, RuntimeError) as error:  # the system's bounds for watches or for watchers are reached
                logger.warning("there are no notices of changes in the knowledge folder, so I look: %s", error)
        async with aclosing(self._looks()) as looks:
            async for _ in looks:
                yield

    async def _looks(self) -> AsyncGenerator[None, None]:
        """Yield whenever the folder looks otherwise than before; Rust's polling misses changes within one second."""
        before: object = ()
        while True:
            seen = await asyncio.to_thread(_seen, self._root)
            if seen != before:
                yield
            before = seen
            await self._pause()

    async def _notices(self) -> AsyncGenerator[None, None]:
        while True:
            try:
                async with aclosing(self._bursts()) as bursts:
                    async for _ in bursts:
                        yield
            except FileNotFoundError:
                logger.info("there is no knowledge folder to watch")
            yield
            await self._until_there()

    async def _bursts(self) -> AsyncGenerator[None, None]:
        """Yield once the watch stands (what came before goes unnoticed), then for each burst; end with the folder."""
        before = await self._identity()
        watch = awatch(
            self._root,
            watch_filter=self._matters,
            debounce=self._burst_ms,
            step=self._quiet_ms,
            rust_timeout=self._look_ms,
            yield_on_timeout=True,
            force_polling=False,
            ignore_permission_denied=True,
        )
        stands = False
        async with aclosing(watch):
            async for changes in watch:
                if changes or not stands:
                    yield
                stands = True
                if (Change.deleted, str(self._root)) in changes or await self._identity() != before:
                    return

    def _matters(self, _change: Change, path: str) -> bool:
        """Whether something may be about a document or about who may read it."""
        if not Path(path).is_relative_to(self._root):
            return True
        document = Path(path).relative_to(self._root).as_posix()
        return document in {".", SCOPES_FILE} or not is_ignored(document)

    async def _until_there(self) -> None:
        there = False
        while not there:
            await self._pause()
            there = await self._identity() is not None

    async def _pause(self) -> None:
        await asyncio.sleep(self._look_ms / 1000)

    async def _identity(self) -> tuple[int, int] | None:
        """What tells a folder from another one of the same name."""
        return await asyncio.to_thread(_identity, self._root)


def _identity(root: Path) -> tuple[int, int] | None:
    try:
        status = root.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _seen(root: Path) -> object:
    """All that a change would show in, None without a folder."""
    try:
        return walk(root), _stamp(root / SCOPES_FILE)
    except OSError:
        return None


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_size, status.st_mtime_ns


def _is_foreign(root: Path) -> bool:
    """Whether the folder lies on a file system that others change as well."""
    try:
        real = root.resolve()
        mounts = [disk for disk in psutil.disk_partitions(all=True) if real.is_relative_to(disk.mountpoint)]
    except (OSError, RuntimeError):
        return False
    kind = max(mounts, key=lambda disk: len(disk.mountpoint)).fstype if mounts else ""
    return kind.lower().startswith(_FOREIGN)
