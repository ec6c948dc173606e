"""Owns files.*: files that the app uploads in three steps, and what it may know of others'."""

import mimetypes
from typing import Any

from tests.doubles.slack.calls import Call
from tests.doubles.slack.methods.contents import accuse_calls, check_blocks
from tests.doubles.slack.methods.method import Answer, Method, thread_of, writable_channel
from tests.doubles.slack.records import File, Message
from tests.doubles.slack.refusals import Refused, malformed
from tests.doubles.slack.wire import file_wire
from tests.doubles.slack.world import World


def _get_url(world: World, call: Call) -> Answer:
    length = call.number("length", 0)
    if length <= 0:
        raise malformed("invalid_arguments", ["must be positive [json-pointer:/length]"])
    file = new_file(world, call.text("filename"), world.app.bot_user, length)
    return {"upload_url": f"{world.url}/upload/v1/{file.id}", "file_id": file.id}


def new_file(world: World, name: str, user: str, length: int) -> File:
    """A file that has a name, and no content yet."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = File(world.new_id("F"), name, kind, user, int(world.clock.now()), length)
    world.files[file.id] = file
    return file


def _complete(world: World, call: Call) -> Answer:
    files = [_completed(world, told) for told in call.items("files")]
    if not files:
        raise malformed("invalid_arguments", ["no less than 1 items allowed [json-pointer:/files]"])
    if call.text("channel_id"):
        _share(world, call, files)
    return {"files": [file_wire(world, file) for file in files]}


def _completed(world: World, told: Any) -> File:  # noqa: ANN401  # what came over the wire
    file = world.files.get(told.get("id", "")) if isinstance(told, dict) else None
    if file is None or file.content is None or file.user != world.app.bot_user:
        raise Refused("file_not_found")
    if file.is_complete:
        raise Refused("file_already_completed")
    file.title, file.is_complete = str(told.get("title") or file.name), True
    return file


def _share(world: World, call: Call, files: list[File]) -> None:
    channel = writable_channel(world, call.text("channel_id"))
    thread = thread_of(world, channel, call)
    blocks = call.items("blocks")
    check_blocks(blocks)
    accuse_calls(world, call, call.text("initial_comment"), blocks)
    message = Message(channel.id, world.clock.ts(), world.app.bot_user, call.text("initial_comment"), blocks)
    message.files, message.thread_ts, message.bot_id = files, thread, world.app.bot_id
    world.post(message)


def _info(world: World, call: Call) -> Answer:
    file = world.files.get(call.text("file"))
    if file is None or not file.is_complete:
        raise Refused("file_not_found")
    return {"file": file_wire(world, file), "comments": []}


_SHARED = ("channel_id", "channels", "thread_ts", "initial_comment", "blocks")
METHODS = {
    "files.getUploadURLExternal": Method(
        _get_url, ("filename", "length"), ("alt_txt", "snippet_type"), ("files:write",)
    ),
    "files.completeUploadExternal": Method(_complete, ("files",), _SHARED, ("files:write",)),
    "files.info": Method(_info, ("file",), ("cursor", "limit", "page", "count"), ("files:read",)),
}
