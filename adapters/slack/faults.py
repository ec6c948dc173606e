"""Owns what Slack's errors mean: the one place where they become ours, or are told apart by their codes.

The codes stand with each method: https://docs.slack.dev/reference/methods
"""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import AssistantError, PlatformScopesMissing, PlatformTokenRefused, PlatformUnreachable

NAME = "Slack"
BOT_TOKEN_SETTING = "SOVA_SLACK_BOT_TOKEN"  # noqa: S105  # the setting's name
APP_TOKEN_SETTING = "SOVA_SLACK_APP_TOKEN"  # noqa: S105  # the setting's name

LONGEST_LIMIT_S = 30.0
"""For so long it is waited when Slack asks for patience; what takes longer rests, and takes nobody's place."""

NO_CHANNEL = frozenset({"channel_not_found", "not_in_channel", "is_archived", "team_not_found", "user_not_found"})
"""Sova can't see the channel, or nobody can write there any more."""
NO_MESSAGE = frozenset({"message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"})
"""What was meant to be read or changed is gone, or isn't Sova's."""
FORBIDDEN = frozenset(
    {
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_non_threadable_channel",
        "ekm_access_denied",
        "user_disabled",
        "messages_tab_disabled",
        "cannot_dm_bot",
    }
)
"""The workspace doesn't let Sova write there."""
UNAVAILABLE = frozenset(
    {
        "feature_not_enabled",
        "unknown_method",
        "method_deprecated",
        "deprecated_endpoint",
        "app_not_agent",
        "app_not_assistant",
        "not_allowed",
        "enterprise_is_restricted",
        "team_access_not_granted",
    }
)
"""The workspace doesn't have what was asked for, whatever it was asked with."""
MALFORMED = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "block_mismatch", "no_text"}
)
"""Slack can't read, or doesn't take, what was to be shown."""
NOT_STREAMING, STILL_STREAMING = "message_not_in_streaming_state", "streaming_state_conflict"
"""A stream is over; one that still goes on can only be added to."""

_TOKEN = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "org_login_required",
        "two_factor_setup_required",
        "no_permission",
        "access_denied",
    }
)
_NOT_NOW = frozenset({"ratelimited", "rate_limited", STILL_STREAMING})
_PASSING = _NOT_NOW | {
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
}
_MISSING_SCOPE = "missing_scope"
_SERVER_FAULT, _TOO_MANY = 500, 429


def code_of(error: SlackApiError) -> str:
    """Slack's word for what is wrong, such as `channel_not_found`; the HTTP status where it said none."""
    return str(_told(error).get("error") or status_of(error))


def status_of(error: SlackApiError) -> int:
    """The HTTP status of the answer; 0 where there was none."""
    response: object = error.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0))


def is_final(error: SlackApiError) -> bool:
    """Whether asking again would be answered the same: what is wanted is gone, or forbidden."""
    return code_of(error) in NO_CHANNEL | NO_MESSAGE | FORBIDDEN


def is_unsure(error: Exception) -> bool:
    """Whether nobody knows if it was done: the answer is lost, or a server of Slack's had trouble."""
    if isinstance(error, SlackApiError):
        return status_of(error) >= _SERVER_FAULT or code_of(error) in _PASSING - _NOT_NOW
    return isinstance(error, aiohttp.ClientError | TimeoutError | OSError)


@contextmanager
def translated(*, setting: str = BOT_TOKEN_SETTING) -> Iterator[None]:
    """Turn what only time or the operator mends into errors of ours; everything else passes as it is.

    `setting` holds the token that is asked with.
    """
    try:
        yield
    except SlackApiError as error:
        if ours := _ours(error, setting=setting):
            raise ours from error
        raise
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise PlatformUnreachable(NAME, type(error).__name__) from error


def _ours(error: SlackApiError, *, setting: str) -> AssistantError | None:
    """A refusal of what was asked for is for whoever asked; only that nothing could be asked at all is ours."""
    code, status = code_of(error), status_of(error)
    if code in _TOKEN:
        return PlatformTokenRefused(NAME, setting)
    if code == _MISSING_SCOPE:
        return PlatformScopesMissing(NAME, setting, needed(error))
    if code in _PASSING or status >= _SERVER_FAULT or status == _TOO_MANY:
        return PlatformUnreachable(NAME, f"it answers {code}")
    return None


def needed(error: SlackApiError) -> tuple[str, ...]:
    """The scopes that Slack says are missing."""
    return tuple(filter(None, str(_told(error).get("needed", "")).split(",")))


def _told(error: SlackApiError) -> dict[str, object]:
    """What the answer says; nothing where it was no JSON."""
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}
