"""Owns `/stop` and `/regenerate`: what a person can do about an answer."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Protocol

from bot.access import LOCAL_PLATFORM, Access, Permission
from bot.commands.cards import Action, Card
from bot.commands.registry import Command, Invocation, ReplyStream, Values
from bot.inbox import Inbox, Stopped
from bot.messages import ConversationKey, Incoming, ReplyEvent
from bot.wording import Wording


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
    """Stops an answer, or gives the last one again.

    Where questions go through an `inbox`, stopping concerns what the caller asked, waiting questions too; that of an
    administrator concerns everybody's. At the terminal it is the answer that is being given.
    """

    answers: Answers
    access: Access = field(default_factory=Access)
    inbox: Inbox | None = None

    def commands(self) -> tuple[Command, ...]:
        """`/stop` and `/regenerate`."""
        return (Command("stop", self._stop), Command("regenerate", self._regenerate))

    async def _stop(self, invocation: Invocation, _values: Values) -> Card:
        stopped = await self._stopped(invocation)
        is_stopped = bool(stopped.claims) or (
            not stopped.of_others and await self.answers.stop(invocation.conversation)
        )
        say = invocation.say
        again = (Action(say("stop-action-again"), "regenerate"),) if is_stopped else ()
        return Card(say("stop-title"), _told(stopped, say, is_stopped=is_stopped), actions=again)

    async def _stopped(self, invocation: Invocation) -> Stopped:
        place, author = invocation.conversation, invocation.author
        if self.inbox is None or place.platform == LOCAL_PLATFORM:
            return Stopped()
        of_everybody = self.access.allows(Permission.ADMINISTER, author, place)
        return await self.inbox.stop(place, author=None if of_everybody else author.id)

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


def _told(stopped: Stopped, say: Wording, *, is_stopped: bool) -> str:
    """What was stopped, what was withdrawn, and what goes on."""
    waited = len(stopped.withdrawn)
    if not is_stopped and not waited:
        return say("stop-only-others") if stopped.of_others else say("stop-nothing")
    told = (
        say("stop-done") if is_stopped else "",
        say("stop-waiting", waiting=waited) if waited else "",
        say("stop-others") if stopped.of_others else "",
    )
    return " ".join(filter(None, told))
