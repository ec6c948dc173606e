"""Owns how often something may be asked: Discord's buckets, each with its window, and the limit over all of them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.doubles.discord.calls import Call


@dataclass(frozen=True, slots=True)
class Rate:
    """`limit` calls in `seconds`, for each place that `path` names in its first group; `method` is a pattern, too."""

    bucket: str
    method: str
    path: str
    limit: int
    seconds: float

    def place_of(self, call: Call) -> str | None:
        """What the limit is counted for; None where the call is of another kind."""
        found = re.fullmatch(self.path, call.path) if re.fullmatch(self.method, call.method) else None
        return found.group(1) if found else None


_CHANNEL = r"/channels/(\d+)"
RATES = (
    Rate("send", "POST", rf"{_CHANNEL}/messages", 5, 5),
    Rate("edit", "PATCH", rf"{_CHANNEL}/messages/\d+", 5, 5),
    Rate("delete", "DELETE", rf"{_CHANNEL}/messages/\d+", 5, 1),
    Rate("typing", "POST", rf"{_CHANNEL}/typing", 5, 5),
    Rate("react", "PUT", rf"{_CHANNEL}/messages/\d+/reactions/.*", 1, 0.25),
    Rate("follow-up", "POST", r"/webhooks/(\d+/[^/]+)", 5, 5),
    Rate("follow-up-edit", "PATCH", r"/webhooks/(\d+/[^/]+)/messages/.*", 5, 5),
)
"""What clients see in the headers; Discord publishes no numbers and may change them."""
SHARED_RATES = (Rate("messages", "POST|PATCH", rf"{_CHANNEL}/messages(?:/\d+)?", 5, 5), *RATES[2:])
"""Stricter: what is posted and what is edited in a channel count together."""
GLOBAL_LIMIT, GLOBAL_SECONDS = 50, 1.0
"""https://discord.com/developers/docs/topics/rate-limits#global-rate-limit: interactions aren't bound to it."""


@dataclass(slots=True)
class _Window:
    ends: float
    used: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What a call may know: the headers, and how long it must wait if it was one too many."""

    headers: dict[str, str]
    retry_after: float | None = None
    is_global: bool = False


class RateLimits:
    """Counts calls. `clock` gives seconds since the epoch."""

    def __init__(self, clock: Callable[[], float], rates: Sequence[Rate] = RATES) -> None:
        self._clock = clock
        self._rates = rates
        self._windows: dict[tuple[str, str], _Window] = {}

    def take(self, call: Call) -> Taken:
        """Count the call; one too many isn't counted, it waits."""
        if self._rates and not call.path.startswith(("/interactions/", "/webhooks/")):
            over = self._use("global", "", GLOBAL_LIMIT, GLOBAL_SECONDS)
            if over.used > GLOBAL_LIMIT:
                return Taken({"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}, self._left(over), True)
        for rate in self._rates:
            place = rate.place_of(call)
            if place is not None:
                return self._taken(rate, self._use(rate.bucket, place, rate.limit, rate.seconds))
        return Taken({})

    def _taken(self, rate: Rate, window: _Window) -> Taken:
        headers = {
            "X-RateLimit-Limit": str(rate.limit),
            "X-RateLimit-Remaining": str(max(0, rate.limit - window.used)),
            "X-RateLimit-Reset": f"{window.ends:.3f}",
            "X-RateLimit-Reset-After": f"{self._left(window):.3f}",
            "X-RateLimit-Bucket": rate.bucket,
        }
        if window.used <= rate.limit:
            return Taken(headers)
        return Taken({**headers, "X-RateLimit-Scope": "user"}, self._left(window))

    def _use(self, bucket: str, place: str, limit: int, seconds: float) -> _Window:
        window = self._windows.get((bucket, place))
        if window is None or window.ends <= self._clock():
            window = self._windows[bucket, place] = _Window(self._clock() + seconds)
        window.used = min(window.used, limit) + 1
        return window

    def _left(self, window: _Window) -> float:
        return max(0.0, window.ends - self._clock())
