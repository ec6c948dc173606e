"""Owns showing what came of a command: its card in messages, with its picture, and what to do next as buttons."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.models.blocks import Block

from adapters.slack.controls.acts import Act
from adapters.slack.controls.prefixing import Prefix
from adapters.slack.controls.replies import Replies
from adapters.slack.faults import translated
from adapters.slack.rendering.blocks import Rendered
from adapters.slack.rendering.buttons import card_actions
from adapters.slack.rendering.cards import card_messages, picture_block
from adapters.slack.response_urls import ResponseRefused
from bot.chat.controls.running import Ran
from bot.commands.cards import Card, Picture
from bot.errors import AssistantError

logger = logging.getLogger(__name__)

FILE_NAME = "sova.png"
LOOKS, LOOK_SECONDS = 10, 0.3
"""How often it is asked whether, and after which pauses, an uploaded picture may be shown."""


@dataclass(frozen=True, slots=True)
class Showing:
    """Shows cards by `replies`; `prefix` tells what commands are called."""

    replies: Replies
    prefix: Prefix

    async def show(self, act: Act, ran: Ran) -> None:
        """Show the card where it was asked for: to everybody where it concerns them, and then `said` to the person."""
        card, to_all = self.prefix.card(ran.card), ran.said is not None
        *first, last = card_messages(card)
        for message in first:
            await self.replies.show(act, message, to_all=to_all)
        await self._show_last(act, last, card, to_all=to_all)
        if ran.said is not None and not act.is_direct:
            await self.replies.tell(act, ran.said)

    async def _show_last(self, act: Act, message: Rendered, card: Card, *, to_all: bool) -> None:
        """With the picture if Slack takes it: one that it hasn't looked at yet, it doesn't."""
        picture, actions = await self._picture(card), card_actions(card)
        if picture:
            try:
                await self.replies.show(act, message.with_blocks((*picture, *actions)), to_all=to_all)
            except (SlackApiError, ResponseRefused) as error:
                logger.warning("a card is shown without its picture: %s", type(error).__name__)
            else:
                return
        await self.replies.show(act, message.with_blocks(actions), to_all=to_all)

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
        file = str(told["files"][0]["id"])
        await self._looked_at(client, file)
        return file

    async def _looked_at(self, client: Any, file: str) -> None:  # noqa: ANN401  # the SDK's keyword arguments are any
        """Wait until Slack knows that it is a picture, which takes a moment."""
        for _ in range(LOOKS):
            told = await client.files_info(file=file)
            if told["file"].get("mimetype"):
                return
            await asyncio.sleep(LOOK_SECONDS)
