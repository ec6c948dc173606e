"""Owns the folder of the embedded index: its lock, the shard that is searched, and the one that is built beside it.

`index.lock` is held while the folder is open. Each shard lies in a folder named by its schema; `current` names the one
that is searched and is replaced in one step. `….new` is a shard that isn't ready yet, `….old` one that is going.
Synchronous; lives in the worker process.
"""

import errno
import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.backends.qdrant.edge_shard import Shard, StagingLost
from bot.backends.qdrant.faults import IndexFault, disk_full, free_bytes
from bot.backends.qdrant.points import IndexSchema
from bot.errors import AssistantError, IndexLocked, IndexUnavailable
from bot.file_locks import FileLock
from bot.ports import Chunk, DocumentRecord, Hit, IndexedChunk, IndexQuery

RESERVE_BYTES = 64 * 1024 * 1024
"""The engine writes into mapped files with holes: a disk without room kills the process (SIGBUS). So we stop before."""
LOCK_PATIENCE_S = 1.0
"""A killed program's worker needs a moment to let go. Who asks after that isn't made to wait again."""
LOCK_POLL_S = 0.02


class EdgeFolder:
    """An open folder with an index in it; `new` in a call means the shard that is being built.

    What the engine and the system raise passes through; `in_our_words` translates it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: FileLock | None = None
        self._patient_until: float | None = None
        self._current: Shard | None = None
        self._new: Shard | None = None

    def open(self, wanted: IndexSchema) -> IndexSchema:
        """Open the index, or make an empty one of the `wanted` schema; returns the schema that it really has."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_lock()
        self._tidy(keep=wanted.fingerprint)
        if self._named() is None:
            self._prepare(wanted)
            self._name(wanted.fingerprint)
        self._current = self._load(self._named() or wanted.fingerprint)
        return self._current.schema

    def held(self) -> int | None:
        """How many documents a folder that isn't open holds, None without an index; nothing is made or mended."""
        name = self._named()
        if name is None:
            return None
        self._take_lock()
        return Shard.held(self._folder / name / "shard")

    def build(self, schema: IndexSchema) -> None:
        """Open a new shard beside the current one; an unfinished one of this schema is gone on with."""
        self._prepare(schema)
        self._new = self._load(schema.fingerprint)

    def swap(self) -> None:
        """Search the new shard from now on, and delete the other one."""
        new, old = self._shard(new=True), self._shard(new=False)
        self._name(new.schema.fingerprint)
        self._current, self._new = new, None
        old.close()
        self._drop(self._folder / old.schema.fingerprint)

    def leave(self) -> None:
        """Close the new shard unfinished; the next `build` of its schema goes on with it."""
        if self._new is not None:
            self._new.close()
            self._new = None

    def stage(self, chunks: Sequence[IndexedChunk], *, generation: int, new: bool) -> None:
        """Write some of a document's chunks, not shown yet."""
        self._demand_room()
        self._shard(new=new).stage(chunks, generation=generation)

    def commit(self, record: DocumentRecord, *, generation: int, new: bool) -> None:
        """Show a staged generation instead of the document's others."""
        self._demand_room()
        self._shard(new=new).commit(record, generation=generation)

    def discard(self, document: str, *, generation: int, new: bool) -> None:
        """Forget what was staged."""
        self._demand_room()
        self._shard(new=new).discard(document, generation=generation)

    def remove(self, documents: Sequence[str], *, new: bool) -> None:
        """Forget documents."""
        self._demand_room()
        self._shard(new=new).remove(documents)

    def documents(self, *, new: bool) -> list[DocumentRecord]:
        """Every document, by path."""
        return self._shard(new=new).documents()

    def rankings(self, queries: Sequence[IndexQuery], *, new: bool) -> list[list[Hit]]:
        """One ranking a query."""
        return self._shard(new=new).rankings(queries)

    def chunks(self, document: str, *, first: int, last: int, new: bool) -> list[Chunk]:
        """A document's chunks between two ordinals."""
        return self._shard(new=new).chunks(document, first=first, last=last)

    def indexed(self, document: str, *, new: bool) -> list[IndexedChunk]:
        """A document's chunks with their vectors."""
        return self._shard(new=new).indexed(document)

    def size(self, *, new: bool) -> tuple[int, int]:
        """Chunks, and bytes on disk."""
        return self._shard(new=new).size()

    def close(self) -> None:
        """Write everything down and let go of the folder."""
        self.leave()
        if self._current is not None:
            self._current.close()
            self._current = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def in_our_words(self, error: BaseException) -> AssistantError:
        """A fault of the engine or the system as an error of ours."""
        if isinstance(error, AssistantError):
            return error
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            return disk_full(self._folder, needed=RESERVE_BYTES)
        if isinstance(error, OSError):
            reason = IndexFault.NOT_WRITABLE
        elif isinstance(error, StagingLost):
            reason = IndexFault.LOST
        else:
            reason = IndexFault.DAMAGED if self._current is None else IndexFault.FAILED
        return IndexUnavailable(where=str(self._folder), reason=reason)

    def _shard(self, *, new: bool) -> Shard:
        shard = self._new if new else self._current
        if shard is None:
            raise IndexUnavailable(where=str(self._folder), reason=IndexFault.LOST)
        return shard

    def _demand_room(self) -> None:
        if free_bytes(self._folder) < RESERVE_BYTES:
            raise disk_full(self._folder, needed=RESERVE_BYTES)

    def _take_lock(self) -> None:
        lock = FileLock(self._folder / "index.lock")
        self._patient_until = self._patient_until or time.monotonic() + LOCK_PATIENCE_S
        while not lock.seize():
            if time.monotonic() > self._patient_until:
                lock.close()
                raise IndexLocked(path=str(self._folder))
            time.sleep(LOCK_POLL_S)  # noqa: TID251  # a process of its own, and other programs set no event of ours
        self._lock = lock

    def _tidy(self, *, keep: str) -> None:
        """Delete every shard that is neither searched nor of the schema that is wanted."""
        kept = {keep, self._named()}
        for folder in self._folder.iterdir():
            if folder.is_dir() and folder.name not in kept:
                self._drop(folder)

    def _prepare(self, schema: IndexSchema) -> None:
        """Make the schema's shard unless there is one; it gets its name when it is ready."""
        ready = self._folder / schema.fingerprint
        if ready.exists():
            return
        self._demand_room()
        making = ready.with_suffix(".new")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        Shard.create(making / "shard", schema)
        _write(making / "schema.json", schema.as_json())
        making.rename(ready)

    def _load(self, name: str) -> Shard:
        folder = self._folder / name
        schema = IndexSchema.from_json((folder / "schema.json").read_text(encoding="utf-8"))
        shard = Shard(folder / "shard", schema)
        if free_bytes(folder) > RESERVE_BYTES + shard.size()[1]:
            shard.give_room_back()
        return shard

    def _named(self) -> str | None:
        with suppress(FileNotFoundError):
            return (self._folder / "current").read_text(encoding="ascii").strip()
        return None

    def _name(self, fingerprint: str) -> None:
        fresh = self._folder / "current.new"
        _write(fresh, fingerprint)
        fresh.replace(self._folder / "current")

    def _drop(self, folder: Path) -> None:
        """Rename it first: half a folder must not look like a whole one."""
        going = folder.with_suffix(".old")
        if folder != going:
            shutil.rmtree(going, ignore_errors=True)
            folder.rename(going)
        shutil.rmtree(going, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


Method = Callable[..., Any]
METHODS: dict[str, Method] = {
    method.__name__: method
    for method in (
        EdgeFolder.open,
        EdgeFolder.held,
        EdgeFolder.build,
        EdgeFolder.swap,
        EdgeFolder.leave,
        EdgeFolder.stage,
        EdgeFolder.commit,
        EdgeFolder.discard,
        EdgeFolder.remove,
        EdgeFolder.documents,
        EdgeFolder.rankings,
        EdgeFolder.chunks,
        EdgeFolder.indexed,
        EdgeFolder.size,
    )
}
"""What the worker process does when it is asked."""
