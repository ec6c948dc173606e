"""Owns reading a scene's panes from the loopback Slack: what stood there, as plain Markdown. Pure."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from tests.doubles.slack import Button as Control
from tests.doubles.slack import Person, Place, Post, View
from tests.doubles.slack.world import World
from tests.pictures.scene import MENTION, Author, Blank, Button, Columns, Form, Pane, Said, Section, Sheet, Stub, Text

Block = dict[str, Any]

_MENTION = re.compile(r"<@([A-Z0-9]+)>")
_LINK = re.compile(r"<(https?://[^|>\s]+)\|([^>]*)>")
_BOLD = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")
_NO_QUOTE = re.compile(r"(?m)^&gt;")
_QUOTE_ENDS = re.compile(r"(?m)^(>[^\n]*)\n(?!>)")
_ACROSS = 2
"""Fields that Slack shows in a row."""
_THUMBS = {"positive_button": "👍", "negative_button": "👎"}


def channel_pane(place: Place, *, share: int = 1) -> Pane:
    """What everybody sees in a channel, threads as their stubs."""
    roots = [post for post in _public(place) if not post.is_reply]
    return Pane("#", place.name, tuple(replace(said(post), thread=_stub(place, post)) for post in roots), share)


def thread_pane(place: Place, root: Post, *, title: str = "Thread", share: int = 1) -> Pane:
    """A thread, with the message that it grew from first."""
    posts = [post for post in _public(place) if post.thread == root.ts]
    return Pane("🧵", title, tuple(map(said, posts)), share)


def home_pane(person: Person, *, share: int = 1) -> Pane:
    """The app's own page, as somebody has it before them."""
    if person.home is None:
        raise LookupError("there is no page")
    return Pane("🏠", person.world.app.name, (sheet(person.world, person.home),), share)


def sheet(world: World, view: View) -> Sheet:
    """A page or a window that only tells; a divider begins another part."""
    apart = groupby(view.blocks, key=lambda block: bool(block["type"] == "divider"))
    return Sheet(tuple(tuple(_sections(world, list(blocks))) for is_rule, blocks in apart if not is_rule))


def form(view: View, *written: str) -> Form:
    """A form that was opened, with what somebody is writing into it."""
    labels = [block["label"]["text"] for block in view.blocks if block["type"] == "input"]
    return Form(view.told["title"]["text"], tuple(Blank(*pair) for pair in zip(labels, written, strict=True)))


def said(post: Post, *, used: str = "") -> Said:
    """One message; `used` is who used which command for it, which only the client knows."""
    return Said(
        Author(post.author, is_program=post.world.users[post.author_id].is_bot),
        at=datetime.fromtimestamp(float(post.ts), UTC).strftime("%H:%M"),
        texts=tuple(_texts(post)),
        used=used,
        buttons=tuple(map(_button, _controls(post))),
        files=tuple(file.name for file in post.files),
        images=tuple(_images(post.world, post.blocks)),
        is_private=bool(post.only_for),
        is_edited=post.is_edited,
    )


def _public(place: Place) -> list[Post]:
    return [post for post in place.posts if not post.only_for]


def _stub(place: Place, root: Post) -> Stub | None:
    replies = [post for post in place.thread(root) if not post.only_for]
    return Stub("", len(replies)) if replies else None


def _controls(post: Post) -> Iterator[Control]:
    """Thumbs are signs alone in Slack; of two that are a pair the first one is for."""
    thumbs = iter(_THUMBS.values())
    for one in post.buttons:
        yield replace(one, label=next(thumbs)) if one.kind == "feedback_buttons" else one


def _button(control: Control) -> Button:
    return Button(control.label)


def _images(world: World, blocks: Sequence[Block]) -> Iterator[bytes]:
    for block in blocks:
        if block["type"] == "image":
            yield world.files[block["slack_file"]["id"]].content or b""


# --- texts ----------------------------------------------------------------------------------------------------------


def _texts(post: Post) -> Iterator[Text | Columns]:
    """What a person wrote stands in the text; what the app wrote in blocks, behind what was streamed."""
    if post.message.is_markdown:
        yield Text(_named(post.world, html.unescape(post.message.text)))
    if post.blocks and post.author_id == post.world.app.bot_user:
        for block in post.blocks:
            yield from _written(post.world, block)
    elif not post.message.is_markdown:
        yield Text(_plain_markdown(post.world, post.message.text))


def _sections(world: World, blocks: Sequence[Block]) -> Iterator[Section]:
    for block in blocks:
        menu = _placeholder(block.get("accessory") or {})
        for text in _written(world, block):
            yield Section(text, menu)


def _placeholder(menu: Block) -> str:
    return str((menu.get("placeholder") or {}).get("text", ""))


def _written(world: World, block: Block) -> Iterator[Text | Columns]:
    match block["type"]:
        case "markdown":
            yield Text(_named(world, html.unescape(block["text"])))
        case "header":
            yield Text(f"### {block['text']['text']}")
        case "section":
            if "text" in block:
                yield Text(_plain_markdown(world, block["text"]["text"]))
            if "fields" in block:
                yield Columns(tuple(Text(_plain_markdown(world, one["text"])) for one in block["fields"]), _ACROSS)
        case "context":
            words = "\n".join(part["text"] for part in block["elements"] if "text" in part)
            yield Text(_plain_markdown(world, words), is_small=True)
        case "divider":
            yield Text("---")
        case "table":
            yield Text("\n".join(_rows(block["rows"])))
        case _:
            return


def _rows(rows: Sequence[Sequence[Block]]) -> Iterator[str]:
    first, *others = [f"| {' | '.join(str(cell['text']) for cell in row)} |" for row in rows]
    yield first
    yield "|" + " - |" * len(rows[0])
    yield from others


def _plain_markdown(world: World, mrkdwn: str) -> str:
    """In Slack a quotation ends with its line, one star is bold, and people are numbers."""
    bold = _BOLD.sub(r"**\1**", _LINK.sub(_linked, mrkdwn))
    return _named(world, html.unescape(_QUOTE_ENDS.sub(r"\1\n\n", _NO_QUOTE.sub(r"\\&gt;", bold))))


def _linked(found: re.Match[str]) -> str:
    label = found[2].replace("[", "\\[").replace("]", "\\]")
    return f"[{label}]({found[1]})"


def _named(world: World, text: str) -> str:
    return _MENTION.sub(lambda found: f"[@{world.users[found[1]].name}]({MENTION})", text)
