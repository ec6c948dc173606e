"""Owns the double's time: the real one, moved forward by hand where Slack's limits are minutes; and timestamps."""

import time


class Clock:
    """`advance` moves it; between two moves it runs as fast as the real one, or, once stopped, not at all."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._stopped_at: float | None = None
        self._last = 0

    def now(self) -> float:
        """Seconds since the epoch."""
        return (time.time() if self._stopped_at is None else self._stopped_at) + self._ahead

    def stop(self) -> None:
        """From now on it moves by `advance` alone."""
        self._stopped_at = time.time()

    def advance(self, seconds: float) -> None:
        """Time passes."""
        self._ahead += seconds

    def ts(self) -> str:
        """A timestamp in Slack's form, later than each one before; that is what messages are called by."""
        self._last = max(int(self.now() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
