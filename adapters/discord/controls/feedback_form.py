"""Owns the form behind 👎: why an answer didn't help, in the person's own words, if they like."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from adapters.discord.controls.responding import respond
from bot.ports.feedback import MOST_REASON_CHARACTERS
from bot.wording import Wording

OPEN_S = 15 * 60.0
"""For so long a form that was closed without a word is kept in mind."""

Take = Callable[[discord.Interaction[Any], str], Awaitable[None]]


def feedback_form(take: Take, say: Wording) -> discord.ui.Modal:
    """A form whose text is given to `take`."""
    return _FeedbackForm(take, say)


class _FeedbackForm(discord.ui.Modal):
    def __init__(self, take: Take, say: Wording) -> None:
        super().__init__(title=say("feedback-title"), timeout=OPEN_S)
        self._take = take
        self._say = say
        self._reason: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph, required=False, max_length=MOST_REASON_CHARACTERS
        )
        self.add_item(discord.ui.Label(text=say("feedback-reason"), component=self._reason))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Called by discord.py."""
        await respond(interaction, self._take(interaction, self._reason.value), say=self._say)
