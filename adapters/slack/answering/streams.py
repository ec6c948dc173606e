"""Owns the streams that one answer is written by: begun where that is possible, added to, ended with the whole text.

A stream can only be added to. Where the whole text reads otherwise, where nobody knows what Slack has taken, or where
it grows old, it is ended as it is; then its message is to be changed in place.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block

from adapters.slack.answering.abilities import Ability
from adapters.slack.answering.calls import Calls
from adapters.slack.answering.looks import Part
from adapters.slack.answering.means import Means
from adapters.slack.answering.rates import STREAM_SECONDS
from adapters.slack.answering.sessions import ACTIVE
from adapters.slack.answering.target import Target
from adapters.slack.faults import UNAVAILABLE, code_of, is_unsure

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Shown:
    """One message. `streamed` is what its open stream has written, None where none is open, as far as is known.

    `payload` is what stands there, None where nobody knows. `at` is when it last changed, `since` when it was begun. A
    draft was posted before its text was whole.
    """

    ts: str
    streamed: str | None = None
    payload: Mapping[str, Any] | None = None
    since: float = 0.0
    at: float = 0.0
    is_gone: bool = False
    is_draft: bool = False


class OwnStreams:
    """Those of one answer; `metadata` is what Slack keeps with their messages."""

    def __init__(self, target: Target, *, means: Means, calls: Calls, metadata: Mapping[str, Any]) -> None:
        self._target = target
        self._abilities = means.abilities
        self._room = means.allowance.streams
        self._sessions = means.sessions
        self._clock = means.clock
        self._calls = calls
        self._metadata = metadata
        self._is_refused = False

    def may_begin(self, part: Part) -> bool:
        """Whether the part may be streamed: only where Slack has its own Stop, for a stream holds no button."""
        return (
            not self._is_refused
            and bool(self._target.thread)
            and part.markdown is not None
            and self._abilities.has(Ability.STREAM)
            and self._sessions.is_begun(self._target)
            and self._room.may_begin()
        )

    async def start(self, text: str) -> str:
        """Begin one; gives its `ts`."""
        self._room.begin()
        try:
            return await self._calls.start(text)
        except BaseException:
            self._room.lose()
            raise

    def refused(self, error: SlackApiError) -> None:
        """Slack lets this answer not stream, for whatever reason: it is to be posted."""
        self._is_refused = True
        if code_of(error) in UNAVAILABLE:
            self._abilities.refused(Ability.STREAM, code_of(error))
        else:
            logger.info("Slack doesn't let this answer stream: %s", code_of(error))

    async def grow(self, message: Shown, certain: str) -> None:
        """Add what has become certain; one that grows old is ended."""
        if self._clock() - message.since >= STREAM_SECONDS:
            await self.close(message)
        elif more := certain[len(message.streamed or "") :]:
            try:
                await self._calls.append(message.ts, more)
            except Exception as error:
                if not is_unsure(error):
                    raise
                await self.close(message)
            else:
                message.streamed, message.at = certain, self._clock()

    async def end(self, message: Shown, part: Part, controls: Sequence[Block], *, last: bool) -> bool:
        """Whether the part stands there, for the whole only goes on from what was streamed."""
        text, streamed = part.markdown, message.streamed or ""
        if text is None or not text.startswith(streamed):
            await self.close(message)
            return False
        session = ACTIVE if last and self._sessions.is_open(self._target) else None
        try:
            await self._calls.stop(
                message.ts,
                markdown=text[len(streamed) :],
                blocks=(*part.below, *controls),
                metadata=self._metadata,
                session=session,
            )
        except Exception as error:
            if not is_unsure(error):
                raise
            self.forget(message, is_stopped=True)
            return False
        self.forget(message, is_stopped=True)
        if session:
            self._sessions.ended(self._target)
        return True

    async def close(self, message: Shown) -> None:
        """End it as it is; that it can't be ended the next change will tell."""
        try:
            await self._calls.stop(message.ts, metadata=self._metadata)
        except SlackApiError as error:
            logger.info("a stream can't be ended: %s", code_of(error))
        except (aiohttp.ClientError, TimeoutError) as error:
            logger.info("whether a stream was ended isn't known: %s", type(error).__name__)
        self.forget(message, is_stopped=True)

    def forget(self, message: Shown, *, is_stopped: bool) -> None:
        """There is no open stream there any more, or it isn't ours to end."""
        if message.streamed is None:
            return
        message.streamed = message.payload = None
        if is_stopped:
            self._room.end()
        else:
            self._room.lose()
