"""Owns what Slack keeps: users, channels, messages, files, views."""

import time
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["channel", "group", "im", "mpim"]


@dataclass(slots=True)
class User:
    """Somebody; `team` is another one's for people of other organisations in shared channels."""

    id: str
    name: str
    team: str
    locale: str = "en-US"
    is_bot: bool = False
    bot_id: str = ""


@dataclass(slots=True)
class Channel:
    """A channel, public (`channel`) or private (`group`), or a direct message; `is_shared` with other organisations."""

    id: str
    name: str
    kind: Kind
    members: set[str]
    created: int
    is_shared: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said from `at` on, in seconds of `time.perf_counter`."""

    at: float
    text: str


@dataclass(slots=True)
class Stream:
    """A message that is being written; `started` is in seconds since the epoch."""

    started: float
    is_open: bool = True


@dataclass(slots=True)
class Message:
    """A message. `only_for` is the one person who sees it, where it is ephemeral."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    files: list["File"] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str = ""
    client_msg_id: str = ""
    metadata: dict[str, Any] | None = None
    edited: dict[str, str] | None = None
    only_for: str = ""
    stream: Stream | None = None
    is_markdown: bool = False
    subtype: str = ""
    is_deleted: bool = False
    was_cut: bool = False
    unfurls: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)

    @property
    def root(self) -> str:
        """The message that its thread hangs on; itself where there is none."""
        return self.thread_ts or self.ts

    def remember(self, shown: str) -> None:
        """This is what people see from now on."""
        self.versions.append(Version(time.perf_counter(), shown))


@dataclass(slots=True)
class File:
    """A file; `content` is None until it was uploaded."""

    id: str
    name: str
    mimetype: str
    user: str
    created: int
    length: int
    content: bytes | None = None
    title: str = ""
    is_complete: bool = False


@dataclass(slots=True)
class View:
    """A modal or a home tab as it stands: `told` is what the app gave, with block ids filled in."""

    id: str
    user: str
    told: dict[str, Any]
    hash: str
    root: str
    previous: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    is_open: bool = True

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """What it is made of."""
        return list(self.told.get("blocks", []))


@dataclass(frozen=True, slots=True)
class Status:
    """What the app said that it is doing, `at` seconds of `time.perf_counter`; empty once it says nothing."""

    at: float
    channel: str
    thread_ts: str
    text: str
    loading_messages: tuple[str, ...] = ()
    ends: float = 0.0
    """When Slack takes it away, in seconds since the epoch."""


@dataclass(slots=True)
class Session:
    """An agent's session in a thread."""

    status: str
    title: str = ""
