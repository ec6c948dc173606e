"""Owns how a question comes in: it is kept for good, or the person reads why not, within three seconds."""

import asyncio
import logging

from bot.access import Access, Permission
from bot.errors import AssistantError, HistoryUnavailable, NotKept
from bot.inbox import Inbox
from bot.logs import in_turn
from bot.messages import Incoming
from bot.service.announcing import Announcer
from bot.service.platforms import Outbound
from bot.service.refusing import Refusals

logger = logging.getLogger(__name__)

KEEP_S = 2.0
"""How long keeping a question may take; it leaves a second for the sentence that it couldn't be kept."""


class Reception:
    """Takes questions in. Who may not ask takes no place in the queue."""

    def __init__(
        self,
        inbox: Inbox,
        *,
        access: Access,
        announcer: Announcer,
        refusals: Refusals | None = None,
        keep_seconds: float = KEEP_S,
    ) -> None:
        self._inbox = inbox
        self._access = access
        self._announcer = announcer
        self._refusals = refusals or Refusals()
        self._keep_seconds = keep_seconds

    async def receive(self, incoming: Incoming, outbound: Outbound) -> None:
        """Keep the question, or have the person told why not; see `platforms.Receive`."""
        with in_turn(incoming):
            await self._receive(incoming, outbound)

    async def _receive(self, incoming: Incoming, outbound: Outbound) -> None:
        """A place is told in what becomes the reply: not where that is an answer which people still read."""
        try:
            ahead = await self._accept(incoming)
        except AssistantError as error:
            logger.info("not taken: %s", error)
            await self._refusals.tell(incoming, error, outbound)
            return
        self._refusals.taken(incoming)
        if ahead is not None and not incoming.replaces:
            self._announcer.follow(incoming, outbound)

    async def _accept(self, incoming: Incoming) -> int | None:
        self._access.demand(Permission.ASK, incoming.author, incoming.conversation, action="")
        try:
            async with asyncio.timeout(self._keep_seconds):
                return await self._inbox.accept(incoming)
        except HistoryUnavailable as error:
            raise NotKept(where=error.where, reason=error.reason) from error
        except TimeoutError as error:
            raise NotKept from error
