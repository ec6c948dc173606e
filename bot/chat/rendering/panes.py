"""Owns how much is shown of texts that stand side by side, where all of them together must fit. Pure."""

from collections.abc import Sequence

from bot.chat.rendering.splitting import split
from bot.commands.cards import Field

_IN_COLUMN = 40
"""Characters that a third of a message's width shows in two lines."""


def shares(lengths: Sequence[int], *, room: int, longest: int) -> tuple[int, ...]:
    """How many characters each of the texts may take: together at most `room`, each at most `longest`.

    A short text leaves what it doesn't need to the others, which get the same each.
    """
    given = [0] * len(lengths)
    by_length = sorted(range(len(lengths)), key=lambda index: lengths[index])
    for done, index in enumerate(by_length):
        given[index] = min(lengths[index], longest, room // (len(lengths) - done))
        room -= given[index]
    return tuple(given)


def fits_in_column(field: Field) -> bool:
    """Whether it can stand beside others; a list or a sentence takes the whole width instead."""
    return len(field.value) <= _IN_COLUMN and "\n" not in field.value


def cut(text: str, *, limit: int, note: str) -> str:
    """`text`, in a platform's Markdown; where it is longer than `limit`, its beginning and the `note` that says so."""
    if len(text) <= limit:
        return text
    pages = split(text, limit=max(1, limit - len(note) - 2))
    return f"{pages[0]}\n\n{note}" if pages else note
