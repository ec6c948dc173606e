"""Owns what Slack accepts as blocks: every kind that an assistant may use, with its limits."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.doubles.slack.checking import Faults
from tests.doubles.slack.elements import (
    BESIDE_SECTION,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    Part,
    check_element,
)

MOST_IN_MESSAGE, MOST_IN_VIEW = 50, 100
MOST_MARKDOWN = 12_000
"""Of all markdown blocks of a message together."""
MOST_IN_CELLS = 10_000
"""Of all cells of a message's tables together."""


def faults_of(blocks: object, *, most: int = MOST_IN_MESSAGE, in_view: bool = False) -> list[str]:
    """What Slack would say about them; nothing where they are well."""
    faults = Faults()
    checked = faults.items({"blocks": blocks}, "blocks", most, least=0)
    for n, block in enumerate(checked):
        with faults.at("blocks", n):
            _check(faults, block, in_view=in_view)
    if not faults.found:
        _check_together(faults, checked)
    return faults.found


def elements_of(blocks: list[Part]) -> Iterator[tuple[Part, Part]]:
    """Everything that can be pressed, chosen or filled in: each with its block."""
    for block in blocks:
        one = [block[key] for key in ("accessory", "element") if isinstance(block.get(key), dict)]
        many = block.get("elements", []) if block["type"] in ("actions", "context_actions") else []
        yield from ((block, element) for element in (*one, *many) if element["type"] != "image")


def named(blocks: list[Part], new_id: Callable[[], str]) -> list[Part]:
    """The blocks as Slack keeps them: each block and each element that can be used has an id."""
    kept: list[Part] = []
    for block in blocks:
        named_block = {**block, "block_id": block.get("block_id") or new_id()}
        for key in ("accessory", "element"):
            if isinstance(block.get(key), dict) and block[key]["type"] != "image":
                named_block[key] = {"action_id": new_id(), **block[key]}
        if block["type"] in ("actions", "context_actions"):
            named_block["elements"] = [{"action_id": new_id(), **element} for element in block["elements"]]
        if block["type"] == "markdown":
            del named_block["block_id"]  # Slack doesn't keep it
        kept.append(named_block)
    return kept


def _check(faults: Faults, block: object, *, in_view: bool) -> None:
    kind = block.get("type") if isinstance(block, dict) else None
    check = _KINDS.get(str(kind))
    if not isinstance(block, dict) or check is None or (in_view and kind in _ONLY_IN_MESSAGES):
        faults.say(f"unsupported type: {kind}")
        return
    faults.text(block, "block_id", 255)
    check(faults, {key: value for key, value in block.items() if key != "block_id"})


def _check_together(faults: Faults, blocks: list[Part]) -> None:
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(set(ids)) < len(ids):
        faults.say("block_id already exists")
    for n, block in enumerate(blocks):
        actions = [element["action_id"] for _, element in elements_of([block]) if "action_id" in element]
        if len(set(actions)) < len(actions):
            with faults.at("blocks", n, "elements"):
                faults.say("action_id already exists")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MOST_MARKDOWN:
        faults.say(f"markdown blocks must be less than {MOST_MARKDOWN + 1} characters together")
    tables = [block for block in blocks if block["type"] == "table"]
    if len(tables) > 1:
        faults.say("only_one_table_allowed")
    if sum(_length(cell) for table in tables for row in table["rows"] for cell in row) > MOST_IN_CELLS:
        faults.say(f"tables must be less than {MOST_IN_CELLS + 1} characters together")


def _length(cell: Part) -> int:
    """The characters of a cell, of its rich text as well."""
    return len(str(cell.get("text", ""))) + sum(_length(part) for part in cell.get("elements", []))


def _section(faults: Faults, block: Part) -> None:
    faults.keys(block, optional=("text", "fields", "accessory", "expand"))
    if block.get("text") is None and not block.get("fields"):
        faults.say("missing required field: text")
    faults.text_object(block, "text", 3000)
    for n, part in enumerate(faults.items(block, "fields", 10)):
        with faults.at("fields", n):
            faults.text_object({"text": part}, "text", 2000)
    if block.get("accessory") is not None:
        with faults.at("accessory"):
            check_element(faults, block["accessory"], BESIDE_SECTION)


def _header(faults: Faults, block: Part) -> None:
    if faults.keys(block, required=("text",)):
        faults.text_object(block, "text", 150, plain=True)


