"""Owns chat.startStream, chat.appendStream and chat.stopStream: messages that are seen while they are written."""

from typing import Any

from tests.doubles.slack.blocks import MOST_MARKDOWN
from tests.doubles.slack.calls import Call
from tests.doubles.slack.methods.assistant import set_session
from tests.doubles.slack.methods.contents import accuse_calls, check_blocks, metadata_of
from tests.doubles.slack.methods.method import Answer, Method, joined_channel, own_message, thread_of, writable_channel
from tests.doubles.slack.records import Channel, Message
from tests.doubles.slack.refusals import Refused, malformed
from tests.doubles.slack.world import World

_CHUNKS = ("markdown_text", "task_update", "plan_update", "blocks")


def _start(world: World, call: Call) -> Answer:
    if not world.app.is_streaming:
        raise Refused("feature_not_enabled")
    channel = writable_channel(world, call.text("channel"))
    _check_recipient(world, channel, call)
    thread = thread_of(world, channel, call)
    text, blocks = _written(world, call)
    message = Message(channel.id, world.clock.ts(), world.app.bot_user, text, blocks, bot_id=world.app.bot_id)
    message.thread_ts, message.stream, message.is_markdown = thread, world.new_stream(), True
    world.post(message)
    return {"channel": channel.id, "ts": message.ts}


def _check_recipient(world: World, channel: Channel, call: Call) -> None:
    """Outside of direct messages Slack must know for whom it is written."""
    if channel.kind == "im":
        return
    for name in ("recipient_team_id", "recipient_user_id"):
        if not call.text(name):
            raise Refused(f"missing_{name}")
    user = world.users.get(call.text("recipient_user_id"))
    if user is None or user.id not in channel.members or user.is_bot:
        raise Refused("user_not_found")
    if user.team != call.text("recipient_team_id"):
        raise Refused("team_not_found")


def _append(world: World, call: Call) -> Answer:
    message = _open_stream(world, call)
    text, blocks = _written(world, call)
    if not (text or blocks or call.items("chunks")):
        raise Refused("no_text")
    _grow(world, message, text, blocks)
    return {"channel": message.channel, "ts": message.ts}


def _stop(world: World, call: Call) -> Answer:
    message = _open_stream(world, call)
    text, blocks = _written(world, call)
    last = call.items("blocks")
    check_blocks(last)
    accuse_calls(world, call, "", last)
    metadata = metadata_of(call)
    if not (message.text or message.blocks or text or blocks or last):
        raise Refused("no_text")
    _grow(world, message, text, [*blocks, *last])
    world.change(message, metadata=metadata or message.metadata)
    if call.text("session_status"):
        set_session(world, message.channel, message.root, call.text("session_status"))
    world.end_stream(message)
    return {"channel": message.channel, "ts": message.ts, "message": world.wire(message)}


def _open_stream(world: World, call: Call) -> Message:
    channel = joined_channel(world, call.text("channel"))
    if channel.is_archived:
        raise Refused("is_archived")
    message = own_message(world, channel, call.text("ts"), error="message_not_owned_by_app")
    if not world.is_streaming(message):
        raise Refused("message_not_in_streaming_state")
    return message


def _grow(world: World, message: Message, text: str, blocks: list[dict[str, Any]]) -> None:
    if len(message.text) + len(text) > MOST_MARKDOWN:  # it ends as Markdown, of which a message takes so much
        raise Refused("msg_too_long")
    world.change(message, text=message.text + text, blocks=[*message.blocks, *blocks])


def _written(world: World, call: Call) -> tuple[str, list[dict[str, Any]]]:
    """The Markdown and the blocks that a call adds. Raises Refused."""
    markdown, chunks = call.text("markdown_text"), call.items("chunks")
    if any(not isinstance(chunk, dict) or chunk.get("type") not in _CHUNKS for chunk in chunks):
        raise malformed("invalid_chunks", ["unsupported type [json-pointer:/chunks]"])
    texts = [chunk.get("text") for chunk in chunks if chunk["type"] == "markdown_text"]
    if not all(isinstance(text, str) and text for text in texts):
        raise malformed("invalid_chunks", ["missing required field: text [json-pointer:/chunks]"])
    if any(len(text) > MOST_MARKDOWN for text in (markdown, *texts)):
        raise Refused("msg_too_long")
    blocks = [block for chunk in chunks if chunk["type"] == "blocks" for block in chunk.get("blocks", [])]
    check_blocks(blocks)
    text = markdown + "".join(texts)
    accuse_calls(world, call, text, blocks)
    return text, blocks


_GIVEN = ("markdown_text", "chunks")
_FOR = ("recipient_team_id", "recipient_user_id", "task_display_mode")
METHODS = {
    "chat.startStream": Method(_start, ("channel", "thread_ts"), (*_GIVEN, *_FOR), ("chat:write",)),
    "chat.appendStream": Method(_append, ("channel", "ts"), _GIVEN, ("chat:write",)),
    "chat.stopStream": Method(
        _stop, ("channel", "ts"), (*_GIVEN, "blocks", "metadata", "session_status"), ("chat:write",)
    ),
}
