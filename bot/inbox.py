"""Owns what the durable inbox promises: a question that was accepted is answered, once, in its conversation's order.

Accepting is one atomic step, and so is everything else, so nothing lies between two steps for a crash to lose. A
question that is being answered is *claimed* for a while; whoever claims must renew, or it is claimed by somebody else.
"""

from dataclasses import dataclass
from typing import Protocol

from bot.messages import ConversationKey, Incoming


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may wait: questions in all, and of one person. `lease_seconds` is how long a claim holds unrenewed.

    `remembered_seconds` is how long the id of a question is known, so that a platform's redelivery changes nothing.
    """

    waiting: int = 1_000
    waiting_of_one: int = 10
    lease_seconds: float = 10.0
    remembered_seconds: float = 3_600.0


@dataclass(frozen=True, slots=True)
class Claim:
    """The oldest question of a conversation, to be answered by whoever holds the claim, and by nobody else meanwhile.

    `attempt` counts from 1; from the second on somebody before ended in the middle. `posted` is then what the platform
    calls the reply that is visible already, if there is one.
    """

    incoming: Incoming
    holder: str
    attempt: int = 1
    posted: str | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """What `stop` did: the questions that were taken out, oldest first, and whether one was being answered."""

    withdrawn: tuple[Incoming, ...] = ()
    running: bool = False


class Inbox(Protocol):
    """Questions that wait for an answer. Raises `HistoryUnavailable` and its like when the store can't be reached."""

    async def accept(self, incoming: Incoming) -> int | None:
        """Keep the question, once. How many others are answered before it; None when its turn is there, or is over.

        The same question again changes nothing. Raises `TooBusy` when no more may wait; it may be sent again later.
        """
        ...

    async def ahead(self, incoming: Incoming) -> int | None:
        """How many others are answered before it; None when its turn is there, or is over."""
        ...

    async def claim(self, worker: str) -> Claim | None:
        """The next question, fair between people; None while there is none to answer."""
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

    async def hand_back(self, claim: Claim, *, tried: bool = False) -> bool:
        """Let somebody else answer it, in its old place; False when held no more. `tried` counts it as an attempt."""
        ...

    async def stop(self, conversation: ConversationKey) -> Stopped:
        """Take out the conversation's questions that wait, and have the one stopped that is being answered."""
        ...

    async def to_stop(self, worker: str) -> ConversationKey | None:
        """A conversation whose answer this worker shall stop, as soon as there is one; None after a second."""
        ...

    async def waiting(self) -> int:
        """How many questions wait, those being answered left out."""
        ...
