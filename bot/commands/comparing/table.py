"""Owns the table of what people prefer: the models by their rating, as votes on comparisons make it."""

from collections.abc import Sequence

from bot.commands.cards import Table
from bot.models.rating import Rating, rate
from bot.ports import Comparisons
from bot.wording import Wording

_COLUMNS = ("model", "elo", "within", "votes", "won", "tied", "lost")


async def ratings(comparisons: Comparisons) -> Sequence[Rating]:
    """The rating of every model that somebody voted on, the strongest first, from all votes that are kept.

    Raises `HistoryUnavailable`.
    """
    return rate([poll async for poll in comparisons.polls()])


def ratings_table(say: Wording, rated: Sequence[Rating]) -> Table:
    """The ratings as rows; those that few votes stand behind are marked."""
    columns = tuple(say(f"ratings-column-{name}") for name in _COLUMNS)
    rows = tuple(_row(rating, say) for rating in rated)
    return Table(columns, rows, frozenset(range(1, len(_COLUMNS))), title=say("ratings-title"))


def _row(rating: Rating, say: Wording) -> tuple[str, ...]:
    counts = (rating.votes, rating.won, rating.tied, rating.lost)
    return (
        rating.model,
        say("ratings-elo", elo=round(rating.elo)),
        say("ratings-within", within=round(rating.within), certain="yes" if rating.is_certain else "no"),
        *(say("amount-whole", value=count) for count in counts),
    )
