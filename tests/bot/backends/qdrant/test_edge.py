import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from qdrant_edge import FieldCondition, Filter, MatchValue

from bot.backends.qdrant import edge_folder as qdrant_edge_folder
from bot.backends.qdrant import edge_process as qdrant_edge_process
from bot.backends.qdrant.edge import QdrantEdgeIndex, open_edge_index
from bot.backends.qdrant.edge_folder import EdgeFolder
from bot.backends.qdrant.edge_shard import Shard
from bot.backends.qdrant.points import IndexSchema
from bot.errors import DiskFull, IndexLocked, IndexMismatch, IndexUnavailable
from bot.file_locks import FileLock
from bot.ports import DocumentRecord, IndexedChunk, PassageIndex
from bot.settings import child_environment
from tests.contracts.passage_indexes import (
    SCHEMA,
    a_chunk,
    by_meaning,
    by_words,
    found,
    indexed,
    open_edge,
    put,
    record_of,
)

pytest_plugins = ["tests.contracts.edge_folders"]

LARGER = replace(SCHEMA, dense={"e5": ("large", 4), "mini": ("tiny", 2)})
KILLS = 4


def version_of(number: int, *, size: int) -> list[IndexedChunk]:
    """A version of `a.md`, recognizable in each of its chunks."""
    return [indexed(a_chunk("a.md", n, text=f"version {number}")) for n in range(size)]


async def shown(index: PassageIndex) -> Counter[str]:
    return Counter(chunk.text for chunk in await found(index, by_meaning(1, 0, 0, limit=10_000)))


def worker_of(index: QdrantEdgeIndex) -> int:
    pid = index._session.process.pid
    assert pid is not None
    return pid


async def test_everything_is_there_after_closing_and_opening(edge_folder: Path) -> None:
    async with open_edge(edge_folder) as index:
        await put(index, indexed(a_chunk("a.md")), digest="one")
    async with open_edge(edge_folder) as index:
        assert await found(index, by_meaning(1, 0, 0)) == [a_chunk("a.md")]
        assert await found(index, by_words(1)) == [a_chunk("a.md")]
        assert list(await index.documents()) == [record_of([indexed(a_chunk("a.md"))], digest="one")]
        assert await index.size() > (1, 1000)


