"""Owns assistant.threads.* and agents.sessions.*: what the app says that it is doing, and what it suggests."""

from typing import Any

from tests.doubles.slack.calls import Call
from tests.doubles.slack.methods.method import Answer, Method, joined_channel, thread_of
from tests.doubles.slack.records import Channel, Session
from tests.doubles.slack.refusals import Refused, malformed
from tests.doubles.slack.world import World

SESSION_STATES = ("active", "processing", "suspended", "closed")
MOST_LOADING_MESSAGES = 10
MOST_PROMPTS = 4


def _set_status(world: World, call: Call) -> Answer:
    channel = joined_channel(world, call.text("channel_id"))
    thread = _thread(world, channel, call)
    if not call.has("status"):
        raise malformed("invalid_arguments", ["missing required field: status"])
    loading = call.items("loading_messages")
    if len(loading) > MOST_LOADING_MESSAGES or not all(isinstance(line, str) and line for line in loading):
        raise malformed("invalid_arguments", ["no more than 10 items allowed [json-pointer:/loading_messages]"])
    world.set_status(channel.id, thread, call.text("status"), loading)
    return {}


def _set_prompts(world: World, call: Call) -> Answer:
    channel = joined_channel(world, call.text("channel_id"))
    thread = _thread(world, channel, call) if call.text("thread_ts") else ""
    prompts = call.items("prompts")
    if not 1 <= len(prompts) <= MOST_PROMPTS or not all(map(_is_prompt, prompts)):
        raise malformed("invalid_arguments", ["between 1 and 4 prompts are allowed [json-pointer:/prompts]"])
    world.prompts[channel.id, thread] = prompts
    world.changes.tell()
    return {}


def _is_prompt(prompt: Any) -> bool:  # noqa: ANN401  # what came over the wire
    return isinstance(prompt, dict) and prompt.keys() == {"title", "message"} and all(prompt.values())


def _set_title(world: World, call: Call) -> Answer:
    channel = joined_channel(world, call.text("channel_id"))
    thread = _thread(world, channel, call)
    session = world.sessions.setdefault((channel.id, thread), Session("active"))
    session.title = call.text("title")
    return {}


def _set_session(world: World, call: Call) -> Answer:
    channel = joined_channel(world, call.text("channel_id"))
    thread = _thread(world, channel, call)
    session = set_session(world, channel.id, thread, call.text("status"), title=call.text("title"))
    told = {"status": session.status, "agent_status": session.status, "title": session.title}
    if "agent_session_stopped" not in world.app.manifest.events:
        told["warning"] = "missing_agent_session_stopped_event_subscription"
    return told


def set_session(world: World, channel: str, thread: str, status: str, *, title: str = "") -> Session:
    """Create a session, or let one go on; its title counts only when it is new. Raises Refused."""
    if not world.app.manifest.agent_view:
        raise Refused("app_not_agent")
    if status not in SESSION_STATES:
        raise malformed("invalid_arguments", ["must be one of the session states [json-pointer:/status]"])
    session = world.sessions.setdefault((channel, thread), Session(status, title))
    session.status = status
    world.changes.tell()
    return session


def _rename_session(world: World, call: Call) -> Answer:
    channel = joined_channel(world, call.text("channel_id"))
    session = world.sessions.get((channel.id, _thread(world, channel, call)))
    if session is None:
        raise Refused("session_not_found")
    session.title = call.text("title")
    return {"title": session.title}


def _thread(world: World, channel: Channel, call: Call) -> str:
    try:
        return thread_of(world, channel, call) or ""
    except Refused:
        raise Refused("invalid_thread_ts") from None


_THREAD = ("channel_id", "thread_ts")
_DRESSED = ("icon_emoji", "icon_url", "username")
METHODS = {
    "assistant.threads.setStatus": Method(
        _set_status, _THREAD, ("status", "loading_messages"), ("chat:write", "assistant:write")
    ),
    "assistant.threads.setSuggestedPrompts": Method(
        _set_prompts, ("channel_id", "prompts"), ("thread_ts", "title"), ("assistant:write",)
    ),
    "assistant.threads.setTitle": Method(_set_title, (*_THREAD, "title"), (), ("assistant:write",)),
    "agents.sessions.setStatus": Method(
        _set_session, (*_THREAD, "status"), ("title", "initiator_user_id", *_DRESSED), ("chat:write",)
    ),
    "agents.sessions.rename": Method(_rename_session, (*_THREAD, "title"), (), ("chat:write",)),
}
