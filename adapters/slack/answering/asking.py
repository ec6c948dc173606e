"""Owns asking Slack for what matters less than an answer: a refusal is remembered, and nothing waits for it."""

import asyncio
import logging
from collections.abc import Awaitable

from slack_sdk.errors import SlackApiError

from adapters.slack.answering.abilities import Abilities, Ability
from adapters.slack.faults import UNAVAILABLE, code_of, translated
from bot.errors import AssistantError, PlatformScopesMissing

logger = logging.getLogger(__name__)

SECONDS = 5.0
"""For so long it is tried."""


async def asked(call: Awaitable[object], ability: Ability, abilities: Abilities) -> bool:
    """Whether Slack offers that here; also where it couldn't do it just now, which is logged."""
    try:
        async with asyncio.timeout(SECONDS):
            with translated():
                await call
    except PlatformScopesMissing as error:
        abilities.refused(ability, str(error))
        return False
    except SlackApiError as error:
        if code_of(error) in UNAVAILABLE:
            abilities.refused(ability, code_of(error))
        else:
            logger.info("Slack doesn't do this here: %s (%s)", ability, code_of(error))
        return False
    except (AssistantError, TimeoutError) as error:
        logger.info("Slack can't do this now: %s (%s)", ability, str(error) or "it takes too long")
    return True
