"""Owns what people press and type in Discord besides questions: puts commands and buttons into a client."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import discord

from adapters.discord.callers import Callers
from adapters.discord.controls.ask import Ask
from adapters.discord.controls.buttons import Buttons
from adapters.discord.controls.registering import Registration
from adapters.discord.controls.showing import Showing
from adapters.discord.controls.slash import Slash
from adapters.discord.hearing.written import written
from bot.access import Access
from bot.chat.controls import card_buttons, presses
from bot.chat.controls.pressing import Pressing
from bot.chat.controls.running import Commands
from bot.chat.hearing.ask_command import AskCommand, RulesOf
from bot.commands.registry import Registry
from bot.errors import CannotReadHere
from bot.inbox import Inbox
from bot.messages import ConversationKey
from bot.ports import Fetch, History, TakesFeedback
from bot.service.platforms import Receive
from bot.summaries.material import Heard, Reach


@dataclass(frozen=True, slots=True)
class Controls:
    """Commands and buttons of one Sova.

    `rules_of` tells what holds in a place. `registration` remembers which commands Discord knows.
    """

    registry: Registry
    inbox: Inbox
    access: Access
    feedback: TakesFeedback
    history: History
    rules_of: RulesOf
    registration: Registration
    callers: Callers = field(default_factory=Callers)
    showing: Showing = field(default_factory=Showing)

    async def setup(self, client: discord.Client, receive: Receive, *, fetch: Fetch | None = None) -> None:
        """To be called in the client's `setup_hook`: it is logged in then, and doesn't listen yet.

        `receive` takes what is asked by a command or a button; `fetch` brings files that were written there.
        """
        callers = replace(self.callers, read=_read, fetch=fetch)
        ask = Ask(callers, receive, AskCommand(self.rules_of, callers.spoken))
        slash = Slash(Commands(self.registry), callers, self.showing)
        buttons = Buttons(self._pressing(receive), callers)
        tree = await slash.build(client, ask=ask.run)
        client.add_dynamic_items(_control(presses.TEMPLATE, buttons.pressed))
        client.add_dynamic_items(_control(card_buttons.TEMPLATE, slash.pressed))
        await self.registration.bring_up_to_date(tree)

    async def close(self) -> None:
        """End what commands still do; to be called before the client is closed."""
        await self.showing.close()

    def _pressing(self, receive: Receive) -> Pressing:
        return Pressing(
            registry=self.registry,
            inbox=self.inbox,
            access=self.access,
            feedback=self.feedback,
            history=self.history,
            receive=receive,
        )


Item = discord.ui.Item[Any]
Interaction = discord.Interaction[Any]
Act = Callable[[Interaction, str], Awaitable[None]]


async def _read(interaction: discord.Interaction, place: ConversationKey, reach: Reach) -> Heard:
    """What was written in a place. Where Sova may not read Discord shows her an empty one, so that is asked first."""
    me = interaction.client.user
    if me is None or (interaction.guild_id is not None and not interaction.app_permissions.read_message_history):
        raise CannotReadHere
    return await written(interaction.client, place, reach, me=me.id)


def _control(words: re.Pattern[str], act: Act) -> type[discord.ui.DynamicItem[Item]]:
    """A kind of control: discord.py makes one for each press that fits `words`, and so finds who acts on it."""

    class Control(discord.ui.DynamicItem[Item], template=words):
        @classmethod
        async def from_custom_id(cls, _interaction: Interaction, item: Item, _match: re.Match[str], /) -> "Control":
            return cls(item)

        async def callback(self, interaction: Interaction) -> None:
            await act(interaction, self.custom_id)

    return Control
