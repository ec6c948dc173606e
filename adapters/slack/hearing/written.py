"""Owns reading what was written in a channel or a thread: people's messages, and Sova's answers to them, with links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.slack.answering.target import ANSWER
from adapters.slack.faults import NO_CHANNEL, NO_MESSAGE, code_of, translated
from adapters.slack.hearing.said import Said as Message
from adapters.slack.hearing.said import said_of
from adapters.slack.hearing.text import text_of
from adapters.slack.surroundings import Workspace
from bot.errors import NotAMember
from bot.messages import ConversationKey
from bot.summaries.material import Heard, Reach, Said

PAGE = 200
MOST_PAGES = 25
"""5,000 messages of a thread, which Slack tells from its beginning."""


@dataclass(frozen=True, slots=True)
class Written:
    """Reads in `workspace`, with the bot's own rights."""

    workspace: Workspace

    async def read(self, place: ConversationKey, reach: Reach, *, without: str = "") -> Heard:
        """What was written there, oldest first, but for the message whose id is `without`.

        Raises `NotAMember` where Sova isn't, `PlatformScopesMissing`, and `PlatformUnreachable`.
        """
        try:
            with translated():
                found, has_older = await self._messages(place, reach)
                kept = [one for one in found if one.id != without]
                base = await self._base(kept)
        except SlackApiError as error:
            if code_of(error) in NO_CHANNEL | NO_MESSAGE:
                raise NotAMember from error
            raise
        await self.workspace.people.asked({one.user for one in kept} - {self._me})
        return Heard(
            said=tuple(self._said(one, base) for one in kept),
            has_older=has_older,
            files=tuple(file for one in kept for file in one.files),
        )

    async def _messages(self, place: ConversationKey, reach: Reach) -> tuple[list[Message], bool]:
        """Oldest first, and whether there were more."""
        ask: dict[str, Any] = {
            "channel": place.channel,
            "limit": PAGE,
            "oldest": f"{reach.since:.6f}" if reach.since else "0",
            "include_all_metadata": True,
        }
        client: Any = self.workspace.rest.client
        method = client.conversations_replies if reach.is_thread else client.conversations_history
        ask |= {"ts": place.thread} if reach.is_thread else {}
        told: list[Mapping[str, Any]] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            page = await method(cursor=cursor, **ask)
            told += page["messages"]
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor or (not reach.is_thread and len(told) >= reach.most):
                break
        once = {str(one["ts"]): one for one in told}
        newest = sorted(once.values(), key=lambda one: float(one["ts"]))[-reach.most :]
        read = [said_of(one, me=self._me, channel=place.channel) for one in newest if self._counts(one)]
        return read, bool(cursor) or len(once) > reach.most

    def _counts(self, told: Mapping[str, Any]) -> bool:
        """Whether a person wrote it, or Sova in answer to one: a card of a command isn't marked as an answer."""
        if told.get("user") == self._me:
            return (told.get("metadata") or {}).get("event_type") == ANSWER
        return said_of(told, me=self._me).is_spoken

    async def _base(self, found: Sequence[Message]) -> str:
        """What the links of this workspace begin with; Slack tells it with the link of a message."""
        if not found:
            return ""
        client: Any = self.workspace.rest.client
        told = await client.chat_getPermalink(channel=found[0].channel, message_ts=found[0].ts)
        before, archives, _ = str(told["permalink"]).partition("/archives/")
        return before + archives

    def _said(self, one: Message, base: str) -> Said:
        people = self.workspace.people
        author = self.workspace.identity.name if one.is_ours else people.known(one.user).name or one.user
        names = people.names(one.mentioned - {self._me})
        text = text_of(one, names=names, me=self._me)
        return Said(author, text, at=float(one.ts), link=_link(base, one))

    @property
    def _me(self) -> str:
        return self.workspace.identity.user


def _link(base: str, one: Message) -> str:
    """As `chat.getPermalink` makes them, without asking for each."""
    link = f"{base}{one.channel}/p{one.ts.replace('.', '')}"
    return f"{link}?thread_ts={one.thread}&cid={one.channel}" if one.is_reply else link
