"""Owns looking at how the folder and the index stand, reading no more of the files than the decision needs."""

import asyncio
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import NoKnowledge
from bot.ports import DocumentRecord, PassageIndex
from bot.retrieval.loading import Reason, RefusedFile
from bot.retrieval.manifest import Manifest
from bot.retrieval.paths import Found, Skipped, Walk, open_inside, walk
from bot.retrieval.plan import Situation, undigested
from bot.retrieval.scopes import Scopes, ScopesFile

_DIGESTS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class View:
    """What was seen: all that decides, the scopes as they are now, and what in the folder is no document."""

    situation: Situation
    scopes: Scopes
    skipped: tuple[Skipped, ...]


class Observer:
    """Looks at the folder `root` and at `index`. `now` gives seconds since the epoch."""

    def __init__(self, root: Path, *, index: PassageIndex, scopes: ScopesFile, now: Callable[[], float]) -> None:
        self._root = root
        self._index = index
        self._scopes = scopes
        self._now = now

    async def look(self, manifest: Manifest, *, accepted: frozenset[str], force: bool) -> View:
        """See how things stand, by the files' stamps alone. Raises `BadScopes`, `NoKnowledge`, or for the index."""
        scopes = await self._scopes.read()
        records = await self._index.documents()
        seen = await self._walk(records)
        known, waiting = await asyncio.to_thread(_remembered, manifest, seen.found, now=self._now())
        situation = Situation(
            folder=str(self._root),
            found=seen.found,
            records=records,
            scope_of=scopes.scope_of,
            accepted=accepted,
            digests=known,
            waiting=frozenset() if force else waiting,
            unlisted=tuple(item.document for item in seen.skipped if item.reason is Reason.NO_ACCESS),
            trusting=force,
        )
        return View(situation, scopes, seen.skipped)

    async def digested(self, situation: Situation, manifest: Manifest) -> Situation:
        """The situation with the digests of the files that can't be decided about without reading them."""
        digests = dict(situation.digests)
        unknown = undigested(situation)
        for start in range(0, len(unknown), _DIGESTS_AT_ONCE):  # in parts: a thread can't be cancelled
            batch = unknown[start : start + _DIGESTS_AT_ONCE]
            for found, digest in zip(batch, await asyncio.to_thread(_digests, self._root, batch), strict=True):
                if digest is not None:
                    manifest.remember(found, digest, now=self._now())
                    digests[found.document] = digest
        return replace(situation, digests=digests)

    async def _walk(self, records: Sequence[DocumentRecord]) -> Walk:
        """The folder; a missing one is an empty one where something was indexed that it may have lost."""
        try:
            return await asyncio.to_thread(walk, self._root)
        except OSError as error:
            if records:
                return Walk((), ())
            raise NoKnowledge(folder=str(self._root)) from error


def _remembered(manifest: Manifest, found: Sequence[Found], *, now: float) -> tuple[Mapping[str, str], frozenset[str]]:
    """The digests of the files that look untouched, and the names of those that failed and must wait."""
    digests = {file.document: digest for file in found if (digest := manifest.digest(file)) is not None}
    return digests, frozenset(file.document for file in found if manifest.waits(file, now=now))


def _digests(root: Path, files: Sequence[Found]) -> list[str | None]:
    """The SHA-256 of each file in hexadecimal; None where it can't be read, which the loader will tell."""
    return [_digest(root, file.document) for file in files]


def _digest(root: Path, document: str) -> str | None:
    try:
        with os.fdopen(open_inside(root, document), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (RefusedFile, OSError):
        return None
