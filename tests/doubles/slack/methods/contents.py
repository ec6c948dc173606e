"""Owns what a message may consist of: texts, blocks and metadata, and what Slack does to them."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.slack.blocks import MOST_MARKDOWN, faults_of
from tests.doubles.slack.calls import Call
from tests.doubles.slack.refusals import Refused, malformed
from tests.doubles.slack.shown import live_mentions
from tests.doubles.slack.world import World

MOST_TEXT = 40_000
"""https://docs.slack.dev/reference/methods/chat.postMessage: what is longer is cut."""
MOST_UPDATED = 4_000


@dataclass(frozen=True, slots=True)
class Contents:
    """What a call says that a message consists of."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    is_markdown: bool = False
    was_cut: bool = False


def contents_of(world: World, call: Call, *, most_updated: int | None = None) -> Contents:
    """Read and check it. Raises Refused; whoever would be called by it is accused."""
    text, markdown, blocks = call.text("text"), call.text("markdown_text"), call.items("blocks")
    if markdown and (text or blocks):
        raise Refused("markdown_text_conflict")
    if len(markdown) > MOST_MARKDOWN or (most_updated is not None and len(text) > most_updated):
        raise Refused("msg_too_long")
    if not (text.strip() or markdown.strip() or blocks or call.items("attachments")):
        raise Refused("no_text")
    check_blocks(blocks)
    accuse_calls(world, call, text or markdown, blocks)
    kept = (markdown or text)[:MOST_TEXT]
    metadata = metadata_of(call)
    was_cut = len(text) > MOST_TEXT
    return Contents(kept, blocks, call.items("attachments"), metadata, bool(markdown), was_cut)


def check_blocks(blocks: list[Any]) -> None:
    """Raises Refused (invalid_blocks) with everything that is wrong with them."""
    found = faults_of(blocks)
    if found:
        raise malformed("invalid_blocks", found)


def metadata_of(call: Call) -> dict[str, Any] | None:
    """What the app notes on a message. Raises Refused (invalid_metadata_format)."""
    metadata = call.table("metadata")
    if metadata and not (isinstance(metadata.get("event_type"), str) and "event_payload" in metadata):
        raise Refused("invalid_metadata_format")
    return metadata or None


def accuse_calls(world: World, call: Call, text: str, blocks: list[Any]) -> None:
    """Nothing that the app writes may call anybody."""
    for mention in live_mentions(text + json.dumps(call.items("attachments")), blocks):
        world.accuse(f"{call.method} calls {mention}")
    if call.flag("link_names") or call.text("parse") == "full":
        world.accuse(f"{call.method} turns names into mentions")
