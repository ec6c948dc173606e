"""Owns asking an evaluation's questions: of the documents, and of the assistant where its answer is looked at."""

import time
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, assert_never
from uuid import uuid4

from bot.access import LOCAL_PLATFORM
from bot.errors import EngineInterrupted
from bot.messages import (
    Author,
    Citation,
    ConversationKey,
    FinishReason,
    Incoming,
    Passage,
    Reply,
    ReplyEvent,
    Turn,
)
from bot.retrieval.evaluation.figures import Answered, Outcome
from bot.retrieval.evaluation.questions import EvaluationQuestion
from bot.retrieval.knowledge import Grounds


class Consults(Protocol):
    """The documents, as a question finds them; at least ten passages deep, or ranks are cut off."""

    async def consult(
        self, question: str, *, turns: Sequence[Turn], conversation: ConversationKey, author: Author
    ) -> Grounds | None:
        """What the documents say to `question`; None where there is nothing to search."""
        ...


class Answers(Protocol):
    """The assistant."""

    def answer(self, incoming: Incoming) -> AsyncGenerator[ReplyEvent, None]:
        """Answer one question; the last event is the reply."""
        ...


class Readers(Protocol):
    """Who may read what."""

    async def readable(self, conversation: ConversationKey, author: Author) -> frozenset[str]:
        """The scopes that may be searched."""
        ...


class Wanted(StrEnum):
    """Which questions the assistant answers too, once the documents were searched: answering takes seconds each."""

    NONE = "none"
    NEEDED = "needed"
    """Where the file holds questions without an answer: those, and the answerable ones whose page was found."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class EvaluationProgress:
    """How far an evaluation is: `done` of `total` questions searched for, or answered by `model` where there is one."""

    done: int
    total: int
    model: str = ""


Tell = Callable[[EvaluationProgress], None]

_NO_ANSWER = frozenset({FinishReason.INTERRUPTED, FinishReason.UNANSWERED})
"""Half an answer, or the passages in the place of one: neither says anything about the model."""


class Evaluator:
    """Asks as `author` would at the terminal, each question in a conversation of its own.

    `now` gives seconds since the epoch.
    """

    def __init__(
        self, knowledge: Consults, readers: Readers, *, author: Author, now: Callable[[], float] = time.time
    ) -> None:
        self._knowledge = knowledge
        self._readers = readers
        self._author = author
        self._now = now

    async def search(self, questions: Sequence[EvaluationQuestion], *, tell: Tell) -> tuple[Outcome, ...]:
        """What the documents say to each question; a follow-up comes after its first question."""
        outcomes: list[Outcome] = []
        for question in questions:
            tell(EvaluationProgress(len(outcomes), len(questions)))
            outcomes.append(await self._search(question))
        tell(EvaluationProgress(len(questions), len(questions)))
        return tuple(outcomes)

    async def answer(
        self, outcomes: Sequence[Outcome], *, assistant: Answers, model: str, wanted: Wanted, tell: Tell
    ) -> tuple[Outcome, ...]:
        """The outcomes, those that are `wanted` with the assistant's answers, by `model`.

        An engine that fails ends it with an `EngineError`: half of the answers are no figure.
        """
        asked = wanted_answers(outcomes, wanted)
        done: dict[str, Answered] = {}
        for outcome in asked:
            tell(EvaluationProgress(len(done), len(asked), model))
            done[outcome.question.id] = await self._answer(outcome, assistant)
        tell(EvaluationProgress(len(asked), len(asked), model))
        return tuple(replace(outcome, answered=done.get(outcome.question.id)) for outcome in outcomes)

    async def _search(self, question: EvaluationQuestion) -> Outcome:
        first = question.first
        turns = [Turn(id=question.id, question=first, answer="", model="", at=self._now())] if first else []
        grounds = await self._knowledge.consult(
            question.question, turns=turns, conversation=_conversation(question, self._author), author=self._author
        )
        if grounds is None:
            return Outcome(question, passages=(), is_relevant=False)
        return Outcome(question, passages=grounds.passages, is_relevant=grounds.is_relevant)

    async def _answer(self, outcome: Outcome, assistant: Answers) -> Answered:
        question = outcome.question
        if question.first:
            await self._reply(question, question.first, assistant)
        reply = await self._reply(question, question.question, assistant)
        readable = await self._readers.readable(_conversation(question, self._author), self._author)
        permitted = [passage for passage in outcome.passages if passage.scope in readable]
        return Answered(
            abstained=reply.abstained,
            citations=reply.citations,
            unsupported=sum(int(one.data["sentences"]) for one in reply.notices if one.code == "unsupported"),
            untraceable=sum(not is_traceable(citation, permitted) for citation in reply.citations),
        )

    async def _reply(self, question: EvaluationQuestion, text: str, assistant: Answers) -> Reply:
        incoming = Incoming(
            id=uuid4().hex,
            conversation=_conversation(question, self._author),
            author=self._author,
            text=text,
            received_at=self._now(),
            language=question.language,
        )
        async with aclosing(assistant.answer(incoming)) as events:
            (reply,) = [event async for event in events if isinstance(event, Reply)]
        if reply.finish_reason in _NO_ANSWER:
            raise EngineInterrupted(reply.engine, reply.model)
        return reply


def wanted_answers(outcomes: Sequence[Outcome], wanted: Wanted) -> tuple[Outcome, ...]:
    """The outcomes that the assistant is to answer too."""
    standalone = [one for one in outcomes if not one.question.is_followup]
    match wanted:
        case Wanted.ALL:
            return tuple(outcomes)
        case Wanted.NEEDED if any(not one.question.is_answerable for one in standalone):
            return tuple(one for one in standalone if one.is_found or not one.question.is_answerable)
        case Wanted.NEEDED | Wanted.NONE:
            return ()
        case _:
            assert_never(wanted)


def is_traceable(citation: Citation, passages: Iterable[Passage]) -> bool:
    """Whether a citation leads to one of `passages`."""
    place = citation.place
    return place is not None and any(
        passage.document == citation.document and passage.first <= place.first and place.last <= passage.last
        for passage in passages
    )


def _conversation(question: EvaluationQuestion, author: Author) -> ConversationKey:
    return ConversationKey(LOCAL_PLATFORM, author.id, f"evaluation {question.id}")
