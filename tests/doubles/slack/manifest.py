"""Owns what the app was installed with: scopes, events, commands and shortcuts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tests.doubles.slack.refusals import Refused

SCOPES = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "chat:write",
        "commands",
        "im:history",
        "im:read",
        "im:write",
        "channels:history",
        "channels:read",
        "groups:history",
        "groups:read",
        "files:read",
        "files:write",
        "reactions:write",
        "users:read",
    }
)
EVENTS = frozenset(
    {
        "app_mention",
        "message.im",
        "message.channels",
        "message.groups",
        "app_home_opened",
        "app_context_changed",
        "agent_session_stopped",
    }
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """`commands` and `shortcuts` are None where everything is permitted that a person types or chooses."""

    scopes: frozenset[str] = SCOPES
    events: frozenset[str] = EVENTS
    commands: frozenset[str] | None = None
    shortcuts: frozenset[str] | None = None
    agent_view: bool = True

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """The app's manifest in Slack's own form, once its YAML or JSON is read."""
        features, settings = told.get("features", {}), told.get("settings", {})
        return cls(
            frozenset(told.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
            frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
            frozenset(command["command"] for command in features.get("slash_commands", ())),
            frozenset(shortcut["callback_id"] for shortcut in features.get("shortcuts", ())),
            agent_view="agent_view" in features,
        )

    def require(self, *scopes: str) -> None:
        """Any one of these scopes is enough. Raises Refused (missing_scope)."""
        if scopes and not self.scopes.intersection(scopes):
            raise Refused("missing_scope", needed=",".join(scopes), provided=",".join(sorted(self.scopes)))
