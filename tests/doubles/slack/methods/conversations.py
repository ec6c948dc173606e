"""Owns conversations.*: what the app may read of channels, their members and what was said there."""

import base64
from collections.abc import Sequence
from typing import Any

from tests.doubles.slack.calls import Call
from tests.doubles.slack.methods.method import FAMILIES, Answer, Method, joined_channel, known_channel, thread_of
from tests.doubles.slack.records import Channel, Message
from tests.doubles.slack.refusals import Refused
from tests.doubles.slack.world import World

_MOST_AT_ONCE = 999


def _info(world: World, call: Call) -> Answer:
    channel = known_channel(world, call.text("channel"))
    _require(world, channel, "read")
    return {"channel": channel_wire(world, channel)}


def _history(world: World, call: Call) -> Answer:
    channel = joined_channel(world, call.text("channel"))
    _require(world, channel, "history")
    roots = [message for message in world.standing(channel.id) if message.root == message.ts]
    return _page(world, call, _between(call, roots)[::-1])


def _replies(world: World, call: Call) -> Answer:
    channel = joined_channel(world, call.text("channel"))
    _require(world, channel, "history")
    thread = thread_of(world, channel, call, name="ts")
    return _page(world, call, _between(call, world.thread(channel.id, thread or "")))


def _between(call: Call, messages: Sequence[Message]) -> list[Message]:
    """Those after `oldest` and before `latest`, with `inclusive` these two as well."""
    oldest, latest = float(call.text("oldest") or 0), float(call.text("latest") or "inf")
    if call.flag("inclusive"):
        return [message for message in messages if oldest <= float(message.ts) <= latest]
    return [message for message in messages if oldest < float(message.ts) < latest]


def _page(world: World, call: Call, messages: Sequence[Message]) -> Answer:
    page, cursor = _cut(call, messages, default=100)
    told = [world.wire(message) for message in page]
    if not call.flag("include_all_metadata"):
        told = [{key: value for key, value in one.items() if key != "metadata"} for one in told]
    return {"messages": told, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def _cut(call: Call, items: Sequence[Any], *, default: int) -> tuple[Sequence[Any], str]:
    """One page, and the cursor to the next. Raises Refused."""
    limit = call.number("limit", default)
    if not 1 <= limit <= _MOST_AT_ONCE:
        raise Refused("invalid_limit")
    start = 0
    if call.text("cursor"):
        try:
            start = int(base64.b64decode(call.text("cursor"), validate=True))
        except ValueError:
            raise Refused("invalid_cursor") from None
    end = start + limit
    cursor = base64.b64encode(str(end).encode()).decode() if end < len(items) else ""
    return items[start:end], cursor


def _members(world: World, call: Call) -> Answer:
    channel = known_channel(world, call.text("channel"))
    _require(world, channel, "read")
    page, cursor = _cut(call, sorted(channel.members), default=100)
    return {"members": list(page), "response_metadata": {"next_cursor": cursor}}


def _open(world: World, call: Call) -> Answer:
    world.app.manifest.require("im:write")
    if call.text("channel"):
        return {"channel": {"id": known_channel(world, call.text("channel")).id}}
    users = call.text("users").split(",")
    if len(users) != 1 or users[0] not in world.users:
        raise Refused("user_not_found")
    return {"channel": {"id": world.direct(users[0]).id}}


def _list(world: World, call: Call) -> Answer:
    kinds = _kinds(world, call)
    found = [channel for channel in world.channels.values() if channel.kind in kinds and _is_visible(world, channel)]
    return _channels(world, call, found)


def _of_user(world: World, call: Call) -> Answer:
    kinds, user = _kinds(world, call), call.text("user") or world.app.bot_user
    found = [channel for channel in world.channels.values() if channel.kind in kinds and user in channel.members]
    return _channels(world, call, [channel for channel in found if _is_visible(world, channel)])


def _is_visible(world: World, channel: Channel) -> bool:
    return channel.kind == "channel" or world.app.bot_user in channel.members


def _kinds(world: World, call: Call) -> set[str]:
    """The kinds of channels that are asked for. Raises Refused where a scope for one of them is missing."""
    names = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    asked = call.text("types", "public_channel").split(",")
    if not set(asked) <= names.keys():
        raise Refused("invalid_types")
    for name in asked:
        world.app.manifest.require(f"{FAMILIES[names[name]]}:read")
    return {names[name] for name in asked}


def _channels(world: World, call: Call, channels: Sequence[Channel]) -> Answer:
    open_ones = [channel for channel in channels if not (call.flag("exclude_archived") and channel.is_archived)]
    page, cursor = _cut(call, open_ones, default=100)
    told = [channel_wire(world, channel) for channel in page]
    return {"channels": told, "response_metadata": {"next_cursor": cursor}}


def _join(world: World, call: Call) -> Answer:
    channel = known_channel(world, call.text("channel"))
    if channel.is_archived:
        raise Refused("is_archived")
    channel.members.add(world.app.bot_user)
    return {"channel": channel_wire(world, channel)}


def _require(world: World, channel: Channel, what: str) -> None:
    world.app.manifest.require(f"{FAMILIES[channel.kind]}:{what}")


def channel_wire(world: World, channel: Channel) -> dict[str, Any]:
    """A channel as it is told."""
    told: dict[str, Any] = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "is_ext_shared": channel.is_shared,
        "is_shared": channel.is_shared,
        "context_team_id": world.app.team,
    }
    if channel.kind == "im":
        return told | {"user": next(iter(channel.members - {world.app.bot_user}), "")}
    is_member = world.app.bot_user in channel.members
    return told | {"name": channel.name, "name_normalized": channel.name, "is_member": is_member}


_PAGED = ("cursor", "limit")
_SPAN = (*_PAGED, "latest", "oldest", "inclusive", "include_all_metadata")
_FILTERED = (*_PAGED, "exclude_archived", "types", "team_id")
METHODS = {
    "conversations.info": Method(_info, ("channel",), ("include_locale", "include_num_members")),
    "conversations.history": Method(_history, ("channel",), _SPAN),
    "conversations.replies": Method(_replies, ("channel", "ts"), _SPAN),
    "conversations.members": Method(_members, ("channel",), _PAGED),
    "conversations.open": Method(_open, (), ("channel", "users", "return_im", "prevent_creation")),
    "conversations.list": Method(_list, (), _FILTERED),
    "users.conversations": Method(_of_user, (), (*_FILTERED, "user")),
    "conversations.join": Method(_join, ("channel",), (), ("channels:join",)),
}
