"""Owns telling people who wait where they stand, in the message that becomes the reply, until their turn is there."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Self

from bot.errors import AssistantError
from bot.inbox import Inbox, Standing
from bot.messages import Incoming
from bot.service.platforms import Outbound

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Telling:
    """When places are told; seconds.

    Who waits for less than `patience` isn't told anything: an idle worker has begun long before. Then it is looked at
    `every` second or so, less often the more people wait: all of them together at most `most_looks` times a second, for
    platforms bound what a bot may post (Discord: 50 requests a second for everything).
    `longest` is how long the platform may take to show it, within the inbox's own `Bounds.telling_seconds`.
    """

    patience: float = 1.0
    every: float = 1.0
    most_looks: float = 20.0
    longest: float = 1.8


class Announcer:
    """Follows the questions that wait, each in a task of its own, while it is entered. They are as many as may wait."""

    def __init__(self, inbox: Inbox, *, telling: Telling | None = None) -> None:
        self._inbox = inbox
        self._telling = telling or Telling()
        self._name = uuid.uuid4().hex
        self._following: dict[tuple[str, str, str], asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = list(self._following.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def follow(self, incoming: Incoming, outbound: Outbound) -> None:
        """Tell the person where the question stands whenever that changes; returns at once.

        A question that is followed already changes nothing.
        """
        place = incoming.conversation
        key = (place.platform, place.workspace, incoming.id)
        if key in self._following:
            return
        task = self._following[key] = asyncio.create_task(self._follow(incoming, outbound))
        task.add_done_callback(lambda _: self._following.pop(key))

    async def _follow(self, incoming: Incoming, outbound: Outbound) -> None:
        try:
            await self._tell_until_its_turn(incoming, outbound)
        except Exception:
            logger.exception("the place can't be told, by a fault of ours")

    async def _tell_until_its_turn(self, incoming: Incoming, outbound: Outbound) -> None:
        await asyncio.sleep(self._telling.patience + self._fair_pause)
        said: int | None = None
        while True:
            try:
                ahead = await self._inbox.ahead(incoming)
                if ahead is None:
                    return
                if ahead != said:
                    said = await self._tell(incoming, outbound)
            except AssistantError as error:
                logger.warning("the place can't be told now: %s", error)
            except TimeoutError:
                logger.warning("the place can't be told now: the platform is too slow")
            await asyncio.sleep(max(self._telling.every, self._fair_pause))

    @property
    def _fair_pause(self) -> float:
        """How long each may pause so that all together look no more often than they may; it spreads a crowd, too."""
        return len(self._following) / self._telling.most_looks

    async def _tell(self, incoming: Incoming, outbound: Outbound) -> int | None:
        """Show the place that it has now, and give it; None when nothing may be shown now."""
        async with self._message_of(incoming) as standing:
            if standing is None:
                return None
            async with asyncio.timeout(self._telling.longest):
                await outbound.announce(
                    incoming,
                    standing.ahead,
                    posted=standing.posted,
                    remember=partial(self._inbox.told, incoming, self._name),
                )
            return standing.ahead

    @asynccontextmanager
    async def _message_of(self, incoming: Incoming) -> AsyncIterator[Standing | None]:
        """No worker touches the message during the block."""
        standing = await self._inbox.begin_telling(incoming, self._name)
        try:
            yield standing
        finally:
            if standing:
                await self._inbox.end_telling(incoming, self._name)
