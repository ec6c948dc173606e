"""Owns showing what came of a command: its card in messages, with its picture, and what to do next as buttons."""

import logging
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackClientError
from slack_sdk.models.blocks import Block

from adapters.slack.controls.acts import Act
from adapters.slack.controls.prefixing import Prefix
from adapters.slack.controls.replies import Replies
from adapters.slack.faults import translated
from adapters.slack.rendering.buttons import card_actions
from adapters.slack.rendering.cards import card_messages, picture_block
from bot.chat.running import Ran
from bot.commands.cards import Card, Picture
from bot.errors import AssistantError

logger = logging.getLogger(__name__)

FILE_NAME = "sova.png"


@dataclass(frozen=True, slots=True)
class Showing:
    """Shows cards by `replies`; `prefix` tells what commands are called."""

    replies: Replies
    prefix: Prefix

    async def show(self, act: Act, ran: Ran) -> None:
        """Show the card where it was asked for: to everybody where it concerns them, and then `said` to the person."""
        card = self.prefix.card(ran.card)
        *first, last = card_messages(card)
        below = (*await self._picture(card), *card_actions(card))
        for message in (*first, last.with_blocks(below)):
            await self.replies.show(act, message, to_all=ran.said is not None)
        if ran.said is not None and not act.is_direct:
            await self.replies.tell(act, ran.said)

    async def _picture(self, card: Card) -> tuple[Block, ...]:
        """The picture, once it is in Slack; where that doesn't go the card is shown without it."""
        if card.picture is None:
            return ()
        try:
            with translated():
                file = await self._uploaded(card.picture)
        except (SlackClientError, AssistantError) as error:
            logger.warning("a picture can't be shown in Slack: %s", type(error).__name__)
            return ()
        return (picture_block(card.picture, file=file),)

    async def _uploaded(self, picture: Picture) -> str:
        """Slack's id of it. It belongs to no channel: whoever sees the message sees it."""
        client: Any = self.replies.rest.client
        told = await client.files_upload_v2(file=picture.png, filename=FILE_NAME, alt_txt=picture.description)
        return str(told["files"][0]["id"])
