"""Owns what is known of threads: where the talk stands in each, heard along, or read once where it wasn't heard."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from weakref import WeakValueDictionary

from adapters.slack.hearing.asking import NOTHING_SAID, Floor, Talk, after, talk_of
from adapters.slack.hearing.history import History
from adapters.slack.hearing.said import Said
from bot.errors import AssistantError

logger = logging.getLogger(__name__)

MOST = 10_000
"""Of how many threads it is remembered how the talk stands."""
MOST_MESSAGES = 1_000
"""Of how many messages it is remembered how it stood before: Slack brings some of them more than once."""
MOST_EARLIER = 20


@dataclass(frozen=True, slots=True)
class Before:
    """What stood before a message in its thread.

    `earlier` is what people said there last, where it had to be read: after Sova's own last message, for what came
    before it her history knows.
    """

    talk: Talk = NOTHING_SAID
    earlier: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class _Heard:
    """Where the talk stands after the message `mark`."""

    talk: Talk
    mark: int


_Thread = tuple[str, str]


class Threads:
    """Takes in every message of every channel. `me` is Sova's user.

    `is_alone` says whether every message comes to this process; where others listen too, only reading tells.
    """

    def __init__(self, history: History, *, me: str, is_alone: Callable[[], bool]) -> None:
        self._history = history
        self._me = me
        self._is_alone = is_alone
        self._known: OrderedDict[_Thread, _Heard] = OrderedDict()
        self._told: OrderedDict[str, Before] = OrderedDict()
        self._orders: WeakValueDictionary[_Thread, asyncio.Lock] = WeakValueDictionary()

    async def before(self, said: Said) -> Before:
        """What stood before the message, which is then known too; the same however often it comes.

        A thread is read where nobody here has heard how it stands, and where Sova is called into a discussion.
        """
        thread = (said.channel, said.root)
        async with self._orders.setdefault(thread, asyncio.Lock()):
            if said.id not in self._told:
                self._told[said.id] = before = await self._before(said, thread)
                self._take_in(said, thread, before.talk)
                _bound(self._told, MOST_MESSAGES)
            return self._told[said.id]

    def is_part(self, channel: str, root: str) -> bool:
        """Whether Sova takes part in the thread, as far as it was heard."""
        known = self._known.get((channel, root))
        return known is not None and known.talk.floor is not Floor.NONE

    async def _before(self, said: Said, thread: _Thread) -> Before:
        if said.is_direct or not said.is_reply:
            return Before()
        known = self._known.get(thread)
        if known and known.mark < said.mark and self._is_alone() and not self._is_called_in(said, known.talk):
            return Before(known.talk)
        if not said.is_spoken:
            return Before(known.talk if known else NOTHING_SAID)
        return await self._read(said)

    def _is_called_in(self, said: Said, talk: Talk) -> bool:
        return said.mentions(self._me) and not talk.is_with_her

    async def _read(self, said: Said) -> Before:
        """Who can't read it keeps silent there, unless she is mentioned."""
        try:
            earlier = await self._history.thread(said.channel, said.root, before=said.ts)
        except AssistantError as error:
            logger.warning("a thread can't be read now: %s", error)
            return Before()
        return Before(talk_of(earlier, me=self._me), tuple(_since_hers(earlier)[-MOST_EARLIER:]))

    def _take_in(self, said: Said, thread: _Thread, talk: Talk) -> None:
        """What comes late changes nothing: it stands before what was heard already."""
        known = self._known.get(thread)
        if said.is_direct or (known and known.mark >= said.mark):
            return
        if said.is_reply and not said.is_spoken and known is None:
            return
        self._known[thread] = _Heard(after(talk, said, me=self._me), said.mark)
        self._known.move_to_end(thread)
        _bound(self._known, MOST)


def _since_hers(earlier: Sequence[Said]) -> Sequence[Said]:
    last = max((n for n, one in enumerate(earlier) if one.is_ours), default=-1)
    return [one for one in earlier[last + 1 :] if one.is_spoken]


def _bound(known: OrderedDict[_Thread, _Heard] | OrderedDict[str, Before], most: int) -> None:
    while len(known) > most:
        known.popitem(last=False)
