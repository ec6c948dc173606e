"""Owns what Slack's events say about messages, read into values of ours. Pure.

https://docs.slack.dev/reference/events/message and app_mention, which brings the same in another envelope.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.callers import is_direct, mark_of, question_id
from bot.messages import Attachment

_SPOKEN = frozenset({"", "file_share", "thread_broadcast", "me_message"})
"""What people write themselves; the rest is Slack telling that somebody joined, or set a topic."""
_SLACKBOT = "USLACKBOT"
_MENTION = re.compile(r"<@(?P<user>[UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_TO_MANY = re.compile(r"<!(?:channel|here|everyone|subteam\^)")
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `text` is as Slack keeps it; `thread` names the thread that it stands in, empty outside of any.

    `team` is the writer's workspace, where Slack tells it. `forwarded` is the text of messages that were passed on with
    it. `edited` is the moment of its last change.
    """

    channel: str
    ts: str
    user: str
    text: str
    thread: str = ""
    team: str = ""
    is_spoken: bool = True
    is_ours: bool = False
    edited: str = ""
    has_replies: bool = False
    forwarded: tuple[str, ...] = ()
    files: tuple[Attachment, ...] = ()

    @property
    def id(self) -> str:
        """The same for each event that brings it."""
        return question_id(self.channel, self.ts)

    @property
    def mark(self) -> int:
        """Its place in the order of its channel."""
        return mark_of(self.ts)

    @property
    def root(self) -> str:
        """The thread that it stands in, or that an answer to it opens."""
        return self.thread or self.ts

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread below another message."""
        return bool(self.thread) and self.thread != self.ts

    @property
    def is_direct(self) -> bool:
        """Whether nobody but its writer and Sova reads it."""
        return is_direct(self.channel)

    def mentions(self, user: str) -> bool:
        """Whether it names somebody."""
        return user in self.mentioned

    @property
    def mentioned(self) -> frozenset[str]:
        """Everybody whom it names."""
        return frozenset(found["user"] for found in _MENTION.finditer(self.text))

    def is_to_others(self, me: str) -> bool:
        """Whether it addresses somebody, and not Sova alone."""
        return bool(self.mentioned - {me}) or _TO_MANY.search(self.text) is not None


def said_of(event: Mapping[str, Any], *, me: str, channel: str = "") -> Said:
    """A message, from an event or from the history of `channel`; `me` is Sova's user.

    A message of a bot, also of Sova's own, isn't spoken.
    """
    user = str(event.get("user") or "")
    is_bot = bool(event.get("bot_id")) or not user or user in (_SLACKBOT, me)
    return Said(
        channel=str(event.get("channel") or channel),
        ts=str(event["ts"]),
        user=user,
        text=str(event.get("text") or ""),
        thread=str(event.get("thread_ts") or ""),
        team=str(event.get("user_team") or event.get("source_team") or event.get("team") or ""),
        is_spoken=not is_bot and str(event.get("subtype") or "") in _SPOKEN,
        is_ours=user == me,
        edited=str((event.get("edited") or {}).get("ts") or ""),
        has_replies=bool(event.get("reply_count")),
        forwarded=_forwarded(event),
        files=_files(event),
    )


def changed_of(event: Mapping[str, Any], *, me: str) -> Said | None:
    """The message as it reads after a change; None where only Slack has changed something about it."""
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if now.get("text") == before.get("text"):
        return None
    said = said_of(now, me=me, channel=str(event["channel"]))
    return replace(said, edited=said.edited or str(event["event_ts"]))


def _forwarded(event: Mapping[str, Any]) -> tuple[str, ...]:
    """What was passed on, not what a link unfurls to."""
    parts = event.get("attachments") or ()
    return tuple(str(part["text"]) for part in parts if part.get("is_share") and part.get("text"))


def _files(event: Mapping[str, Any]) -> tuple[Attachment, ...]:
    parts = [
        file for part in event.get("attachments") or () for file in part.get("files") or () if part.get("is_share")
    ]
    files = [*(event.get("files") or ()), *parts]
    return tuple(_file(file) for file in files if file.get("mode") not in {"tombstone", "hidden_by_limit"})


def _file(file: Mapping[str, Any]) -> Attachment:
    """In channels that are shared with others Slack tells no more than the file's id, which is then where it is."""
    return Attachment(
        name=str(file.get("name") or file["id"]),
        media_type=str(file.get("mimetype") or UNKNOWN_TYPE),
        size_bytes=int(file.get("size") or 0),
        where=str(file.get("url_private_download") or file.get("url_private") or file["id"]),
    )
