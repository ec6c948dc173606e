"""Owns how texts side by side look in Slack: below each other, each under its title and apart by a line. Pure."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import Block, DividerBlock, MarkdownBlock, SectionBlock

from adapters.slack.rendering.blocks import header, mrkdwn, one_line
from adapters.slack.rendering.limits import FIELDS, PAGE
from adapters.slack.rendering.markdown import DRAWN_TABLES, in_markdown
from adapters.slack.rendering.mrkdwn import bold, plainly
from bot.chat.rendering.panes import cut, shares
from bot.commands.cards import Field, Pane
from bot.wording import Wording

TOGETHER = 10
"""Panes of a message: at most four blocks each."""
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
    if pane.fields:
        yield SectionBlock(fields=[mrkdwn(_field(field)) for field in pane.fields[:FIELDS]])


def _field(field: Field) -> str:
    return f"{bold(one_line(field.name, limit=_VALUE))}\n{plainly(one_line(field.value, limit=_VALUE))}"
