"""Owns what a person writes into a form (a modal), as it is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from simcord.components import walk_components
from simcord.enums import ComponentType

_WITH_CHILDREN = (ComponentType.ACTION_ROW, ComponentType.LABEL)


class Unfillable(Exception):
    """The form wouldn't take this."""


def filled(
    components: list[dict[str, Any]], values: Mapping[str, str], *, texts: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The components with what was written into them, `texts` in the fields' order; raises Unfillable."""
    fields = [part["custom_id"] for part in walk_components(components) if part.get("custom_id")]
    if len(texts) > len(fields):
        raise Unfillable(f"the form has {len(fields)} fields")
    values = {**values, **dict(zip(fields, texts, strict=False))}
    unused = set(values)
    sent = [_filled(part, values, unused) for part in components if part["type"] != ComponentType.TEXT_DISPLAY]
    if unused:
        raise Unfillable(f"the form has no field {sorted(unused)}")
    return sent


def _filled(part: dict[str, Any], values: Mapping[str, str], unused: set[str]) -> dict[str, Any]:
    sent = {"type": part["type"], "id": part.get("id", 1)}
    if part["type"] == ComponentType.LABEL:
        return sent | {"component": _filled(part["component"], values, unused)}
    if part["type"] == ComponentType.ACTION_ROW:
        return sent | {"components": [_filled(child, values, unused) for child in part["components"]]}
    name = next((name for name in values if name in (part["custom_id"], part["custom_id"].rpartition(":")[2])), "")
    unused.discard(name)
    value = values.get(name, "")
    sent["custom_id"] = part["custom_id"]
    if part["type"] == ComponentType.TEXT_INPUT:
        return sent | {"value": _written(part, value)}
    return sent | {"values": [value] if value else []}


def _written(part: dict[str, Any], value: str) -> str:
    if part.get("required", True) and not value:
        raise Unfillable(f"{part['custom_id']} must be filled in")
    if value and not part.get("min_length", 0) <= len(value) <= part.get("max_length", 4000):
        raise Unfillable(f"{part['custom_id']} is too short or too long")
    return value
