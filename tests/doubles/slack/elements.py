"""Owns what Slack accepts as an element of a block: buttons, menus, inputs, pictures, rich text."""

from collections.abc import Callable
from typing import Any

from tests.doubles.slack.checking import Faults

Part = dict[str, Any]
Check = Callable[[Faults, Part], None]


def check_element(faults: Faults, element: object, allowed: dict[str, Check]) -> None:
    """One element, which must be of a kind that is allowed where it stands."""
    kind = element.get("type") if isinstance(element, dict) else None
    if not isinstance(element, dict) or kind not in allowed:
        faults.say(f"unsupported type: {kind}")
        return
    if "action_id" in element:
        faults.text(element, "action_id", 255, least=1)
    allowed[str(kind)](faults, element)


def _button(faults: Faults, element: Part) -> None:
    optional = ("action_id", "url", "value", "style", "confirm", "accessibility_label", "agent_prompt")
    if faults.keys(element, required=("text",), optional=optional):
        faults.text_object(element, "text", 75, plain=True)
    faults.text(element, "url", 3000)
    faults.text(element, "value", 2000)
    faults.text(element, "accessibility_label", 75)
    faults.one_of(element, "style", ("primary", "danger"))
    _confirm(faults, element)


def _confirm(faults: Faults, element: Part) -> None:
    confirm = element.get("confirm")
    if confirm is None:
        return
    with faults.at("confirm"):
        if not isinstance(confirm, dict):
            faults.say("must be an object")
        elif faults.keys(confirm, required=("title", "text", "confirm", "deny"), optional=("style",)):
            faults.text_object(confirm, "title", 100, plain=True)
            faults.text_object(confirm, "text", 300)
            faults.text_object(confirm, "confirm", 30, plain=True)
            faults.text_object(confirm, "deny", 30, plain=True)


def _option(faults: Faults, option: object) -> None:
    if not isinstance(option, dict):
        faults.say("must be an object")
    elif faults.keys(option, required=("text", "value"), optional=("description", "url")):
        faults.text_object(option, "text", 75)
        faults.text(option, "value", 150)
        faults.text_object(option, "description", 75, plain=True)


def _options(faults: Faults, element: Part, most: int, *, least: int = 1) -> None:
    for n, option in enumerate(faults.items(element, "options", most, least=least)):
        with faults.at("options", n):
            _option(faults, option)


_CHOICE = ("action_id", "confirm", "focus_on_load", "placeholder")


def _static_select(faults: Faults, element: Part) -> None:
    optional = (*_CHOICE, "options", "option_groups", "initial_option", "initial_options", "max_selected_items")
    faults.keys(element, optional=optional)
    faults.text_object(element, "placeholder", 150, plain=True)
    if (element.get("options") is None) == (element.get("option_groups") is None):
        faults.say("options or option_groups must be given, and not both")
    _options(faults, element, 100)
    for n, group in enumerate(faults.items(element, "option_groups", 100)):
        with faults.at("option_groups", n):
            if isinstance(group, dict) and faults.keys(group, required=("label", "options")):
                faults.text_object(group, "label", 75, plain=True)
                _options(faults, group, 100)
    _confirm(faults, element)
    _initial(faults, element)


def _initial(faults: Faults, element: Part) -> None:
    """What is chosen at first must be among the options, letter by letter."""
    groups = [{"options": element.get("options") or []}, *(element.get("option_groups") or [])]
    offered = [option for group in groups if isinstance(group, dict) for option in group.get("options", [])]
    initial = [element["initial_option"]] if element.get("initial_option") else element.get("initial_options") or []
    if any(option not in offered for option in initial):
        with faults.at("initial_option"):
            faults.say("must be one of the provided options")


def _dynamic_select(faults: Faults, element: Part) -> None:
    optional = (*_CHOICE, "initial_user", "initial_channel", "initial_conversation", "initial_users")
    more = ("initial_channels", "initial_conversations", "default_to_current_conversation", "filter")
    faults.keys(element, optional=(*optional, *more, "response_url_enabled", "max_selected_items"))
    faults.text_object(element, "placeholder", 150, plain=True)


