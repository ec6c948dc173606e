"""Owns reading what was written in Slack: a thread, a channel since a moment, and where Sova is."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.slack.faults import code_of, translated
from adapters.slack.hearing.said import Said, said_of
from adapters.slack.rest import Rest
from bot.errors import PlatformScopesMissing

logger = logging.getLogger(__name__)

PAGE = 200
MOST_PAGES = 5
"""1,000 messages; more is no conversation that waits for an answer."""

_KINDS = ("im", "public_channel", "private_channel")

_Page = Mapping[str, Any]


class History:
    """Reads with the bot's own rights. `me` is Sova's user.

    What can't be read, for a channel is gone or Sova isn't in it, is empty. Each method raises `PlatformUnreachable`
    where it can't be told now.
    """

    def __init__(self, rest: Rest, *, me: str) -> None:
        self._rest = rest
        self._me = me

    async def thread(self, channel: str, root: str, *, before: str = "", after: str = "0") -> Sequence[Said]:
        """A thread's messages between two moments, oldest first; the root counts as one of them."""

        async def ask(cursor: str) -> _Page:
            told: _Page = await self._client.conversations_replies(
                channel=channel, ts=root, limit=PAGE, oldest=after, cursor=cursor, **_latest(before)
            )
            return told

        found = await self._all(channel, ask)
        return [said for said in found if said.ts > after and (not before or said.ts < before)]

    async def channel(self, channel: str, *, after: str) -> Sequence[Said]:
        """What was written in the channel itself since a moment, oldest first; the newest of it where that is much."""

        async def ask(cursor: str) -> _Page:
            told: _Page = await self._client.conversations_history(
                channel=channel, limit=PAGE, oldest=after, cursor=cursor
            )
            return told

        found = await self._all(channel, ask)
        return [said for said in reversed(found) if said.ts > after]

    async def mine(self) -> Sequence[str]:
        """The channels and direct messages that Sova is in; of kinds that she may not list, none."""
        return [channel for kind in _KINDS for channel in await self._listed(kind)]

    async def _listed(self, kind: str) -> Sequence[str]:
        found: list[str] = []
        cursor = ""
        try:
            with translated():
                while len(found) < PAGE * MOST_PAGES:
                    told = await self._client.users_conversations(
                        types=kind, limit=PAGE, exclude_archived=True, cursor=cursor
                    )
                    found += [str(channel["id"]) for channel in told["channels"]]
                    if not (cursor := _next(told)):
                        break
        except PlatformScopesMissing as error:
            logger.info("channels of a kind can't be listed: kind=%s missing=%s", kind, ", ".join(error.scopes))
        return found

    @property
    def _client(self) -> Any:  # noqa: ANN401  # the SDK's keyword arguments are any
        return self._rest.client

    async def _all(self, channel: str, ask: Callable[[str], Awaitable[_Page]]) -> list[Said]:
        """Page after page, in Slack's order."""
        found: list[Said] = []
        cursor = ""
        try:
            with translated():
                for _ in range(MOST_PAGES):
                    told = await ask(cursor)
                    found += [said_of(one, me=self._me, channel=channel) for one in told["messages"]]
                    if not (cursor := _next(told)):
                        break
        except SlackApiError as error:
            logger.warning("what was written in a channel can't be read: Slack says %s", code_of(error))
        return found


def _latest(before: str) -> dict[str, str]:
    return {"latest": before} if before else {}


def _next(told: _Page) -> str:
    return str((told.get("response_metadata") or {}).get("next_cursor") or "")
