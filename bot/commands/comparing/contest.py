"""Owns a comparison while it runs: each model's turn, what it has said so far, and what is kept of it in the end."""

import asyncio
import random
import secrets
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from bot.assistant.comparing import Answered, Comparing, Prepared
from bot.commands.comparing.contestants import Way
from bot.errors import StillComparing, TooManyComparisons
from bot.messages import FinishReason, Progress, Reply, ReplyDelta, ReplyEvent, Stage
from bot.ports import Comparison, Contestant, Figures, ModelInfo

MOST_AT_ONCE = 2
"""So many comparisons run in one process: each is as much work as several questions."""
_ID_BYTES = 6


class State(StrEnum):
    """What a model is doing."""

    WAITING = "waiting"
    QUEUED = "queued"
    LOADING = "loading"
    READING = "reading"
    ANSWERING = "answering"
    ENDED = "ended"


_STATES = {Stage.QUEUED: State.QUEUED, Stage.LOADING: State.LOADING, Stage.READING: State.READING}


@dataclass(slots=True)
class Entry:
    """One model in a comparison: `number` is what it is called there, from 1; `answered` is how it did, at the end."""

    number: int
    model: str
    state: State = State.WAITING
    answered: Answered = field(default_factory=Answered)
    _said: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What people may read of its answer."""
        return self.answered.reply.text if self.answered.reply else "".join(self._said)

    @property
    def has_answered(self) -> bool:
        """Whether there is a whole answer."""
        return self.state is State.ENDED and self.answered.error is None and bool(self.text.strip())

    @property
    def has_abstained(self) -> bool:
        """Whether its answer is that there is none."""
        return self.answered.reply is not None and self.answered.reply.abstained

    @property
    def figures(self) -> Figures:
        """How fast it was."""
        reply, load_ms = self.answered.reply, self.answered.load_ms
        if reply is None:
            return Figures(load_ms=load_ms)
        return Figures(
            ttft_ms=reply.timings.ttft_ms,
            total_ms=reply.timings.total_ms,
            load_ms=load_ms,
            tokens_per_second=reply.timings.tokens_per_second,
            tokens=reply.usage.completion_tokens,
        )

    def hear(self, event: ReplyEvent) -> None:
        """Take in what is told of it while it works."""
        match event:
            case Progress():
                self.state = _STATES[event.stage]
            case ReplyDelta():
                self.state = State.ANSWERING
                self._said.append(event.text)
            case Reply():
                pass  # it comes with what `end` is given

    def end(self, answered: Answered) -> None:
        """Nothing more comes."""
        self.answered, self.state = answered, State.ENDED


class Contest:
    """One comparison. Where it is blind its order is drawn by its id, so that no place is any model's own.

    `is_declined` once it is known that no model is asked, for the documents hold nothing about the question.
    """

    def __init__(self, question: str, models: Sequence[ModelInfo], *, way: Way, is_blind: bool = False) -> None:
        self.id = secrets.token_hex(_ID_BYTES)
        self.question = question
        self.way = way
        self.is_blind = is_blind
        self.is_declined = False
        self.models = drawn(models, by=self.id) if is_blind else tuple(models)
        self.entries = tuple(Entry(number, model.name) for number, model in enumerate(self.models, start=1))
        self._news = asyncio.Event()

    @property
    def has_ended(self) -> bool:
        """Whether every model is done."""
        return all(entry.state is State.ENDED for entry in self.entries)

    @property
    def answers(self) -> tuple[Entry, ...]:
        """The models that answered to the end."""
        return tuple(entry for entry in self.entries if entry.has_answered)

    @property
    def candidates(self) -> tuple[Entry, ...]:
        """Whom people can vote for: nobody where there aren't two, or none found an answer in the documents."""
        able = self.answers
        return able if len(able) > 1 and not all(entry.has_abstained for entry in able) else ()

    async def run(self, comparing: Comparing, prepared: Prepared) -> AsyncGenerator[None, None]:
        """Have all of them answer; whenever there is news the caller may look. Closing it stops them."""
        work = asyncio.create_task(self._work(comparing, prepared))
        work.add_done_callback(lambda _: self._news.set())
        try:
            yield
            while not work.done():
                await self._news.wait()
                self._news.clear()
                yield
            work.result()
        finally:
            work.cancel()
            await asyncio.wait({work})

    def record(self, *, at: float) -> Comparison:
        """What is kept of it."""
        able = self.candidates
        told = (Contestant(entry.model, entry.figures, answered=entry in able) for entry in self.entries)
        return Comparison(self.id, at, tuple(told))

    async def _work(self, comparing: Comparing, prepared: Prepared) -> None:
        if self.way is Way.AT_ONCE:
            async with asyncio.TaskGroup() as together:
                for entry in self.entries:
                    together.create_task(self._answer(entry, comparing, prepared))
            return
        for entry in self.entries:
            await self._answer(entry, comparing, prepared)
            if _was_stopped(entry):
                return

    async def _answer(self, entry: Entry, comparing: Comparing, prepared: Prepared) -> None:
        def hear(event: ReplyEvent) -> None:
            entry.hear(event)
            self._news.set()

        entry.end(await comparing.answer(prepared, entry.model, hear))
        self._news.set()


class Seats:
    """Who is having models compared in this process: everybody once, and `most` people at a time."""

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._most = most
        self._taken: set[tuple[str, str]] = set()

    @contextmanager
    def taken(self, platform: str, author: str) -> Iterator[None]:
        """Hold a seat; `StillComparing`, or `TooManyComparisons`, where there is none."""
        person = (platform, author)
        if person in self._taken:
            raise StillComparing
        if len(self._taken) >= self._most:
            raise TooManyComparisons(running=len(self._taken))
        self._taken.add(person)
        try:
            yield
        finally:
            self._taken.discard(person)


def drawn(models: Sequence[ModelInfo], *, by: str) -> tuple[ModelInfo, ...]:
    """In an order that follows from the comparison's id alone."""
    return tuple(random.Random(by).sample(models, len(models)))  # noqa: S311  # who knows the order has won nothing


def _was_stopped(entry: Entry) -> bool:
    """An answer swallows the cancellation that stops it; the next model must not begin."""
    reply = entry.answered.reply
    return reply is not None and reply.finish_reason is FinishReason.STOPPED
