"""Owns showing something to whoever pressed or typed: to them alone, or where all can read it."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.slack.controls.acts import Act
from adapters.slack.faults import NO_CHANNEL, code_of, translated
from adapters.slack.rendering.blocks import Rendered, sections
from adapters.slack.rendering.mrkdwn import fallback, plainly
from adapters.slack.response_urls import ResponseRefused, respond
from adapters.slack.rest import Rest
from bot.errors import AssistantError, NotAMember

logger = logging.getLogger(__name__)

QUIET: Mapping[str, Any] = {"unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a message stands."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Replies:
    """Shows by Slack's address for answers where there is one, for that works in channels without Sova, too."""

    rest: Rest

    async def tell(self, act: Act, text: str) -> None:
        """Say something to the person alone; that they can't be told is logged."""
        message = Rendered(fallback(text), sections(plainly(text)))
        try:
            await self.show(act, message, to_all=False)
        except (ResponseRefused, AssistantError, SlackApiError) as error:
            told = code_of(error) if isinstance(error, SlackApiError) else str(error)
            logger.warning("somebody could not be told: %s", told)

    async def show(self, act: Act, message: Rendered, *, to_all: bool) -> None:
        """Show a message where it was asked for; in a direct message everything stays.

        Raises `NotAMember`, `PlatformUnreachable`, and what Slack says of a message that it doesn't take.
        """
        if not await self.respond(act, message, to_all=to_all):
            await self._by_method(act, message, to_all=to_all)

    async def post(self, channel: str, message: Rendered, *, thread: str = "") -> str:
        """Post a message for everybody, and give its `ts`. Raises `NotAMember` and `PlatformUnreachable`."""
        return (await self.place(channel, message, thread=thread)).ts

    async def place(self, channel: str, message: Rendered, *, thread: str = "") -> Placed:
        """The same; of a person, whose direct messages it goes to, Slack tells where these are."""
        below = {"thread_ts": thread} if thread else {}
        with translated(), _member():
            told = await self._client.chat_postMessage(channel=channel, **message.payload(), **below, **QUIET)
        return Placed(str(told["channel"]), str(told["ts"]))

    async def change(self, placed: Placed, message: Rendered) -> None:
        """Let it say something else. Raises `PlatformUnreachable`, and what Slack says of what it doesn't take."""
        with translated():
            await self._client.chat_update(channel=placed.channel, ts=placed.ts, **message.payload())

    async def remove(self, placed: Placed) -> None:
        """Take a message away."""
        with translated():
            await self._client.chat_delete(channel=placed.channel, ts=placed.ts)

    async def respond(self, act: Act, message: Rendered, *, to_all: bool) -> bool:
        """Whether Slack has taken it where it waits for an answer. Raises as `show` does."""
        if not act.origin.response_url:
            return False
        try:
            await respond(self.rest, act.origin.response_url, _response(act, message, to_all=to_all))
        except ResponseRefused as error:
            if not error.is_over:
                raise
            logger.info("the address for answers takes no more: %s", error.word)
            return False
        return True

    async def _by_method(self, act: Act, message: Rendered, *, to_all: bool) -> None:
        origin = act.origin
        if to_all or act.is_direct or not origin.channel:
            await self.post(origin.channel or act.user, message, thread=origin.thread)
            return
        below = {"thread_ts": origin.thread} if origin.thread else {}
        with translated(), _member():
            await self._client.chat_postEphemeral(channel=origin.channel, user=act.user, **message.payload(), **below)

    @property
    def _client(self) -> Any:  # noqa: ANN401  # the SDK's keyword arguments are any
        return self.rest.client


@contextmanager
def _member() -> Iterator[None]:
    """Slack's word that Sova isn't in the channel becomes ours."""
    try:
        yield
    except SlackApiError as error:
        if code_of(error) in NO_CHANNEL:
            raise NotAMember from error
        raise


def _response(act: Act, message: Rendered, *, to_all: bool) -> dict[str, Any]:
    below = {"thread_ts": act.origin.thread} if act.origin.thread else {}
    kind = "in_channel" if to_all and not act.is_direct else "ephemeral"
    return {**message.payload(), **below, **QUIET, "response_type": kind, "replace_original": False}
