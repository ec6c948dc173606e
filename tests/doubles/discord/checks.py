"""Owns what Discord refuses and simcord lets through: each check raises the error with Discord's status and code."""

import re
from collections.abc import Callable
from typing import Any

from simcord.backend import errors, permissions
from simcord.backend.errors import BackendError
from simcord.backend.models import Channel

from tests.doubles.discord.calls import Call
from tests.doubles.discord.command_checks import check_commands
from tests.doubles.discord.world import World

MOST_CHARACTERS = 2000
MOST_FILES = 10
MOST_BYTES = 10 * 1024 * 1024
"""Without boosts: https://support.discord.com/hc/en-us/articles/25444343291031"""
NONCE_CHARACTERS = 25
MOST_CHOICES = 25
ARCHIVE_MINUTES = (60, 1440, 4320, 10080)

Check = Callable[[World, Call, dict[str, str]], None]


def check(world: World, call: Call) -> None:
    """Raise what Discord would answer; everything else is simcord's to refuse."""
    for method, path, checks in _CHECKS:
        found = re.fullmatch(path, call.path) if call.method == method else None
        for one in checks if found else ():
            one(world, call, found.groupdict() if found else {})


def invalid(field: str, code: str, message: str) -> BackendError:
    """A 50035 as Discord words it."""
    return errors.invalid_form_body(errors={field: {"_errors": [{"code": code, "message": message}]}})


def _channel(world: World, named: dict[str, str]) -> Channel | None:
    return world.channels.get(int(named["channel"]))


def _may(world: World, channel: Channel, permission: str) -> bool:
    if channel.guild_id is None:
        return True
    had = world.compute_permissions(channel.guild_id, world.bot_user.id, channel.id)
    return bool(had & permissions.flag(permission))


def _check_body(_: World, call: Call, __: dict[str, str]) -> None:
    content = (call.body.get("data") or call.body).get("content")
    if isinstance(content, str) and len(content) > MOST_CHARACTERS:
        raise invalid("content", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_CHARACTERS} or fewer in length.")
    if len(call.files) > MOST_FILES:
        raise invalid("files", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_FILES} or fewer in length.")
    if any(file.size > MOST_BYTES for file in call.files):
        raise BackendError(413, 40005, "Request entity too large")


def _check_empty(_: World, call: Call, __: dict[str, str]) -> None:
    says = any(call.body.get(field) for field in ("embeds", "components", "sticker_ids", "poll", "message_reference"))
    if not says and not call.files and not str(call.body.get("content") or "").strip():
        raise BackendError(400, 50006, "Cannot send an empty message")


def _check_still_says(world: World, call: Call, named: dict[str, str]) -> None:
    message = world.messages.get(int(named["channel"]), {}).get(int(named["message"]))
    if message is None or "content" not in call.body or str(call.body["content"] or "").strip():
        return
    kept = (call.body.get(field, getattr(message, field)) for field in ("embeds", "components", "attachments"))
    if not any(kept) and not call.files:
        raise BackendError(400, 50006, "Cannot send an empty message")


def _check_nonce(_: World, call: Call, __: dict[str, str]) -> None:
    if len(str(call.body.get("nonce") or "")) > NONCE_CHARACTERS:
        raise invalid("nonce", "NONCE_TYPE_TOO_LONG", f"Must be {NONCE_CHARACTERS} or fewer in length.")


def _check_recipient(world: World, _: Call, named: dict[str, str]) -> None:
    channel = _channel(world, named)
    if channel is not None and world.blocking.intersection(channel.recipient_ids):
        raise errors.cannot_dm_bot()


def _check_unlocked(world: World, _: Call, named: dict[str, str]) -> None:
    channel = _channel(world, named)
    if channel is None or channel.thread_metadata is None or not channel.thread_metadata.locked:
        return
    if not _may(world, channel, "manage_threads"):
        raise BackendError(400, 160005, "Thread is locked")


def _check_not_archived(world: World, _: Call, named: dict[str, str]) -> None:
    channel = _channel(world, named)
    if channel is not None and channel.thread_metadata is not None and channel.thread_metadata.archived:
        raise BackendError(400, 50083, "Thread is archived")


