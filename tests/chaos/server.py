"""A chat service that asks in many channels, again and out of order too, and kills whoever reports the wrong step."""

import asyncio
import os
import signal
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from tests.doubles.board_service import BoardService, Question

Channel = str
GATEWAY_STEPS = ("received", "accepted")
WORKER_STEPS = ("claimed", "post", "remember", "edit", "done")

DUPLICATES = 0.1
"""How often a question that was acknowledged comes again all the same."""


@dataclass
class Troublemaker(BoardService):
    """Channels with questions, in order; a channel's next one comes when the one before was acknowledged.

    `deaths` is how often a process is killed at each step, evenly spread over the run.
    """

    channels: int = 1
    questions: int = 1
    deaths: Mapping[str, int] = field(default_factory=dict)
    random: Random = field(default_factory=lambda: Random(7))  # noqa: S311  # dice, no secrets
    killed: Counter[str] = field(default_factory=Counter)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    _acknowledged: dict[Channel, int] = field(default_factory=lambda: defaultdict(int))
    _finished: set[str] = field(default_factory=set)

    @property
    def names(self) -> list[Channel]:
        """The channels."""
        return [f"c{number}" for number in range(self.channels)]

    @property
    def total(self) -> int:
        """How many questions are asked."""
        return self.channels * self.questions

    async def next(self) -> Question:
        """A question for a gateway: a new one, one that nobody acknowledged, or one again."""
        waiting = [name for name in self.names if self._acknowledged[name] < self.questions]
        again = [name for name in self.names if self._acknowledged[name]]
        if again and self.random.random() < DUPLICATES:
            name = self.random.choice(again)
            return _question(name, self.random.randrange(self._acknowledged[name]))
        if not waiting:
            await self.done.wait()
            return _question(self.names[0], 0)
        name = self.random.choice(waiting)
        return _question(name, self._acknowledged[name])

    def acknowledge(self, question: Question) -> None:
        """The gateway has it."""
        number = int(question.id.split("-")[1])
        self._acknowledged[question.channel] = max(self._acknowledged[question.channel], number + 1)

    def step(self, name: str, id_: str, *, process: int) -> None:
        """Kill the process, perhaps; know when the last answer is whole."""
        super().step(name, id_, process=process)
        if self._is_due(name):
            self.killed[name] += 1
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        if name == "done":
            self._finished.add(id_)
        if len(self._finished) == self.total:
            self.done.set()

    def _is_due(self, step: str) -> bool:
        deaths, killed = self.deaths.get(step, 0), self.killed[step]
        return killed < deaths and self.seen[step] >= (killed + 0.5) * self.total / deaths


def _question(channel: Channel, number: int) -> Question:
    return Question(f"{channel}-{number}", channel, channel, f"question {number}")
