"""Owns which messages of a person are one question: what was heard, what looks finished, what belongs together. Pure.

What looks finished is asked at once; what doesn't is waited for a little, for people press Enter in the middle.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

M = TypeVar("M")

_FINISHED = re.compile(r"(?:[.?!…。？！][)\"'»”“*_]*|```)\s*\Z")


@dataclass(frozen=True, slots=True)
class Heard(Generic[M]):
    """A message that a platform brought. `original` is the platform's own, which only its adapter looks into.

    `id` is the message's on the whole platform, the same however often it comes. `place` is the channel, thread or
    direct message, as its adapter names places in the log of what was seen, and `mark` the message's place in its order
    there. `author` wrote `text` at `at`, seconds since the epoch.

    `asks` says that it is a question to Sova, and `goes_on` that it may be the rest of one: it is a reply to nothing,
    and said to nobody else.
    """

    id: str
    place: str
    mark: int
    author: str
    text: str
    at: float
    asks: bool
    goes_on: bool
    original: M

    @property
    def key(self) -> tuple[str, str]:
        """Where and whose: what belongs together is written by one person in one place."""
        return self.place, self.author


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: how long it is waited for the rest of what doesn't look finished, and until when changes count."""

    merge_seconds: float = 1.5
    edit_seconds: float = 5.0

    def after(self, text: str) -> float:
        """How long to wait for another message after this one."""
        return 0.0 if _FINISHED.search(text) else self.merge_seconds

    def joins(self, heard: Heard[M], before: Sequence[Heard[M]]) -> bool:
        """Whether it goes on with what the same person wrote just before, in the same place."""
        if not before or not heard.goes_on or heard.key != before[-1].key:
            return False
        return 0 <= heard.at - before[-1].at <= self.merge_seconds

    def questions(self, messages: Sequence[Heard[M]]) -> list[list[Heard[M]]]:
        """The questions among all that was written in one place, oldest first; each is one or more messages."""
        questions: list[list[Heard[M]]] = []
        is_open = False
        for heard in messages:
            if is_open and self.joins(heard, questions[-1]):
                questions[-1].append(heard)
                continue
            is_open = heard.asks
            if is_open:
                questions.append([heard])
        return questions
