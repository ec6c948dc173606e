"""Owns how often a method may be called: Slack's tiers, and the limits of their own that writing methods have."""

import fnmatch
import math
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.doubles.slack.calls import Call


@dataclass(frozen=True, slots=True)
class Rate:
    """`limit` calls of a method like `method` in any `seconds`, counted for each method, and channel with `per`."""

    method: str
    limit: int
    seconds: float = 60.0
    per: Literal["channel", "workspace"] = "workspace"

    def place_of(self, call: Call) -> str | None:
        """What the call counts for; None where it is of another kind."""
        if not fnmatch.fnmatchcase(call.method, self.method):
            return None
        channel = str(call.args.get("channel", "")) if self.per == "channel" else ""
        return f"{call.method} {channel}"


def _tier(limit: int, *methods: str) -> tuple[Rate, ...]:
    return tuple(Rate(method, limit) for method in methods)


RATES = (
    Rate("chat.postMessage", 60, per="channel"),
    Rate("chat.postMessage", 5, 3.0, per="channel"),
    Rate("chat.update", 50, per="channel"),
    Rate("chat.delete", 50, per="channel"),
    Rate("chat.startStream", 20, per="channel"),
    Rate("chat.appendStream", 100, per="channel"),
    Rate("chat.stopStream", 20, per="channel"),
    *_tier(600, "assistant.threads.setStatus", "auth.test"),
    *_tier(100, "chat.postEphemeral", "users.info", "conversations.members", "files.info", "views.*"),
    *_tier(50, "agents.*", "assistant.threads.setSuggestedPrompts", "assistant.threads.setTitle", "bots.info"),
    *_tier(50, "conversations.history", "conversations.replies", "conversations.info", "conversations.open"),
    *_tier(50, "conversations.join", "users.conversations", "team.info", "reactions.*", "files.*External"),
    *_tier(20, "conversations.list", "apps.connections.open"),
)
"""https://docs.slack.dev/apis/web-api/rate-limits: tiers 2, 3 and 4 are 20, 50 and 100 a minute "and more"; a post is
one a second and channel with short bursts. Slack may count streams by workspace, too, at figures that it keeps."""


class RateLimits:
    """Counts calls in sliding windows. `clock` gives seconds since the epoch."""

    def __init__(self, clock: Callable[[], float], rates: Sequence[Rate] = RATES) -> None:
        self._clock = clock
        self._rates = rates
        self._calls: dict[tuple[Rate, str], deque[float]] = defaultdict(deque)

    def take(self, call: Call) -> int | None:
        """Count the call; one too many isn't counted, and must wait for so many seconds."""
        places = [(rate, place) for rate in self._rates if (place := rate.place_of(call)) is not None]
        waits = [wait for rate, place in places if (wait := self._wait(rate, place)) is not None]
        if waits:
            return max(waits)
        for key in places:
            self._calls[key].append(self._clock())
        return None

    def _wait(self, rate: Rate, place: str) -> int | None:
        calls, now = self._calls[rate, place], self._clock()
        while calls and calls[0] <= now - rate.seconds:
            calls.popleft()
        return max(1, math.ceil(calls[0] + rate.seconds - now)) if len(calls) >= rate.limit else None
