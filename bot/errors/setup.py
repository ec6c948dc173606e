"""Owns what may be wrong around Sova: its history server, its settings, its rules, its network."""

from dataclasses import dataclass

from bot.errors.family import AssistantError
from bot.messages import Notice


@dataclass(eq=False)
class HistoryUnavailable(AssistantError):
    """Redis can't be reached or can't write; `reason` is short and holds no message text."""

    where: str
    reason: str
    code = "history-unavailable"
    exit_code = 3


@dataclass(eq=False)
class HistoryNotHere(AssistantError):
    """No Redis address is configured and this system has no embedded server (Windows)."""

    code = "history-not-here"
    exit_code = 3


@dataclass(eq=False)
class LeavesTheNetwork(AssistantError):
    """The setting `name` leads to `host`, whose `address` lies outside the site's network, and nobody allowed that."""

    name: str
    host: str
    address: str
    code = "leaves-the-network"
    exit_code = 2


@dataclass(eq=False)
class BadSetting(AssistantError):
    """A setting's value can't be used; `name` is the environment variable, `reason` what is wrong with it."""

    name: str
    reason: str
    code = "bad-setting"
    exit_code = 2


@dataclass(eq=False)
class BadAccess(AssistantError):
    """`access.toml` can't be used; `reason` says why. Sova doesn't start with it, and runs on with an older version."""

    path: str
    reason: Notice
    code = "bad-access"
    exit_code = 2
