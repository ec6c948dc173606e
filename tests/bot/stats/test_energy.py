from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.stats.energy import Counter, EnergyReading, read_energy


class NVMLError(Exception):
    """As in `pynvml`: every refusal is one."""


@dataclass
class EnergyCards:
    """NVML with cards that have counted so many millijoules; None is one that doesn't tell."""

    counted: list[int | None]
    driver: bool = True
    closed: int = 0
    NVMLError: type[Exception] = field(default=NVMLError)

    def nvmlInit(self) -> None:  # noqa: N802 - NVML's names, here and below
        if not self.driver:
            raise NVMLError

    def nvmlShutdown(self) -> None:  # noqa: N802
        self.closed += 1
        raise NVMLError

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return len(self.counted)

    def nvmlDeviceGetHandleByIndex(self, index: int, /) -> int:  # noqa: N802
        return index

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: object, /) -> int:  # noqa: N802
        assert isinstance(handle, int)
        told = self.counted[handle]
        if told is None:
            raise NVMLError
        return told


def zone(powercap: Path, name: str, *, kind: str, microjoules: str) -> None:
    (powercap / name).mkdir(parents=True)
    for file, text in (("name", kind), ("energy_uj", microjoules), ("max_energy_range_uj", "262143328850")):
        (powercap / name / file).write_text(f"{text}\n")


def test_cards_tell_joules_by_nvml(tmp_path: Path) -> None:
    nvml = EnergyCards([5_000, 7_000])

    before = read_energy(nvml, powercap=tmp_path)
    nvml.counted = [6_000, 9_000]

    assert before.gpu_joules(read_energy(nvml, powercap=tmp_path)) == 3.0
    assert nvml.closed == 2


@pytest.mark.parametrize("nvml", [EnergyCards([5_000, None]), EnergyCards([], driver=False), EnergyCards([])])
def test_half_a_figure_is_none(nvml: EnergyCards, tmp_path: Path) -> None:
    reading = read_energy(nvml, powercap=tmp_path)

    assert reading.gpu_joules(reading) is None
    assert reading.cpu_joules(reading) is None


def test_packages_tell_joules_by_rapl_without_what_is_inside_of_them(tmp_path: Path) -> None:
    zone(tmp_path, "intel-rapl:0", kind="package-0", microjoules="4000000")
    zone(tmp_path, "intel-rapl:0:0", kind="core", microjoules="1000000")
    zone(tmp_path, "intel-rapl:1", kind="psys", microjoules="9000000")

    reading = read_energy(EnergyCards([]), powercap=tmp_path)

    assert {name: counter.joules for name, counter in reading.packages.items()} == {"intel-rapl:0": 4.0}


def test_packages_that_may_not_be_read_tell_nothing(tmp_path: Path) -> None:
    zone(tmp_path, "intel-rapl:0", kind="package-0", microjoules="not for you")

    assert read_energy(EnergyCards([]), powercap=tmp_path).packages == {}


def test_a_counter_that_began_anew_is_counted_on_and_one_that_went_back_is_not() -> None:
    assert Counter(90.0, wraps_at=100.0).until(Counter(5.0, wraps_at=100.0)) == 15.0
    assert Counter(90.0).until(Counter(5.0)) is None
    before, later = ({"0": Counter(90.0)}, {"0": Counter(5.0)})
    assert EnergyReading(before, {}).gpu_joules(EnergyReading(later, {})) is None


def test_this_machine_is_read_without_an_error() -> None:
    reading = read_energy()

    assert all(counter.joules >= 0 for counter in (*reading.gpus.values(), *reading.packages.values()))
