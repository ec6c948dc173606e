"""Owns missing nothing: what was heard is written down in time, and what was written during a gap is fetched."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.chat.hearing.marks import Marks
from bot.chat.hearing.merging import Heard, M
from bot.errors import AssistantError
from bot.ports import SeenLog

logger = logging.getLogger(__name__)

KEEP_SECONDS = 5.0
"""How often what was heard is written down: what a crash loses of it is heard twice, and known to the inbox."""
LONGEST_PAUSE = 60.0
"""Seconds until a channel that couldn't be read is tried again, at most."""
LONGEST_GAP = timedelta(hours=24)
"""What is older isn't answered any more: whoever asked has moved on."""
FORGOTTEN = timedelta(days=60)
"""A channel where nobody has written for so long is no longer kept in mind."""

Missed = Callable[[Sequence[Heard[M]]], Awaitable[bool]]
"""Takes what was written in one channel meanwhile, oldest first; False when not all of it could be kept."""


class Backlog(Protocol[M]):
    """What a platform still knows of what was written."""

    def channels(self, known: Collection[str]) -> Mapping[str, int | None]:
        """All that can be read, with the mark of the last message there; None where only asking tells.

        In `known` something was heard before; so a place that can't be listed is still found.
        """
        ...

    async def since(self, channel: str, mark: int) -> Sequence[Heard[M]]:
        """What was written there behind the mark, oldest first; nothing where that may not be read.

        Raises an `AssistantError` when it can't be told now.
        """
        ...


class CatchingUp:
    """Notes what was heard on `platform`, and fetches what wasn't. `log` keeps the marks from one Sova to the next.

    `mark_at` tells which mark a message of that moment would have.
    """

    def __init__(
        self,
        platform: str,
        log: SeenLog,
        *,
        mark_at: Callable[[datetime], int],
        keep_seconds: float = KEEP_SECONDS,
        longest_gap: timedelta = LONGEST_GAP,
    ) -> None:
        self._platform = platform
        self._log = log
        self._mark_at = mark_at
        self._keep_seconds = keep_seconds
        self._longest_gap = longest_gap
        self._marks = Marks()
        self._rounds = 0

    def note(self, channel: str, mark: int) -> None:
        """Everything in the channel was heard, up to this."""
        self._marks.note(channel, mark)

    def reopen(self, channel: str, mark: int) -> None:
        """What stands there was heard, but couldn't be kept: it is fetched again after the next gap."""
        self._marks.reopen(channel, mark)

    def lose(self) -> None:
        """A new connection is about to be made: what was written since the last one ended comes to nobody."""
        self._marks.lose()

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Write down what is heard meanwhile."""
        keeper = asyncio.create_task(self._keep_for_ever())
        try:
            yield
        finally:
            keeper.cancel()
            await asyncio.wait({keeper})
            await self._keep()

    async def catch_up(self, backlog: Backlog[M], missed: Missed[M]) -> None:
        """The connection is there: hand over what was written meanwhile.

        Where it isn't known what was heard before, for the log is away, it is waited for; a channel that can't be read
        now is tried again, until a newer connection catches up instead.
        """
        self._rounds += 1
        this = self._rounds
        while not await self._recalled():  # noqa: ASYNC110  # nobody tells when a server is back
            await asyncio.sleep(self._keep_seconds)
        gaps, pause = self._gaps(backlog), self._keep_seconds
        while this == self._rounds and (gaps := await self._read(gaps, backlog, missed)):
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _gaps(self, backlog: Backlog[M]) -> dict[str, int]:
        channels = backlog.channels(self._marks.known)
        return self._marks.gaps(channels, oldest=self._mark_ago(self._longest_gap))

    async def _read(self, gaps: Mapping[str, int], backlog: Backlog[M], missed: Missed[M]) -> dict[str, int]:
        """Those that couldn't be read, or not be kept."""
        return {
            channel: mark for channel, mark in gaps.items() if not await self._closed(channel, mark, backlog, missed)
        }

    async def _closed(self, channel: str, mark: int, backlog: Backlog[M], missed: Missed[M]) -> bool:
        try:
            found = await backlog.since(channel, mark)
        except AssistantError as error:
            logger.warning("what was missed in a channel can't be fetched now: %s", error)
            return False
        if found:
            logger.info("fetched what was missed: messages=%d", len(found))
            if not await missed(found):
                return False
        self._marks.close(channel)
        return True

    async def _recalled(self) -> bool:
        """Whether it is known what an earlier Sova heard; channels that are long quiet are dropped."""
        if self._marks.is_recalled:
            return True
        oldest = self._mark_ago(FORGOTTEN)
        try:
            marks = await self._log.marks(self._platform)
            await self._log.drop(self._platform, frozenset(name for name, mark in marks.items() if mark < oldest))
        except AssistantError as error:
            logger.warning("what was heard before can't be read yet: %s", error)
            return False
        if not self._marks.is_recalled:
            self._marks.recall({name: mark for name, mark in marks.items() if mark >= oldest})
        return True

    def _mark_ago(self, age: timedelta) -> int:
        return self._mark_at(datetime.now(UTC) - age)

    async def _keep_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._keep_seconds)
            await self._keep()

    async def _keep(self) -> None:
        """How much of it may be written down can be told only when it is known what is written there already."""
        if not await self._recalled():
            return
        marks = self._marks.to_keep()
        try:
            await self._log.note(self._platform, marks)
        except AssistantError as error:
            logger.warning("what was heard can't be written down: %s", error)
            self._marks.not_kept(marks)
