"""People who ask, and note when they read what: the load of the runs that measure."""

import asyncio
import time
from dataclasses import dataclass, field

from bot.service.refusing import QUIET_S
from tests.doubles.board_service import BoardService, Question


@dataclass(frozen=True, slots=True)
class Heard:
    """A question's end: when it was asked and when its last word was read, in seconds of one clock."""

    question: Question
    text: str
    asked: float
    read: float

    @property
    def took(self) -> float:
        """Seconds from asking to reading."""
        return self.read - self.asked

    @property
    def is_answer(self) -> bool:
        """Whether it is what the engine says to the question, and nothing else."""
        return self.text == f"You asked: {self.question.text}."


@dataclass
class Crowd(BoardService):
    """A chat service whose people wait for what they hear."""

    heard: list[Heard] = field(default_factory=list)
    _asked: dict[str, tuple[Question, float]] = field(default_factory=dict)
    _ends: dict[str, asyncio.Future[Heard]] = field(default_factory=dict)

    def asks(self, question: Question) -> "asyncio.Future[Heard]":
        """Ask; the future is what will be heard."""
        self._asked[question.id] = question, time.monotonic()
        self._ends[question.id] = asyncio.get_running_loop().create_future()
        self.ask(question)
        return self._ends[question.id]

    def step(self, name: str, id_: str, *, process: int) -> None:
        """`done`: the answer is whole."""
        super().step(name, id_, process=process)
        if name in {"done", "refused"} and id_ in self._ends and not self._ends[id_].done():
            question, asked = self._asked.pop(id_)
            text = self.board.messages[self.posts[id_]].text
            self.heard.append(heard := Heard(question, text, asked, time.monotonic()))
            self._ends.pop(id_).set_result(heard)


async def converse(crowd: Crowd, channel: str, *, until: asyncio.Event, ask: str, wanted: str) -> None:
    """The same question again and again, each when the one before has ended; after a while where it was in vain."""
    number = 0
    while not until.is_set():
        number += 1
        heard = await crowd.asks(Question(f"{channel}-{number}", channel, channel, ask))
        if heard.text != wanted:
            await asyncio.sleep(QUIET_S)
