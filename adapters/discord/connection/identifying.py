"""Owns not connecting too often: Discord resets the token of a bot that identifies itself 1,000 times in a day.

https://discord.com/developers/docs/events/gateway#session-start-limit-object
"""

import json
import math
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from adapters.discord.faults import NAME
from bot.errors import PlatformConnectedTooOften

HOUR = 3_600.0
MOST_AN_HOUR = 40
"""960 a day."""
FILE = "discord-connections.json"


class IdentifyGuard:
    """Counts in a file, for what restarts too often is the process itself. `now` gives seconds since the epoch.

    A handful of numbers is read and written: that takes no thread of its own.
    """

    def __init__(self, path: Path, *, most: int = MOST_AN_HOUR, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._most = most
        self._now = now

    def demand(self) -> None:
        """Raise `PlatformConnectedTooOften` where one more would be too many now."""
        recent, now = self._recent(), self._now()
        if len(recent) >= self._most:
            seconds = math.ceil(recent[-self._most] + HOUR - now)
            raise PlatformConnectedTooOften(NAME, connections=len(recent), seconds=seconds)

    def count(self) -> None:
        """One more is made now; raises like `demand`."""
        self.demand()
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps([*self._recent(), self._now()]), encoding="utf-8")
        beside.replace(self._path)

    def since(self) -> float:
        """How many seconds ago the last one was; an hour where there was none."""
        return min([HOUR, *(self._now() - at for at in self._recent())])

    def _recent(self) -> list[float]:
        """When they were, within the last hour; a file that can't be read is one that isn't there."""
        with suppress(FileNotFoundError, ValueError, TypeError):
            made = json.loads(self._path.read_text(encoding="utf-8"))
            return sorted(float(at) for at in made if self._now() - HOUR < at <= self._now())
        return []
