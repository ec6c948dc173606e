"""Owns the choice of what draws charts: a process of its own, which keeps what it knows of fonts in the cache."""

from bot.backends.charts.process import ChartProcess
from bot.settings import Settings, child_environment


def charts_of(settings: Settings) -> ChartProcess:
    """What draws charts; to be entered, and nothing is started before the first one."""
    return ChartProcess(settings.cache_dir / "charts", environment=child_environment())
