"""Owns a command whose card changes when a test says so."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from bot.commands.cards import Card, LiveCard
from bot.commands.command import Invocation, Values


@dataclass
class Pull:
    """A command that shows what it is told, until that is None; an error ends it."""

    cards: asyncio.Queue[Card | Exception | None] = field(default_factory=asyncio.Queue)
    has_ended: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, *cards: Card | Exception | None) -> None:
        for card in cards:
            self.cards.put_nowait(card)

    async def run(self, _invocation: Invocation, _values: Values) -> LiveCard:
        return LiveCard(self._told())

    async def _told(self) -> AsyncGenerator[Card, None]:
        try:
            while (card := await self.cards.get()) is not None:
                if isinstance(card, Exception):
                    raise card
                yield card
        finally:
            self.has_ended.set()
