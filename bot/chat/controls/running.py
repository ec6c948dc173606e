"""Owns running the registry's commands from a chat: who gets to see what came of it, and what is offered meanwhile."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from bot.chat.controls.card_buttons import command_of
from bot.commands.cards import Card, LiveCard
from bot.commands.registry import Command, Invocation, Registry, Result, Values
from bot.errors import AssistantError

logger = logging.getLogger(__name__)

OFFER_S = 2.5
"""How long what is offered may take to be found: platforms wait three seconds, and then show a failure."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a command: its card, and the sentence that the caller alone reads where the card is for everybody.

    Without `said` the card is for the caller alone.
    """

    card: Card
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Commands:
    """Runs the commands of the `registry`."""

    registry: Registry

    async def run(self, invocation: Invocation, command: Command, values: Values) -> Ran:
        """Run it, as `Registry.run` does; empty values count as not given."""
        given = {name: value for name, value in values.items() if value}
        card = await _card_of(command, await self.registry.run(invocation, command, given))
        said = invocation.say("slash-shared") if command.concerns_others(given) else None
        return Ran(card, said)

    async def glance(self, invocation: Invocation, name: str) -> Card:
        """What the command tells when it is given nothing, as `Registry.glance` does."""
        command = self.registry.named(name)
        return await _card_of(command, await self.registry.glance(invocation, command))

    async def run_typed(self, invocation: Invocation, text: str) -> Ran:
        """Run what was typed as words, such as `model llama3 channel`; raises what `Registry.parse` raises."""
        command, values = self.registry.parse(text)
        return await self.run(invocation, command, values)

    async def run_button(self, invocation: Invocation, words: str) -> Ran:
        """Run the command that the words of a button under a card hold."""
        return await self.run_typed(invocation, command_of(words))

    async def offered(
        self, invocation: Invocation, command: Command, parameter: str, *, typed: str, most: int, longest: int
    ) -> Sequence[str]:
        """Values that fit what was `typed`, at most `most` of at most `longest` characters; none where that fails."""
        try:
            async with asyncio.timeout(OFFER_S):
                found = await self.registry.completions(invocation, command, parameter, typed=typed, most=most)
        except (TimeoutError, AssistantError) as error:
            logger.warning("nothing is offered for /%s: %s", command.name, type(error).__name__)
            return ()
        return tuple(value for value in found if len(value) <= longest)


async def _card_of(command: Command, result: Result) -> Card:
    if isinstance(result, LiveCard):
        return await last_of(result)
    if not isinstance(result, Card):
        await result.aclose()
        raise TypeError(f"/{command.name} answers with a stream, which goes through the inbox")
    return result


async def last_of(live: LiveCard) -> Card:
    """The card that stands in the end."""
    async with aclosing(live.cards) as cards:
        shown = [card async for card in cards]
    return shown[-1]
