"""Owns the story as people saw it: every channel with its messages, threads below the message that they grew from."""

import re

from tests.doubles.discord.posts import Button, Post, posts_in
from tests.doubles.discord.world import World

_MENTION = re.compile(r"<@!?(\d+)>")


def written(world: World) -> str:
    """All of it, as Markdown that is readable as it is."""
    places = [channel.id for channel in world.channels.values() if not channel.is_thread]
    return "\n\n".join(filter(None, (_place(world, id_) for id_ in places)))


def _place(world: World, id_: int) -> str:
    lines = [line for post in posts_in(world, id_) for line in _told(world, post)]
    return "\n".join([f"# {_title(world, id_)}", *lines]) if lines else ""


def _title(world: World, id_: int) -> str:
    channel = world.channels[id_]
    if channel.guild_id is None:
        return f"{world.users[channel.recipient_ids[0]].name} and {world.bot_user.name}"
    return f"#{channel.name}"


def _told(world: World, post: Post) -> list[str]:
    if not post.is_somebodys:
        return []
    lines = ["", f"**{post.author}**{_aside(post)}: {_readable(world, post.text)}".rstrip()]
    lines += [f"`📎 {file['filename']}`" for file in post.attachments]
    if post.buttons:
        lines.append(" ".join(f"[{_sign(button)}]" for button in post.buttons))
    return lines + _thread_of(world, post)


def _thread_of(world: World, post: Post) -> list[str]:
    thread = world.channels.get(post.id)
    if thread is None:
        return []
    inside = posts_in(world, thread.id)
    lines = [f"🧵 {thread.name}", *(line for inner in inside for line in _told(world, inner))]
    return ["", *(f"> {line}".rstrip() for text in lines for line in text.split("\n"))]


def _sign(button: Button) -> str:
    return " ".join(filter(None, (button.emoji, button.label))) or button.custom_id


def _aside(post: Post) -> str:
    said = [*(["only for the person who asked"] if post.is_ephemeral else []), *(["edited"] if post.edits else [])]
    return f" ({', '.join(said)})" if said else ""


def _readable(world: World, text: str) -> str:
    return _MENTION.sub(lambda found: f"@{world.users[int(found[1])].name}", text)
