"""Owns when a message may be changed: pure decisions with a clock.

Discord lets a bot change about one message a second, and five in a channel within five seconds; the headers of its
answers have the last word, and discord.py obeys them. Keeping within that beforehand means that the last text, which
matters most, never waits for those before it.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

CHANNELS = 1_000
"""Of how many channels it is remembered what was changed there."""


def monotonic() -> float:
    """Seconds. Looked up at each call, for tests that move the clock."""
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: a message is changed at most every `edit_seconds`, a channel `burst` times within `window`.

    `reserved` of these are for the last text of an answer. What an answer is waiting for is shown after
    `state_seconds` without a word of it. Discord shows typing for ten seconds; it is renewed every
    `typing_seconds`.
    """

    edit_seconds: float = 1.0
    burst: int = 5
    window: float = 5.25
    reserved: int = 1
    state_seconds: float = 1.0
    typing_seconds: float = 8.0


class Budget:
    """The changes in one channel, shared by all answers there."""

    def __init__(self, pace: Pace, *, clock: Callable[[], float] = monotonic) -> None:
        self._pace = pace
        self._clock = clock
        self._spent: deque[float] = deque(maxlen=pace.burst)

    def wait(self, *, last: bool) -> float:
        """In how many seconds the next change may be made, 0 for now; `last` may use what is reserved."""
        room = self._pace.burst - (0 if last else self._pace.reserved)
        if len(self._spent) < room:
            return 0.0
        return max(0.0, self._spent[-room] + self._pace.window - self._clock())

    def spend(self) -> None:
        """A change is made now."""
        self._spent.append(self._clock())


class Budgets:
    """The budget of each channel, of the channels that were last asked for."""

    def __init__(self, pace: Pace, *, clock: Callable[[], float] = monotonic) -> None:
        self._pace = pace
        self._clock = clock
        self._budgets: OrderedDict[int, Budget] = OrderedDict()

    def of(self, channel: int) -> Budget:
        """The same for everybody who asks for this channel."""
        budget = self._budgets.setdefault(channel, Budget(self._pace, clock=self._clock))
        self._budgets.move_to_end(channel)
        while len(self._budgets) > CHANNELS:
            self._budgets.popitem(last=False)
        return budget


@dataclass(slots=True)
class Seen:
    """What people see of one answer, and what they don't yet; times in seconds of the clock.

    `shown_at` is when a text of the answer was last shown, `state_at` since when it waits for something that isn't
    shown; None: never, nothing.
    """

    has_news: bool = False
    shown_at: float | None = None
    state_at: float | None = None

    def delay(self, pace: Pace, *, now: float, budget: float) -> float | None:
        """In how many seconds something is to be shown; None while there is nothing. `budget` is the channel's wait.

        The first words come at once, for somebody is looking at nothing.
        """
        if self.has_news:
            since = -pace.edit_seconds if self.shown_at is None else self.shown_at - now
            return max(0.0, since + pace.edit_seconds, budget)
        if self.state_at is not None and self.shown_at is None:
            return max(0.0, self.state_at + pace.state_seconds - now, budget)
        return None
