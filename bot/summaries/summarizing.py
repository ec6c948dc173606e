"""Owns making a summary: part by part what matters, put together until it is short enough, and what it is all about."""

import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.assistant.limits import Limits
from bot.errors import ContextExceeded, TooLittleSaid
from bot.languages import detect
from bot.messages import Language
from bot.ports import ChatModel
from bot.summaries.asking import Asking
from bot.summaries.checking import Manner, PartCheck
from bot.summaries.cues import marks_of, settled
from bot.summaries.cutting import Part, entries_of, entries_of_points, halves, parts_of
from bot.summaries.forms import SHOWN, Form, Kind, Point, Step, Summary, Wish
from bot.summaries.material import Heard, Said, participants
from bot.summaries.pace import Pace, pace_of
from bot.summaries.prompts import part_prompt, whole_prompt
from bot.summaries.reading import drafts_of, sentences_of
from bot.tokens import rough_tokens

logger = logging.getLogger(__name__)

MOST_PARTS = 40
"""Of the newest messages; older ones are left out, and that is said."""
MOST_POINTS = 28
"""More than this are put together; so many are read at a glance once they stand under headings."""
MOST_LEVELS = 3
LEAST_TOKENS = 30.0
"""Below this there is nothing to be summed up: reading it takes no longer than reading a summary."""
_SENTENCE_TOKENS = 60

Event = Step | Summary


class Summarizer:
    """Makes summaries by an `engine`. `clock` gives seconds, for telling how long it will take."""

    def __init__(self, engine: ChatModel, *, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._limits = limits
        self._clock = clock

    async def summarize(self, heard: Heard, wish: Wish, *, model: str, key: str) -> AsyncGenerator[Event, None]:
        """How far it is, again and again, and the summary last; closing it ends the engine's work.

        Raises `TooLittleSaid`, and what the engine fails with twice.
        """
        if sum(rough_tokens(one.text) for one in heard.said) < LEAST_TOKENS:
            raise TooLittleSaid(messages=len(heard.said))
        language = wish.language or language_of(heard.said)
        info = await self._engine.model(model)
        context = await self._engine.context_tokens(model)
        pace = pace_of(parameters=info.parameters, context_tokens=context, language=language)
        asking = Asking(self._engine, model=model, limits=self._limits, key=key)
        people = frozenset(participants(heard.said))
        work = _Work(asking, pace, Manner(language, pace.quotes), people, self._clock, heard.said)
        parts = parts_of(entries_of(heard.said), room=pace.room, most=pace.entries)
        kept = parts[-MOST_PARTS:]
        points = list[Point]()
        async for found in work.points(kept, messages=len(heard.said)):
            if isinstance(found, Step):
                yield found
            else:
                points = found
        about = await work.about(points, wish.form)
        yield Summary(
            form=wish.form,
            language=language,
            model=model,
            said=heard.said,
            points=shown_points(points, about, wish.form),
            left_out=_left_out(kept),
            has_older=heard.has_older,
        )


@dataclass(slots=True)
class _Work:
    """One summary under way."""

    asking: Asking
    pace: Pace
    manner: Manner
    people: frozenset[str]
    clock: Callable[[], float]
    said: Sequence[Said]
    seconds: list[float] = field(default_factory=list)

    async def points(self, parts: Sequence[Part], *, messages: int) -> AsyncGenerator[Step | list[Point], None]:
        """Every step, and last the points of all parts, put together until they are few enough."""
        level, points = 0, list[Point]()
        while True:
            found = list[Point]()
            for number, part in enumerate(parts, start=1):
                yield Step(messages, number, len(parts), level, self._left(len(parts) - number + 1))
                begun = self.clock()
                found += await self._of_part(part)
                self.seconds.append(self.clock() - begun)
            if level == 0:
                points = self._settled(found)
            elif 0 < len(found) < len(points):
                points = found
            level += 1
            if len(points) <= MOST_POINTS or level == MOST_LEVELS:
                break
            parts = parts_of(entries_of_points(points), room=self.pace.room, most=self.pace.entries)
        yield _in_order(points)

    async def about(self, points: Sequence[Point], form: Form) -> tuple[Point, ...]:
        """What it is all about, as far as the points bear that out; nothing where there are none."""
        most = SHOWN[form].get(Kind.ABOUT, 0)
        if not points or not most:
            return ()
        prompt = whole_prompt(points[:MOST_POINTS], language=self.manner.language, form=form)
        said = await self.asking.ask(prompt, tokens=most * _SENTENCE_TOKENS)
        drafts = sentences_of(said.text, is_cut=said.is_cut, most=most)
        manner = replace(self.manner, quoting=False)
        return PartCheck(entries_of_points(points), people=self.people, manner=manner).points(drafts)

    async def _of_part(self, part: Part) -> list[Point]:
        prompt = part_prompt(part, language=self.manner.language, most=self.pace.lines)
        try:
            said = await self.asking.ask(prompt, tokens=self.pace.answer_tokens)
        except ContextExceeded:
            if not (smaller := halves(part)):
                raise
            logger.info("a part of a summary is too long for the model: entries=%d", len(part))
            return [point for half in smaller for point in await self._of_part(half)]
        drafts = drafts_of(said.text, is_cut=said.is_cut)
        return list(PartCheck(part, people=self.people, manner=self.manner).points(drafts[: self.pace.lines]))

    def _settled(self, points: Sequence[Point]) -> list[Point]:
        """By the signs that people gave, where the model isn't to be relied upon for the kinds of points."""
        if not self.pace.by_cues or not self.people:  # the sections of a file are nobody's words
            return list(points)
        return settled(points, marks_of(self.said), self.said)

    def _left(self, parts: int) -> float | None:
        return sum(self.seconds) / len(self.seconds) * parts if self.seconds else None


def language_of(said: Sequence[Said]) -> Language:
    """The language in which more was written; English where that can't be told."""
    votes = dict.fromkeys(Language, 0)
    for one in said:
        if told := detect(one.text):
            votes[told] += len(one.text)
    return Language.CZECH if votes[Language.CZECH] > votes[Language.ENGLISH] else Language.ENGLISH


def shown_points(points: Sequence[Point], about: Sequence[Point], form: Form) -> tuple[Point, ...]:
    """What the form shows of the points, kind by kind; where it would show nothing, the first of what was found."""
    found = (*about, *points)
    shown = [point for kind, most in SHOWN[form].items() for point in [one for one in found if one.kind is kind][:most]]
    if form is Form.SHORT and len(shown) < SHOWN[form][Kind.ABOUT]:
        weight = [Kind.ABOUT, Kind.DECISION, Kind.POINT, Kind.TASK, Kind.QUESTION]
        shown = sorted(found, key=lambda point: weight.index(point.kind))[: SHOWN[form][Kind.ABOUT]]
        return tuple(replace(point, kind=Kind.ABOUT) for point in shown)
    return tuple(shown)


def _in_order(points: Sequence[Point]) -> list[Point]:
    """As it was said; the same message's words are quoted once."""
    once = {(point.sources, point.quoted, point.quoted or point.text): point for point in points}
    return sorted(once.values(), key=lambda point: point.sources[:1])


def _left_out(parts: Sequence[Part]) -> int:
    """How many messages stand before the first that is read."""
    return parts[0][0].sources[0] - 1
