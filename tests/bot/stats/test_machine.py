import threading

import psutil
import pytest

from bot.ports import GpuSample
from bot.stats import machine
from bot.stats.machine import MachineMeter, busy_percent, machine_name, processor_celsius, read_celsius
from tests.doubles.nvml import Card, FakeNvml


def test_busy_is_what_was_neither_idle_nor_waiting_for_a_disk() -> None:
    before = {"user": 10.0, "system": 5.0, "idle": 80.0, "iowait": 5.0, "guest": 3.0}
    after = {"user": 13.0, "system": 6.0, "idle": 84.0, "iowait": 7.0, "guest": 6.0}
    assert busy_percent(before, after) == 40.0


@pytest.mark.parametrize(
    "after",
    [{"user": 10.0, "idle": 80.0}, {"user": 2.0, "idle": 3.0}],
    ids=["no time has passed", "counters began anew"],
)
def test_without_time_between_two_readings_nobody_knows(after: dict[str, float]) -> None:
    assert busy_percent({"user": 10.0, "idle": 80.0}, after) is None


def test_a_counter_that_goes_back_stays_within_the_scale() -> None:
    assert busy_percent({"user": 10.0, "idle": 80.0}, {"user": 30.0, "idle": 79.0}) == 100.0


def test_the_processor_s_own_sensors_come_before_the_board_s() -> None:
    assert processor_celsius({"acpitz": [27.8], "coretemp": [55.0, 61.0]}) == 61.0
    assert processor_celsius({"nvme": [40.0], "acpitz": [27.8]}) == 27.8


def test_sensors_that_are_not_connected_tell_nothing() -> None:
    assert processor_celsius({"coretemp": [0.0, -273.2], "acpitz": []}) is None
    assert processor_celsius({}) is None


def test_a_system_without_sensors_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(psutil, "sensors_temperatures", raising=False)
    assert read_celsius() is None


async def test_a_sample_tells_of_processors_only_after_there_was_one_before() -> None:
    nvml = FakeNvml([Card(celsius=61, milliwatts=212_300), Card(rates=None, memory=None)])
    meter = MachineMeter(nvml=nvml, seconds=30, clock=lambda: 7.0)
    first, second = await meter.sample(), await meter.sample()
    assert (first.at, first.cpu) == (7.0, None)
    assert second.cpu is None or 0 <= second.cpu <= 100
    assert first.ram_used is not None
    assert first.ram_total is not None
    assert 0 < first.ram_used < first.ram_total
    assert first.gpus == (GpuSample(37, 6_000_000_000, 24_000_000_000, 61, 212.3), GpuSample())


async def test_a_part_that_fails_or_hangs_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> float:
        raise OSError("no sensors today")

    monkeypatch.setattr(machine, "read_celsius", broken)
    nvml = FakeNvml(stuck=threading.Event())
    assert nvml.stuck
    sample = await MachineMeter(nvml=nvml, seconds=0.3).sample()
    nvml.stuck.set()
    assert (sample.celsius, sample.gpus) == (None, ())
    assert sample.ram_total


def test_the_machine_has_a_name() -> None:
    assert machine_name()
