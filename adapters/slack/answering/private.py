"""Owns an answer that only the asker sees: sent whole to the address of what the person did.

Slack takes five messages there, for 30 minutes: the place in the queue, and then the answer. What doesn't fit, or comes
later, goes to the person as direct messages.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block

from adapters.slack.answering.calls import QUIET
from adapters.slack.answering.looks import Below, Part
from adapters.slack.answering.posted import PrivateName
from adapters.slack.answering.target import Target
from adapters.slack.faults import MALFORMED, code_of, is_final, translated
from adapters.slack.rendering.blocks import sections
from adapters.slack.rendering.mrkdwn import plainly
from adapters.slack.response_urls import ResponseRefused, respond
from adapters.slack.rest import Rest
from bot.chat.hearing.ask_command import quoted
from bot.chat.showing.delivering import TakenOver, Undeliverable
from bot.messages import Incoming
from bot.service.platforms import Remember
from bot.wording import speak

logger = logging.getLogger(__name__)

MOST_USES = 5
"""Messages that Slack takes at such an address."""


class PrivateShowing:
    """Brings a list of parts before the asker, when they are whole; the rest is as with `Showing`."""

    is_posted = False

    def __init__(self, incoming: Incoming, *, rest: Rest, posted: str | None, remember: Remember | None = None) -> None:
        self._incoming = incoming
        self._target = Target.of(incoming)
        self._rest = rest
        self._say = speak(incoming.language)
        self._remember = remember
        self._name = PrivateName.read(posted) or PrivateName.read(incoming.reply) or PrivateName("")

    @property
    def has_room_for_place(self) -> bool:
        """Whether the place in the queue may be told: once, for the answer may take the rest."""
        return self._name.uses == 0

    def wait(self) -> float:
        """In how many seconds the next change may be made: nobody else's count."""
        return 0.0

    def leave(self) -> None:
        """Nothing is under way."""

    async def show(self, parts: Sequence[Part], *, last: bool, below: Below) -> None:
        """As `Showing.show`; what isn't the `last` is left out, for what stands there can't be changed."""
        if not last or self._name.is_whole:
            return
        controls = below(())
        messages = [(part, controls if part is parts[-1] else ()) for part in parts]
        if len(messages) > MOST_USES - self._name.uses or not await self._sent(messages):
            await self._send_directly(messages)
        await self._keep(replace(self._name, is_whole=True))

    async def tell(self, part: Part) -> None:
        """Send something that isn't the answer."""
        if await self._send(part, ()):
            await self._keep(replace(self._name, uses=self._name.uses + 1))

    async def _sent(self, messages: Sequence[tuple[Part, Sequence[Block]]]) -> bool:
        """Whether all of it was taken there."""
        for part, controls in messages:
            if not await self._send(part, controls):
                return False
        return True

    async def _send(self, part: Part, controls: Sequence[Block], *, is_plain: bool = False) -> bool:
        """Whether Slack takes something there still; without any formatting where it can't read that."""
        told = {"response_type": "ephemeral", "replace_original": False, **self._payload(part, controls, is_plain)}
        try:
            await respond(self._rest, self._name.url, told)
        except ResponseRefused as refused:
            if refused.word in MALFORMED and not is_plain:
                return await self._send(part, controls, is_plain=True)
            logger.info("Slack takes no private answer there any more: %s", refused.word)
            return False
        return True

    async def _send_directly(self, messages: Sequence[tuple[Part, Sequence[Block]]]) -> None:
        """Below a word about why, and what was asked."""
        asked = quoted(self._incoming.text) if self._incoming.text else ""
        heading = plainly(self._say("slack-elsewhere")) + (f"\n{plainly(asked)}" if asked else "")
        try:
            with translated():
                await self._direct({"text": heading, "blocks": [block.to_dict() for block in sections(heading)]})
                for part, controls in messages:
                    await self._direct_part(part, controls)
        except SlackApiError as error:
            if is_final(error):
                raise Undeliverable(code_of(error)) from error
            raise

    async def _direct_part(self, part: Part, controls: Sequence[Block]) -> None:
        try:
            await self._direct(self._payload(part, controls, is_plain=False))
        except SlackApiError as error:
            if code_of(error) not in MALFORMED:
                raise
            await self._direct(self._payload(part, controls, is_plain=True))

    async def _direct(self, payload: Mapping[str, Any]) -> None:
        metadata = self._target.metadata()
        await self._rest.client.chat_postMessage(channel=self._target.user, metadata=metadata, **payload, **QUIET)

    def _payload(self, part: Part, controls: Sequence[Block], is_plain: bool) -> Mapping[str, Any]:
        message = part.plain(self._say) if is_plain else part.message
        return message.with_blocks(controls).payload()

    async def _keep(self, name: PrivateName) -> None:
        """Have remembered what was sent already."""
        self._name = name
        if self._remember and not await self._remember(str(name)):
            raise TakenOver
