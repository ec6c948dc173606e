from dataclasses import replace

import pytest

from bot.benchmarks.energy import Consumption, energy_of, yield_of
from bot.benchmarks.records import Energy, EnergySource, Price
from tests.bot.benchmarks.samples import model, sample

HOUR = Consumption(seconds=3600.0, gpu_joules=None, cpu_joules=None, busy_cores=2.0)


@pytest.mark.parametrize(
    ("used", "source", "watt_hours"),
    [
        (replace(HOUR, gpu_joules=36_000.0, cpu_joules=3_600.0, has_cards=True), EnergySource.BOTH, 11.0),
        (replace(HOUR, gpu_joules=36_000.0, has_cards=True), EnergySource.GPU, 10.0),
        (replace(HOUR, cpu_joules=3_600.0), EnergySource.CPU, 1.0),
        (HOUR, EnergySource.HEURISTIC, 16.0),
    ],
)
def test_counters_come_before_the_heuristic(used: Consumption, source: EnergySource, watt_hours: float) -> None:
    energy = energy_of(used, watts=None, is_here=True)

    assert energy is not None
    assert energy.source is source
    assert energy.watt_hours == pytest.approx(watt_hours)
    assert energy.source.is_measured == (source is not EnergySource.HEURISTIC)


def test_what_a_meter_told_comes_before_everything() -> None:
    energy = energy_of(replace(HOUR, cpu_joules=1.0), watts=120.0, is_here=False)

    assert energy == Energy(120.0, 3600.0, EnergySource.WATTS, 120.0)


def test_nothing_is_guessed_of_another_machine_or_of_cards_that_do_not_tell() -> None:
    assert energy_of(HOUR, watts=None, is_here=False) is None
    assert energy_of(replace(HOUR, has_cards=True), watts=None, is_here=True) is None
    assert energy_of(replace(HOUR, has_cards=True, cpu_joules=5.0), watts=None, is_here=True) is None


def test_costs_follow_from_energy_and_price() -> None:
    used = replace(model([sample(tokens=10)] * 2), energy=Energy(4.0, 60.0, EnergySource.GPU))

    spent = yield_of(used, Price(5.0, "CZK"))

    assert spent is not None
    assert (spent.per_thousand_answers, spent.cost_of_thousand_answers) == (2_000.0, 10.0)
    assert (spent.per_million_tokens, spent.cost_of_million_tokens) == (200_000.0, 1_000.0)


def test_without_a_token_or_a_price_there_is_no_such_figure() -> None:
    empty = replace(model([sample(ttft=None, tokens=0)]), energy=Energy(4.0, 60.0, EnergySource.GPU))

    spent = yield_of(empty, None)

    assert spent is not None
    assert (spent.per_million_tokens, spent.cost_of_thousand_answers) == (None, None)
    assert yield_of(model([]), None) is None
