"""Owns the form in which messages and files are told, in answers and in events."""

from typing import TYPE_CHECKING, Any

from tests.doubles.slack.records import File, Message

if TYPE_CHECKING:
    from tests.doubles.slack.world import World

OTHER_APP = "A0OTHER0000"
"""Whatever other program writes."""


def message_wire(world: "World", message: Message) -> dict[str, Any]:
    """A message as it is told in answers and events."""
    told = {"type": "message", "ts": message.ts, "text": message.text} | _author(world, message)
    told |= {key: value for key, value in _contents(world, message).items() if value}
    if message.files:
        told["upload"] = False
    if message.stream:
        told["streaming_state"] = "in_progress" if message.stream.is_open else "completed"
    return told | _thread_facts(world, message)


def _author(world: "World", message: Message) -> dict[str, Any]:
    """Whose it is; another program has no user, only a name."""
    user, app = world.users[message.user], world.app
    told = {"team": user.team} | ({"bot_id": message.bot_id} if message.bot_id else {})
    if user.id == app.bot_user:
        return told | {"user": user.id, "app_id": app.id}
    if user.is_bot:
        return told | {"subtype": "bot_message", "username": user.name, "app_id": OTHER_APP}
    return told | {"user": user.id}


def _contents(world: "World", message: Message) -> dict[str, Any]:
    """What is told where there is something."""
    markdown = [{"type": "markdown", "text": message.text}] if message.is_markdown and message.text else []
    reactions = {name: users for name, users in message.reactions.items() if users}
    return {
        "subtype": message.subtype,
        "client_msg_id": message.client_msg_id,
        "blocks": [*markdown, *message.blocks],
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
        "edited": message.edited,
        "metadata": message.metadata,
        "files": [file_wire(world, file) for file in message.files],
        "reactions": [{"name": name, "users": users, "count": len(users)} for name, users in reactions.items()],
    }


def _thread_facts(world: "World", message: Message) -> dict[str, Any]:
    """What a root says of its thread, and a reply of its root."""
    if message.thread_ts and message.thread_ts != message.ts:
        root = world.messages[message.channel].get(message.thread_ts)
        return {"parent_user_id": root.user} if root else {}
    replies = [reply for reply in world.thread(message.channel, message.ts) if reply.ts != message.ts]
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    facts = {"reply_count": len(replies), "reply_users": users, "latest_reply": replies[-1].ts}
    return {"thread_ts": message.ts, **facts, "is_locked": False, "subscribed": False}


def file_wire(world: "World", file: File) -> dict[str, Any]:
    """A file as it is told."""
    kind = file.name.rpartition(".")[2]
    private = f"{world.url}/files-pri/{world.app.team}-{file.id}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": file.user,
        "user_team": world.users[file.user].team,
        "editable": False,
        "size": len(file.content or b""),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "url_private": f"{private}/{file.name}",
        "url_private_download": f"{private}/download/{file.name}",
        "permalink": f"{world.url}/files/{file.user}/{file.id}/{file.name}",
        "file_access": "visible",
    }
