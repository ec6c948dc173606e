"""The app's manifest fits Slack's schema, and the code: nothing is missing, and nothing is asked for in vain."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import adapters.slack
from adapters.slack.manifest import EVENTS, Manifest
from adapters.slack.scopes import BOT_SCOPES
from bot.cli import main
from bot.commands.catalogue import outlined_commands
from bot.messages import Language
from bot.wording import speak

ADAPTER = Path(adapters.slack.__file__).parent
URL = "https://sova.example.com"

WRITING = {"chat:write"}
HISTORY = {"channels:history", "groups:history", "im:history"}
METHODS: dict[str, set[str]] = {
    "agents_sessions_setStatus": WRITING,
    "apps_connections_open": set(),
    "assistant_threads_setStatus": WRITING,
    "assistant_threads_setSuggestedPrompts": {"assistant:write"},
    "assistant_threads_setTitle": {"assistant:write"},
    "auth_test": set(),
    "chat_appendStream": WRITING,
    "chat_delete": WRITING,
    "chat_getPermalink": set(),
    "chat_postEphemeral": WRITING,
    "chat_postMessage": WRITING,
    "chat_startStream": WRITING,
    "chat_stopStream": WRITING,
    "chat_update": WRITING,
    "conversations_history": HISTORY,
    "conversations_list": {"channels:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": HISTORY,
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "users_conversations": {"channels:read", "groups:read", "im:read"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_update": set(),
}
"""The scopes that each method takes, as it is called here: https://docs.slack.dev/reference/methods."""
OF_EVENTS = {
    "app_mention": {"app_mentions:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "app_home_opened": set(),
    "agent_session_stopped": set(),
}
OF_FEATURES = {"commands", "files:read"}
"""Slash commands and shortcuts; and files are fetched by their addresses, with the token."""

WORD = {"type": "string", "minLength": 1}
FLAG = {"type": "boolean"}
ADDRESS = {"type": "string", "pattern": "^https://", "maxLength": 3000}


def strict(required: dict[str, Any], **optional: Any) -> dict[str, Any]:  # noqa: ANN401  # schemas
    """An object with these properties, and no others."""
    properties = required | optional
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


def words(most: int, least: int = 1) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most}


def many(items: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1, "maxItems": most, "uniqueItems": True}


SCHEMA = strict(
    {
        "display_information": strict(
            {"name": words(35)},
            description=words(140),
            long_description=words(4000, 175),
            background_color={"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"},
        ),
        "features": strict(
            {
                "app_home": strict(
                    {"home_tab_enabled": FLAG, "messages_tab_enabled": FLAG, "messages_tab_read_only_enabled": FLAG}
                ),
                "agent_view": strict(
                    {"agent_description": words(300)},
                    suggested_prompts=many(strict({"title": WORD, "message": WORD}), 4),
                ),
                "bot_user": strict({"display_name": words(80)}, always_online=FLAG),
                "shortcuts": many(
                    strict(
                        {
                            "name": words(24),
                            "type": {"enum": ["message", "global"]},
                            "callback_id": words(255),
                            "description": words(150),
                        }
                    ),
                    10,
                ),
                "slash_commands": many(
                    strict(
                        {"command": {"type": "string", "pattern": "^/[a-z0-9_-]{1,31}$"}, "description": words(2000)},
                        usage_hint=words(1000),
                        url=ADDRESS,
                        should_escape=FLAG,
                    ),
                    50,
                ),
            }
        ),
        "oauth_config": strict({"scopes": strict({"bot": many(words(50), 255)})}),
        "settings": strict(
            {
                "event_subscriptions": strict({"bot_events": many(words(50), 100)}, request_url=ADDRESS),
                "interactivity": strict({"is_enabled": {"const": True}}, request_url=ADDRESS),
                "org_deploy_enabled": {"const": False},
                "socket_mode_enabled": FLAG,
                "token_rotation_enabled": {"const": False},
            }
        ),
    },
    _metadata=strict({}, major_version={"type": "integer"}, minor_version={"type": "integer"}),
)
"""Slack's own, as far as Sova uses it: https://docs.slack.dev/reference/app-manifest and slackapi/manifest-schema."""


def told(language: Language = Language.ENGLISH, *, prefix: str = "sova-", url: str | None = None) -> dict[str, Any]:
    return Manifest(outlined_commands(), prefix, url).as_plain(speak(language))


