"""Owns how texts side by side look in Discord: an embed each, in as many messages as Discord takes them in. Pure.

https://docs.discord.com/developers/resources/message#embed-object-embed-limits
"""

from collections.abc import Iterator, Sequence

import discord

from adapters.discord.rendering.dialect import in_dialect
from adapters.discord.rendering.escaping import plainly, spoken
from bot.chat.rendering.panes import cut, fits_in_column, shares
from bot.commands.cards import Field, Pane
from bot.wording import Wording

EMBEDS, TOGETHER, DESCRIPTION = 10, 6_000, 4_096
"""Embeds of a message, characters of all of them together, and of what one says."""
TITLE, FIELD_NAME, FIELD_VALUE, FIELDS = 256, 256, 1_024, 25


def pane_embeds(panes: Sequence[Pane], say: Wording) -> tuple[tuple[discord.Embed, ...], ...]:
    """The embeds of each message; a text that is too long ends with a note about that."""
    groups = (panes[start : start + EMBEDS] for start in range(0, len(panes), EMBEDS))
    return tuple(_together(group, say("pane-cut")) for group in groups)


def _together(panes: Sequence[Pane], note: str) -> tuple[discord.Embed, ...]:
    embeds = [_headed(pane, room=TOGETHER // len(panes) // 2) for pane in panes]
    texts = [in_dialect(pane.text).strip() for pane in panes]
    room = TOGETHER - sum(map(len, embeds))
    for embed, text, share in zip(embeds, texts, shares(_lengths(texts), room=room, longest=DESCRIPTION), strict=True):
        embed.description = cut(text, limit=share, note=note) or (None if len(embed) else "…")
    return tuple(embeds)


def _lengths(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def _headed(pane: Pane, *, room: int) -> discord.Embed:
    """Title and fields, of which as many are shown as there is `room` for."""
    embed = discord.Embed(title=_shortened(plainly(" ".join(pane.title.split())), min(TITLE, room)))
    for name, value, is_short in _fields(pane.fields):
        if len(embed) + len(name) + len(value) > room or len(embed.fields) == FIELDS:
            break
        embed.add_field(name=name, value=value, inline=is_short)
    return embed


def _fields(fields: Sequence[Field]) -> Iterator[tuple[str, str, bool]]:
    for field in fields:
        name, value = _shortened(plainly(field.name), FIELD_NAME), _shortened(spoken(field.value), FIELD_VALUE)
        if name and value:  # Discord takes no field without both
            yield name, value, fits_in_column(field)


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip(chr(92))}…"
