"""Owns when a message may be changed: pure decisions with a clock.

Chat platforms let a bot change a message now and then only, and refuse what is more. Keeping within that beforehand
means that the last text, which matters most, never waits for those before it.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Protocol

CHANNELS = 1_000
"""Of how many channels it is remembered what was changed there."""


def monotonic() -> float:
    """Seconds. Looked up at each call, for tests that move the clock."""
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` within `window` seconds, of which `reserved` are for what matters most."""

    most: int
    window: float
    reserved: int


Rates = Rate | tuple[Rate, ...]
"""One rate, or several that hold at the same time, such as a short one for an even pace and a long one."""


class Bounds(Protocol):
    """How often something may be done in one channel, and in all of them together."""

    @property
    def channel(self) -> Rates:
        """In one channel."""
        ...

    @property
    def whole(self) -> Rates:
        """In all of them together."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a platform takes. Seconds: a message is changed at most every `edit_seconds`.

    Messages of one channel are changed as often as `channel` allows, and those of all channels together as `whole`
    does. What an answer is waiting for is shown after `state_seconds` without a word of it. That Sova is at work the
    platform shows for a while only; it is renewed every `typing_seconds`.
    """

    channel: Rate
    whole: Rate
    edit_seconds: float
    state_seconds: float
    typing_seconds: float


class Budget:
    """What was done within the last seconds, and what may be done now."""

    def __init__(self, rates: Rates, *, clock: Callable[[], float] = monotonic) -> None:
        self._rates = rates if isinstance(rates, tuple) else (rates,)
        self._clock = clock
        self._spent: deque[float] = deque(maxlen=max(rate.most for rate in self._rates))

    def wait(self, *, last: bool) -> float:
        """In how many seconds it may be done once more, 0 for now; `last` may use what is reserved."""
        return max(self._wait(rate, last=last) for rate in self._rates)

    def room(self, *, last: bool) -> int:
        """How often it may be done now."""
        return min(self._room(rate, last=last) for rate in self._rates)

    def spend(self) -> None:
        """It is done now."""
        self._spent.append(self._clock())

    def _wait(self, rate: Rate, *, last: bool) -> float:
        most = _most(rate, last=last)
        if len(self._spent) < most:
            return 0.0
        return max(0.0, self._spent[-most] + rate.window - self._clock())

    def _room(self, rate: Rate, *, last: bool) -> int:
        begin = self._clock() - rate.window
        return max(0, _most(rate, last=last) - sum(at > begin for at in self._spent))


def _most(rate: Rate, *, last: bool) -> int:
    return rate.most - (0 if last else rate.reserved)


class Budgets:
    """That of each channel, of those that were last asked for, and that of all of them together.

    A channel is whatever the platform names it by.
    """

    def __init__(self, bounds: Bounds, *, clock: Callable[[], float] = monotonic) -> None:
        self._bounds = bounds
        self._clock = clock
        self._whole = Budget(bounds.whole, clock=clock)
        self._channels: OrderedDict[Hashable, Budget] = OrderedDict()

    def wait(self, channel: Hashable | None = None, *, last: bool) -> float:
        """In how many seconds a channel's messages may be changed; None for a request that changes none."""
        return max(budget.wait(last=last) for budget in self._concerned(channel))

    def room(self, channel: Hashable | None = None, *, last: bool) -> int:
        """How often they may be changed now."""
        return min(budget.room(last=last) for budget in self._concerned(channel))

    def spend(self, channel: Hashable | None = None) -> None:
        """They are changed now."""
        for budget in self._concerned(channel):
            budget.spend()

    async def take(self, channel: Hashable | None = None, *, last: bool) -> None:
        """Wait until it may be done, and count it."""
        while (seconds := self.wait(channel, last=last)) > 0:  # noqa: ASYNC110  # the clock is what it waits for
            await asyncio.sleep(seconds)
        self.spend(channel)

    def _concerned(self, channel: Hashable | None) -> tuple[Budget, ...]:
        if channel is None:
            return (self._whole,)
        budget = self._channels.setdefault(channel, Budget(self._bounds.channel, clock=self._clock))
        self._channels.move_to_end(channel)
        while len(self._channels) > CHANNELS:
            self._channels.popitem(last=False)
        return (self._whole, budget)


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
