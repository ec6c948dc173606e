"""Owns what becomes of what a person types: escaped, with links and mentions in Slack's form, and as rich text."""

import re
from typing import Any

_SPECIAL = re.compile(r"(<[@#!][^<>\s]+>|https?://[^\s<>]+)")


def typed(text: str) -> str:
    """The `text` of the message: what is special to Slack is escaped, addresses are links, mentions stay."""
    return "".join(_mark(part) for part in _SPECIAL.split(text))


def rich(text: str) -> list[dict[str, Any]]:
    """The `blocks` of the message: what people's clients send beside the text."""
    if not text:
        return []
    parts = [_part(part) for part in _SPECIAL.split(text) if part]
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]}]


def _mark(part: str) -> str:
    if part.startswith("http") and _SPECIAL.fullmatch(part):
        return f"<{_escaped(part)}>"
    return part if _SPECIAL.fullmatch(part) else _escaped(part)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _part(part: str) -> dict[str, Any]:
    if not _SPECIAL.fullmatch(part):
        return {"type": "text", "text": part}
    match part[:2]:
        case "<@":
            return {"type": "user", "user_id": part[2:-1]}
        case "<#":
            return {"type": "channel", "channel_id": part[2:-1]}
        case "<!":
            return {"type": "broadcast", "range": part[2:-1]}
        case _:
            return {"type": "link", "url": part}
