"""Owns running the registry's commands from a chat: who gets to see what came of it, and what is offered meanwhile."""

import asyncio
import logging
import re
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from bot.chat.controls.card_buttons import command_of
from bot.commands.cards import Card, LiveCard
from bot.commands.command import Command, Invocation, Result, Values
from bot.commands.registry import Registry
from bot.errors import AssistantError

logger = logging.getLogger(__name__)

OFFER_S = 2.5
"""How long what is offered may take to be found: platforms wait three seconds, and then show a failure."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a command: its card, and the sentence that the caller alone reads where the card is for everybody.

    Without `said` the card is for the caller alone. `again` is the command as it is typed, empty where it can't be.
    Whoever is given a `LiveCard` shows it, or closes it.
    """

    card: Card | LiveCard
    said: str | None = None
    again: str = ""


@dataclass(frozen=True, slots=True)
class Commands:
    """Runs the commands of the `registry`."""

    registry: Registry

    async def run(self, invocation: Invocation, command: Command, values: Values) -> Ran:
        """Run it, as `Registry.run` does; empty values count as not given."""
        given = {name: value for name, value in values.items() if value}
        card = await _card_of(command, await self.registry.run(invocation, command, given))
        sentence = "live-shared" if isinstance(card, LiveCard) else "slash-shared"
        said = invocation.say(sentence) if command.concerns_others(given) else None
        return Ran(card, said, typed_again(command, given))

    async def glance(self, invocation: Invocation, name: str) -> Card:
        """What the command tells at once when it is given nothing, as `Registry.glance` does."""
        command = self.registry.named(name)
        card = await _card_of(command, await self.registry.glance(invocation, command))
        return await first_of(card) if isinstance(card, LiveCard) else card

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


def typed_again(command: Command, values: Values) -> str:
    """The command with these values as `Registry.parse` reads it; empty where it can't be typed. Pure."""
    words = [_quoted(values.get(parameter.name, "")) for parameter in command.offered]
    if None in words or values.keys() - {parameter.name for parameter in command.offered}:
        return ""
    return re.sub(r'(?: "")+\Z', "", " ".join([command.name, *filter(None, words)]))


async def first_of(live: LiveCard) -> Card:
    """The card that is there at once; the work ends with that."""
    async with aclosing(live.cards) as cards:
        return await anext(cards)


async def last_of(live: LiveCard) -> Card:
    """The card that stands in the end."""
    async with aclosing(live.cards) as cards:
        shown = [card async for card in cards]
    return shown[-1]


async def _card_of(command: Command, result: Result) -> Card | LiveCard:
    if not isinstance(result, Card | LiveCard):
        await result.aclose()
        raise TypeError(f"/{command.name} answers with a stream, which goes through the inbox")
    return result


def _quoted(value: str) -> str | None:
    """One word; None for what holds quotation marks of both kinds."""
    if re.fullmatch(r"[^\s\"']+", value):
        return value
    mark = next((mark for mark in "\"'" if mark not in value), None)
    return None if mark is None else f"{mark}{value}{mark}"
