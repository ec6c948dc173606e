"""Owns the story as people saw it: every channel with its messages, threads below their roots, and what was shown
meanwhile."""

import html
import re
from collections.abc import Sequence

from tests.doubles.slack.posts import Post
from tests.doubles.slack.records import Channel, Message, Status
from tests.doubles.slack.shown import Button, Menu
from tests.doubles.slack.world import World

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


def written(world: World, channels: Sequence[Channel] | None = None) -> str:
    """All of it, or some channels, as Markdown that is readable as it is."""
    places = list(world.channels.values()) if channels is None else channels
    return "\n\n".join(filter(None, (_place(world, channel) for channel in places)))


def _place(world: World, channel: Channel) -> str:
    messages = [message for message in world.messages[channel.id].values() if not message.is_deleted]
    roots = [message for message in messages if message.root == message.ts]
    lines = [line for root in roots for line in [*_told(world, root), *_thread(world, root, messages)]]
    return "\n".join([f"# {_title(world, channel)}", *lines]) if lines else ""


def _title(world: World, channel: Channel) -> str:
    if channel.kind != "im":
        return f"#{channel.name}"
    others = [world.users[id_].name for id_ in channel.members if id_ != world.app.bot_user]
    return f"{', '.join(others)} and {world.app.name}"


def _thread(world: World, root: Message, messages: Sequence[Message]) -> list[str]:
    """Replies and states in the order in which they were first seen."""
    replies = [message for message in messages if message.root == root.ts and message is not root]
    states = [one for one in world.statuses if (one.channel, one.thread_ts) == (root.channel, root.ts) and one.text]
    seen = sorted(
        [
            *((reply.versions[0].at, _told(world, reply)) for reply in replies),
            *((one.at, _state(world, one)) for one in states),
        ],
        key=lambda moment: moment[0],
    )
    lines = [line for _, told in seen for line in told]
    return ["", *(f"> {line}".rstrip() for text in lines[1:] for line in text.split("\n"))] if lines else []


def _state(world: World, status: Status) -> list[str]:
    loading = f" ({' / '.join(status.loading_messages)})" if status.loading_messages else ""
    return ["", f"*{world.app.name} {status.text}{loading}*"]


def _told(world: World, message: Message) -> list[str]:
    post = Post(world, message)
    lines = ["", f"**{post.author}**{_aside(post)}: {_readable(world, post.text)}".rstrip()]
    lines += [f"`📎 {file.name}`" for file in post.files]
    signs = [*(_button(button) for button in post.buttons), *(_menu(menu) for menu in post.menus)]
    return [*lines, " ".join(signs)] if signs else lines


def _button(button: Button) -> str:
    return f"[{button.label}]"


def _menu(menu: Menu) -> str:
    return f"[{menu.options.get(menu.chosen) or '…'} ▾]"


def _aside(post: Post) -> str:
    said = [
        *(["only for the person who asked"] if post.only_for else []),
        *(["still writing"] if post.is_streaming else []),
        *(["edited"] if post.is_edited else []),
    ]
    return f" ({', '.join(said)})" if said else ""


def _readable(world: World, text: str) -> str:
    named = _MENTION.sub(lambda found: f"@{world.users[found[1]].name}" if found[1] in world.users else found[0], text)
    return html.unescape(named)
