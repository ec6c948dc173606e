"""Owns the parts that messages are made of: a message's blocks with the text beside them, sections. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from slack_sdk.models.blocks import Block, ContextBlock, HeaderBlock, MarkdownTextObject, PlainTextObject, SectionBlock

from adapters.slack.rendering.limits import BUTTON_LABEL, HEADER, SECTION
from adapters.slack.rendering.mrkdwn import bold, pieces, plainly
from bot.output.sanitizer import sanitized_plain


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message: its blocks, and the `text` in mrkdwn that notifications and screen readers have instead of them.

    Send it with `unfurl_links=False` and `unfurl_media=False`, and without `link_names`.
    """

    text: str
    blocks: tuple[Block, ...]

    def with_blocks(self, blocks: Iterable[Block]) -> Self:
        """The same with more blocks below."""
        return replace(self, blocks=(*self.blocks, *blocks))

    def payload(self) -> dict[str, Any]:
        """As Slack's methods take it; a change that leaves out one of the two would take away the other."""
        return {"text": self.text, "blocks": [block.to_dict() for block in self.blocks]}


def mrkdwn(text: str) -> MarkdownTextObject:
    """Escaped text of which Slack reads no more than what stands there: it makes no links of addresses or names."""
    return MarkdownTextObject(text=text, verbatim=True)


def plain(text: str, *, limit: int) -> PlainTextObject:
    """Words without any markup."""
    return PlainTextObject(text=one_line(text, limit=limit), emoji=False)


def one_line(text: str, *, limit: int) -> str:
    """The visible words of `text`, cut to `limit` characters."""
    line = " ".join(sanitized_plain(text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def header(title: str) -> tuple[Block, ...]:
    """A title; nothing where there is none."""
    text = plain(title, limit=HEADER)
    return (HeaderBlock(text=text),) if text.text else ()


def sections(text: str) -> tuple[Block, ...]:
    """Escaped text of any length."""
    return tuple(SectionBlock(text=mrkdwn(piece)) for piece in pieces(text, limit=SECTION))


def titled(title: str) -> tuple[Block, ...]:
    """A line in bold, above something else."""
    return sections(bold(title))


def small(lines: Sequence[str]) -> tuple[Block, ...]:
    """Escaped lines in small print."""
    return tuple(ContextBlock(elements=[mrkdwn(piece)]) for piece in pieces("\n".join(lines), limit=SECTION))


def sentence(text: str) -> Rendered:
    """A message that is one sentence of Sova's own, in small print: what she waits for, where a question stands."""
    escaped = " ".join(plainly(text).split())
    return Rendered(escaped, small([escaped]))


def label(text: str) -> PlainTextObject:
    """What is written on a button."""
    return plain(text, limit=BUTTON_LABEL)
