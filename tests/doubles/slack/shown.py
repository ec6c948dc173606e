"""Owns what people see of blocks: their text, their buttons and menus, and whom they would call."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.doubles.slack.blocks import elements_of

_LIVE = re.compile(r"<!(?:channel|here|everyone)(?:\|[^>]*)?>|<!subteam\^[^>]*>|<@[UWB][A-Z0-9]*(?:\|[^>]*)?>")
Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be pressed; `url` where it is a link."""

    label: str
    action_id: str
    block_id: str
    value: str
    kind: str = "button"
    url: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """Something that can be chosen from: values and their labels."""

    action_id: str
    block_id: str
    kind: str
    options: dict[str, str]
    chosen: str


def text_of(blocks: list[Part]) -> str:
    """Everything readable, one block a line."""
    return "\n".join(filter(None, (_shown(block) for block in blocks)))


def buttons_of(blocks: list[Part]) -> list[Button]:
    """All buttons in the order of reading; a pair for feedback is two."""
    found: list[Button] = []
    for block, element in elements_of(blocks):
        if element["type"] in ("button", "icon_button"):
            found.append(_button(block, element, element))
        if element["type"] == "feedback_buttons":
            found += [_button(block, element, element[key]) for key in ("positive_button", "negative_button")]
    return found


def menus_of(blocks: list[Part]) -> list[Menu]:
    """All menus in the order of reading."""
    return [_menu(block, element) for block, element in elements_of(blocks) if _options(element)]


def live_mentions(text: str, blocks: list[Part]) -> list[str]:
    """Everybody whom it would call, as it is written."""
    called = [found for block in blocks for found in _called(block)]
    return [*_LIVE.findall(text), *called]


def _button(block: Part, element: Part, face: Part) -> Button:
    return Button(
        face["text"]["text"],
        element["action_id"],
        block["block_id"],
        str(face.get("value", "")),
        element["type"],
        str(face.get("url", "")),
        str(face.get("style", "")),
    )


def _menu(block: Part, element: Part) -> Menu:
    options = {option["value"]: option["text"]["text"] for option in _options(element)}
    chosen = str((element.get("initial_option") or {}).get("value", ""))
    return Menu(element["action_id"], block["block_id"], element["type"], options, chosen)


def _options(element: Part) -> list[Part]:
    groups = [element, *(element.get("option_groups") or [])]
    return [option for group in groups for option in group.get("options") or []]


def _called(part: object) -> list[str]:
    """Inside a block: written in a text that is formatted, or an element of rich text."""
    if isinstance(part, list):
        return [found for one in part for found in _called(one)]
    if not isinstance(part, dict):
        return []
    if part.get("type") in ("user", "usergroup", "broadcast"):
        return [f"<{part['type']}>"]
    if part.get("type") in ("mrkdwn", "markdown"):
        return _LIVE.findall(str(part.get("text")))
    return [found for one in part.values() for found in _called(one)]


def _shown(block: Part) -> str:
    show = _READABLE.get(block["type"])
    return str(show(block)) if show else ""


def _section(block: Part) -> str:
    parts = [block.get("text"), *(block.get("fields") or [])]
    return "\n".join(part["text"] for part in parts if part)


def _context(block: Part) -> str:
    return " ".join(part.get("text") or f"[{part.get('alt_text')}]" for part in block["elements"])


def _table(block: Part) -> str:
    return "\n".join(" | ".join(_flat(cell) for cell in row) for row in block["rows"])


def _flat(part: Part) -> str:
    """The words of rich text or of a table's cell."""
    if "elements" in part:
        between = "\n" if part["type"] in ("rich_text", "rich_text_list") else ""
        return between.join(_flat(one) for one in part["elements"])
    if part["type"] == "user":
        return f"<@{part['user_id']}>"
    if part["type"] == "broadcast":
        return f"<!{part['range']}>"
    return str(part.get("text") or part.get("url") or part.get("value") or part.get("name") or "")


_READABLE: dict[str, Callable[[Part], object]] = {
    "section": _section,
    "header": lambda block: block["text"]["text"],
    "markdown": lambda block: block["text"],
    "divider": lambda _: "───",
    "context": _context,
    "image": lambda block: f"[{block['alt_text']}]",
    "input": lambda block: block["label"]["text"],
    "table": _table,
    "rich_text": _flat,
    "task_card": lambda block: block["title"],
}
