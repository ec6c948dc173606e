"""Owns the buttons under a card: what to do next, each a command that is run for whoever presses it."""

import re

import discord

from adapters.discord.controls.responding import frozen
from bot.commands.cards import Card

TEMPLATE = re.compile(r"sova-run:(?P<command>.+)", re.DOTALL)
MOST_BUTTONS = 25
MOST_WORDS, MOST_LABEL = 100, 80
"""Characters that Discord keeps with a button, and shows on it."""


def card_view(card: Card) -> discord.ui.View | None:
    """The card's actions as buttons; None where it has none. One whose command is too long for a button is left out."""
    view = discord.ui.View(timeout=None)
    for action in card.actions[:MOST_BUTTONS]:
        words = f"sova-run:{action.command}"
        if len(words) <= MOST_WORDS:
            view.add_item(discord.ui.Button(label=action.label[:MOST_LABEL], custom_id=words))
    return frozen(view) if view.children else None


def command_of(custom_id: str) -> str:
    """The command of a button, as it is typed without the slash."""
    return custom_id.partition(":")[2]
