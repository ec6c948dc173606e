"""Owns the forms of summaries, and what a summary is made of: points of five kinds with what they rest on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.messages import Language
from bot.summaries.material import Said


class Form(StrEnum):
    """How a summary is written: what it is about with key points, the minutes of a meeting, or three sentences."""

    SUMMARY = "summary"
    NOTES = "notes"
    SHORT = "short"


class Kind(StrEnum):
    """What a point is. `ABOUT` is a sentence on the whole."""

    ABOUT = "about"
    POINT = "point"
    DECISION = "decision"
    TASK = "task"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a summary. `sources` are the numbers of the messages that it rests on, from 1.

    With `quoted` it is a message's own words, because a model's weren't borne out by it.
    """

    kind: Kind
    text: str
    sources: tuple[int, ...] = ()
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: the form, and the language, None for that of what is summarized."""

    form: Form = Form.SUMMARY
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of it. `said` are the messages that were read, in the order of the points' sources.

    `left_out` is how many older messages were too many; `has_older` that there may be others that nobody read.
    """

    form: Form
    language: Language
    model: str
    said: tuple[Said, ...]
    points: tuple[Point, ...]
    left_out: int = 0
    has_older: bool = False

    def of(self, kind: Kind) -> tuple[Point, ...]:
        """The points of one kind, in their order."""
        return tuple(point for point in self.points if point.kind is kind)


@dataclass(frozen=True, slots=True)
class Step:
    """How far a summary is: `part` of `parts` is being read, from 1; `seconds` are left, None while nobody knows.

    `level` is 0 while messages are read, and counts up as points are put together.
    """

    messages: int
    part: int
    parts: int
    level: int = 0
    seconds: float | None = None


SHOWN: Mapping[Form, Mapping[Kind, int]] = {
    Form.SUMMARY: {Kind.ABOUT: 2, Kind.POINT: 8, Kind.DECISION: 6, Kind.TASK: 6, Kind.QUESTION: 5},
    Form.NOTES: {Kind.POINT: 6, Kind.DECISION: 12, Kind.TASK: 15, Kind.QUESTION: 10},
    Form.SHORT: {Kind.ABOUT: 3},
}
"""How many points of each kind a form shows at most; the order is that in which they are shown."""
