"""Owns what energy a model took, and what that costs: measured where counters tell it, else estimated. Pure."""

from dataclasses import dataclass

from bot.benchmarks.records import Energy, EnergySource, MeasuredModel, Phase, Price

WATTS_A_CORE = 8.0
"""What a processor core at work is taken to draw where nobody tells: desktop processors of 65 W have eight cores, those
of servers draw half as much for each (EPYC 7763: 280 W, 64 cores), those of laptops three to seven watts."""
_SECONDS_AN_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Consumption:
    """What counters told over `seconds`: joules of cards and processors, None where they don't tell.

    `busy_cores` is how many cores were at work on average; `has_cards` whether there are graphics cards at all.
    """

    seconds: float
    gpu_joules: float | None
    cpu_joules: float | None
    busy_cores: float
    has_cards: bool = False


@dataclass(frozen=True, slots=True)
class Yield:
    """What a model's energy comes to, in watt-hours and in money; None where there is no price, or no token."""

    per_thousand_answers: float
    per_million_tokens: float | None
    cost_of_thousand_answers: float | None
    cost_of_million_tokens: float | None


def energy_of(used: Consumption, *, watts: float | None, is_here: bool) -> Energy | None:
    """The energy of `used`: by the operator's `watts` where they are given, else by counters, else by the heuristic.

    None where the engine runs elsewhere, and where graphics cards were at work that don't tell.
    """
    if watts is not None:
        return Energy(watts * used.seconds / _SECONDS_AN_HOUR, used.seconds, EnergySource.WATTS, watts)
    if not is_here:
        return None
    joules = (used.gpu_joules or 0.0) + (used.cpu_joules or 0.0)
    if source := _counted(used):
        return Energy(joules / _SECONDS_AN_HOUR, used.seconds, source)
    if used.has_cards:
        return None
    drawn = WATTS_A_CORE * used.busy_cores
    return Energy(drawn * used.seconds / _SECONDS_AN_HOUR, used.seconds, EnergySource.HEURISTIC, drawn)


def yield_of(model: MeasuredModel, price: Price | None) -> Yield | None:
    """What so many answers and tokens of `model` take; None where its energy isn't known, or it gave no answer."""
    whole = [sample for sample in model.samples if sample.failure is None and sample.phase is Phase.COLD]
    if model.energy is None or not whole:
        return None
    tokens = sum(sample.tokens for sample in whole)
    answers = model.energy.watt_hours / len(whole) * 1_000
    million = model.energy.watt_hours / tokens * 1_000_000 if tokens else None
    return Yield(answers, million, _cost(answers, price), _cost(million, price))


def _counted(used: Consumption) -> EnergySource | None:
    match used.gpu_joules, used.cpu_joules:
        case None, None:
            return None
        case _, None:
            return EnergySource.GPU
        case None, _:
            # with cards that don't tell, the processor's share would be taken for the whole
            return None if used.has_cards else EnergySource.CPU
        case _:
            return EnergySource.BOTH


def _cost(watt_hours: float | None, price: Price | None) -> float | None:
    return None if watt_hours is None or price is None else watt_hours / 1_000 * price.per_kwh
