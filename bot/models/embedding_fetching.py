"""Owns fetching an embedding model: its files from the first source that has them all, built and checked, then shelved.

A model appears on the shelf whole or not at all. What was fetched is kept when it is broken off, and goes when the
model is there.
"""

import asyncio
import contextlib
import hashlib
import logging
import os
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.errors import EmbeddingUnavailable
from bot.file_locks import FileLock
from bot.messages import Notice
from bot.models.embedding_catalogue import EmbeddingFile, EmbeddingModel, Offer
from bot.models.embedding_shelf import EmbeddingShelf, seal
from bot.models.fetching import (
    ANOTHER_PROGRAM,
    LOOK_AGAIN_SECONDS,
    FetchProgress,
    Source,
    SourceFailed,
    demand_room,
    disk_errors,
    wrong_bytes,
)
from bot.models.part import PartFile

logger = logging.getLogger(__name__)

ASSEMBLY = "assembly"
"""The source's name while the model is built from what was fetched."""
_BUILT_BYTES = 600_000_000
"""Room for the largest model that is built here, and its half-finished form beside it."""


@dataclass(frozen=True, slots=True)
class Extent:
    """A piece of a model inside a fetched file; `start` and `size` in bytes."""

    path: Path
    start: int
    size: int


class Build(Protocol):
    """Makes a loadable model out of fetched pieces."""

    async def __call__(self, model: EmbeddingModel, offer: Offer, pieces: Mapping[str, Extent], target: Path) -> None:
        """Fill the empty folder `target`.

        Raises `SourceFailed` when the outcome isn't the model, and `OSError` for the disk.
        """
        ...


Listing = Callable[[EmbeddingModel], Awaitable[Sequence[Offer]]]
"""Asks the sources what they offer of a model that the catalogue doesn't describe; raises `SourceFailed`."""


class EmbeddingFetcher:
    """Brings embedding models to the shelf from the first of `sources` that gives what `build` can make them from."""

    def __init__(
        self, shelf: EmbeddingShelf, sources: Sequence[Source], *, build: Build, listing: Listing | None = None
    ) -> None:
        self._shelf = shelf
        self._sources = {source.name: source for source in sources}
        self._build = build
        self._listing = listing

    async def fetch(self, model: EmbeddingModel) -> AsyncGenerator[FetchProgress, None]:
        """Bring `model` to the shelf unless it is there already or configured, telling the progress.

        Close the generator to stop: whole files that have come are kept. Raises `EmbeddingUnavailable`, `DiskFull`, or
        `BadSetting` when the cache folder can't be written.
        """
        if self._shelf.is_configured(model):
            return
        path = self._shelf.path(model)
        with disk_errors(path, missing=lambda: 0):
            await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
            with FileLock(path.with_name(f"{path.name}.lock")) as lock:
                while not lock.seize():
                    yield FetchProgress(ANOTHER_PROGRAM, 0, 1)
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)  # a lock's release can't be waited for and cancelled
                async with contextlib.aclosing(self._fetch(model)) as steps:
                    async for step in steps:
                        yield step

    async def _fetch(self, model: EmbeddingModel) -> AsyncGenerator[FetchProgress, None]:
        if await asyncio.to_thread(self._shelf.holds, model):
            return
        reasons: list[Notice] = []
        for offer in await self._offers(model, reasons):
            try:
                async with contextlib.aclosing(self._take(model, offer)) as steps:
                    async for step in steps:
                        yield step
            except SourceFailed as failed:
                logger.info("%s from %s: %s %s", model.name, offer.source, failed.reason.code, dict(failed.reason.data))
                reasons.append(failed.reason)
            else:
                return
        raise EmbeddingUnavailable(model=model.name, reasons=tuple(reasons) or (Notice("embedding-no-source"),))

    async def _offers(self, model: EmbeddingModel, reasons: list[Notice]) -> Sequence[Offer]:
        """What the sources at hand offer; why there is nothing is added to `reasons`."""
        offers: Sequence[Offer] = model.offers
        if not offers and self._listing:
            try:
                offers = await self._listing(model)
            except SourceFailed as failed:
                reasons.append(failed.reason)
        return [offer for offer in offers if offer.source in self._sources]

    async def _take(self, model: EmbeddingModel, offer: Offer) -> AsyncGenerator[FetchProgress, None]:
        """Fetch the offer's files, build the model from them, put it on the shelf."""
        path = self._shelf.path(model)
        parts = path.with_name(f"{path.name}.parts")
        await asyncio.to_thread(parts.mkdir, exist_ok=True)
        done = 0
        for file in offer.files:
            async with contextlib.aclosing(self._file(self._sources[offer.source], file, parts)) as sizes:
                async for size in sizes:
                    yield FetchProgress(offer.source, done + size, offer.size_bytes)
            done += file.size_bytes
        yield FetchProgress(ASSEMBLY, done, offer.size_bytes)
        await self._build_into(path, model, offer, parts)
        await asyncio.to_thread(shutil.rmtree, parts)

    async def _file(self, source: Source, file: EmbeddingFile, parts: Path) -> AsyncGenerator[int, None]:
        """Fill the file's part up, yielding how many bytes are done; it has the right content at the end."""
        with PartFile(_part_path(parts, file)) as part:
            if part.size < file.size_bytes:
                demand_room(part.path, file.size_bytes - part.size + source.scratch_bytes(file) + _BUILT_BYTES)
                async with contextlib.aclosing(source.fetch(file, part)) as sizes:
                    async for size in sizes:
                        yield size
            if not await asyncio.to_thread(_is_right, part, file):
                part.truncate(0)
                raise wrong_bytes(source.name)

    async def _build_into(self, path: Path, model: EmbeddingModel, offer: Offer, parts: Path) -> None:
        target = path.with_name(f"{path.name}.building")
        await asyncio.to_thread(_empty, target)
        try:
            await self._build(model, offer, _pieces(offer, parts), target)
            await asyncio.to_thread(seal, target, variant=offer.variant)
            await asyncio.to_thread(_publish, target, path)
        finally:
            await asyncio.to_thread(shutil.rmtree, target, ignore_errors=True)


def _part_path(parts: Path, file: EmbeddingFile) -> Path:
    """Named by its content: whoever left it there, the right file goes on from it."""
    return parts / f"{(file.sha256 or file.git_blob)[:16]}.part"


def _pieces(offer: Offer, parts: Path) -> dict[str, Extent]:
    found: dict[str, Extent] = {}
    for file in offer.files:
        start = 0
        for name, size in file.pieces:
            found[name] = Extent(_part_path(parts, file), start, size)
            start += size
    return found


def _is_right(part: PartFile, file: EmbeddingFile) -> bool:
    if part.size != file.size_bytes:
        return False
    part.sync()
    if file.sha256:
        return part.digest(0, file.size_bytes) == file.sha256
    return _git_blob(part.path) == file.git_blob


def _git_blob(path: Path) -> str:
    """What Git calls a file of this content."""
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def _publish(built: Path, path: Path) -> None:
    """Put the folder in its place, safe from a power cut; whatever damaged thing lies there goes first."""
    for file in (file for file in built.rglob("*") if file.is_file()):
        with file.open("rb+") as opened:
            os.fsync(opened.fileno())
    if path.exists():
        shutil.rmtree(path)
    built.replace(path)
    if os.name == "posix":  # the new name itself must survive a power cut; Windows can't open folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
