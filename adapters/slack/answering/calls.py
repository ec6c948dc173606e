"""Owns the calls that bring an answer's messages before people, each within what Slack takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from adapters.slack.answering.rates import Allowance
from adapters.slack.answering.target import Target
from adapters.slack.rest import Rest

QUIET: Mapping[str, Any] = {"unfurl_links": False, "unfurl_media": False}
"""No link is fetched, whatever a text says."""


class Calls:
    """For the messages of one answer. Each raises Slack's errors; see `faults.translated`."""

    def __init__(self, target: Target, *, rest: Rest, allowance: Allowance) -> None:
        self._target = target
        self._client = rest.client
        self._allowance = allowance

    async def post(self, payload: Mapping[str, Any], *, metadata: Mapping[str, Any]) -> str:
        """A new message; gives its `ts`."""
        await self._allowance.posts.take(self._target.channel, last=True)
        told = await self._client.chat_postMessage(
            channel=self._target.channel, metadata=dict(metadata), **self._target.threaded, **payload, **QUIET
        )
        return str(told["ts"])

    async def update(self, ts: str, payload: Mapping[str, Any], *, last: bool) -> None:
        """Let that stand in a message; `last` may use what is kept for last texts."""
        await self._allowance.updates.take(self._target.channel, last=last)
        await self._client.chat_update(channel=self._target.channel, ts=ts, **payload)

    async def delete(self, ts: str) -> None:
        """Take a message away."""
        await self._client.chat_delete(channel=self._target.channel, ts=ts)

    async def start(self, markdown: str) -> str:
        """A new message that streams, and begins like that; gives its `ts`."""
        told = await self._client.chat_startStream(
            channel=self._target.channel,
            markdown_text=markdown,
            recipient_team_id=self._target.team,
            recipient_user_id=self._target.user,
            thread_ts=self._target.thread,
        )
        return str(told["ts"])

    async def append(self, ts: str, markdown: str) -> None:
        """Add to a stream."""
        self._allowance.appends.spend()
        await self._client.chat_appendStream(channel=self._target.channel, ts=ts, markdown_text=markdown)

    async def stop(
        self,
        ts: str,
        *,
        markdown: str = "",
        blocks: Sequence[Block] = (),
        metadata: Mapping[str, Any] | None = None,
        session: str | None = None,
    ) -> None:
        """End a stream with the rest of its text, and with what stands below; `session` is its status from then on."""
        given: Mapping[str, Any] = {
            "markdown_text": markdown,
            "blocks": [block.to_dict() for block in blocks],
            "metadata": dict(metadata or {}),
            "session_status": session,
        }
        await self._client.chat_stopStream(
            channel=self._target.channel, ts=ts, **{name: value for name, value in given.items() if value}
        )
