"""Owns what is asked about feedback: who found which answer helpful or not, and why."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.messages import ConversationKey

MOST_REASON_CHARACTERS = 1_000
"""What is longer is cut: as much as the largest field of a chat platform's form is good for."""


class Vote(StrEnum):
    """What somebody thinks of an answer."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class FeedbackEntry:
    """One person's vote on one answer.

    `turn` is the id of the turn, which is that of its question; `author` the platform's id of who votes. `at` is
    seconds since the epoch. `reason` is in the person's words, empty where none is given. `model` gave the answer and
    `asker` is the platform's id of whose question it was: whoever votes may leave both empty, and the history tells.
    """

    turn: str
    conversation: ConversationKey
    author: str
    vote: Vote
    at: float
    reason: str = ""
    model: str = ""
    asker: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", self.reason.strip()[:MOST_REASON_CHARACTERS])


@dataclass(frozen=True, slots=True)
class Votes:
    """How many found answers helpful, and how many didn't."""

    up: int = 0
    down: int = 0


class TakesFeedback(Protocol):
    """What a platform asks of feedback."""

    async def record(self, entry: FeedbackEntry) -> None:
        """Keep the vote, in the place of an earlier one of this person on this answer."""
        ...


class Feedback(TakesFeedback, Protocol):
    """The votes on answers, bounded in time as the history is."""

    async def counts(self) -> Mapping[str, Votes]:
        """The kept votes by model, those with the most votes first; the empty name is of answers nobody remembers."""
        ...

    def entries(self) -> AsyncIterator[FeedbackEntry]:
        """Every kept vote, conversation by conversation, within each oldest first."""
        ...

    async def forget(self, conversation: ConversationKey) -> int:
        """Erase the votes on answers in `conversation`, and say how many there were."""
        ...

    async def forget_person(self, platform: str, author: str) -> int:
        """Erase the person's votes and those on answers to the person, everywhere on `platform`, and count them."""
        ...
