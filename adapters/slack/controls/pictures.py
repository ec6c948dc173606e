"""Owns bringing a card's picture into Slack, from where a message shows it."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackClientError
from slack_sdk.models.blocks import Block

from adapters.slack.faults import translated
from adapters.slack.rendering.cards import picture_block
from adapters.slack.rest import Rest
from bot.commands.cards import Card, Picture
from bot.errors import AssistantError

logger = logging.getLogger(__name__)

FILE_NAME = "sova.png"
LOOKS, LOOK_SECONDS = 10, 0.3
"""How often it is asked whether, and after which pauses, an uploaded picture may be shown."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Uploads pictures."""

    rest: Rest

    async def blocks(self, card: Card) -> tuple[Block, ...]:
        """The card's picture, once it is in Slack; where that doesn't go the card is shown without it."""
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
        client: Any = self.rest.client
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
