"""Owns how often Slack takes what an answer needs, and when one may stream: pure decisions with a clock.

Streams read best, but Slack takes few of them: beginning and ending one are methods of its second tier (20 a minute),
adding to one is of its fourth (100), a workspace each. So only so many answers stream at a time as can be added to at a
pace that reads well, and none begins that could not be ended at once. Others are posted and changed in place, while
each of them could be changed to its whole text at the same moment; when there are more yet they are posted whole.

https://docs.slack.dev/apis/web-api/rate-limits
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from bot.chat.showing.pacing import Budget, Budgets, Pace, Rate, Rates, monotonic

MOST_OPEN = 5
"""Streams at a time: each is added to every three seconds at least."""
STREAM_SECONDS = 270.0
"""After so long a stream is ended, and its message goes on in place: Slack ends it after about five minutes."""
UPDATE_SECONDS = 1.5
"""A message is changed at most so often; in a channel that leaves room for the last texts of others."""

PACE = Pace(
    channel=Rate(50, window=60.0, reserved=10),
    whole=Rate(100, window=60.0, reserved=55),
    edit_seconds=0.6,
    state_seconds=0.4,
    typing_seconds=60.0,  # Slack shows a status for two minutes
)

_STARTS = Rate(18, window=60.0, reserved=0)
_STOPS = Rate(19, window=60.0, reserved=0)
_APPENDS = (Rate(90, window=60.0, reserved=0), Rate(8, window=5.0, reserved=0))
_STATUSES = Rate(500, window=60.0, reserved=200)
_SESSIONS = Rate(48, window=60.0, reserved=24)


@dataclass(frozen=True, slots=True)
class _Bounds:
    channel: Rates
    whole: Rates


_UPDATES = _Bounds(
    channel=(PACE.channel, Rate(50, window=6.0, reserved=46)),  # 50 a minute, those of growing texts evenly
    whole=PACE.whole,
)
_POSTS = _Bounds(
    channel=(Rate(5, window=4.0, reserved=0), Rate(55, window=60.0, reserved=0)),  # one a second, and short bursts
    whole=Rate(200, window=60.0, reserved=0),
)


class Allowance:
    """What this process may still ask of Slack. `clock` gives seconds."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self.updates = Budgets(_UPDATES, clock=clock)
        self.posts = Budgets(_POSTS, clock=clock)
        self.appends = Budget(_APPENDS, clock=clock)
        self.streams = Streams(clock=clock)
        self.drafts = Drafts(self.updates)
        self.statuses = Budget(_STATUSES, clock=clock)
        self._sessions = Budget(_SESSIONS, clock=clock)

    def takes_session(self) -> bool:
        """Whether a session may be begun, which is then counted; there is always room to end it."""
        if self._sessions.wait(last=False) > 0:
            return False
        self._sessions.spend()
        return True

    def end_session(self) -> None:
        """One is ended."""
        self._sessions.spend()


class Streams:
    """How many streams are open, and whether one more may be."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._starts = Budget(_STARTS, clock=clock)
        self._stops = Budget(_STOPS, clock=clock)
        self._open = 0

    def may_begin(self) -> bool:
        """Whether there is room for one more, and for ending all of them at the same moment."""
        is_even = self._open < MOST_OPEN and self._stops.room(last=True) > self._open
        return is_even and self._starts.wait(last=True) == 0

    def begin(self) -> None:
        """One is begun."""
        self._starts.spend()
        self._open += 1

    def end(self) -> None:
        """One is ended."""
        self._stops.spend()
        self._open -= 1

    def lose(self) -> None:
        """One isn't ours to end any more, or never was."""
        self._open -= 1


class Drafts:
    """How many messages stand there that will be changed to their whole text, and whether one more may."""

    def __init__(self, updates: Budgets) -> None:
        self._updates = updates
        self._open: Counter[str] = Counter()

    def may_begin(self, channel: str) -> bool:
        """Whether there is room for changing all of them at the same moment, there and in all channels."""
        in_channel = self._updates.room(channel, last=True) - self._open[channel]
        return min(in_channel, self._updates.room(last=True) - self._open.total()) > 0

    def begin(self, channel: str) -> None:
        """One is posted."""
        self._open[channel] += 1

    def end(self, channel: str) -> None:
        """One is whole, or isn't ours to change any more."""
        self._open[channel] -= 1
        if not self._open[channel]:
            del self._open[channel]
