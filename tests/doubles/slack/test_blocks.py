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


CONFIRM = {"title": plain("Sure?"), "text": plain("It is gone then."), "confirm": plain("Yes"), "deny": plain("No")}


def overflow(options: int) -> Part:
    return {"type": "overflow", "action_id": "more", "options": [option(n) for n in range(options)]}


def icon(**more: object) -> Part:
    return {"type": "icon_button", "icon": "trash", "text": plain("Delete"), "action_id": "delete", **more}


def picture(**more: object) -> Part:
    return {"type": "image", "alt_text": "a chart", "image_url": "http://x", **more}


def rich(*parts: Part) -> Part:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}


def table(*rows: list[Part], **more: object) -> Part:
    return {"type": "table", "rows": list(rows), **more}


def entry(element: Part) -> list[Part]:
    return [{"type": "input", "label": plain("Why?"), "element": element}]


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
    [actions(button(confirm=CONFIRM), overflow(5))],
    [{"type": "context_actions", "elements": [icon(confirm=CONFIRM, value="1")]}],
    [table([rich({"type": "text", "text": "a"}), cell("b")], column_settings=[{"align": "right"}])],
    [actions({"type": "users_select", "action_id": "who"}, {"type": "checkboxes", "options": [option(1)]})],
    entry({"type": "number_input", "is_decimal_allowed": False}),
    entry({"type": "static_select", "option_groups": [{"label": plain("Small"), "options": [option(1)]}]}),
    [{"type": "task_card", "task_id": "1", "title": "Reading", "status": "in_progress"}],
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
    ([actions(button(confirm=CONFIRM | {"title": plain("x" * 101)}))], "elements/0/confirm/title/text"),
    ([actions(button(confirm=CONFIRM | {"text": plain("x" * 301)}))], "elements/0/confirm/text/text"),
    ([actions(button(confirm=CONFIRM | {"confirm": plain("x" * 31)}))], "elements/0/confirm/confirm/text"),
    ([actions(button(confirm=CONFIRM | {"deny": plain("x" * 31)}))], "elements/0/confirm/deny/text"),
    ([actions(button(confirm="sure"))], "must be an object [json-pointer:/blocks/0/elements/0/confirm]"),
    ([actions(button(url="x" * 3001))], "must be less than 3001 characters"),
    ([actions(button(accessibility_label="x" * 76))], "must be less than 76 characters"),
    ([actions(button(text={"type": "mrkdwn", "text": "x"}))], "failed to match all allowed schemas"),
    ([actions(overflow(6))], "no more than 5 items allowed"),
    ([actions(overflow(1) | {"colour": "red"})], "additional property: colour"),
    ([actions({"type": "static_select"})], "options or option_groups must be given"),
    ([actions(select(1) | {"options": [option(1) | {"text": plain("x" * 76)}]})], "must be less than 76 characters"),
    ([actions(select(1) | {"options": [option(1) | {"value": "x" * 151}]})], "must be less than 151 characters"),
    ([actions(select(1) | {"placeholder": plain("x" * 151)})], "must be less than 151 characters"),
    ([actions({"type": "checkboxes", "options": [option(n) for n in range(11)]})], "no more than 10 items allowed"),
    ([{"type": "context_actions", "elements": [icon(icon="bin")]}], "must be one of trash"),
    ([{"type": "context_actions", "elements": [icon(text=plain("x" * 76))]}], "must be less than 76 characters"),
    ([{"type": "context_actions", "elements": [icon(value="x" * 2001)]}], "must be less than 2001 characters"),
    ([{"type": "context_actions", "elements": [icon()] * 6}], "no more than 5 items allowed"),
    ([{"type": "context_actions", "elements": [{"type": "feedback_buttons"}]}], "missing required field: positive"),
    ([{"type": "section", "fields": [plain("x" * 2001)]}], "must be less than 2001 characters"),
    ([{"type": "section", "fields": [plain("x")] * 11}], "no more than 10 items allowed"),
    ([{"type": "section", "text": plain("x"), "accessory": feedback()}], "unsupported type: feedback_buttons"),
    ([rich({"type": "sound"})], "unsupported type"),
    ([rich({"type": "text", "text": ""})], "must be more than 0 characters"),
    ([table([rich({"type": "sound"})])], "unsupported type"),
    ([table([{"type": "picture"}])], "unsupported type: picture"),
    ([table([cell("a")] * 21)], "no more than 20 items allowed"),
    ([table([cell("a")], column_settings=[{}] * 21)], "no more than 20 items allowed"),
    (entry({"type": "button"}), "unsupported type: button"),
    (entry({"type": "number_input"}), "missing required field: is_decimal_allowed"),
    (entry({"type": "plain_text_input", "max_length": 3001}), "must be between 0 and 3000"),
    (entry({"type": "plain_text_input", "initial_value": "x" * 3001}), "must be less than 3001 characters"),
    ([{"type": "image", "alt_text": "x"}], "image_url or slack_file must be given"),
    ([{"type": "image", "alt_text": "x" * 2001, "image_url": "http://x"}], "must be less than 2001 characters"),
    ([{"type": "task_card", "task_id": "1", "title": "x", "status": "late"}], "must be one of pending"),
    ([{"type": "context", "elements": [picture(alt_text="x" * 2001)]}], "must be less than 2001 characters"),
    ([{"type": "context", "elements": [picture(image_url="x" * 3001)]}], "must be less than 3001 characters"),
    ([{"type": "context", "elements": [picture(slack_file={"id": "F1"})]}], "image_url or slack_file must be given"),
    ([{"type": "context"}], "missing required field: elements"),
    ([actions(button()) | {"text": "x"}], "additional property: text"),
    ([asked(label=plain("x" * 2001))], "must be less than 2001 characters"),
    ([asked(hint=plain("x" * 2001))], "must be less than 2001 characters"),
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


def test_a_home_tab_has_no_title() -> None:
    with pytest.raises(Refused) as caught:
        check_view(modal(type="home"), kind="home")
    assert "additional property: title" in caught.value.more["errors"][0]


@pytest.mark.parametrize(
    ("view", "fault"),
    [
        (None, "missing required field: view"),
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        (modal(blocks=[{"type": "divider"}] * 101), "no more than 100 items allowed"),
        (modal(blocks=[asked()]), "missing required field: submit"),
        (modal(blocks=[{"type": "markdown", "text": "x"}]), "unsupported type: markdown"),
        (modal(close=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/close/text]"),
        (modal(submit=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/submit/text]"),
        (modal(callback_id="x" * 256), "must be less than 256 characters"),
        (modal(external_id="x" * 256), "must be less than 256 characters"),
        (modal(type="home"), "must be one of modal"),
        (modal(colour="red"), "additional property: colour"),
    ],
)
def test_what_is_wrong_with_a_view_is_said(view: Part | None, fault: str) -> None:
    with pytest.raises(Refused) as caught:
        check_view(view, kind="modal")
    assert fault in "; ".join(caught.value.more["errors"])
