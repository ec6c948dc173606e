"""Owns what a press on one of an answer's controls does, for whom, and what is said of it, on every platform."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bot.access import Access, Permission
from bot.chat.controls.presses import Press
from bot.chat.controls.private import in_private
from bot.commands.cards import Card
from bot.commands.command import Invocation
from bot.commands.models.listing import RESET
from bot.commands.registry import Registry
from bot.errors import NotTheirs, NotTheNewest
from bot.inbox import Inbox
from bot.messages import Incoming
from bot.ports import FeedbackEntry, History, TakesFeedback, Vote
from bot.service.platforms import Receive


@dataclass(frozen=True, slots=True)
class Pressing:
    """Carries presses out through the ports. `receive` takes the questions that are asked again.

    Each method is given what was pressed and who pressed it where; a private answer's press counts for the person's own
    conversation there. A refusal is an `AssistantError`, whose sentence is for the person alone; so is every sentence
    that is returned.
    """

    registry: Registry
    inbox: Inbox
    access: Access
    feedback: TakesFeedback
    history: History
    receive: Receive

    async def stop(self, press: Press, invocation: Invocation) -> str | None:
        """Stop what its asker is being answered there, and take back what waits; gives what is to be said, if anything.

        Raises `NotTheirs`.
        """
        self.demand_own(press, invocation)
        here = _here(press, invocation)
        stopped = await self.inbox.stop(here.conversation, author=press.asker)
        return None if stopped.claims or stopped.withdrawn else here.say("stop-nothing")

    def demand_own(self, press: Press, invocation: Invocation) -> None:
        """Raise `NotTheirs` unless the person asked, or is an administrator."""
        author, place = invocation.author, _here(press, invocation).conversation
        if author.id != press.asker and not self.access.allows(Permission.ADMINISTER, author, place):
            raise NotTheirs

    async def stop_here(self, invocation: Invocation) -> str | None:
        """Stop what the person is being answered there, and whatever is being answered for an administrator.

        For a platform's own Stop, which names no answer; gives what is to be said, if anything.
        """
        is_everybodys = self.access.allows(Permission.ADMINISTER, invocation.author, invocation.conversation)
        author = None if is_everybodys else invocation.author.id
        stopped = await self.inbox.stop(invocation.conversation, author=author)
        nothing = not (stopped.claims or stopped.withdrawn)
        return invocation.say("stop-only-others") if nothing and stopped.of_others else None

    def demand_switch(self, press: Press, invocation: Invocation) -> None:
        """Raise `NotAllowed` unless the person may name a model to answer again."""
        self._demand(Permission.SWITCH, _here(press, invocation), action="/regenerate")

    async def demand_again(self, press: Press, invocation: Invocation) -> None:
        """Raise `NotTheirs`, or `NotTheNewest`, unless the person may have the answer given again."""
        self.demand_own(press, invocation)
        turns = await self.history.turns(_here(press, invocation).conversation)
        if not turns or turns[-1].id != press.turn:
            raise NotTheNewest

    async def models(self, press: Press, invocation: Invocation, *, most: int, longest: int) -> Sequence[str]:
        """The first `most` models that may be asked to answer again, with names of at most `longest` characters.

        They are those that `/model` offers, named as they are asked for; none where nobody knows. Raises as
        `demand_switch` and `demand_again` do.
        """
        self.demand_switch(press, invocation)
        await self.demand_again(press, invocation)
        here = _here(press, invocation)
        offered = await self.registry.completions(here, self.registry.named("model"), "name", most=sys.maxsize)
        return [name for name in offered if name != RESET and len(name) <= longest][:most]

    async def again(
        self,
        press: Press,
        invocation: Invocation,
        *,
        replaces: str | None,
        reply: str | None = None,
        model: str | None = None,
    ) -> str | None:
        """Have the answer given again through the inbox, by `model` if named; gives what is to be said, if anything.

        `replaces` is what the platform calls the visible answer, whose place the new one takes. `reply` is the message
        that it goes into instead, where one is there for it already. With neither it is given below.

        Raises as `demand_again` does, with a model as `demand_switch` too, and what `receive` raises.
        """
        if model is not None:
            self.demand_switch(press, invocation)
        await self.demand_again(press, invocation)
        here = _here(press, invocation)
        await self.receive(_once_more(press, here, replaces=replaces, reply=reply, model=model))
        return here.say("button-given-below") if replaces is None and reply is None else None

    async def sources(self, press: Press, invocation: Invocation) -> Card:
        """The card of `/sources` for this answer. To be asked anew for each page: what may be seen can have changed."""
        here, command = _here(press, invocation), self.registry.named("sources")
        card = await self.registry.run(here, command, {"answer": press.turn})
        if not isinstance(card, Card):
            raise TypeError("/sources answers with a card")
        return card

    def demand_vote(self, press: Press, invocation: Invocation) -> None:
        """Raise `NotAllowed` unless the person may vote: that is whoever may ask."""
        self._demand(Permission.ASK, _here(press, invocation), action="")

    async def vote(self, press: Press, invocation: Invocation, vote: Vote, *, reason: str = "") -> str:
        """Keep the person's vote in the place of an earlier one, and give the thanks. Raises as `demand_vote` does."""
        self.demand_vote(press, invocation)
        here = _here(press, invocation)
        entry = FeedbackEntry(
            turn=press.turn,
            conversation=here.conversation,
            author=here.author.id,
            vote=vote,
            at=here.at,
            reason=reason,
            asker=press.asker,
        )
        await self.feedback.record(entry)
        return here.say("feedback-thanks")

    def _demand(self, permission: Permission, here: Invocation, *, action: str) -> None:
        self.access.demand(permission, here.author, here.conversation, action=action)


def _here(press: Press, invocation: Invocation) -> Invocation:
    return in_private(invocation, beside=press.beside) if press.private else invocation


def _once_more(
    press: Press, here: Invocation, *, replaces: str | None, reply: str | None, model: str | None
) -> Incoming:
    """The question as the inbox takes it. It stays its asker's, whoever has it answered again."""
    return Incoming(
        id=here.id,
        conversation=here.conversation,
        author=here.author,
        text="",
        received_at=here.at,
        language=here.language,
        model=model,
        again=True,
        reply=reply,
        turn=press.turn,
        replaces=replaces,
        asker=press.asker if press.asker != here.author.id else None,
    )
