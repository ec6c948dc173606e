"""Owns answering an interaction: in time, once, and with a sentence for every failure."""

import logging
from collections.abc import Awaitable
from functools import partial
from typing import Any, TypedDict

import discord

from adapters.discord.faults import UNKNOWN_MESSAGE
from bot.chat.controls.responding import carried_out
from bot.wording import Wording

logger = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK, INVALID_TOKEN = 10062, 10015, 50027
EXPIRED = frozenset({UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK, INVALID_TOKEN})
"""What Discord says of an interaction that was not acknowledged within 3 s, or is older than 15 minutes.

https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""


async def respond(interaction: Interaction, work: Awaitable[None], *, say: Wording) -> None:
    """Do the `work` that an interaction asks for; whatever ends it is said to the person alone, or logged.

    Raises nothing but cancellation. An interaction that Discord doesn't know any more can't be answered: it is dropped.
    """
    done = _unless_too_old(interaction, work, say=say)
    await carried_out(done, say=say, tell=partial(_refuse, interaction))


async def defer(interaction: Interaction) -> str:
    """Show the person at once that an answer is coming, and give the id of the message that shows it.

    Nobody else sees it: who may not do something is told alone, and Discord doesn't let that be changed later.
    """
    shown = await interaction.response.defer(ephemeral=True, thinking=True)
    return str(shown.message_id) if shown else ""


async def tell(interaction: Interaction, text: str, *, view: discord.ui.View | None = None) -> None:
    """Say something to the person alone."""
    shown = discord.utils.MISSING if view is None else frozen(view)
    if interaction.response.is_done():
        await interaction.followup.send(text, view=shown, ephemeral=True, **QUIET)
    else:
        await interaction.response.send_message(text, view=shown, ephemeral=True, **QUIET)


def frozen(view: discord.ui.View) -> discord.ui.View:
    """The view as something that is only shown: discord.py keeps no view in mind that is finished.

    What its controls do is found by their words, which works after a restart, and costs no memory for each message.
    """
    view.stop()
    return view


class _Quiet(TypedDict):
    allowed_mentions: discord.AllowedMentions
    suppress_embeds: bool


QUIET = _Quiet(allowed_mentions=discord.AllowedMentions.none(), suppress_embeds=True)


async def _unless_too_old(interaction: Interaction, work: Awaitable[None], *, say: Wording) -> None:
    try:
        await work
    except discord.HTTPException as error:
        if error.code in EXPIRED | {UNKNOWN_MESSAGE}:
            logger.info("an interaction was too old to be answered: %s", error.code)
            return
        logger.warning("Discord refused an answer to an interaction: %s %s", error.status, error.code)
        await _refuse(interaction, say("error-unexpected"))


async def _refuse(interaction: Interaction, text: str) -> None:
    try:
        await tell(interaction, text)
    except discord.HTTPException as error:
        logger.info("nor could the person be told: %s %s", error.status, error.code)
