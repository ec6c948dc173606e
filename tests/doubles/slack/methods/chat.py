"""Owns chat.*: messages that the app posts, changes and takes back."""

from tests.doubles.slack.calls import Call
from tests.doubles.slack.methods.contents import MOST_UPDATED, Contents, contents_of
from tests.doubles.slack.methods.method import (
    Answer,
    Method,
    joined_channel,
    known_channel,
    own_message,
    thread_of,
    writable_channel,
)
from tests.doubles.slack.records import Channel, Message
from tests.doubles.slack.refusals import Refused
from tests.doubles.slack.world import World

_WRITTEN = ("text", "blocks", "attachments", "markdown_text", "link_names", "parse")
_DRESSED = ("username", "icon_emoji", "icon_url")


def _post(world: World, call: Call) -> Answer:
    _check_dress(world, call)
    channel = writable_channel(world, call.text("channel"))
    thread = thread_of(world, channel, call)
    message = written(world, channel, contents_of(world, call))
    message.thread_ts = thread
    message.unfurls = not (call.has("unfurl_links") and call.has("unfurl_media"))
    message.unfurls |= call.flag("unfurl_links") or call.flag("unfurl_media")
    if message.unfurls:
        world.accuse(f"{call.method} lets links be unfurled")
    world.post(message)
    return {"channel": channel.id, "ts": message.ts, "message": world.wire(message)}


def written(world: World, channel: Channel, contents: Contents) -> Message:
    """A message of the app's."""
    return Message(
        channel.id,
        world.clock.ts(),
        world.app.bot_user,
        contents.text,
        contents.blocks,
        contents.attachments,
        bot_id=world.app.bot_id,
        metadata=contents.metadata,
        is_markdown=contents.is_markdown,
        was_cut=contents.was_cut,
    )


def _post_ephemeral(world: World, call: Call) -> Answer:
    _check_dress(world, call)
    channel = writable_channel(world, call.text("channel"))
    if call.text("user") not in channel.members:
        raise Refused("user_not_in_channel")
    message = written(world, channel, contents_of(world, call))
    message.thread_ts, message.only_for = thread_of(world, channel, call), call.text("user")
    world.post(message)
    return {"message_ts": message.ts}


def _update(world: World, call: Call) -> Answer:
    channel = joined_channel(world, call.text("channel"))
    if channel.is_archived:
        raise Refused("is_archived")
    message = own_message(world, channel, call.text("ts"), error="cant_update_message")
    if world.is_streaming(message):
        raise Refused("streaming_state_conflict")
    contents = contents_of(world, call, most_updated=MOST_UPDATED)
    world.edit(
        message,
        text=contents.text,
        blocks=contents.blocks,
        attachments=contents.attachments if call.has("attachments") else message.attachments,
        metadata=contents.metadata if call.has("metadata") else message.metadata,
        is_markdown=contents.is_markdown,
        edited={"user": world.app.bot_user, "ts": world.clock.ts()},
    )
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": world.wire(message)}


def _delete(world: World, call: Call) -> Answer:
    channel = joined_channel(world, call.text("channel"))
    message = own_message(world, channel, call.text("ts"), error="cant_delete_message")
    world.remove(message)
    return {"channel": channel.id, "ts": message.ts}


def _permalink(world: World, call: Call) -> Answer:
    channel = known_channel(world, call.text("channel"))
    message = world.message(channel.id, call.text("message_ts"))
    return {"channel": channel.id, "permalink": permalink(world, message)}


def permalink(world: World, message: Message) -> str:
    """Where a browser would find it."""
    address = f"{world.url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return f"{address}?thread_ts={message.thread_ts}&cid={message.channel}" if message.thread_ts else address


def _check_dress(world: World, call: Call) -> None:
    if any(call.has(name) for name in _DRESSED):
        world.app.manifest.require("chat:write.customize")


_WRITE = ("chat:write",)
_POSTED = ("thread_ts", "reply_broadcast", "unfurl_links", "unfurl_media", "mrkdwn", "metadata")
_CHANGED = ("reply_broadcast", "metadata", "file_ids")
METHODS = {
    "chat.postMessage": Method(_post, ("channel",), (*_WRITTEN, *_DRESSED, *_POSTED), _WRITE),
    "chat.postEphemeral": Method(_post_ephemeral, ("channel", "user"), (*_WRITTEN, *_DRESSED, "thread_ts"), _WRITE),
    "chat.update": Method(_update, ("channel", "ts"), (*_WRITTEN, *_CHANGED), _WRITE),
    "chat.delete": Method(_delete, ("channel", "ts"), (), _WRITE),
    "chat.getPermalink": Method(_permalink, ("channel", "message_ts")),
}
