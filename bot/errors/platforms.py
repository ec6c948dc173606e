"""Owns what may be wrong with a chat platform: it can't be reached, or it doesn't let Sova in."""

from dataclasses import dataclass

from bot.errors.family import AssistantError


@dataclass(eq=False)
class PlatformUnreachable(AssistantError):
    """The chat platform can't be reached, or can't do what it was asked for now; `reason` holds no message text."""

    platform: str
    reason: str
    code = "platform-unreachable"
    exit_code = 3


@dataclass(eq=False)
class PlatformTokenRefused(AssistantError):
    """The chat platform doesn't know the token; `name` is the setting that holds it."""

    platform: str
    name: str
    code = "platform-token-refused"
    exit_code = 2


@dataclass(eq=False)
class PlatformIntentsRefused(AssistantError):
    """The chat platform doesn't let Sova read what people write: its owner must switch the `intents` on."""

    platform: str
    intents: tuple[str, ...]
    code = "platform-intents-refused"
    exit_code = 2


@dataclass(eq=False)
class PlatformScopesMissing(AssistantError):
    """The token in the setting `name` is known, but was given too little: the app's owner must add the `scopes`."""

    platform: str
    name: str
    scopes: tuple[str, ...]
    code = "platform-scopes-missing"
    exit_code = 2


@dataclass(eq=False)
class PlatformConnectedTooOften(AssistantError):
    """So many connections within an hour that the platform might lock Sova out; in `seconds` the next may be made."""

    platform: str
    connections: int
    seconds: int
    code = "platform-connected-too-often"
    exit_code = 3


@dataclass(eq=False)
class NotAMember(AssistantError):
    """Something was to be read or posted in a channel of a chat platform in which Sova isn't."""

    code = "not-a-member"


@dataclass(eq=False)
class FormTooLate(AssistantError):
    """The chat platform opens a form only right after a press, and it took longer."""

    code = "form-too-late"
