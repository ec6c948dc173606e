"""Owns what Slack accepts as a view: a modal or a home tab."""

from typing import Any

from tests.doubles.slack.blocks import MOST_IN_VIEW, faults_of
from tests.doubles.slack.checking import Faults
from tests.doubles.slack.refusals import malformed

_COMMON = ("private_metadata", "callback_id", "external_id", "clear_on_close", "notify_on_close")


def check_view(view: dict[str, Any] | None, *, kind: str) -> dict[str, Any]:
    """The view itself. Raises Refused (invalid_arguments) with everything that is wrong."""
    if view is None:
        raise malformed("invalid_arguments", ["missing required field: view"])
    faults = Faults()
    with faults.at("view"):
        faults.one_of(view, "type", (kind,))
        if kind == "modal":
            _check_modal(faults, view)
        else:
            faults.keys(view, required=("blocks",), optional=_COMMON)
        faults.text(view, "private_metadata", 3000)
        faults.text(view, "callback_id", 255)
        faults.text(view, "external_id", 255)
    found = faults.found + faults_of(view.get("blocks"), most=MOST_IN_VIEW, in_view=True)
    if found:
        raise malformed("invalid_arguments", found)
    return view


def _check_modal(faults: Faults, view: dict[str, Any]) -> None:
    optional = (*_COMMON, "close", "submit", "submit_disabled")
    faults.keys(view, required=("title", "blocks"), optional=optional)
    faults.text_object(view, "title", 24, plain=True)
    faults.text_object(view, "close", 24, plain=True)
    faults.text_object(view, "submit", 24, plain=True)
    blocks = view.get("blocks")
    if isinstance(blocks, list) and any(isinstance(block, dict) and block.get("type") == "input" for block in blocks):
        faults.keys({"submit": view.get("submit"), "type": "modal"}, required=("submit",))
