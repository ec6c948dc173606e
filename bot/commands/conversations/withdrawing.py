"""Owns taking questions out of the inbox before what they would leave behind is erased."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from bot.access import LOCAL_PLATFORM
from bot.errors import StillAnswering
from bot.inbox import Inbox, Stopped
from bot.messages import ConversationKey

PATIENCE_S = 15.0
"""How long an answer may take to end: its worker hears at once, and the claim of one that is gone ends before."""
LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """Withdraws what waits, stops what is being answered, and waits until that has ended, `patience` seconds at most.

    Afterwards nothing of it will be stored any more. Without an `inbox`, and for the terminal, whose questions wait in
    none, there is nothing to withdraw.
    """

    inbox: Inbox | None
    patience: float = PATIENCE_S

    async def of_conversation(self, conversation: ConversationKey) -> int:
        """How many of the conversation's questions waited; `StillAnswering` when an answer doesn't end."""
        if self.inbox is None or conversation.platform == LOCAL_PLATFORM:
            return 0
        return await self._ended(self.inbox, self.inbox.stop(conversation))

    async def of_person(self, platform: str, author: str) -> int:
        """How many of the person's questions waited, anywhere on `platform`; `StillAnswering` as above."""
        if self.inbox is None or platform == LOCAL_PLATFORM:
            return 0
        return await self._ended(self.inbox, self.inbox.stop_person(platform, author))

    async def _ended(self, inbox: Inbox, stopping: Awaitable[Stopped]) -> int:
        stopped = await stopping
        try:
            async with asyncio.timeout(self.patience):
                await _let_go(inbox, stopped)
        except TimeoutError:
            raise StillAnswering from None
        return len(stopped.withdrawn)


async def _let_go(inbox: Inbox, stopped: Stopped) -> None:
    """Return when nobody holds any of the stopped claims."""
    while stopped.claims and await inbox.is_held(stopped.claims):  # noqa: ASYNC110  # it may end in another process
        await asyncio.sleep(LOOK_S)
