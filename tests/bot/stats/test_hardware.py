import asyncio
import threading
from pathlib import Path

from bot.stats.hardware import HardwareProbe, read_disk
from tests.doubles.nvml import Card, FakeNvml


async def test_this_machine_tells_about_itself(tmp_path: Path) -> None:
    hardware = await HardwareProbe(disk_of=tmp_path, seconds=30).read()
    assert hardware.cpu
    assert hardware.cpu.name
    assert hardware.cpu.threads >= (hardware.cpu.cores or 1) >= 1
    assert hardware.memory
    assert 0 < hardware.memory.process < hardware.memory.used < hardware.memory.total
    assert hardware.disk
    assert 0 < hardware.disk.free <= hardware.disk.total


async def test_a_folder_that_does_not_exist_yet_is_on_the_disk_of_its_parent(tmp_path: Path) -> None:
    disk = read_disk(tmp_path / "not" / "yet")
    assert disk.path == str(tmp_path / "not" / "yet")
    assert disk.total == read_disk(tmp_path).total


async def test_the_cards_are_read_through_the_library_given(tmp_path: Path) -> None:
    hardware = await HardwareProbe(disk_of=tmp_path, nvml=FakeNvml([Card(name="Owl")]), seconds=30).read()
    assert [card.name for card in hardware.gpus] == ["Owl"]


async def test_a_driver_that_hangs_costs_its_own_row_only_and_is_not_asked_twice(tmp_path: Path) -> None:
    freed = threading.Event()
    nvml = FakeNvml(stuck=freed)
    probe = HardwareProbe(disk_of=tmp_path, nvml=nvml, seconds=0.5)
    try:
        async with asyncio.timeout(10):
            first, second = await asyncio.gather(probe.read(), probe.read())
    finally:
        freed.set()
    assert (first.gpus, second.gpus, nvml.opened) == ((), (), 1)
    assert first.memory
    async with asyncio.timeout(10):
        assert (await probe.read()).gpus


async def test_a_disk_that_cannot_be_read_is_unknown_and_the_rest_is_told() -> None:
    hardware = await HardwareProbe(disk_of=Path("/dev/null/nowhere" * 1000), seconds=30).read()
    assert hardware.disk is None
    assert hardware.memory


async def test_however_many_ask_at_once_each_is_told(tmp_path: Path) -> None:
    probe = HardwareProbe(disk_of=tmp_path, nvml=FakeNvml([]), seconds=30)

    async def ask(moments: int) -> None:
        for _ in range(10):
            assert (await probe.read()).memory
            for _ in range(moments):
                await asyncio.sleep(0)

    async with asyncio.timeout(20):
        await asyncio.gather(*(ask(moments) for moments in range(8)))
