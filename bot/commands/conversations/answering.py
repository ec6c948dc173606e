"""Owns `/stop` and `/regenerate`: what a person can do about an answer."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Protocol

from bot.access import LOCAL_PLATFORM, Access, Permission
from bot.commands.cards import Action, Card
from bot.commands.command import Command, Invocation, Result, Values
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
    administrator concerns everybody's; and an answer that shall be given again takes its turn like every other. At the
    terminal both happen at once.
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

    def _inbox_of(self, place: ConversationKey) -> Inbox | None:
        """Where the questions asked there wait; the terminal's wait nowhere."""
        return None if place.platform == LOCAL_PLATFORM else self.inbox

    async def _stopped(self, invocation: Invocation) -> Stopped:
        place, author = invocation.conversation, invocation.author
        inbox = self._inbox_of(place)
        if inbox is None:
            return Stopped()
        of_everybody = self.access.allows(Permission.ADMINISTER, author, place)
        return await inbox.stop(place, author=None if of_everybody else author.id)

    async def _regenerate(self, invocation: Invocation, _values: Values) -> Result:
        """The answer itself, or where it takes its turn the word that it will come."""
        again = _again(invocation)
        inbox = self._inbox_of(invocation.conversation)
        if inbox is None:
            return self.answers.regenerate(again)
        ahead, say = await inbox.accept(again), invocation.say
        told = say("regenerate-soon") if ahead is None else say.place(ahead)
        return Card(say("regenerate-title"), told)


def _again(invocation: Invocation) -> Incoming:
    return Incoming(
        id=invocation.id,
        conversation=invocation.conversation,
        author=invocation.author,
        text="",
        received_at=invocation.at,
        language=invocation.language,
        again=True,
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
