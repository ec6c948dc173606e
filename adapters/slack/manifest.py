"""Owns what Sova asks of Slack: the app's manifest, with every command, shortcut, event and scope, and no other.

https://docs.slack.dev/reference/app-manifest; a test holds it to that page, and to what the adapter calls and hears.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.connection.requests import PATH
from adapters.slack.controls.controls import ASK_ABOUT, SUMMARIZE
from adapters.slack.controls.prefixing import ASK, Prefix
from adapters.slack.scopes import BOT_SCOPES
from bot.commands.command import Command
from bot.commands.places.values import COMMAND as SETTINGS
from bot.wording import Wording

EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
)
"""What Slack tells of; each has a listener."""
NAME = "Sova"
COLOUR = "#3f3a5c"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The app as Slack is told of it. `commands` are the registry's, `prefix` stands before each.

    `url` is where Slack reaches Sova in HTTP mode, without a path; None where she connects to Slack herself.
    """

    commands: Sequence[Command]
    prefix: str
    url: str | None = None

    def as_plain(self, say: Wording) -> dict[str, Any]:
        """For Slack, as JSON, which is YAML as well; what people read in it is in the language of `say`."""
        return {
            "_metadata": {"major_version": 1, "minor_version": 1},
            "display_information": {
                "name": NAME,
                "description": say("slack-app-description"),
                "long_description": say("slack-app-long-description"),
                "background_color": COLOUR,
            },
            "features": {
                "app_home": {
                    "home_tab_enabled": True,
                    "messages_tab_enabled": True,
                    "messages_tab_read_only_enabled": False,
                },
                "agent_view": _agent_view(say),
                "bot_user": {"display_name": NAME, "always_online": True},
                "shortcuts": [_shortcut(ASK_ABOUT, "ask", say), _shortcut(SUMMARIZE, "summarize", say)],
                "slash_commands": self._slash_commands(say),
            },
            "oauth_config": {"scopes": {"bot": list(BOT_SCOPES)}},
            "settings": {
                "event_subscriptions": {**self._reached("request_url"), "bot_events": list(EVENTS)},
                "interactivity": {"is_enabled": True, **self._reached("request_url")},
                "org_deploy_enabled": False,
                "socket_mode_enabled": self.url is None,
                "token_rotation_enabled": False,
            },
        }

    def _slash_commands(self, say: Wording) -> list[dict[str, Any]]:
        asking = self._slash_command(ASK, say("command-ask"), say("slack-ask-usage"))
        return [asking, *(self._of_registry(command, say) for command in self.commands if command.listed)]

    def _of_registry(self, command: Command, say: Wording) -> dict[str, Any]:
        """Only where channels are named Slack shall write people and channels as ids."""
        usage = command.usage.partition(" ")[2]
        return self._slash_command(command.name, command.description(say), usage, escape=command.name == SETTINGS)

    def _slash_command(self, name: str, description: str, usage: str, *, escape: bool = False) -> dict[str, Any]:
        hint = {"usage_hint": usage} if usage else {}
        return {
            "command": Prefix(self.prefix, ()).slash(name),
            "description": description,
            **hint,
            **self._reached("url"),
            "should_escape": escape,
        }

    def _reached(self, key: str) -> Mapping[str, str]:
        """All of it comes to the same address; by sockets to none."""
        return {} if self.url is None else {key: f"{self.url.rstrip('/')}{PATH}"}


def _agent_view(say: Wording) -> dict[str, Any]:
    """Documents are suggested by whoever opens it; this is what stands there before."""
    prompt = {"title": say("suggestion-abilities-title"), "message": say("suggestion-abilities")}
    return {"agent_description": say("slack-app-description"), "suggested_prompts": [prompt]}


def _shortcut(callback: str, name: str, say: Wording) -> dict[str, str]:
    return {
        "name": say(f"slack-shortcut-{name}"),
        "type": "message",
        "callback_id": callback,
        "description": say(f"slack-shortcut-{name}-why"),
    }