# --- Slack's schema ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [None, URL])
@pytest.mark.parametrize("prefix", ["sova-", "", "our-assistants-1"])
@pytest.mark.parametrize("language", list(Language))
def test_it_fits_slacks_schema(language: Language, prefix: str, url: str | None) -> None:
    faults = [
        error.message for error in Draft202012Validator(SCHEMA).iter_errors(told(language, prefix=prefix, url=url))
    ]
    assert faults == []


def test_by_sockets_slack_is_told_no_address() -> None:
    assert "https://" not in json.dumps(told())
    assert told()["settings"]["socket_mode_enabled"]


def test_over_http_everything_comes_to_one_address() -> None:
    manifest = told(url=f"{URL}/")
    settings = manifest["settings"]
    asked = {settings["event_subscriptions"]["request_url"], settings["interactivity"]["request_url"]}
    asked |= {command["url"] for command in manifest["features"]["slash_commands"]}
    assert asked == {f"{URL}/slack/events"}
    assert not settings["socket_mode_enabled"]


def test_every_command_that_people_are_told_of_is_there_and_the_one_that_asks() -> None:
    commands = {command["command"] for command in told()["features"]["slash_commands"]}
    assert commands == {"/sova-ask", *(f"/sova-{command.name}" for command in outlined_commands() if command.listed)}


def test_channels_come_as_ids_where_settings_name_them_and_nowhere_else() -> None:
    escaped = [one["command"] for one in told()["features"]["slash_commands"] if one["should_escape"]]
    assert escaped == ["/sova-settings"]


# --- the code ---------------------------------------------------------------------------------------------------------


def test_every_method_that_is_called_has_its_scope_and_no_scope_is_asked_for_in_vain() -> None:
    called = set(_called())
    assert called <= METHODS.keys()
    needed = set().union(*(METHODS[name] for name in called), *(OF_EVENTS[event] for event in EVENTS), OF_FEATURES)
    assert needed == set(BOT_SCOPES)


def test_every_listener_has_its_event_and_every_event_its_listener() -> None:
    heard = {name for call in _calls("event") if (name := _constant(call))}
    assert heard == {event.partition(".")[0] for event in EVENTS}


def test_every_shortcut_is_listened_to() -> None:
    tree = ast.parse((ADAPTER / "controls" / "controls.py").read_text(encoding="utf-8"))
    heard = {call.args[0].id for call in _calls_in(tree, "message_shortcut") if isinstance(call.args[0], ast.Name)}
    assert heard == {"ASK_ABOUT", "SUMMARIZE"}
    assert len(told()["features"]["shortcuts"]) == len(heard)


def _sources() -> Iterator[ast.Module]:
    for path in ADAPTER.rglob("*.py"):
        yield ast.parse(path.read_text(encoding="utf-8"))


def _called() -> Iterator[str]:
    """The methods of slack_sdk's client that are named anywhere."""
    families = re.compile(r"(?:agents|apps|assistant|auth|chat|conversations|files|reactions|team|users|views)_\w+")
    for tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and families.fullmatch(node.attr) and _is_client(node.value):
                yield node.attr


def _is_client(node: ast.expr) -> bool:
    return "client" in ast.unparse(node)


def _calls(name: str) -> Iterator[ast.Call]:
    for tree in _sources():
        yield from _calls_in(tree, name)


def _calls_in(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


def _constant(call: ast.Call) -> str:
    argument = call.args[0] if call.args else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def _no_other_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SOVA_SLACK_MODE", "SOVA_SLACK_COMMAND_PREFIX"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_no_other_settings")
def test_the_command_prints_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVA_SLACK_COMMAND_PREFIX", "bot-")
    assert main(["manifest", "slack", "--lang", "en"]) == 0
    assert json.loads(capsys.readouterr().out) == told(prefix="bot-")


@pytest.mark.usefixtures("_no_other_settings")
@pytest.mark.parametrize("arguments", [[], ["--url", "http://sova.example.com"]])
def test_over_http_it_needs_an_address_that_slack_takes(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOVA_SLACK_MODE", "http")
    assert main(["manifest", "slack", *arguments]) == 2
    printed = capsys.readouterr()
    assert "https://" in printed.err
    assert printed.out == ""
