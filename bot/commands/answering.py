"""Owns `/stop` and `/regenerate`: what a person can do about an answer."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from bot.commands.cards import Action, Card
from bot.commands.registry import Command, Invocation, ReplyStream, Values
from bot.messages import ConversationKey, Incoming, ReplyEvent


class Answers(Protocol):
    """Whoever gives the answers: the assistant."""

    def regenerate(self, incoming: Incoming) -> AsyncGenerator[ReplyEvent, None]:
        """Answer the newest question again; iterating raises `NothingToRegenerate` when there is none."""
        ...

    async def stop(self, conversation: ConversationKey) -> bool:
        """Stop the answer that is being given; False when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Answering:
    """Stops an answer, or gives the last one again."""

    answers: Answers

    def commands(self) -> tuple[Command, ...]:
        """`/stop` and `/regenerate`."""
        return (Command("stop", self._stop), Command("regenerate", self._regenerate))

    async def _stop(self, invocation: Invocation, _values: Values) -> Card:
        say = invocation.say
        if not await self.answers.stop(invocation.conversation):
            return Card(title=say("stop-title"), text=say("stop-nothing"))
        again = Action(say("stop-action-again"), "regenerate")
        return Card(title=say("stop-title"), text=say("stop-done"), actions=(again,))

    async def _regenerate(self, invocation: Invocation, _values: Values) -> ReplyStream:
        return self.answers.regenerate(
            Incoming(
                id=invocation.id,
                conversation=invocation.conversation,
                author=invocation.author,
                text="",
                received_at=invocation.at,
                language=invocation.language,
            )
        )
