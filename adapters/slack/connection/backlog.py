"""Owns what Slack still knows of what was written while nobody listened: in channels, direct messages and threads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.slack.callers import mark_at, mark_of, ts_of
from adapters.slack.hearing.ears import Ears
from adapters.slack.hearing.history import History
from adapters.slack.hearing.reading import HeardHere
from adapters.slack.hearing.said import Said

MOST_THREADS = 100
"""As many are read after a gap as may be asked for within two minutes."""
OLDEST_THREAD = timedelta(days=7)
"""Whoever goes on in an older one without a mention isn't heard if nobody listened just then."""
MOST_NEW_THREADS = 20
"""Of those that began in one channel during the gap."""


@dataclass(frozen=True, slots=True)
class SlackBacklog:
    """What `history` tells, as `ears` hear it. `mine` are the channels and direct messages that Sova is in."""

    history: History
    ears: Ears
    mine: Collection[str] = ()

    def channels(self, known: Collection[str]) -> Mapping[str, int | None]:
        """All that Sova is in, and where something was heard before; of threads the newest ones.

        Slack tells of none when something was written there last.
        """
        threads = sorted((name for name in known if "/" in name), key=_root_mark, reverse=True)
        oldest = mark_at(datetime.now(UTC) - OLDEST_THREAD)
        fresh = [name for name in threads[:MOST_THREADS] if _root_mark(name) >= oldest]
        return dict.fromkeys([*(name for name in known if "/" not in name), *self.mine, *fresh])

    async def since(self, channel: str, mark: int) -> Sequence[HeardHere]:
        """What was written there; raises `PlatformUnreachable`.

        What was written below new messages of a channel comes before them, for the last one tells how far it was read.
        """
        place, _, thread = channel.partition("/")
        if thread:
            return await self.ears.missed(await self.history.thread(place, thread, after=ts_of(mark)))
        roots = await self.history.channel(place, after=ts_of(mark))
        below = [said for root in _begun(roots) for said in await self.history.thread(place, root, after=root)]
        heard = await self.ears.missed([*roots, *below])
        return sorted(heard, key=lambda one: (not one.original.said.is_reply, one.mark))


def _begun(roots: Sequence[Said]) -> Sequence[str]:
    return [said.ts for said in roots if said.has_replies][-MOST_NEW_THREADS:]


def _root_mark(name: str) -> int:
    return mark_of(name.partition("/")[2])
