"""Owns the state: who and what there is, and what becomes of it; nothing here knows a wire."""

import itertools
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.doubles.changes import Changes
from tests.doubles.slack.app import App
from tests.doubles.slack.blocks import named
from tests.doubles.slack.clock import Clock
from tests.doubles.slack.records import Channel, File, Kind, Message, Session, Status, Stream, User, View
from tests.doubles.slack.refusals import Refused
from tests.doubles.slack.shown import text_of
from tests.doubles.slack.triggers import Triggers
from tests.doubles.slack.wire import message_wire

STREAM_LIVES_SECONDS = 5 * 60
STATUS_LIVES_SECONDS = 2 * 60


@dataclass(frozen=True, slots=True)
class Posted:
    """A message came to stand somewhere."""

    message: Message


@dataclass(frozen=True, slots=True)
class Edited:
    """A message says something else; `before` is what it was, in the wire's form."""

    message: Message
    before: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Removed:
    """A message is gone; `before` is what it was, in the wire's form."""

    message: Message
    before: dict[str, Any]


Happening = Posted | Edited | Removed


class World:
    """`changes` tells of everything that happens, `listeners` hear of messages."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.clock = Clock()
        self.changes = Changes()
        self.triggers = Triggers(self.clock.now)
        self.listeners: list[Callable[[Happening], None]] = []
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = defaultdict(dict)
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.statuses: list[Status] = []
        self._status: dict[tuple[str, str], Status] = {}
        self.sessions: dict[tuple[str, str], Session] = {}
        self.prompts: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.violations: list[str] = []
        self.url = ""
        self._numbers = itertools.count(1)
        self.users[app.bot_user] = User(app.bot_user, app.name, app.team, is_bot=True, bot_id=app.bot_id)

    # ------------------------------------------------------------ names

    def new_id(self, letter: str) -> str:
        """An id of Slack's form, new each time."""
        return f"{letter}0{next(self._numbers):09d}"

    def new_block_id(self) -> str:
        """What Slack calls a block, or an element, that was given no name."""
        return secrets.token_urlsafe(4)[:5]

    def accuse(self, violation: str) -> None:
        """Slack would have let it pass, or wouldn't have known it; the test must hear of it."""
        self.violations.append(violation)
        self.changes.tell()

    # ------------------------------------------------------------ people and places

    def add_user(self, name: str, *, team: str = "", locale: str = "en-US", is_bot: bool = False) -> User:
        """Somebody new."""
        bot_id = self.new_id("B") if is_bot else ""
        user = User(self.new_id("U"), name, team or self.app.team, locale, is_bot, bot_id)
        self.users[user.id] = user
        return user

    def add_channel(self, name: str, kind: Kind, members: Iterable[str], *, is_shared: bool = False) -> Channel:
        """A new channel with these members."""
        letter = "D" if kind == "im" else "C"
        channel = Channel(self.new_id(letter), name, kind, set(members), int(self.clock.now()), is_shared)
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: str) -> Channel:
        """The direct message between somebody and the app."""
        members = {user, self.app.bot_user}
        known = (channel for channel in self.channels.values() if channel.kind == "im" and channel.members == members)
        return next(known, None) or self.add_channel("", "im", members)

    # ------------------------------------------------------------ messages

    def message(self, channel: str, ts: str) -> Message:
        """Raises Refused where it isn't there for everybody to see."""
        message = self.messages[channel].get(ts)
        if message is None or message.is_deleted or message.only_for:
            raise Refused("message_not_found")
        return message

    def thread(self, channel: str, ts: str) -> list[Message]:
        """A thread's messages that everybody sees, its root first."""
        return [message for message in self.standing(channel) if message.root == ts]

    def standing(self, channel: str) -> list[Message]:
        """Everything that everybody sees in a channel, threads included, oldest first."""
        return [message for message in self.messages[channel].values() if not (message.is_deleted or message.only_for)]

    def post(self, message: Message) -> Message:
        """A message comes to stand where it says."""
        message.blocks = named(message.blocks, self.new_block_id)
        message.remember(shown(message))
        self.messages[message.channel][message.ts] = message
        if message.user == self.app.bot_user and not message.only_for:
            self.clear_status(message.channel, message.root)
        self._tell(Posted(message))
        return message

    def edit(self, message: Message, **fields: Any) -> None:  # noqa: ANN401  # those of Message
        """A message changes."""
        before = self.wire(message)
        self.change(message, **fields)
        self._tell(Edited(message, before))

    def change(self, message: Message, **fields: Any) -> None:  # noqa: ANN401  # those of Message
        """A message changes without word of it, as a stream does."""
        for name, value in fields.items():
            setattr(message, name, named(value, self.new_block_id) if name == "blocks" else value)
        message.remember(shown(message))
        self.changes.tell()

    def remove(self, message: Message) -> None:
        """A message goes."""
        before = self.wire(message)
        message.is_deleted = True
        if message.stream:
            message.stream.is_open = False
        self._tell(Removed(message, before))

    def end_stream(self, message: Message) -> None:
        """A stream is over; the message stays and can be edited."""
        if message.stream and message.stream.is_open:
            message.stream.is_open = False
            self._tell(Edited(message, self.wire(message)))

    def is_streaming(self, message: Message) -> bool:
        """Whether its stream is open, and young enough."""
        stream = message.stream
        if stream and self.clock.now() - stream.started >= STREAM_LIVES_SECONDS:
            self.end_stream(message)
        return stream is not None and stream.is_open

    def new_stream(self) -> Stream:
        """A stream that starts now."""
        return Stream(self.clock.now())

    def _tell(self, happening: Happening) -> None:
        for listener in self.listeners:
            listener(happening)
        self.changes.tell()

    # ------------------------------------------------------------ what the app says that it does

    def set_status(self, channel: str, thread_ts: str, text: str, loading: Iterable[str] = ()) -> None:
        """Shown below a thread until something is posted there, or for two minutes."""
        ends = self.clock.now() + STATUS_LIVES_SECONDS
        status = Status(time.perf_counter(), channel, thread_ts, text, tuple(loading), ends)
        self.statuses.append(status)
        self._status[channel, thread_ts] = status
        self.changes.tell()

    def clear_status(self, channel: str, thread_ts: str) -> None:
        """Take it away."""
        if self.status(channel, thread_ts):
            self.set_status(channel, thread_ts, "")

    def status(self, channel: str, thread_ts: str) -> Status | None:
        """What is shown now."""
        last = self._status.get((channel, thread_ts))
        return last if last and last.text and last.ends > self.clock.now() else None

    # ------------------------------------------------------------ the wire's form

    def wire(self, message: Message) -> dict[str, Any]:
        """A message as it is told."""
        return message_wire(self, message)


def shown(message: Message) -> str:
    """What people read: the blocks where there are some, the text where there are none; a stream's text before both."""
    parts = [message.text] if not message.blocks or message.is_markdown else []
    return "\n".join([*filter(None, parts), *filter(None, [text_of(message.blocks)])])
