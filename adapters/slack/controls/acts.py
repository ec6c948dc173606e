"""Owns what somebody did in Slack besides writing, read from Slack's payloads into values of ours. Pure.

https://docs.slack.dev/interactivity/handling-user-interaction
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from bot.chat.controls.presses import Press, gathered, read_press

Payload = Mapping[str, Any]

MOST_METADATA = 3_000
"""Characters that Slack keeps with a view."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where somebody did something, and what a form that it opens keeps of that.

    `thread` is empty outside of any, `channel` on Sova's own page. `response_url` is where Slack takes five answers,
    for 30 minutes; empty where it gave none. `press` are the words of the control that was pressed, `message` the `ts`
    of what it was done to, and `answer` what the answer is called above that control.
    """

    channel: str
    thread: str = ""
    response_url: str = field(default="", repr=False)
    press: str = ""
    message: str = ""
    answer: str = ""

    @property
    def metadata(self) -> str:
        """For a view to keep; an answer of very many messages goes without its name, and so is given again below."""
        told = json.dumps({name: value for name, value in asdict(self).items() if value})
        return told if len(told) <= MOST_METADATA else replace(self, answer="").metadata

    @classmethod
    def read(cls, metadata: str) -> Self:
        """The inverse of `metadata`."""
        told = json.loads(metadata or "{}")
        return cls(**{"channel": "", **told})


@dataclass(frozen=True, slots=True)
class Act:
    """Who did it, and where. `id` is the same for nothing else; `trigger` opens one view, within three seconds.

    `team` is the person's workspace, where Slack tells it. In a view `view` is its id.
    """

    user: str
    team: str
    trigger: str
    origin: Origin
    view: str = ""

    @property
    def id(self) -> str:
        """What a question is called that comes of it."""
        return f"{self.origin.channel}-{self.trigger}"

    @property
    def is_direct(self) -> bool:
        """Whether nobody else sees what is shown there."""
        return self.origin.channel.startswith("D")


def command_of(body: Payload) -> Act:
    """A slash command, which nobody can use in a thread."""
    origin = Origin(str(body["channel_id"]), response_url=str(body.get("response_url", "")))
    return Act(str(body["user_id"]), str(body.get("team_id", "")), str(body["trigger_id"]), origin)


def action_of(body: Payload) -> Act:
    """A button or a menu, below a message or in a view."""
    view = body.get("view")
    origin = Origin.read(str(view.get("private_metadata", ""))) if view else _message_origin(body)
    return _act(body, origin, view=str(view["id"]) if view else "")


def submission_of(body: Payload) -> Act:
    """A form that was sent off."""
    return _act(body, Origin.read(str(body["view"].get("private_metadata", ""))), view=str(body["view"]["id"]))


def shortcut_of(body: Payload) -> Act:
    """An entry of a message's menu; the thread is the one that the message stands in, or opens."""
    message = body["message"]
    ts = str(message["ts"])
    root = str(message.get("thread_ts") or ts)
    url = str(body.get("response_url", ""))
    return _act(body, Origin(str(body["channel"]["id"]), root, url, message=ts))


def pressed_words(body: Payload) -> str:
    """The words that Slack keeps with the control that was pressed; of a menu the value that was chosen."""
    action = body["actions"][0]
    chosen = action.get("selected_option") or {}
    return str(action.get("value") or chosen.get("value") or "")


def field_value(body: Payload, name: str) -> str:
    """What was filled in, or chosen, in the field `name` of a form."""
    for fields in body["view"]["state"]["values"].values():
        if name in fields:
            told = fields[name]
            return str(told.get("value") or (told.get("selected_option") or {}).get("value") or "").strip()
    return ""


def message_parts(body: Payload) -> tuple[str, ...] | None:
    """The messages of the answer below whose last one something was pressed; None where not all are known."""
    message = body.get("message")
    if message is None:
        return None
    earlier = gathered(_presses(message.get("blocks") or ()))
    return None if earlier is None else (*earlier, str(message["ts"]))


def _message_origin(body: Payload) -> Origin:
    container = body["container"]
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or ""
    return Origin(
        str(container["channel_id"]),
        str(thread),
        str(body.get("response_url", "")),
        message=str(container.get("message_ts", "")),
    )


def _act(body: Payload, origin: Origin, *, view: str = "") -> Act:
    user = body["user"]
    return Act(str(user["id"]), str(user.get("team_id", "")), str(body.get("trigger_id", "")), origin, view)


def _presses(blocks: Sequence[Payload]) -> Iterator[Press]:
    """What the controls below a message mean."""
    for element in (element for block in blocks for element in block.get("elements") or ()):
        if isinstance(element, Mapping):
            faces = [element, element.get("positive_button"), element.get("negative_button")]
            found = (read_press(str(face.get("value", ""))) for face in faces if face)
            yield from filter(None, found)
