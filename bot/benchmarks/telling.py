"""Owns how a run's figures are written: as rows of a table, with as many decimals as say something. Pure."""

from dataclasses import dataclass

from bot.wording import Wording


@dataclass(frozen=True, slots=True)
class Section:
    """A table under a title; the columns named in `numeric` are figures. `notes` stand below it."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int]
    notes: tuple[str, ...] = ()


def amount(value: float | None, say: Wording, *, digits: int = 1) -> str:
    """A figure with so many decimals, a dash where there is none."""
    if value is None:
        return say("amount-unknown")
    return say("bench-amount", value=round(value, digits), digits=digits)


def seconds(milliseconds: float | None, say: Wording) -> str:
    """A time in seconds, the finer the shorter it is."""
    if milliseconds is None:
        return say("amount-unknown")
    return amount(milliseconds / 1000, say, digits=2)


def percent(share: float | None, say: Wording) -> str:
    """A share in whole percent, a dash where there is none."""
    return say("amount-unknown") if share is None else say("bench-percent", value=share * 100)
