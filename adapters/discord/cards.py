"""Owns how a command's card becomes messages: as plain text, cut where a message is full."""

from collections.abc import Sequence

from bot.commands.cards import Card
from bot.wording import Wording

ROOM = 1_900


def card_texts(card: Card, say: Wording) -> Sequence[str]:
    """The texts of the messages, in order; at least one."""
    del say
    fields = [f"{field.name}: {field.value}" for field in card.fields]
    text = "\n".join(filter(None, (f"**{card.title}**", card.text, *fields)))
    return [text[start : start + ROOM] for start in range(0, len(text), ROOM)]
