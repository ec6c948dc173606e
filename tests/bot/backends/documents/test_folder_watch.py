import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from bot.backends.documents.folder_watch import How, WatchedFolder


class Ear:
    """Hears the changes of a watch, one after the other."""

    def __init__(self) -> None:
        self.heard = asyncio.Event()

    async def listen(self, watch: WatchedFolder) -> None:
        async for _ in watch.changes():
            self.heard.set()

    async def hears(self) -> None:
        await self.heard.wait()
        self.heard.clear()

    async def hears_nothing(self) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.25):
                await self.hears()


@asynccontextmanager
async def watching(root: Path, *, how: How = "notices") -> AsyncIterator[Ear]:
    """An ear on a watch that stands."""
    ear = Ear()
    listening = asyncio.create_task(ear.listen(WatchedFolder(root, how=how, quiet_ms=10, burst_ms=100, look_ms=50)))
    try:
        async with asyncio.timeout(15):
            if await asyncio.to_thread(root.exists):
                await ear.hears()
            yield ear
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "a.md").write_text("a")
    return folder


@pytest.mark.parametrize("how", ["notices", "looking"])
async def test_new_changed_moved_and_deleted_files_are_noticed(root: Path, how: How) -> None:
    async with watching(root, how=how) as ear:
        (root / "b.md").write_text("b")
        await ear.hears()
        (root / "b.md").write_text("changed, and longer")
        await ear.hears()
        (root / "b.md").rename(root / "c.md")
        await ear.hears()
        (root / "c.md").unlink()
        await ear.hears()


async def test_a_file_in_a_new_folder_is_noticed(root: Path) -> None:
    async with watching(root) as ear:
        (root / "new/deep").mkdir(parents=True)
        await ear.hears()
        (root / "new/deep/b.md").write_text("b")
        await ear.hears()


async def test_who_may_read_what_matters_and_temporary_files_do_not(root: Path) -> None:
    async with watching(root) as ear:
        (root / "~$letter.docx").write_text("open in an editor")
        (root / ".git").mkdir()
        (root / ".git/index").write_text("x")
        await ear.hears_nothing()
        (root / "scopes.toml").write_text("")
        await ear.hears()


async def test_many_changes_at_once_are_few(root: Path) -> None:
    bursts = 0
    async with watching(root) as ear:
        for number in range(300):
            (root / f"{number}.md").write_text("x")
        while True:
            try:
                async with asyncio.timeout(0.3):
                    await ear.hears()
                bursts += 1
            except TimeoutError:
                break
    assert 1 <= bursts < 20


@pytest.mark.parametrize("how", ["notices", "looking"])
async def test_a_folder_that_goes_and_comes_back_is_watched_again(root: Path, how: How) -> None:
    async with watching(root, how=how) as ear:
        shutil.rmtree(root)
        await ear.hears()
        make(root)
        await ear.hears()
        await settled(ear)
        (root / "b.md").write_text("b")
        await ear.hears()


async def test_a_folder_that_takes_the_place_of_another_is_watched(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    async with watching(root) as ear:
        swap(root, other, tmp_path / "away")
        await ear.hears()
        await settled(ear)
        (root / "b.md").write_text("b")
        await ear.hears()


async def test_a_folder_that_comes_later_is_watched_from_then_on(tmp_path: Path) -> None:
    root = tmp_path / "later"
    async with watching(root) as ear:
        await ear.hears()
        make(root)
        await ear.hears()
        await settled(ear)
        (root / "b.md").write_text("b")
        await ear.hears()


def make(folder: Path) -> None:
    folder.mkdir()


def swap(one: Path, other: Path, away: Path) -> None:
    one.rename(away)
    other.rename(one)


async def settled(ear: Ear) -> None:
    """Wait until the watch stands and is quiet."""
    quiet = False
    while not quiet:
        try:
            async with asyncio.timeout(0.3):
                await ear.hears()
        except TimeoutError:
            quiet = True


async def test_where_the_system_refuses_a_watch_it_looks(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr("bot.backends.documents.folder_watch.awatch", refuse)
    async with watching(root) as ear:
        (root / "b.md").write_text("b")
        await ear.hears()


@pytest.mark.parametrize(("kind", "looks"), [("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("ext4", False)])
async def test_a_folder_that_other_machines_change_is_looked_at(
    root: Path, monkeypatch: pytest.MonkeyPatch, kind: str, *, looks: bool
) -> None:
    mounts = [partition("/", "ext4"), partition(str(root), kind)]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: mounts)
    if looks:
        monkeypatch.setattr(
            "bot.backends.documents.folder_watch.awatch", lambda *_, **__: pytest.fail("it waits for notices")
        )
    else:
        monkeypatch.setattr("bot.backends.documents.folder_watch._seen", lambda _: pytest.fail("it looks"))
    async with watching(root, how="auto") as ear:
        (root / "b.md").write_text("b")
        await ear.hears()


def partition(mountpoint: str, kind: str) -> object:
    return type("Partition", (), {"mountpoint": mountpoint, "fstype": kind})()
