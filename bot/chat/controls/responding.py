"""Owns that whoever presses or types something is never left without a word: every failure becomes a sentence."""

import logging
from collections.abc import Awaitable, Callable

from bot.errors import AssistantError
from bot.wording import Wording

logger = logging.getLogger(__name__)

Tell = Callable[[str], Awaitable[None]]
"""Says something to the person alone."""


async def carried_out(work: Awaitable[None], *, say: Wording, tell: Tell) -> None:
    """Do the `work` that somebody asks for; whatever ends it is told to the person, and a fault of ours is logged.

    Raises nothing but cancellation, and what `tell` raises.
    """
    try:
        await work
    except AssistantError as error:
        logger.info("an interaction was refused: %s", error.code)
        await tell(say.of_error(error))
    except Exception:
        logger.exception("an interaction was not answered, by a fault of ours")
        await tell(say("error-unexpected"))
