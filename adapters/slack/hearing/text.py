"""Owns making Slack's text readable: who is mentioned by name, links with what they are called, no entities. Pure.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Mapping

from adapters.slack.hearing.said import Said

_MARKUP = re.compile(r"<(?P<what>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
"""The only signs that Slack escapes; the last one last, or what people wrote as `&lt;` would become a sign."""


def readable(text: str, *, names: Mapping[str, str], me: str) -> str:
    """The text as people read it, without Sova's own name; `names` are those that are known, by id."""
    shown = _MARKUP.sub(lambda found: _shown(found["what"], found["label"] or "", names=names, me=me), text)
    for entity, sign in _ENTITIES:
        shown = shown.replace(entity, sign)
    return shown.strip()


def text_of(said: Said, *, names: Mapping[str, str], me: str) -> str:
    """All of a message as people read it, with what was passed on in it."""
    parts = (said.text, *said.forwarded)
    return "\n".join(filter(None, (readable(part, names=names, me=me) for part in parts)))


def _shown(what: str, label: str, *, names: Mapping[str, str], me: str) -> str:
    match what[0], what[1:]:
        case "@", user:
            return "" if user == me else f"@{names.get(user) or label or user}"
        case "#", channel:
            return f"#{label or channel}"
        case "!", command:
            return _command(command, label)
        case _:
            return _link(what, label)


def _command(command: str, label: str) -> str:
    """`@here` and its like, a group of people, or a moment."""
    name, _, rest = command.partition("^")
    if name == "subteam":
        return label if label.startswith("@") else f"@{label or rest}"
    return label or f"@{name}"


def _link(url: str, label: str) -> str:
    """Slack makes links of addresses by itself; then both say the same."""
    bare = url.removeprefix("mailto:").removeprefix("tel:")
    if not label or label == bare or url.removesuffix("/").endswith(f"//{label}"):
        return bare if bare != url else url
    return f"{label} ({bare})"