def _check_uploads_allowed(world: World, call: Call, named: dict[str, str]) -> None:
    channel = _channel(world, named)
    if channel is not None and call.files and not _may(world, channel, "attach_files"):
        raise errors.missing_permissions()


def _check_reference(world: World, call: Call, named: dict[str, str]) -> None:
    reference, channel = call.body.get("message_reference"), _channel(world, named)
    if not reference or channel is None:
        return
    if not _may(world, channel, "read_message_history"):
        raise BackendError(400, 160002, "Cannot reply without permission to read message history")
    there = int(reference["message_id"]) in world.messages.get(channel.id, {})
    if not there and reference.get("fail_if_not_exists", True):
        raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")


def _check_limit(_: World, call: Call, __: dict[str, str]) -> None:
    if not 1 <= int(call.params.get("limit", 50)) <= 100:
        raise invalid("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")


def _check_thread(world: World, call: Call, named: dict[str, str]) -> None:
    channel = _channel(world, named)
    if channel is not None and (channel.guild_id is None or channel.is_thread):
        raise errors.cannot_execute_on_channel_type()
    if not 1 <= len(str(call.body.get("name") or "")) <= 100:
        raise invalid("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    if int(call.body.get("auto_archive_duration") or ARCHIVE_MINUTES[1]) not in ARCHIVE_MINUTES:
        raise invalid("auto_archive_duration", "BASE_TYPE_CHOICES", f"Value must be one of {ARCHIVE_MINUTES}.")
    if int(named.get("message") or 0) in world.channels:
        raise BackendError(400, 160004, "A thread has already been created for this message")


def _check_choices(_: World, call: Call, __: dict[str, str]) -> None:
    choices: list[dict[str, Any]] = (call.body.get("data") or {}).get("choices") or []
    if len(choices) > MOST_CHOICES:
        raise invalid("data.choices", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_CHOICES} or fewer in length.")
    if not all(1 <= len(choice["name"]) <= 100 and len(str(choice["value"])) <= 100 for choice in choices):
        raise invalid("data.choices", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")


def _check_alive(world: World, _: Call, named: dict[str, str]) -> None:
    record = world.interactions.get(world.interaction_tokens.get(named["token"], 0))
    if record is not None and record.expires_at is not None and world.now_iso() >= record.expires_at:
        raise BackendError(401, 50027, "Invalid Webhook Token")


def _check_commands(_: World, call: Call, __: dict[str, str]) -> None:
    check_commands(call.json)


_MESSAGES = r"/channels/(?P<channel>\d+)/messages"
_MESSAGE = rf"{_MESSAGES}/(?P<message>\d+)"
_WEBHOOK = r"/webhooks/\d+/(?P<token>[^/]+)"
_CHECKS: tuple[tuple[str, str, tuple[Check, ...]], ...] = (
    (
        "POST",
        _MESSAGES,
        (
            _check_body,
            _check_empty,
            _check_nonce,
            _check_recipient,
            _check_unlocked,
            _check_uploads_allowed,
            _check_reference,
        ),
    ),
    ("PATCH", _MESSAGE, (_check_body, _check_still_says, _check_not_archived, _check_uploads_allowed)),
    ("PUT", rf"{_MESSAGE}/reactions/.*", (_check_not_archived,)),
    ("GET", _MESSAGES, (_check_limit,)),
    ("POST", rf"{_MESSAGE}/threads", (_check_thread,)),
    ("POST", r"/channels/(?P<channel>\d+)/threads", (_check_thread,)),
    ("POST", r"/interactions/\d+/[^/]+/callback", (_check_body, _check_choices)),
    ("POST", _WEBHOOK, (_check_alive, _check_body)),
    ("PATCH", rf"{_WEBHOOK}/messages/.*", (_check_alive, _check_body)),
    ("GET", rf"{_WEBHOOK}/messages/.*", (_check_alive,)),
    ("DELETE", rf"{_WEBHOOK}/messages/.*", (_check_alive,)),
    ("PUT", r"/applications/\d+(?:/guilds/\d+)?/commands", (_check_commands,)),
)
