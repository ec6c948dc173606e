from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import GpuSample, MachineSample
from bot.stats.hour import MINUTES, Extent, course, hours, within_the_hour

NOW = 1_800_000_000.0
GB = 10**9


def sample(ago: float = 0, cpu: float | None = 50.0, **other: object) -> MachineSample:
    return MachineSample(NOW - ago, cpu, **other)  # type: ignore[arg-type]


def test_an_hour_tells_what_is_in_use_now_and_the_most_there_was() -> None:
    (hour,) = hours({"m": [sample(0, 20.0), sample(15, 90.0), sample(30, 40.0)]}, now=NOW + 5)
    assert hour.cpu == Extent(20.0, 90.0)
    assert (hour.machine, hour.age, hour.is_stale) == ("m", 5.0, False)
    assert (hour.ram, hour.gpu, hour.vram, hour.celsius, hour.watts) == (None,) * 5


def test_cards_are_told_together_and_the_hottest_part_counts() -> None:
    gpus = (GpuSample(90, 6 * GB, 8 * GB, 71, 200), GpuSample(50, 2 * GB, 8 * GB, 65, 100), GpuSample())
    (hour,) = hours({"m": [sample(celsius=60.0, gpus=gpus, ram_used=3 * GB, ram_total=4 * GB)]}, now=NOW)
    assert (hour.ram, hour.gpu, hour.vram) == (Extent(75.0, 75.0), Extent(70.0, 70.0), Extent(50.0, 50.0))
    assert (hour.celsius, hour.watts) == (Extent(71, 71), Extent(300, 300))


def test_what_a_machine_told_long_ago_is_not_so_now() -> None:
    (hour,) = hours({"m": [sample(300, 20.0)]}, now=NOW)
    assert (hour.is_stale, hour.age, hour.cpu) == (True, 300.0, Extent(None, 20.0))


def test_machines_come_by_name_and_those_that_told_nothing_within_the_hour_are_left_out() -> None:
    told = {"b": [sample()], "a": [sample()], "gone": [sample(3700)], "ahead": [sample(-100_000)]}
    assert [hour.machine for hour in hours(told, now=NOW)] == ["a", "b"]


def test_a_clock_that_is_a_little_ahead_makes_nobody_younger_than_now() -> None:
    (hour,) = hours({"m": [sample(-60)]}, now=NOW)
    assert (hour.age, hour.is_stale) == (0.0, False)


@given(ats=st.lists(st.floats(min_value=0, max_value=4e9), max_size=20), now=st.floats(min_value=0, max_value=4e9))
def test_whatever_clocks_do_figures_are_of_the_last_hour_alone(ats: Sequence[float], now: float) -> None:
    samples = [MachineSample(at, 50.0) for at in ats]
    recent = within_the_hour(samples, now=now)
    assert all(now - 3600 < one.at <= now + 300 for one in recent)
    assert list(recent) == sorted(recent, key=lambda one: one.at, reverse=True)
    hours({"m": samples}, now=now)
    course(samples, now=now)


def test_the_course_goes_minute_by_minute_with_a_gap_where_nothing_was_told() -> None:
    went = course([sample(5, 10.0), sample(20, 30.0), sample(130, 80.0)], now=NOW)
    assert went is not None
    assert len(went.cpu) == MINUTES
    assert went.cpu[-3:] == (80.0, None, 20.0)
    assert set(went.gpu) == {None}


@pytest.mark.parametrize("samples", [[], [sample(1), sample(16)], [sample(9_000), sample(9_100)]])
def test_a_line_takes_two_minutes(samples: list[MachineSample]) -> None:
    assert course(samples, now=NOW) is None