async def test_a_folder_that_is_not_there_is_made_with_its_parents(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "index"
    async with open_edge(folder) as index:
        assert list(await index.documents()) == []
    assert folder.stat().st_mode & 0o077 == 0


async def test_an_index_of_words_alone_needs_no_model(tmp_path: Path) -> None:
    async with open_edge(tmp_path / "index", IndexSchema({}, "stems")) as index:
        await index.replace(record_of([indexed(a_chunk("a.md"))]), [indexed(a_chunk("a.md"), e5=None)])
        assert await found(index, by_words(1)) == [a_chunk("a.md")]
        assert await found(index, by_meaning(1, 0, 0)) == []


async def test_a_second_program_is_told_that_the_index_is_in_use(edge_folder: Path) -> None:
    async with open_edge(edge_folder):
        with pytest.raises(IndexLocked) as raised:
            async with open_edge(edge_folder):
                pass
    assert raised.value.path == str(edge_folder)


async def test_who_may_start_without_the_index_gets_it_when_it_is_free(edge_folder: Path) -> None:
    lock = FileLock(edge_folder / "index.lock")
    lock.seize()
    async with open_edge_index(edge_folder, SCHEMA, environment=child_environment()) as index:
        assert index.schema is None
        with pytest.raises(IndexLocked):
            await index.documents()
        lock.close()
        assert list(await index.documents()) == []
        assert index.schema == SCHEMA


async def test_who_asks_while_the_index_is_being_opened_waits_for_it(edge_folder: Path) -> None:
    async with open_edge(edge_folder) as index:
        await put(index, indexed(a_chunk("a.md")))
        await index._session.process.stop()
        first = await asked_while_opening(index)
        assert await found(index, by_words(1)) == [a_chunk("a.md")]
        await first


async def test_who_asks_while_the_index_is_being_opened_learns_that_it_is_in_use(edge_folder: Path) -> None:
    async with (
        open_edge(edge_folder),
        open_edge_index(edge_folder, SCHEMA, environment=child_environment()) as index,
    ):
        first = await asked_while_opening(index)
        with pytest.raises(IndexLocked):
            await index.documents()
        with pytest.raises(IndexLocked):
            await first


async def test_those_who_ask_together_while_the_index_is_in_use_wait_for_one_try(edge_folder: Path) -> None:
    async with (
        open_edge(edge_folder),
        open_edge_index(edge_folder, SCHEMA, environment=child_environment()) as index,
    ):
        started = index._session._tries
        asked = await asyncio.gather(*(index.documents() for _ in range(5)), return_exceptions=True)
        assert [type(answer) for answer in asked] == [IndexLocked] * 5
        assert index._session._tries == started + 1


async def asked_while_opening(index: QdrantEdgeIndex) -> "asyncio.Task[object]":
    """A question for which a worker was started, which has not opened the index yet."""
    asking = asyncio.create_task(index.documents())
    async with asyncio.timeout(10):
        while index._session.process.pid is None:  # noqa: ASYNC110  # nothing tells when it is started
            await asyncio.sleep(0)
    return asking


async def test_a_search_is_answered_though_the_worker_was_killed(edge_folder: Path) -> None:
    async with open_edge(edge_folder) as index:
        await put(index, indexed(a_chunk("a.md")))
        os.kill(worker_of(index), signal.SIGKILL)
        assert await found(index, by_words(1)) == [a_chunk("a.md")]


async def test_a_write_to_a_killed_worker_fails_and_the_next_one_works(edge_folder: Path) -> None:
    async with open_edge(edge_folder) as index:
        os.kill(worker_of(index), signal.SIGKILL)
        with pytest.raises(IndexUnavailable) as raised:
            await put(index, indexed(a_chunk("a.md")))
        assert raised.value.reason == "ended"
        await put(index, indexed(a_chunk("a.md")))
        assert await found(index, by_words(1)) == [a_chunk("a.md")]


async def test_a_document_is_not_shown_when_its_worker_was_replaced_in_the_middle(edge_folder: Path) -> None:
    async with open_edge(edge_folder) as index:
        chunks = [indexed(a_chunk("a.md", n)) for n in range(2)]
        process = index._session.process
        await process.call(EdgeFolder.stage, 10, chunks[:1], generation=7, new=False)
        os.kill(worker_of(index), signal.SIGKILL)
        assert list(await index.documents()) == []  # by a new worker
        await process.call(EdgeFolder.stage, 10, chunks[1:], generation=7, new=False)
        with pytest.raises(IndexUnavailable):
            await process.call(EdgeFolder.commit, 10, record_of(chunks), generation=7, new=False)
        assert await found(index, by_words(1)) == []


async def test_the_worker_ends_with_a_killed_program_and_lets_go_of_the_index(edge_folder: Path) -> None:
    with writer_on(edge_folder, size=10) as program:
        assert program.stdout is not None
        await asyncio.to_thread(program.stdout.readline)
        workers = [psutil.Process(child) for child in await asyncio.to_thread(children_of, program.pid)]
        program.kill()
    _, alive = await asyncio.to_thread(psutil.wait_procs, workers, timeout=30)
    assert alive == []
    async with open_edge(edge_folder) as index:
        assert len(await shown(index)) == 1


async def test_whenever_a_program_is_killed_one_whole_version_is_there(edge_folder: Path) -> None:
    chance = random.Random(7)  # noqa: S311  # moments, no secrets
    for _ in range(KILLS):
        with writer_on(edge_folder, size=150) as program:
            assert program.stdout is not None
            for _ in range(chance.randint(1, 3)):
                await asyncio.to_thread(program.stdout.readline)
            await asyncio.to_thread(program.stdout.read, chance.randint(0, 3))  # anywhere in the next replacement
            children = await asyncio.to_thread(children_of, program.pid)
            program.kill()
            for child in children:
                os.kill(child, signal.SIGKILL)
        async with open_edge(edge_folder) as index:
            assert list((await shown(index)).values()) == [150]
            (record,) = await index.documents()
            assert list(await shown(index)) == [f"version {record.digest}"]


async def test_a_search_during_replacements_sees_whole_versions_only(edge_folder: Path) -> None:
    async with open_edge(edge_folder) as index:
        await put(index, *version_of(0, size=100), digest="0")

        async def write() -> None:
            for number in range(1, 12):
                await put(index, *version_of(number, size=100 + number), digest=str(number))

        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            writing = group.create_task(write())
            seen = 0
            while not writing.done():
                ((text, count),) = (await shown(index)).items()
                assert count == 100 + int(text.removeprefix("version "))
                seen += 1
        assert seen > 10


async def test_a_cancelled_replacement_leaves_the_old_version(edge_folder: Path) -> None:
    async with open_edge(edge_folder) as index:
        await put(index, *version_of(1, size=3))
        started = asyncio.Event()

        async def write() -> None:
            started.set()
            await put(index, *version_of(2, size=2000))

        task = asyncio.create_task(write())
        await started.wait()
        assert await shown(index) == {"version 1": 3}  # answered after the first batch, before the others
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await shown(index) == {"version 1": 3}


async def test_half_a_document_that_a_fault_left_is_forgotten(
    edge_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shard = shard_in(edge_folder)
    whole = [indexed(a_chunk("whole.md", n)) for n in range(2)]
    torn = [indexed(a_chunk("torn.md", n)) for n in range(2)]
    for number, chunks in enumerate((whole, torn)):
        shard.stage(chunks, generation=number)
        shard.commit(record_of(chunks), generation=number)
    shard._delete(qdrant_filter(document="torn.md", ordinal=1))
    shard.close()
    shard = shard_in(edge_folder)
    assert [record.document for record in shard.documents()] == ["whole.md"]
    assert [hit.chunk.document for hit in shard.rankings([by_words(1)])[0]] == ["whole.md"] * 2
    assert "1 documents are not whole" in caplog.text
    shard.close()


async def test_of_two_versions_that_a_kill_left_the_newer_stays(
    edge_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shard = shard_in(edge_folder)
    for number in (1, 2):
        chunks = version_of(number, size=2)
        shard.stage(chunks, generation=number)
        with monkeypatch.context() as killed_before:
            killed_before.setattr(shard, "_delete", lambda _: None)
            shard.commit(record_of(chunks, digest=str(number)), generation=number)
    shard.close()
    shard = shard_in(edge_folder)
    assert [record.digest for record in shard.documents()] == ["2"]
    assert {hit.chunk.text for hit in shard.rankings([by_words(1)])[0]} == {"version 2"}
    shard.close()


async def test_what_was_staged_and_never_shown_goes_when_the_index_is_opened(edge_folder: Path) -> None:
    shard = shard_in(edge_folder)
    shard.stage(version_of(1, size=5), generation=1)
    assert shard.rankings([by_words(1)]) == [[]]
    assert shard.chunks("a.md", first=0, last=9) == []
    shard.close()
    shard = shard_in(edge_folder)
    assert shard._shard.info().points_count == 0
    shard.close()


@pytest.mark.parametrize("spoilt", ["schema.json", "shard/edge_config.json", "shard/segments/*/segment.json"])
async def test_a_damaged_index_is_said_and_left_alone(edge_folder: Path, spoilt: str) -> None:
    (path,) = (edge_folder / SCHEMA.fingerprint).glob(spoilt)
    path.write_bytes(b"\0spoilt")
    with pytest.raises(IndexUnavailable) as raised:
        async with open_edge(edge_folder):
            pass
    assert (raised.value.reason, raised.value.where) == ("damaged", str(edge_folder))
    assert path.read_bytes() == b"\0spoilt"


async def test_a_panic_of_the_engine_is_an_ordinary_fault(edge_folder: Path) -> None:
    (path,) = (edge_folder / SCHEMA.fingerprint).glob("shard/segments/*/vector_storage-e5/vectors/status.dat")
    path.write_bytes(b"")
    with pytest.raises(IndexUnavailable):
        async with open_edge(edge_folder):
            pass


async def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(IndexUnavailable) as raised:
        async with open_edge(tmp_path / "file" / "index"):
            pass
    assert raised.value.reason == "not-writable"


async def test_a_full_disk_stops_writing_and_not_searching(edge_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = EdgeFolder(edge_folder)
    folder.open(SCHEMA)
    folder.stage([indexed(a_chunk("a.md"))], generation=1, new=False)
    folder.commit(record_of([indexed(a_chunk("a.md"))]), generation=1, new=False)
    monkeypatch.setattr(qdrant_edge_folder, "free_bytes", lambda _: 1000)
    with pytest.raises(DiskFull) as raised:
        folder.stage([indexed(a_chunk("b.md"))], generation=2, new=False)
    assert raised.value.path == str(edge_folder)
    with pytest.raises(DiskFull):
        folder.remove(["a.md"], new=False)
    assert len(folder.rankings([by_words(1)], new=False)[0]) == 1
    folder.close()
    folder.open(SCHEMA)
    assert len(folder.rankings([by_words(1)], new=False)[0]) == 1
    folder.close()


async def test_a_full_disk_has_no_room_for_a_new_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qdrant_edge_folder, "free_bytes", lambda _: 1000)
    folder = EdgeFolder(tmp_path / "index")
    with pytest.raises(DiskFull):
        folder.open(SCHEMA)
    folder.close()


async def test_a_worker_that_a_full_disk_killed_is_told_as_a_full_disk(
    edge_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_edge(edge_folder) as index:
        monkeypatch.setattr(qdrant_edge_process, "free_bytes", lambda _: 1000)
        os.kill(worker_of(index), signal.SIGBUS)
        with pytest.raises(DiskFull):
            await put(index, indexed(a_chunk("a.md")))


async def test_an_index_of_another_model_answers_by_words_until_it_is_rebuilt(edge_folder: Path) -> None:
    async with open_edge(edge_folder) as index:
        await put(index, indexed(a_chunk("a.md")))
        assert index.outdated is None
    async with open_edge(edge_folder, LARGER) as index:
        assert index.outdated is not None
        assert index.schema == SCHEMA
        assert await found(index, by_words(1)) == [a_chunk("a.md")]
        assert await found(index, by_meaning(1, 0, 0, 0)) == []
        with pytest.raises(IndexMismatch):
            await put(index, indexed(a_chunk("b.md"), e5=(1.0, 0.0, 0.0, 0.0)))
        await index.remove(["a.md"])
        assert await found(index, by_words(1)) == []
        assert list(await index.documents()) == []


async def test_a_new_index_takes_over_when_it_is_complete(edge_folder: Path) -> None:
    async with open_edge(edge_folder) as index:
        await put(index, indexed(a_chunk("a.md")))
    async with open_edge(edge_folder, LARGER) as index:
        async with index.rebuild() as fresh:
            await put(fresh, indexed(a_chunk("b.md"), e5=(1.0, 0.0, 0.0, 0.0)))
            assert [record.document for record in await fresh.documents()] == ["b.md"]
            assert await found(index, by_words(1)) == [a_chunk("a.md")]
        assert await found(index, by_meaning(1, 0, 0, 0)) == [a_chunk("b.md")]
        assert index.outdated is None
    async with open_edge(edge_folder, LARGER) as index:
        assert await found(index, by_meaning(1, 0, 0, 0)) == [a_chunk("b.md")]
    assert shards_in(edge_folder) == {LARGER.fingerprint}


async def test_a_rebuild_that_fails_changes_nothing_and_is_gone_on_with(edge_folder: Path) -> None:
    async with open_edge(edge_folder) as index:
        await put(index, indexed(a_chunk("a.md")))
    async with open_edge(edge_folder, LARGER) as index:
        with pytest.raises(ZeroDivisionError):
            await rebuild_half(index)
        assert index.outdated is not None
        assert await found(index, by_words(1)) == [a_chunk("a.md")]
    async with open_edge(edge_folder, LARGER) as index, index.rebuild() as fresh:
        assert [record.document for record in await fresh.documents()] == ["b.md"]


async def test_a_rebuild_goes_on_after_its_worker_was_killed(edge_folder: Path) -> None:
    async with open_edge(edge_folder, LARGER) as index:
        async with index.rebuild() as fresh:
            await put(fresh, indexed(a_chunk("b.md"), e5=(1.0, 0.0, 0.0, 0.0)))
            os.kill(worker_of(index), signal.SIGKILL)
            assert [record.document for record in await fresh.documents()] == ["b.md"]
        assert await found(index, by_meaning(1, 0, 0, 0)) == [a_chunk("b.md")]


async def test_an_unfinished_index_that_nobody_wants_any_more_is_deleted(edge_folder: Path) -> None:
    async with open_edge(edge_folder, LARGER) as index:
        with pytest.raises(ZeroDivisionError):
            await rebuild_half(index)
    shutil.copytree(edge_folder / LARGER.fingerprint, edge_folder / "half.new")
    async with open_edge(edge_folder):
        assert shards_in(edge_folder) == {SCHEMA.fingerprint}


async def test_deleted_chunks_give_their_room_back_when_the_index_is_opened(edge_folder: Path) -> None:
    shard = shard_in(edge_folder)
    for number in range(4):
        chunks = version_of(number, size=1200)
        shard.stage(chunks, generation=number)
        shard.commit(record_of(chunks), generation=number)
    before = shard._shard.info().indexed_vectors_count
    shard.close()
    folder = EdgeFolder(edge_folder)
    folder.open(SCHEMA)
    shard = folder._shard(new=False)
    assert shard._shard.info().indexed_vectors_count < before
    assert [len(hits) for hits in shard.rankings([by_words(1, limit=5000)])] == [1200]
    assert shard.documents() == [record_of(version_of(3, size=1200))]
    folder.close()


def test_a_record_without_chunks_is_held_over_an_opening(edge_folder: Path) -> None:
    shard = shard_in(edge_folder)
    empty = DocumentRecord("empty.md", "e", 0, "all", 1.5)
    shard.commit(empty, generation=1)
    shard.close()
    shard = shard_in(edge_folder)
    assert shard.documents() == [empty]
    shard.close()


async def rebuild_half(index: QdrantEdgeIndex) -> None:
    """Put `b.md` into a new index, and fail."""
    async with index.rebuild() as fresh:
        await put(fresh, indexed(a_chunk("b.md"), e5=(1.0, 0.0, 0.0, 0.0)))
        raise ZeroDivisionError


def shards_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_dir()}


def shard_in(folder: Path) -> Shard:
    """The shard of an index folder, opened in this process."""
    return Shard(folder / SCHEMA.fingerprint / "shard", SCHEMA)


def qdrant_filter(**fields: str | int) -> Filter:
    return Filter(must=[FieldCondition(key=key, match=MatchValue(value)) for key, value in fields.items()])


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def writer_on(folder: Path, *, size: int) -> subprocess.Popen[bytes]:
    """A program that replaces `a.md` for ever, and prints its number and dots while it writes one."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bot.backends.qdrant.index_writer", str(folder), str(size)], stdout=subprocess.PIPE
    )
