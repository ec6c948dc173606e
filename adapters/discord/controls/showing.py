"""Owns showing what came of a command in Discord: its card at once, or again and again while it changes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import discord

from adapters.discord.controls.card_messages import CardMessage, card_messages
from adapters.discord.controls.card_screen import CardScreen
from adapters.discord.controls.responding import QUIET, Interaction, tell
from bot.chat.controls.running import Ran
from bot.chat.showing.live import LiveShowing
from bot.commands.cards import Card, LiveCard
from bot.wording import Wording


@dataclass(frozen=True, slots=True)
class Showing:
    """Shows cards in answer to interactions that are deferred. None goes on changing after `close`."""

    _changing: set[asyncio.Task[None]] = field(default_factory=set)

    async def show(self, interaction: Interaction, ran: Ran, *, deferred: str, say: Wording) -> None:
        """To the caller alone, in the message `deferred`; what concerns the others to all, and `said` to the caller.

        Raises what Discord says of what it doesn't take, and what ends a command.
        """
        if ran.said is not None:
            await tell(interaction, ran.said)
        if isinstance(ran.card, LiveCard):
            screen = CardScreen(interaction, say=say, deferred=deferred if ran.said is None else None)
            with self._owned():
                await LiveShowing(screen, say=say, again=ran.again).run(ran.card)
        else:
            await _complete(interaction, ran.card, is_private=ran.said is None, say=say)

    async def close(self) -> None:
        """End the work of the cards that still change; they say so."""
        changing = set(self._changing)
        for task in changing:
            task.cancel()
        if changing:
            await asyncio.wait(changing)

    @contextmanager
    def _owned(self) -> Iterator[None]:
        """The task that runs this block, which is discord.py's, is ended by `close`."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("cards are shown in tasks")
        self._changing.add(task)
        try:
            yield
        finally:
            self._changing.discard(task)


async def _complete(interaction: Interaction, card: Card, *, is_private: bool, say: Wording) -> None:
    for message in card_messages(card, say):
        await _send(interaction, message, is_private=is_private)


async def _send(interaction: Interaction, message: CardMessage, *, is_private: bool) -> None:
    await interaction.followup.send(
        message.text,
        embeds=message.embeds,
        view=message.view or discord.utils.MISSING,
        files=message.files(),
        ephemeral=is_private,
        allowed_mentions=QUIET["allowed_mentions"],
        suppress_embeds=not message.embeds,
    )