def _choice_list(faults: Faults, element: Part) -> None:
    optional = ("action_id", "confirm", "focus_on_load", "initial_option", "initial_options")
    faults.keys(element, required=("options",), optional=optional)
    _options(faults, element, 10)
    _initial(faults, element)


def _overflow(faults: Faults, element: Part) -> None:
    faults.keys(element, required=("options",), optional=("action_id", "confirm"))
    _options(faults, element, 5)


def _plain_input(faults: Faults, element: Part) -> None:
    lengths = ("min_length", "max_length")
    optional = ("action_id", "initial_value", "multiline", "dispatch_action_config", "focus_on_load", "placeholder")
    faults.keys(element, optional=(*optional, *lengths))
    faults.text_object(element, "placeholder", 150, plain=True)
    faults.text(element, "initial_value", 3000)
    for key in lengths:
        if not 0 <= int(element.get(key) or 0) <= 3000:
            with faults.at(key):
                faults.say("must be between 0 and 3000")


def _number_input(faults: Faults, element: Part) -> None:
    bounds = ("initial_value", "min_value", "max_value", "is_decimal_allowed")
    faults.keys(element, required=("is_decimal_allowed",), optional=("action_id", "focus_on_load", *bounds))


def _date(faults: Faults, element: Part) -> None:
    optional = ("initial_date", "initial_time", "initial_date_time", "timezone", "placeholder")
    faults.keys(element, optional=("action_id", "confirm", "focus_on_load", *optional))


def _image(faults: Faults, element: Part) -> None:
    faults.keys(element, required=("alt_text",), optional=("image_url", "slack_file"))
    faults.text(element, "alt_text", 2000)
    faults.text(element, "image_url", 3000)
    if (element.get("image_url") is None) == (element.get("slack_file") is None):
        faults.say("image_url or slack_file must be given, and not both")


def _feedback(faults: Faults, element: Part) -> None:
    buttons = ("positive_button", "negative_button")
    if not faults.keys(element, required=buttons, optional=("action_id",)):
        return
    for key in buttons:
        with faults.at(key):
            if faults.keys(element[key], required=("text", "value"), optional=("accessibility_label",)):
                faults.text_object(element[key], "text", 75, plain=True)
                faults.text(element[key], "value", 2000)
                faults.text(element[key], "accessibility_label", 75)


def _icon_button(faults: Faults, element: Part) -> None:
    optional = ("action_id", "value", "confirm", "accessibility_label", "visible_to_user_ids")
    if faults.keys(element, required=("icon", "text"), optional=optional):
        faults.one_of(element, "icon", ("trash",))
        faults.text_object(element, "text", 75, plain=True)
    faults.text(element, "value", 2000)
    _confirm(faults, element)


def _context_text(faults: Faults, element: Part) -> None:
    faults.keys(element, required=("text",), optional=("emoji", "verbatim"))
    faults.text(element, "text", 3000, least=1)


_SELECTS: dict[str, Check] = {
    f"{prefix}{kind}": check
    for prefix in ("", "multi_")
    for kind, check in (
        ("static_select", _static_select),
        ("users_select", _dynamic_select),
        ("channels_select", _dynamic_select),
        ("conversations_select", _dynamic_select),
    )
}
_CHOICES: dict[str, Check] = {"checkboxes": _choice_list, "radio_buttons": _choice_list}
_DATES: dict[str, Check] = {"datepicker": _date, "timepicker": _date}
IN_ACTIONS: dict[str, Check] = {"button": _button, "overflow": _overflow, **_SELECTS, **_CHOICES, **_DATES}
BESIDE_SECTION: dict[str, Check] = {**IN_ACTIONS, "image": _image}
IN_INPUT: dict[str, Check] = {
    **_SELECTS,
    **_CHOICES,
    **_DATES,
    "plain_text_input": _plain_input,
    "number_input": _number_input,
    "email_text_input": _plain_input,
    "url_text_input": _plain_input,
}
IN_CONTEXT: dict[str, Check] = {"mrkdwn": _context_text, "plain_text": _context_text, "image": _image}
IN_CONTEXT_ACTIONS: dict[str, Check] = {"feedback_buttons": _feedback, "icon_button": _icon_button}
