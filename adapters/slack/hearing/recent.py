"""Owns the running discussion of each channel: the last messages as they were heard, for whoever calls Sova into it."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import replace

from adapters.slack.hearing.said import Said

MOST_CHANNELS = 1_000
MOST_MESSAGES = 20
MOST_CHARACTERS = 4_000
"""Of one message; longer ones are no remarks."""
LIVE_MICROSECONDS = 10 * 60 * 1_000_000
"""What was said in a channel belongs to the same discussion for so long: ten minutes."""


class Recent:
    """Remembers what people say to each other in channels, outside of threads; nothing of it outlasts the process."""

    def __init__(self) -> None:
        self._said: OrderedDict[str, deque[Said]] = OrderedDict()

    def take_in(self, said: Said) -> None:
        """Somebody said that to others. The same once more changes nothing."""
        channel = self._said.setdefault(said.channel, deque(maxlen=MOST_MESSAGES))
        if all(one.ts != said.ts for one in channel):
            channel.append(replace(said, text=said.text[:MOST_CHARACTERS]))
        self._said.move_to_end(said.channel)
        while len(self._said) > MOST_CHANNELS:
            self._said.popitem(last=False)

    def before(self, said: Said) -> Sequence[Said]:
        """What was said in the channel just before, oldest first."""
        live = [one for one in self._said.get(said.channel, ()) if 0 < said.mark - one.mark <= LIVE_MICROSECONDS]
        return sorted(live, key=lambda one: one.mark)
