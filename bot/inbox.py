"""Owns what the durable inbox promises: a question that was accepted is answered, once, in its conversation's order.

Accepting is one atomic step, and so is everything else, so nothing lies between two steps for a crash to lose. A
question that is being answered is *claimed* for a while; whoever claims must renew, or it is claimed by somebody else.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from bot.messages import ConversationKey, Incoming


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may wait: questions in all, and of one person. `lease_seconds` is how long a claim holds unrenewed.

    `at_once` is how many questions all workers together may answer at a time: as many as the engine does side by side,
    so that the others wait here, where it is fair and their place is known. `per_minute` is how many questions one
    person may ask in a minute on average, and at most in one go. Both: 0 is no bound.

    `remembered_seconds` is how long the id of a question is known, so that a platform's redelivery changes nothing.
    `telling_seconds` is how long showing a place may take; for so long a worker lets the message be.
    """

    waiting: int = 1_000
    waiting_of_one: int = 10
    at_once: int = 0
    per_minute: int = 0
    lease_seconds: float = 10.0
    remembered_seconds: float = 3_600.0
    telling_seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class Claim:
    """The oldest question of a conversation, to be answered by whoever holds the claim, and by nobody else meanwhile.

    `holder` is the claim's own name and `line` where its question stands. `attempt` counts from 1; from the second on
    somebody before ended in the middle. `posted` is what the platform calls the message that the reply goes into, where
    one is visible already. A question that was `withdrawn` is not answered any more: it is held without its text, for
    what is visible of it to be brought to an end. `rested` counts how often it was left to rest.
    """

    incoming: Incoming
    holder: str
    line: str
    attempt: int = 1
    posted: str | None = None
    withdrawn: bool = False
    rested: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a question stands that waits: how many others are answered before it.

    `posted` is what the platform calls the message that tells so, where one is visible already.
    """

    ahead: int
    posted: str | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """What was taken out: the questions that waited, oldest first, and the claims whose answers were told to stop.

    `of_others` counts the questions there that were left to go on, for they are somebody else's.
    """

    withdrawn: tuple[Incoming, ...] = ()
    claims: frozenset[str] = frozenset()
    of_others: int = 0


class Inbox(Protocol):
    """Questions that wait for an answer. Raises `HistoryUnavailable` and its like when the store can't be reached."""

    async def accept(self, incoming: Incoming) -> int | None:
        """Keep the question, once. How many others are answered before it; None when its turn is there, or is over.

        The same question again changes nothing. What is visible from the beginning (`Incoming.reply`) counts as its
        message, so that the reply goes into it. Raises `TooBusy` when no more may wait, and `TooFast` when the
        person asks more often than is allowed; it may be sent again later.
        """
        ...

    async def first_time(self, conversation: ConversationKey, id_: str) -> bool:
        """Whether this event of a platform is told of for the first time, by anybody; it is known from now on.

        For what is no question but shall be done once as well, though the platform tells of it more than once.
        """
        ...

    async def ahead(self, incoming: Incoming) -> int | None:
        """How many others are answered before it; None when its turn is there, or is over."""
        ...

    async def begin_telling(self, incoming: Incoming, teller: str) -> Standing | None:
        """What `teller` may show now, until `end_telling`, `telling_seconds` at most; meanwhile no worker begins.

        None when its turn is there or is over, while somebody else tells it, and while an earlier question of the
        conversation has no message yet: the answers shall stand in their order.
        """
        ...

    async def told(self, incoming: Incoming, teller: str, message: str) -> bool:
        """Remember what the platform calls the message that tells the place; False when it may not any more."""
        ...

    async def end_telling(self, incoming: Incoming, teller: str) -> None:
        """The place is shown: let a worker have the message."""
        ...

    async def claim(self, worker: str) -> Claim | None:
        """The next question, fair between people; None while there is none to answer, or no room to answer it."""
        ...

    async def wait(self) -> None:
        """Return when there may be something to claim, after a second at the latest."""
        ...

    async def renew(self, claim: Claim) -> bool:
        """Hold the claim for longer; False when it is held no more, and another may be answering."""
        ...

    async def posted(self, claim: Claim, message: str) -> bool:
        """Remember what the platform calls the visible reply, for whoever goes on; False when held no more."""
        ...

    async def finish(self, claim: Claim) -> bool:
        """The question is answered: forget it, and let the conversation's next one go. False when held no more."""
        ...

    async def hand_back(self, claim: Claim, *, tried: bool = False, rest: float = 0.0) -> bool:
        """Let somebody else answer it, in its old place; False when held no more. `tried` counts it as an attempt.

        For `rest` seconds nobody may claim it, and it takes no room from others; then it takes its turn behind who is
        next by then.
        """
        ...

    async def stop(self, conversation: ConversationKey, *, author: str | None = None) -> Stopped:
        """Withdraw the conversation's questions that wait, and have the one stopped that is being answered.

        With `author` only those of this person, and those that somebody else has answered again for this person.
        Nobody answers a withdrawn question, whoever ends meanwhile, and its text is erased; where something of it is
        visible it is claimed once more, to be brought to an end.
        """
        ...

    async def withdraw(self, conversation: ConversationKey, id_: str) -> Stopped:
        """The same with one question of the conversation, by its id; nothing where it has its answer.

        One that wasn't accepted yet isn't taken any more, though the platform may bring it again.
        """
        ...

    async def stop_person(self, platform: str, author: str) -> Stopped:
        """The same with all questions of a person, in every conversation on `platform`."""
        ...

    async def is_held(self, claims: Collection[str]) -> bool:
        """Whether somebody still holds one of these `claims`, by their holders' names."""
        ...

    async def to_stop(self, worker: str) -> str | None:
        """The holder's name of a claim whose answer this worker shall stop; None when there is none for a second."""
        ...

    async def waiting(self) -> int:
        """How many questions wait, those being answered left out."""
        ...
