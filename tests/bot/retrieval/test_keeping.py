import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot.errors import BadScopes, IndexUnavailable
from bot.retrieval.keeping import FolderKeeper
from tests.bot.retrieval.folders import KnowledgeFolder, VectorIndex

DOWN = IndexUnavailable(where="qdrant", reason="refused")


class Notices:
    """A folder watch that tells of a change when the test says so; `taken` is set when it was heard."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[asyncio.Event] = asyncio.Queue()

    async def changes(self) -> AsyncGenerator[None, None]:
        while True:
            taken = await self._waiting.get()
            yield
            taken.set()

    async def notice(self) -> None:
        taken = asyncio.Event()
        self._waiting.put_nowait(taken)
        await taken.wait()


class Kept(KnowledgeFolder):
    """A folder with its keeper at work."""

    notices: Notices
    keeper: FolderKeeper

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        self.notices = Notices()
        self.keeper = FolderKeeper(self.indexer, self.notices, now=lambda: self.now)
        task = asyncio.create_task(self.keeper.run())
        try:
            async with asyncio.timeout(10):
                yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def becomes(self, *documents: str) -> None:
        """Wait until the index holds just these."""
        while sorted(await self.documents()) != sorted(documents):  # noqa: ASYNC110 - the index is asked, as questions do
            await asyncio.sleep(0.001)


@pytest.fixture
def folder(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "knowledge", tmp_path / "state")


async def test_at_the_start_the_folder_is_indexed(folder: Kept) -> None:
    folder.write("a.md")
    async with folder.keeping():
        await folder.becomes("a.md")


async def test_a_change_in_the_folder_reaches_the_index(folder: Kept) -> None:
    async with folder.keeping():
        await folder.keeper.request()
        folder.write("a.md")
        await folder.notices.notice()
        await folder.becomes("a.md")


async def test_a_request_is_answered_with_the_report_of_its_run(folder: Kept) -> None:
    folder.write("a.md")
    async with folder.keeping():
        report = await folder.keeper.request()
        assert (report.documents, report.finished) == (1, True)


async def test_a_forced_request_takes_the_folder_as_it_is_and_only_once(folder: Kept) -> None:
    folder.write("a.md")
    async with folder.keeping():
        await folder.becomes("a.md")
        (folder.root / "a.md").unlink()
        assert (await folder.keeper.request()).trouble
        assert (await folder.keeper.request(force=True)).deleted == 1
        folder.write("b.md")
        await folder.keeper.request()
        (folder.root / "b.md").unlink()
        assert (await folder.keeper.request()).trouble


async def test_a_new_file_does_not_wait_for_a_long_run_to_end(folder: Kept) -> None:
    folder.write("slow.md", at=2_000.0)
    folder.write("slower.md", at=1_000.0)
    folder.embedder.gate = asyncio.Event()
    async with folder.keeping():
        await folder.embedder.reached.wait()
        folder.write("urgent.md", at=3_000.0)
        await folder.notices.notice()
        folder.embedder.gate.set()
        await folder.becomes("slow.md", "urgent.md", "slower.md")
    assert isinstance(folder.index, VectorIndex)
    assert folder.index.writes == ["+slow.md", "+urgent.md", "+slower.md"]


async def test_a_deleted_file_does_not_wait_for_a_long_run_to_end(folder: Kept) -> None:
    for name in "abc":
        folder.write(f"{name}.md")
    await folder.run()
    folder.write("slow.md")
    folder.embedder.gate = asyncio.Event()
    folder.embedder.reached.clear()
    async with folder.keeping():
        await folder.embedder.reached.wait()
        (folder.root / "a.md").unlink()
        await folder.notices.notice()
        await folder.becomes("b.md", "c.md")


async def test_a_request_during_a_run_is_answered_by_a_whole_one(folder: Kept) -> None:
    folder.write("a.md", at=2_000.0)
    folder.write("b.md", at=1_000.0)
    folder.embedder.gate = asyncio.Event()
    async with folder.keeping():
        await folder.embedder.reached.wait()
        requested = folder.keeper.request()
        folder.embedder.gate.set()
        report = await requested
        assert (report.documents, report.finished) == (2, True)


async def test_a_failed_run_is_told_to_those_who_asked_and_tried_again(
    folder: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.retrieval.keeping._FIRST_PAUSE_SECONDS", 0.01)
    folder.write("a.md")
    folder.index.failure = DOWN
    async with folder.keeping():
        with pytest.raises(IndexUnavailable):
            await folder.keeper.request()
        folder.index.failure = None
        await folder.becomes("a.md")


async def test_broken_scopes_end_nothing(folder: Kept) -> None:
    folder.write("a.md")
    (folder.root / "scopes.toml").write_text("oops")
    async with folder.keeping():
        with pytest.raises(BadScopes):
            await folder.keeper.request()
        (folder.root / "scopes.toml").unlink()
        await folder.notices.notice()
        await folder.becomes("a.md")


async def test_a_fault_of_our_own_does_not_end_it(folder: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("a.md")
    monkeypatch.setattr("bot.retrieval.indexer.plan", lambda _: 1 / 0)
    async with folder.keeping():
        with pytest.raises(ZeroDivisionError):
            await folder.keeper.request()
        monkeypatch.undo()
        assert (await folder.keeper.request()).documents == 1


async def test_the_end_leaves_no_request_waiting(folder: Kept) -> None:
    folder.write("a.md")
    folder.embedder.gate = asyncio.Event()
    async with folder.keeping():
        await folder.embedder.reached.wait()
        requested = folder.keeper.request()
    assert requested.cancelled()
