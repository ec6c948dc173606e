"""Owns the double's time: the real one, moved forward by hand where Discord's limits are minutes."""

from datetime import UTC, datetime, timedelta

from simcord._clock import Clock


class MovableClock(Clock):
    """`advance` moves it; between two moves it runs as fast as the real one."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.elapsed)

    def seconds(self) -> float:
        """Seconds since the epoch."""
        return self.now().timestamp()
