"""Owns what a method is: what it needs, what it takes, and what it does; and the checks that many share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.doubles.slack.calls import Call
from tests.doubles.slack.records import Channel, Message
from tests.doubles.slack.refusals import Refused, malformed
from tests.doubles.slack.world import World

Answer = dict[str, Any]
FAMILIES = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
"""How scopes and events call the kinds of channels."""

_EVERYWHERE = ("team_id",)
"""slack_sdk gives it to each method once it knows the workspace; it matters where an app is installed in many."""


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes` are alternatives; `app_level` methods take the app's token instead of the bot's."""

    do: Callable[[World, Call], Answer]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    app_level: bool = False

    def run(self, world: World, call: Call) -> Answer:
        """Do it. Raises Refused."""
        world.app.let_in(call.token, app_level=self.app_level)
        world.app.manifest.require(*self.scopes)
        unknown = call.args.keys() - {*self.required, *self.optional, *_EVERYWHERE}
        if unknown:
            world.accuse(f"{call.method} was given {sorted(unknown)}, which it doesn't know")
            raise malformed("invalid_arguments", [f"unknown argument: {name}" for name in sorted(unknown)])
        missing = [name for name in self.required if call.args.get(name) in (None, "")]
        if missing:
            raise malformed("invalid_arguments", [f"missing required field: {name}" for name in missing])
        return self.do(world, call)


def known_channel(world: World, id_: str) -> Channel:
    """A channel that the app may know of. Raises Refused (channel_not_found)."""
    channel = world.channels.get(id_)
    is_member = channel is not None and world.app.bot_user in channel.members
    if channel is None or (channel.kind != "channel" and not is_member):
        raise Refused("channel_not_found")
    return channel


def joined_channel(world: World, id_: str) -> Channel:
    """A channel that the app is a member of. Raises Refused."""
    channel = known_channel(world, id_)
    if world.app.bot_user not in channel.members:
        raise Refused("not_in_channel")
    return channel


def writable_channel(world: World, id_: str) -> Channel:
    """A channel that the app may write into; a person's id is the way to their direct message. Raises Refused."""
    if id_ in world.users and id_ != world.app.bot_user:
        return world.direct(id_)
    channel = known_channel(world, id_)
    if channel.is_archived:
        raise Refused("is_archived")
    if world.app.bot_user not in channel.members and "chat:write.public" not in world.app.manifest.scopes:
        raise Refused("not_in_channel")
    return channel


def thread_of(world: World, channel: Channel, call: Call, *, name: str = "thread_ts") -> str | None:
    """The root of the thread that a call is about. Raises Refused (thread_not_found); a reply's own ts is accused."""
    ts = call.text(name)
    if not ts:
        return None
    root = world.messages[channel.id].get(ts)
    if root is None or root.only_for or (root.is_deleted and not world.thread(channel.id, ts)):
        raise Refused("thread_not_found")
    if root.thread_ts not in (None, ts):
        world.accuse(f"{call.method} took a reply's ts for a thread's")
    return root.root


def own_message(world: World, channel: Channel, ts: str, *, error: str) -> Message:
    """A message that the app wrote. Raises Refused."""
    message = world.message(channel.id, ts)
    if message.user != world.app.bot_user:
        raise Refused(error)
    return message
