"""Owns what may go wrong with a chart."""

from dataclasses import dataclass

from bot.errors.family import AssistantError


@dataclass(eq=False)
class ChartFailed(AssistantError):
    """A chart couldn't be drawn; `reason` is the name of what went wrong, for the log."""

    reason: str
    code = "chart-failed"
