"""Owns the routes that differ from simcord's or are missing there; all others are simcord's."""

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from simcord.backend import serializers
from simcord.http.router import dispatch

from tests.doubles.discord.access import Access
from tests.doubles.discord.calls import Call
from tests.doubles.discord.world import World

MESSAGE_CONTENT_FLAG = 1 << 19
"""GATEWAY_MESSAGE_CONTENT_LIMITED: allowed to bots in fewer than 100 guilds."""
_CHANNEL_FIELDS = ("name", "rate_limit_per_user")
_THREAD_FIELDS = ("archived", "locked", "auto_archive_duration", "invitable")

Answer = tuple[int, Any]


def perform(world: World, call: Call, access: Access) -> Answer:
    """Do what the call asks for; gives the status and the JSON to answer. Raises BackendError."""
    for method, path, own in _OWN:
        found = re.fullmatch(path, call.path) if call.method == method else None
        if found:
            answer = own(world, call, found, access)
            if answer is not None:
                return answer
    return _simcord(world, call, access)


def _simcord(world: World, call: Call, access: Access) -> Answer:
    told = dispatch(
        world,
        call.method,
        call.path,
        json=call.json,
        params=dict(call.params),
        files=list(call.files),
        reason=call.reason,
        message_content_access=access.reads_content,
    )
    return (204, None) if told is None else (200, told)


def _application(world: World, _: Call, __: re.Match[str], access: Access) -> Answer:
    status, told = _simcord(world, Call("GET", "/oauth2/applications/@me"), access)
    return status, {**told, "flags": MESSAGE_CONTENT_FLAG if access.reads_content else 0}


def _send(world: World, call: Call, found: re.Match[str], access: Access) -> Answer:
    nonce = call.body.get("nonce")
    if nonce is not None and call.body.get("enforce_nonce"):
        posted = world.posted_as(int(found[1]), nonce)
        if posted is not None:
            return 200, {**serializers.message_payload(world, posted), "nonce": nonce}
    with world.sending(nonce):
        status, told = _simcord(world, call, access)
    return status, {**told, "nonce": nonce}


def _history(world: World, call: Call, _: re.Match[str], access: Access) -> Answer | None:
    """After a message come the ones next to it, however many there are; simcord would give the newest."""
    if "after" not in call.params:
        return None
    everything = replace(call, params=call.params | {"limit": str(sys.maxsize)})
    status, told = _simcord(world, everything, access)
    return status, told[-int(call.params.get("limit", 50)) :]


def _grow_thread(world: World, call: Call, found: re.Match[str], access: Access) -> Answer:
    _, told = _simcord(world, call, access)
    world.start_thread_with(int(told["id"]), world.get_message(int(found[1]), int(found[2])))
    return 201, told


def _open_thread(world: World, call: Call, _: re.Match[str], access: Access) -> Answer:
    return 201, _simcord(world, call, access)[1]


def _edit_thread(world: World, call: Call, found: re.Match[str], _: Access) -> Answer | None:
    """Who started a thread may rename and archive it; what is locked takes MANAGE_THREADS to bring back."""
    thread = world.get_channel(int(found[1]))
    if thread.thread_metadata is None:
        return None
    mine = thread.owner_id == world.bot_user.id and not thread.thread_metadata.locked and "locked" not in call.body
    needed = "send_messages_in_threads" if mine or call.body == {"archived": False} else "manage_threads"
    if thread.thread_metadata.locked:
        needed = "manage_threads"
    world.require_permissions(thread.guild_id, world.bot_user.id, thread.id, needed)
    changes: dict[str, Any] = {key: call.body[key] for key in _CHANNEL_FIELDS if key in call.body}
    metadata = {key: call.body[key] for key in _THREAD_FIELDS if key in call.body}
    world.edit_channel(thread.id, changes, thread_metadata=metadata)
    return 200, dict(serializers.channel_payload(world, thread))


def _call_back(world: World, call: Call, _: re.Match[str], access: Access) -> Answer:
    status, told = _simcord(world, call, access)
    return (status, told) if call.params.get("with_response") in ("true", "1", "True") else (204, None)


_MESSAGES = r"/channels/(\d+)/messages"
Own = Callable[[World, Call, re.Match[str], Access], Answer | None]
_OWN: tuple[tuple[str, str, Own], ...] = (
    ("GET", r"/oauth2/applications/@me|/applications/@me", _application),
    ("POST", _MESSAGES, _send),
    ("GET", _MESSAGES, _history),
    ("POST", rf"{_MESSAGES}/(\d+)/threads", _grow_thread),
    ("POST", r"/channels/\d+/threads", _open_thread),
    ("PATCH", r"/channels/(\d+)", _edit_thread),
    ("POST", r"/interactions/\d+/[^/]+/callback", _call_back),
)
