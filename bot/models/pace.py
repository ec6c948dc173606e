"""Owns how fast something comes in, and how long the rest will take. Pure."""

from collections import deque
from dataclasses import dataclass, field

WINDOW_SECONDS = 20.0
"""What came within so many seconds decides: long enough for a steady figure, short enough to follow a change."""
_LEAST_SECONDS = 1.0


@dataclass(slots=True)
class Pace:
    """Bytes by the time at which they were there. Times are seconds of any steady clock, each not before the last."""

    _seen: deque[tuple[float, int]] = field(default_factory=deque)

    def note(self, at: float, done: int) -> None:
        """So many bytes are there `at` this time; fewer than before begin anew."""
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((at, done))
        while len(self._seen) > 2 and self._seen[1][0] <= at - WINDOW_SECONDS:
            self._seen.popleft()

    @property
    def rate(self) -> float | None:
        """Bytes a second within the window; None before there is enough to tell."""
        if not self._seen:
            return None
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        if ended - began < _LEAST_SECONDS:
            return None
        return (last - first) / (ended - began)

    def seconds_left(self, total: int) -> float | None:
        """How long the rest up to `total` bytes takes at this rate; None where nothing moves, or isn't known yet."""
        rate = self.rate
        return None if not rate else max(0, total - self._seen[-1][1]) / rate
