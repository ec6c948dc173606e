"""Blocks and views: what Slack accepts, and how it says what it doesn't."""

from typing import Any

import pytest

from tests.doubles.slack.blocks import faults_of
from tests.doubles.slack.refusals import Refused
from tests.doubles.slack.views import check_view

Part = dict[str, Any]


def plain(text: str) -> Part:
    return {"type": "plain_text", "text": text}


def button(**more: object) -> Part:
    return {"type": "button", "text": plain("Sources"), "action_id": "sources", **more}


def actions(*elements: Part) -> Part:
    return {"type": "actions", "elements": list(elements)}


def option(n: int) -> Part:
    return {"text": plain(f"Model {n}"), "value": str(n)}


def select(options: int) -> Part:
    return {"type": "static_select", "action_id": "model", "options": [option(n) for n in range(options)]}


def cell(text: str) -> Part:
    return {"type": "raw_text", "text": text}


def feedback(**more: object) -> Part:
    button = {"text": plain("👍"), "value": "up"}
    return {"type": "feedback_buttons", "positive_button": button, "negative_button": button, **more}


def modal(**more: object) -> Part:
    return {"type": "modal", "title": plain("Sources"), "blocks": [{"type": "divider"}], **more}


def asked(**more: object) -> Part:
    element = {"type": "plain_text_input", "action_id": "reason", "multiline": True}
    return {"type": "input", "block_id": "why", "label": plain("Why?"), "element": element, **more}


WELL: list[list[Part]] = [
    [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}, "accessory": button()}],
    [{"type": "section", "fields": [plain("a"), plain("b")]}],
    [{"type": "header", "text": plain("x" * 150)}, {"type": "divider"}],
    [{"type": "markdown", "text": "x" * 12_000}],
    [{"type": "context", "elements": [plain("a"), {"type": "image", "alt_text": "a", "image_url": "http://x"}]}],
    [actions(button(value="x" * 2000, style="danger"), select(100))],
    [{"type": "context_actions", "elements": [feedback(action_id="vote")]}],
    [{"type": "table", "rows": [[cell("a"), cell("b")], [cell("c"), {"type": "raw_number", "value": 1}]]}],
    [{"type": "image", "alt_text": "a chart", "slack_file": {"id": "F1"}, "title": plain("Chart")}],
    [asked(hint=plain("In a few words"), optional=True)],
    [
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]},
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": "http://x"}]}],
                },
            ],
        }
    ],
]

ILL: list[tuple[object, str]] = [
    ({}, "must be an array [json-pointer:/blocks]"),
    ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([{"type": "carousel"}], "unsupported type: carousel [json-pointer:/blocks/0]"),
    (["text"], "unsupported type: None [json-pointer:/blocks/0]"),
    ([{"type": "section"}], "missing required field: text [json-pointer:/blocks/0]"),
    ([{"type": "section", "text": plain("")}], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([{"type": "section", "text": "x"}], "failed to match all allowed schemas [json-pointer:/blocks/0/text]"),
    ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151 characters"),
    ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "failed to match all allowed schemas"),
    ([{"type": "markdown", "text": "x" * 12_001}], "must be less than 12001 characters"),
    ([{"type": "markdown", "text": "x" * 6_001}] * 2, "must be less than 12001 characters together"),
    ([{"type": "divider", "colour": "red"}], "additional property: colour"),
    (
        [actions(button(text=plain("x" * 76)))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text",
    ),
    ([actions(button(value="x" * 2001))], "must be less than 2001 characters"),
    ([actions(button(action_id="x" * 256))], "must be less than 256 characters"),
    ([actions(button(style="loud"))], "must be one of primary, danger"),
    ([actions(button(), button())], "action_id already exists"),
    ([actions(*[button(action_id=str(n)) for n in range(26)])], "no more than 25 items allowed"),
    ([actions()], "no less than 1 items allowed"),
    ([actions(select(101))], "no more than 100 items allowed"),
    ([actions(select(0) | {"placeholder": plain("x" * 151)})], "no less than 1 items allowed"),
    ([actions(select(2) | {"initial_option": option(7)})], "must be one of the provided options"),
    ([actions(feedback())], "unsupported type: feedback_buttons"),
    ([{"type": "divider", "block_id": "a"}] * 2, "block_id already exists"),
    ([{"type": "table", "rows": [[cell("a")], [cell("b"), cell("c")]]}], "the same number of cells"),
    ([{"type": "table", "rows": [[cell("a")]]}] * 2, "only_one_table_allowed"),
    ([{"type": "table", "rows": [[cell("x" * 2501)] * 4]}], "must be less than 10001 characters together"),
    ([{"type": "table", "rows": [[cell("")]]}], "must be more than 0 characters"),
    ([{"type": "table", "rows": [[cell("a")]] * 101}], "no more than 100 items allowed"),
    ([{"type": "image", "image_url": "http://x"}], "missing required field: alt_text"),
    ([{"type": "context", "elements": [plain("x")] * 11}], "no more than 10 items allowed"),
    ([{"type": "rich_text", "elements": [{"type": "text", "text": "x"}]}], "unsupported type"),
]


@pytest.mark.parametrize("blocks", WELL)
def test_what_is_well_is_accepted(blocks: list[Part]) -> None:
    assert faults_of(blocks) == []


@pytest.mark.parametrize(("blocks", "fault"), ILL)
def test_what_is_wrong_is_said(blocks: object, fault: str) -> None:
    assert fault in "; ".join(faults_of(blocks))


def test_a_modal_may_ask() -> None:
    view = modal(blocks=[asked()], submit=plain("Send"), private_metadata="x" * 3000, callback_id="why")
    assert check_view(view, kind="modal") == view


@pytest.mark.parametrize(
    ("view", "fault"),
    [
        (None, "missing required field: view"),
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        (modal(blocks=[{"type": "divider"}] * 101), "no more than 100 items allowed"),
        (modal(blocks=[asked()]), "missing required field: submit"),
        (modal(blocks=[{"type": "markdown", "text": "x"}]), "unsupported type: markdown"),
        (modal(type="home"), "must be one of modal"),
        (modal(colour="red"), "additional property: colour"),
    ],
)
def test_what_is_wrong_with_a_view_is_said(view: Part | None, fault: str) -> None:
    with pytest.raises(Refused) as caught:
        check_view(view, kind="modal")
    assert fault in "; ".join(caught.value.more["errors"])
