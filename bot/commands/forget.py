"""Owns `/forget`: erasing a conversation, and saying exactly what was erased."""

from dataclasses import dataclass
from typing import Protocol

from bot.commands.cards import Card
from bot.commands.registry import Command, Invocation, Values
from bot.messages import ConversationKey
from bot.ports import Forgotten
from bot.wording import Wording


class Forgets(Protocol):
    """Whoever keeps what was said: the history, or the assistant above it."""

    async def forget(self, conversation: ConversationKey) -> Forgotten:
        """Erase the conversation's turns and its own pins, and say how many there were."""
        ...


@dataclass(frozen=True, slots=True)
class Forget:
    """Erases the conversation in which it is called."""

    memory: Forgets

    def commands(self) -> tuple[Command, ...]:
        """`/forget`."""
        return (Command("forget", self._run),)

    async def _run(self, invocation: Invocation, _values: Values) -> Card:
        erased = await self.memory.forget(invocation.conversation)
        return Card(title=invocation.say("forget-title"), text=_told(erased, invocation.say))


def _told(erased: Forgotten, say: Wording) -> str:
    if not erased.turns and not erased.pins:
        return say("forget-nothing")
    return say("forget-done", turns=erased.turns, pins=erased.pins)
