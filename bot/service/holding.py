"""Owns holding a claim while its question is answered: it is renewed in time, and the reply's name is remembered."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from bot.errors import AssistantError
from bot.inbox import Claim, Inbox

logger = logging.getLogger(__name__)


class ClaimLost(Exception):
    """The lease ran out: another worker answers by now."""


class Hold:
    """A claim that is held; `holding` makes it."""

    def __init__(self, inbox: Inbox, claim: Claim) -> None:
        self._inbox = inbox
        self._claim = claim
        self._unremembered: str | None = None

    async def remember(self, message: str) -> bool:
        """Keep the reply's name. Where the store is away the answer goes on, and the name is kept once it is back.

        Who goes on after a crash before that finds the message by its nonce, which is the question's id.
        """
        held = await unless_away(self._inbox.posted(self._claim, message))
        if held is None:
            self._unremembered = message
        return held is not False

    async def renew(self) -> bool:
        """Hold it for longer; False when it is held no more."""
        held = await self._inbox.renew(self._claim)
        if held and self._unremembered:
            held = await self._inbox.posted(self._claim, self._unremembered)
            self._unremembered = None
        return held


@asynccontextmanager
async def holding(inbox: Inbox, claim: Claim, *, renew_seconds: float) -> AsyncIterator[Hold]:
    """Renew the claim while the block runs; `ClaimLost` ends the block when it is held no more."""
    block, lost, hold = asyncio.current_task(), asyncio.Event(), Hold(inbox, claim)
    if block is None:
        raise RuntimeError("outside of any task")

    async def keep() -> None:
        """A store that can't be reached is no reason to let go: nobody else can claim meanwhile."""
        held: bool | None = True
        while held is not False:
            await asyncio.sleep(renew_seconds)
            held = await unless_away(hold.renew())
        lost.set()
        block.cancel()

    keeper = asyncio.create_task(keep())
    try:
        yield hold
    except asyncio.CancelledError:
        if not lost.is_set():
            raise
        block.uncancel()
        raise ClaimLost from None
    finally:
        keeper.cancel()
        await asyncio.wait({keeper})


async def unless_away(step: Awaitable[bool]) -> bool | None:
    """What the inbox answers; None when it can't be reached."""
    try:
        return await step
    except AssistantError as error:
        logger.warning("the inbox can't be reached: %s", error)
        return None
