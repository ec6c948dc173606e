"""Owns the buttons under a card: what to do next, each a command that is run for whoever presses it. Pure."""

import re
from dataclasses import dataclass

from bot.commands.cards import Card

TEMPLATE = re.compile(r"sova-run:(?P<command>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CardButton:
    """What is written on a button, and the `words` that the platform keeps with it."""

    label: str
    words: str


def card_buttons(card: Card, *, most: int, longest_words: int, longest_label: int) -> tuple[CardButton, ...]:
    """The first `most` of the card's actions; one whose command is too long for a button is left out."""
    buttons = (CardButton(action.label[:longest_label], f"sova-run:{action.command}") for action in card.actions[:most])
    return tuple(button for button in buttons if len(button.words) <= longest_words)


def command_of(words: str) -> str:
    """The command of a button, as it is typed without the slash."""
    return words.partition(":")[2]
