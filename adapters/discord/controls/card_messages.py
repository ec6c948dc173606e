"""Owns what a card is in Discord: its messages, and what Discord is sent to post or to change one."""

import io
from dataclasses import dataclass, replace
from typing import Any

import discord
from discord.http import MultipartParameters, handle_message_parameters

from adapters.discord.controls.card_buttons import card_view
from adapters.discord.rendering.panes import pane_embeds
from adapters.discord.rendering.render import card_texts
from bot.commands.cards import Card, Picture
from bot.wording import Wording

DESCRIPTION = 1024
"""As many characters Discord takes to describe a file."""


@dataclass(frozen=True, slots=True)
class CardMessage:
    """One of a card's messages. `embeds` are the card's panes: links in texts get none, whatever they lead to."""

    text: str = ""
    embeds: tuple[discord.Embed, ...] = ()
    view: discord.ui.View | None = None
    picture: Picture | None = None

    def files(self) -> list[discord.File]:
        """The picture as a file, which can be sent once."""
        return [picture_file(self.picture)] if self.picture else []

    def without_picture(self) -> "CardMessage":
        """The same without it."""
        return replace(self, picture=None)

    def looks(self) -> tuple[Any, ...]:
        """What tells two messages apart."""
        components = self.view.to_components() if self.view else []
        return (self.text, [embed.to_dict() for embed in self.embeds], str(components), self.picture)

    def parameters(self, *, is_ephemeral: bool = False, nonce: str | None = None) -> MultipartParameters:
        """The body of a request that posts it, or changes another message into it; nobody is pinged by it.

        Whoever posts it once more by the same `nonce` gets the first message.
        """
        flags = discord.MessageFlags(suppress_embeds=not self.embeds, ephemeral=is_ephemeral)
        return handle_message_parameters(
            content=self.text or None,
            embeds=self.embeds,
            view=self.view,
            attachments=self.files(),
            flags=flags,
            nonce=nonce,
            allowed_mentions=discord.AllowedMentions.none(),
        )


def card_messages(card: Card, say: Wording) -> tuple[CardMessage, ...]:
    """A command's result, never no message; its panes and its picture come last, and what to do next is below them."""
    *texts, last_text = card_texts(card) or ("",)
    first_panes, *more_panes = pane_embeds(card.panes, say) or ((),)
    messages = [CardMessage(text) for text in texts]
    messages.append(CardMessage(last_text or ("" if first_panes else "…"), first_panes))
    *first, last = [*messages, *(CardMessage(embeds=panes) for panes in more_panes)]
    return (*first, replace(last, view=card_view(card), picture=card.picture))


def picture_file(picture: Picture) -> discord.File:
    """A picture as Discord takes it."""
    return discord.File(io.BytesIO(picture.png), "sova.png", description=picture.description[:DESCRIPTION])
