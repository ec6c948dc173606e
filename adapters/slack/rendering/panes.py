"""Owns how texts side by side look in Slack: below each other, each under its title and apart by a line. Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from slack_sdk.models.blocks import Block, DividerBlock, MarkdownBlock, SectionBlock

from adapters.slack.rendering.blocks import header, mrkdwn, one_line, sections
from adapters.slack.rendering.limits import PAGE
from adapters.slack.rendering.markdown import DRAWN_TABLES, in_markdown
from adapters.slack.rendering.mrkdwn import bold, plainly
from bot.chat.rendering.panes import cut, fits_in_column, shares
from bot.commands.cards import Field, Pane
from bot.wording import Wording

TOGETHER, SHOWN = 4, 8
"""Panes of a message, and fields of a pane: so these are at most 11 blocks each, of the 50 that a message takes."""
_VALUE = 300


def pane_units(panes: Sequence[Pane], say: Wording) -> Iterator[tuple[Block, ...]]:
    """The blocks of as many panes as go into one message; a text that is too long ends with a note about that.

    A message takes one table of Slack's own only, so all are drawn.
    """
    for start in range(0, len(panes), TOGETHER):
        yield _together(panes[start : start + TOGETHER], say("pane-cut"))


def _together(panes: Sequence[Pane], note: str) -> tuple[Block, ...]:
    texts = [in_markdown(pane.text, DRAWN_TABLES).strip() for pane in panes]
    rooms = shares([len(text) for text in texts], room=PAGE, longest=PAGE)
    shown = (cut(text, limit=room, note=note) for text, room in zip(texts, rooms, strict=True))
    return tuple(block for pane, text in zip(panes, shown, strict=True) for block in _pane(pane, text))


def _pane(pane: Pane, text: str) -> Iterator[Block]:
    yield DividerBlock()
    yield from header(pane.title)
    if text.strip():
        yield MarkdownBlock(text=text)
    yield from _fields(pane.fields[:SHOWN])


def _fields(fields: Sequence[Field]) -> Iterator[Block]:
    """Short ones in columns; the others, which keep their lines, together across the message."""
    for is_short, group in groupby(fields, key=fits_in_column):
        texts = tuple(map(_field, group))
        if is_short:
            yield SectionBlock(fields=[mrkdwn(text) for text in texts])
        else:
            yield from sections("\n".join(texts))


def _field(field: Field) -> str:
    lines = (plainly(one_line(line, limit=_VALUE)) for line in field.value.split("\n"))
    return "\n".join([bold(one_line(field.name, limit=_VALUE)), *filter(None, lines)])
