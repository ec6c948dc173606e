"""Owns reading a scene's panes from the loopback Discord: what stood there, in Discord's Markdown made plain. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any
from urllib.parse import parse_qs, urlsplit

import discord
from simcord.components import walk_components

from tests.doubles.discord import Channel, Interaction, Post
from tests.pictures.scene import MENTION, Author, Blank, Button, Columns, Embed, Form, Pane, Said, Stub, Text

_SMALL = "-# "
_MENTION = re.compile(r"<@!?(\d+)>")
_QUOTE_ENDS = re.compile(r"(?P<code>```.*?```)|(?P<quote>^> [^\n]*)\n(?!>)", re.DOTALL | re.MULTILINE)
_SELECT = 3
_PNG = "image/png"
_ACROSS = 3
"""Inline fields that Discord's own client shows in a row."""


def channel_pane(channel: Channel, *, share: int = 1) -> Pane:
    """What everybody sees in a channel."""
    return Pane("#", channel.name, tuple(said(channel, post) for post in _public(channel)), share)


def thread_pane(channel: Channel, thread: Channel, *, share: int = 1) -> Pane:
    """A thread, with the message that it grew from first."""
    start = next(post for post in channel.posts if post.id == thread.id)
    lines = (_without_thread(channel, start), *(said(thread, post) for post in _public(thread)))
    return Pane("🧵", thread.name, lines, share)


def said(channel: Channel, post: Post, *, used: str = "") -> Said:
    """One message; `used` is who used which command for it, which only the client knows."""
    user = channel.world.users[post.author_id]
    pictures = [file for file in post.attachments if file["content_type"] == _PNG]
    return Said(
        Author(post.author, is_program=user.bot),
        at=_time(post),
        texts=(*_texts(channel, post.text), *(_embed(channel, embed) for embed in post.embeds)),
        used=used,
        buttons=tuple(Button(" ".join(filter(None, (one.emoji, one.label))), one.disabled) for one in post.buttons),
        menus=_menus(post),
        files=tuple(file["filename"] for file in post.attachments if file not in pictures),
        images=tuple(_bytes(channel, file["url"]) for file in pictures),
        is_private=post.is_ephemeral,
        is_edited=bool(post.edits) and not post.is_ephemeral,  # what comes instead of "thinking" counts as the first
        thread=_stub(channel, post),
    )


def form(shown: Interaction, *written: str) -> Form:
    """A form that was opened, with what somebody is writing into it."""
    if shown.modal is None:
        raise LookupError("no form was shown")
    labels = [part["label"] for part in shown.modal["components"]]
    return Form(shown.modal["title"], tuple(Blank(*pair) for pair in zip(labels, written, strict=True)))


def _public(channel: Channel) -> list[Post]:
    return [post for post in channel.posts if post.is_somebodys and not post.is_ephemeral]


def _without_thread(channel: Channel, start: Post) -> Said:
    return replace(said(channel, start), thread=None)


def _stub(channel: Channel, post: Post) -> Stub | None:
    thread = next((thread for thread in channel.threads if thread.id == post.id), None)
    return Stub(thread.name, len(_public(thread))) if thread else None


def _time(post: Post) -> str:
    return discord.utils.snowflake_time(post.id).strftime("%H:%M")


def _bytes(channel: Channel, url: str) -> bytes:
    address = urlsplit(url)
    found = channel.world.files.download(address.path, expires=parse_qs(address.query)["ex"][0])
    if found is None:
        raise LookupError(f"{url} isn't there any more")
    return found[0]


# --- texts ----------------------------------------------------------------------------------------------------------


def _texts(channel: Channel, text: str) -> tuple[Text, ...]:
    """Lines of small text apart from the others."""
    parts = groupby(text.split("\n"), key=lambda line: line.startswith(_SMALL))
    told = ((is_small, "\n".join(line.removeprefix(_SMALL) for line in lines)) for is_small, lines in parts)
    return tuple(Text(_plain_markdown(channel, words), is_small) for is_small, words in told if words.strip())


def _plain_markdown(channel: Channel, text: str) -> str:
    """In Discord a quotation ends with its line, and people are numbers."""
    apart = _QUOTE_ENDS.sub(lambda found: found["code"] or f"{found['quote']}\n\n", text)
    return _MENTION.sub(lambda found: f"[@{channel.world.users[int(found[1])].name}]({MENTION})", apart)


def _embed(channel: Channel, embed: dict[str, Any]) -> Embed:
    """Its title in bold, what it says, and its fields; a colour is a number there."""
    title = [Text(f"**{embed['title']}**")] if embed.get("title") else []
    told = _texts(channel, embed.get("description") or "")
    colour = embed.get("color")
    return Embed((*title, *told, *_fields(channel, embed.get("fields", []))), f"#{colour:06x}" if colour else "")


def _fields(channel: Channel, fields: Sequence[dict[str, Any]]) -> Iterator[Text | Columns]:
    """Those that are inline side by side, every other across the whole width."""
    for is_inline, group in groupby(fields, key=lambda field: bool(field.get("inline"))):
        cells = tuple(Text(_plain_markdown(channel, f"**{one['name']}**\n{one['value']}")) for one in group)
        yield from [Columns(cells, _ACROSS)] if is_inline else cells


def _menus(post: Post) -> tuple[str, ...]:
    parts: list[dict[str, Any]] = [part for part in walk_components(post.components) if part["type"] == _SELECT]
    return tuple(str(part.get("placeholder", "")) for part in parts)
