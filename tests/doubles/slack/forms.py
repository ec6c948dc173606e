"""Owns what a person fills into a view, and what they press or choose, as it is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.doubles.slack.blocks import elements_of
from tests.doubles.slack.refusals import Impossible

Part = dict[str, Any]
Values = Mapping[str, str | Sequence[str]]


def pressed(blocks: list[Part], name: str) -> Part:
    """A button by its action id (or the last part of it), its label or its value. Raises Impossible."""
    faces = [found for block, element in elements_of(blocks) for found in _faces(block, element)]
    for fits in (_is_called, _ends_with, _says):
        for told, face in faces:
            if fits(told, face, name):
                return told
    raise Impossible(
        f"there is no {name!r}, only {[(told['action_id'], face['text']['text']) for told, face in faces]}"
    )


def chosen(blocks: list[Part], name: str, value: str) -> Part:
    """An option of a menu by its value or its label. Raises Impossible."""
    for block, element in elements_of(blocks):
        if name in (element["action_id"], element["action_id"].rpartition(":")[2]):
            told = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
            return told | _picked(element, value)
    raise Impossible(f"there is no menu {name!r}")


def filled(blocks: list[Part], values: Values, *, is_sent: bool = True) -> Part:
    """The state of a view's inputs; fields are called by block id or action id. Raises Impossible; what is needed may
    be empty until it `is_sent`.
    """
    state: Part = {}
    unused = set(values)
    for block, element in elements_of(blocks):
        name = next((name for name in (block["block_id"], element["action_id"]) if name in values), "")
        unused.discard(name)
        if element["type"] not in ("button", "overflow"):
            told = _state(element, values[name] if name else None)
            if is_sent:
                _check_needed(block, element, told)
            state.setdefault(block["block_id"], {})[element["action_id"]] = told
    if unused:
        raise Impossible(f"the view has no field {sorted(unused)}")
    return state


def _faces(block: Part, element: Part) -> list[tuple[Part, Part]]:
    """What can be pressed of an element: the payload's action, and what it looks like."""
    told = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    match element["type"]:
        case "button" | "icon_button":
            faces = [element]
        case "feedback_buttons":
            faces = [element["positive_button"], element["negative_button"]]
        case _:
            faces = []
    return [(told | {"text": face["text"]} | _value(face), face) for face in faces]


def _value(face: Part) -> Part:
    return {"value": face["value"]} if "value" in face else {}


def _is_called(told: Part, _: Part, name: str) -> bool:
    return bool(told["action_id"] == name and told["type"] != "feedback_buttons")


def _ends_with(told: Part, _: Part, name: str) -> bool:
    return bool(told["action_id"].rpartition(":")[2] == name and told["type"] != "feedback_buttons")


def _says(told: Part, face: Part, name: str) -> bool:
    return name in (face["text"]["text"], told.get("value"), face.get("accessibility_label"))


def _options(element: Part) -> list[Part]:
    groups = [element, *(element.get("option_groups") or [])]
    return [option for group in groups for option in group.get("options") or []]


def _option(element: Part, value: str) -> Part:
    for option in _options(element):
        if value in (option["value"], option["text"]["text"]):
            return option
    raise Impossible(f"there is no option {value!r} in {element['action_id']}")


def _picked(element: Part, value: str) -> Part:
    match element["type"]:
        case "users_select" | "channels_select" | "conversations_select":
            return {f"selected_{element['type'].split('_')[0].removesuffix('s')}": value}
        case "checkboxes" | "multi_static_select":
            return {"selected_options": [_option(element, value)]}
        case _:
            return {"selected_option": _option(element, value)}


def _state(element: Part, value: str | Sequence[str] | None) -> Part:
    kind = element["type"]
    if kind in ("checkboxes", "multi_static_select"):
        initial = element.get("initial_options") or []
        wanted = [value] if isinstance(value, str) else value
        options = initial if wanted is None else [_option(element, one) for one in wanted]
        return {"type": kind, "selected_options": options}
    if kind in ("static_select", "radio_buttons"):
        option = element.get("initial_option") if value is None else _option(element, str(value))
        return {"type": kind, "selected_option": option}
    if kind.endswith("_select"):
        key = kind.split("_")[0].removesuffix("s")
        return {"type": kind, f"selected_{key}": value or element.get(f"initial_{key}")}
    return {"type": kind, "value": _written(element, value)}


def _written(element: Part, value: str | Sequence[str] | None) -> str | None:
    if value is None or value == "":
        return element.get("initial_value") if value is None else None
    if not element.get("min_length", 0) <= len(value) <= element.get("max_length", 3000):
        raise Impossible(f"{element['action_id']} is too short or too long")
    return str(value)


def _check_needed(block: Part, element: Part, told: Part) -> None:
    is_needed = block["type"] == "input" and not block.get("optional")
    if is_needed and not any(value for key, value in told.items() if key != "type"):
        raise Impossible(f"{element['action_id']} must be filled in")
