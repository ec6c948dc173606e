"""Owns the double's time: the real one, moved forward by hand where Discord's limits are minutes."""

from datetime import UTC, datetime, timedelta

from simcord._clock import Clock


class MovableClock(Clock):
    """`advance` moves it; between two moves it runs as fast as the real one, or, once stopped, not at all."""

    def __init__(self) -> None:
        super().__init__()
        self._stopped_at: datetime | None = None

    def now(self) -> datetime:
        return (self._stopped_at or datetime.now(UTC)) + timedelta(seconds=self.elapsed)

    def stop(self) -> None:
        """From now on it moves by `advance` alone."""
        self._stopped_at = datetime.now(UTC)

    def seconds(self) -> float:
        """Seconds since the epoch."""
        return self.now().timestamp()
