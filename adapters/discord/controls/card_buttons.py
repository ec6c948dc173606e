"""Owns the buttons under a card as Discord's."""

import discord

from adapters.discord.controls.responding import frozen
from bot.chat.controls.card_buttons import card_buttons
from bot.commands.cards import Card

MOST_BUTTONS = 25
MOST_WORDS, MOST_LABEL = 100, 80
"""Characters that Discord keeps with a button, and shows on it."""


def card_view(card: Card) -> discord.ui.View | None:
    """The card's actions as buttons; None where it has none."""
    buttons = card_buttons(card, most=MOST_BUTTONS, longest_words=MOST_WORDS, longest_label=MOST_LABEL)
    if not buttons:
        return None
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(discord.ui.Button(label=button.label, custom_id=button.words))
    return frozen(view)