def _markdown(faults: Faults, block: Part) -> None:
    if faults.keys(block, required=("text",)):
        faults.text(block, "text", MOST_MARKDOWN, least=1)


def _divider(faults: Faults, block: Part) -> None:
    faults.keys(block)


def _elements(faults: Faults, block: Part, most: int, allowed: dict[str, Any]) -> None:
    faults.keys(block, required=("elements",))
    for n, element in enumerate(faults.items(block, "elements", most)):
        with faults.at("elements", n):
            check_element(faults, element, allowed)


def _image(faults: Faults, block: Part) -> None:
    faults.keys(block, required=("alt_text",), optional=("image_url", "slack_file", "title"))
    faults.text(block, "alt_text", 2000, least=1)
    faults.text(block, "image_url", 3000)
    faults.text_object(block, "title", 2000, plain=True)
    if (block.get("image_url") is None) == (block.get("slack_file") is None):
        faults.say("image_url or slack_file must be given, and not both")


def _input(faults: Faults, block: Part) -> None:
    faults.keys(block, required=("label", "element"), optional=("hint", "optional", "dispatch_action"))
    faults.text_object(block, "label", 2000, plain=True)
    faults.text_object(block, "hint", 2000, plain=True)
    with faults.at("element"):
        check_element(faults, block.get("element"), IN_INPUT)


def _table(faults: Faults, block: Part) -> None:
    if not faults.keys(block, required=("rows",), optional=("column_settings",)):
        return
    rows = faults.items(block, "rows", 100)
    faults.items(block, "column_settings", 20, least=0)
    for n, row in enumerate(rows):
        with faults.at("rows", n):
            _row(faults, row)
    if len({len(row) for row in rows if isinstance(row, list)}) > 1:
        faults.say("all rows must have the same number of cells")


def _row(faults: Faults, row: object) -> None:
    for m, cell in enumerate(faults.items({"cells": row}, "cells", 20)):
        with faults.at(m):
            kind = cell.get("type") if isinstance(cell, dict) else None
            if kind == "rich_text":
                _rich_text(faults, cell)
            elif kind not in ("raw_text", "raw_number"):
                faults.say(f"unsupported type: {kind}")
            elif kind == "raw_text":
                faults.text(cell, "text", 3000, least=1)


_RICH = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
_RICH_PARTS = ("text", "link", "user", "usergroup", "broadcast", "channel", "emoji", "color", "date")


def _rich_text(faults: Faults, block: Part) -> None:
    faults.keys(block, required=("elements",))
    for n, element in enumerate(block.get("elements") or []):
        with faults.at("elements", n):
            if not isinstance(element, dict) or element.get("type") not in _RICH:
                faults.say(f"unsupported type: {element}")
                continue
            _rich_parts(faults, element)


def _rich_parts(faults: Faults, element: Part) -> None:
    allowed = ("rich_text_section",) if element["type"] == "rich_text_list" else _RICH_PARTS
    for n, part in enumerate(faults.items(element, "elements", 1000, least=0)):
        with faults.at("elements", n):
            if not isinstance(part, dict) or part.get("type") not in allowed:
                faults.say(f"unsupported type: {part}")
            elif part["type"] == "rich_text_section":
                _rich_parts(faults, part)
            elif part["type"] == "text":
                faults.text(part, "text", 40_000, least=1)


def _task_card(faults: Faults, block: Part) -> None:
    faults.keys(block, required=("task_id", "title"), optional=("details", "output", "sources", "status"))
    faults.one_of(block, "status", ("pending", "in_progress", "complete", "error"))


_KINDS: dict[str, Callable[[Faults, Part], None]] = {
    "section": _section,
    "header": _header,
    "markdown": _markdown,
    "divider": _divider,
    "actions": lambda faults, block: _elements(faults, block, 25, IN_ACTIONS),
    "context": lambda faults, block: _elements(faults, block, 10, IN_CONTEXT),
    "context_actions": lambda faults, block: _elements(faults, block, 5, IN_CONTEXT_ACTIONS),
    "image": _image,
    "input": _input,
    "table": _table,
    "rich_text": _rich_text,
    "task_card": _task_card,
}
_ONLY_IN_MESSAGES = ("markdown", "context_actions", "table", "task_card")
