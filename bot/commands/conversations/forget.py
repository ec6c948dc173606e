"""Owns `/forget`: erasing a conversation or what a person asked, and saying exactly what was erased."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.access import LOCAL_PLATFORM, Permission
from bot.commands.cards import Card
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.conversations.withdrawing import Withdrawing
from bot.errors import BadArgument, MissingArgument
from bot.messages import ConversationKey
from bot.ports import Comparisons, Feedback, Forgotten
from bot.wording import Wording

HERE, ME, PERSON = "here", "me", "person"
_WORDS = {"tady": HERE, "mě": ME, "já": ME, "člověka": PERSON, "cloveka": PERSON, "user": PERSON}


class Forgets(Protocol):
    """Whoever keeps what was said: the history, or the assistant above it."""

    async def forget(self, conversation: ConversationKey) -> Forgotten:
        """Erase the conversation's turns and its own pins, and say how many there were."""
        ...

    async def forget_person(self, platform: str, author: str) -> Forgotten:
        """Erase the turns in which the person asked, in every conversation on `platform`, and the person's own pins."""
        ...


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a platform, by the platform's id."""

    platform: str
    id: str


def needed(values: Values) -> Permission:
    """One's own questions and the conversation are anybody's to erase, those of others an administrator's."""
    return Permission.ADMINISTER if values.get("what") == PERSON else Permission.ASK


def concerns_others(values: Values) -> bool:
    """Whether it is the conversation that is erased."""
    return values.get("what", HERE) == HERE


def read(values: Values, invocation: Invocation) -> Person | None:
    """Whose questions shall be erased; None for the conversation.

    An id is one of the caller's own platform; at the terminal the platform may stand before it: `slack:U1`. Raises
    `MissingArgument` and `BadArgument`.
    """
    own, who = invocation.conversation.platform, values.get("who")
    if values.get("what") != PERSON:
        if who is not None:
            raise BadArgument(command="forget", parameter="who", value=who, expected="")
        return Person(own, invocation.author.id) if values.get("what") == ME else None
    if who is None:
        raise MissingArgument(command="forget", parameter="who")
    platform, colon, name = who.strip().partition(":")
    if not colon:
        return Person(own, platform)
    if own not in {platform, LOCAL_PLATFORM}:
        raise BadArgument(command="forget", parameter="who", value=who, expected=f"{own}:{name}")
    return Person(platform, name)


@dataclass(frozen=True, slots=True)
class Forget:
    """Erases the conversation in which it is called, or what one person asked anywhere on a platform.

    What waits in the inbox or is being answered is taken out first, or it would be remembered afterwards. The votes on
    what is erased go along.
    """

    memory: Forgets
    withdrawing: Withdrawing = field(default_factory=lambda: Withdrawing(None))
    feedback: Feedback | None = None
    comparisons: Comparisons | None = None

    def commands(self) -> tuple[Command, ...]:
        """`/forget [here | me | person] [who]`."""
        what = Parameter("what", choices=(HERE, ME, PERSON), aliases=_WORDS)
        return (Command("forget", self._run, (what, Parameter("who")), needs=needed, concerns_others=concerns_others),)

    async def _run(self, invocation: Invocation, values: Values) -> Card:
        person, say = read(values, invocation), invocation.say
        if person is None:
            waited = await self.withdrawing.of_conversation(invocation.conversation)
            told = _told(await self.memory.forget(invocation.conversation), say)
            votes = await self.feedback.forget(invocation.conversation) if self.feedback else 0
        else:
            waited = await self.withdrawing.of_person(person.platform, person.id)
            told = _told_of(person, await self.memory.forget_person(person.platform, person.id), say)
            votes = await self._votes_of(person)
        also = (
            say("forget-waiting", waiting=waited) if waited else "",
            say("forget-votes", votes=votes) if votes else "",
        )
        return Card(say("forget-title"), " ".join(filter(None, (told, *also))))

    async def _votes_of(self, person: Person) -> int:
        """Erase the person's votes on answers, and on comparisons of models."""
        stores = [store for store in (self.feedback, self.comparisons) if store]
        return sum([await store.forget_person(person.platform, person.id) for store in stores])


def _told(erased: Forgotten, say: Wording) -> str:
    if not erased.turns and not erased.pins:
        return say("forget-nothing")
    return say("forget-done", turns=erased.turns, pins=erased.pins)


def _told_of(person: Person, erased: Forgotten, say: Wording) -> str:
    if not erased.turns and not erased.pins:
        return say("forget-nothing-of-person", person=person.id, platform=person.platform)
    figures = {"turns": erased.turns, "conversations": erased.conversations, "pins": erased.pins}
    return say("forget-done-of-person", person=person.id, platform=person.platform, **figures)
