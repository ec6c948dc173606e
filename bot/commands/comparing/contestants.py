"""Owns which models a comparison holds against each other, and whether they answer at once or one after the other."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.commands.command import Invocation, Values
from bot.commands.models.fit_advice import Advice, Wanted
from bot.commands.models.fit_advisor import FitAdvisor
from bot.commands.parts import attempt, promptly
from bot.errors import AssistantError, CannotChat, SameModelTwice, TooFewModels, TooManyModels, UnknownModel
from bot.models.naming import resolve
from bot.models.selection import ModelSelection, can_chat
from bot.ports import ChatModel, ModelInfo
from bot.ports.comparisons import MOST_COMPARED

PLACES = ("first", "second", "third", "fourth")
"""The parameters that take a model each; any of them takes several names as well."""
USUAL = 3
"""So many models are compared where nobody names any: the one that answers here, and others beside it."""
BLIND_WORDS = frozenset({"blind", "naslepo"})
_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Named:
    """The question, the names of models in their order, and whether these are hidden until somebody has voted."""

    question: str
    models: tuple[str, ...]
    is_blind: bool


class Way(StrEnum):
    """How the models answer. All but `AT_ONCE` is one after the other; the others tell why."""

    AT_ONCE = "at-once"
    ONE_HELD = "one-held"
    NO_ROOM = "no-room"
    FAIR = "fair"


def read(values: Values) -> Named | None:
    """What the values ask for; None without a question. Names stand in any of the places, with commas or spaces."""
    question = values.get("question")
    if question is None:
        return None
    words = [word for place in PLACES for word in names_in(values.get(place, ""))]
    names = tuple(word for word in words if word.lower() not in BLIND_WORDS)
    return Named(question, names, is_blind=values.get("blind") == "yes" or len(names) < len(words))


def names_in(text: str) -> list[str]:
    """What stands there between commas and spaces."""
    return [word for word in _BETWEEN.split(text) if word]


def without_names(named: Named, models: Sequence[ModelInfo], *, engine: str) -> Named:
    """The same with the models taken off the end of a question that was typed without quotation marks.

    Two names at least, each one of a model that is there: a question may well end with the name of a single one.
    """
    if named.models:
        return named
    words = names_in(named.question)
    is_blind = bool(words) and words[-1].lower() in BLIND_WORDS
    kept = len(words) - is_blind
    while kept > 1 and _is_there(words[kept - 1], models, engine=engine):
        kept -= 1
    names = tuple(words[kept : len(words) - is_blind])
    if len(names) < 2:  # one is no comparison
        return named
    question = _first_words(named.question, kept)
    return Named(question, names, is_blind=named.is_blind or is_blind)


def chosen(names: Sequence[str], models: Sequence[ModelInfo], *, engine: str) -> tuple[ModelInfo, ...]:
    """The models that are meant.

    Raises `UnknownModel`, `CannotChat`, `SameModelTwice`, `TooFewModels` and `TooManyModels`.
    """
    meant = tuple(resolve(name, models, engine=engine) for name in names)
    for at, model in enumerate(meant):
        if not can_chat(model):
            raise CannotChat(model=model.name)
        if model in meant[:at]:
            raise SameModelTwice(model=model.name)
    if len(meant) > MOST_COMPARED:
        raise TooManyModels(named=len(meant), most=MOST_COMPARED)
    return _enough(meant, engine=engine)


class Choosing:
    """Chooses models where nobody has, and how they answer.

    The engine gives `parallel` answers at once; `advisor` knows what fits, without one nobody does.
    """

    def __init__(
        self, engine: ChatModel, selection: ModelSelection, *, advisor: FitAdvisor | None, parallel: int
    ) -> None:
        self._engine = engine
        self._selection = selection
        self._advisor = advisor
        self._parallel = parallel

    async def models(self, named: Named, invocation: Invocation) -> tuple[Named, tuple[ModelInfo, ...]]:
        """The models that are named, or the one that answers here and others that fit; and the question alone.

        Raises as `chosen` does, and what asking the engine does.
        """
        there = await promptly(self._engine, self._engine.models())
        named = without_names(named, there, engine=self._engine.engine)
        if named.models:
            return named, chosen(named.models, there, engine=self._engine.engine)
        return named, await self._usual(there, invocation)

    async def way(self, models: Sequence[ModelInfo]) -> Way:
        """At once only where the engine has the seats and a graphics card holds them all.

        On a processor they would take each other's time, and their speeds mean nothing.
        """
        if self._engine.engine == "embedded":
            return Way.ONE_HELD
        told = await attempt(self._advice(models))
        if isinstance(told, AssistantError) or not all(one.is_here for one in told):
            return Way.FAIR
        if not _fit_together(told):
            return Way.NO_ROOM
        return Way.AT_ONCE if len(models) <= self._parallel and _fit_on_cards(told) else Way.FAIR

    async def names(self) -> Sequence[str]:
        """Every model that can be compared."""
        return [model.name for model in await promptly(self._engine, self._engine.models()) if can_chat(model)]

    async def _usual(self, there: Sequence[ModelInfo], invocation: Invocation) -> tuple[ModelInfo, ...]:
        """The one that answers, and those in memory first; none of which it is known that it doesn't fit."""
        selection = await self._selection.choose(invocation.conversation, invocation.author)
        answering = resolve(selection.model, there, engine=self._engine.engine)
        others = [model for model in there if can_chat(model) and model != answering]
        verdicts = await self._advisor.verdicts(others) if self._advisor else {}
        fitting = [model for model in others if model.loaded or model.name not in verdicts or verdicts[model.name].fits]
        fitting.sort(key=lambda model: not model.loaded)
        return _enough((answering, *fitting[: USUAL - 1]), engine=self._engine.engine)

    async def _advice(self, models: Sequence[ModelInfo]) -> Sequence[Advice]:
        if self._advisor is None:
            return ()
        return await asyncio.gather(*(self._advisor.advise(Wanted(model.name)) for model in models))


def _enough(models: tuple[ModelInfo, ...], *, engine: str) -> tuple[ModelInfo, ...]:
    if len(models) < 2:  # what a comparison is
        raise TooFewModels(engine=engine, there=tuple(model.name for model in models))
    return models


def _is_there(name: str, models: Iterable[ModelInfo], *, engine: str) -> bool:
    try:
        resolve(name, list(models), engine=engine)
    except UnknownModel:
        return False
    return True


def _first_words(text: str, count: int) -> str:
    """The beginning of `text`, up to the end of its word number `count`."""
    ends = [found.end() for found in re.finditer(r"[^\s,;]+", text)]
    return text[: ends[count - 1]].strip()


def _fit_together(told: Sequence[Advice]) -> bool:
    """Whether they fit into memory all at once, on graphics cards or beside them."""
    if not told:
        return True
    room = told[0].machine.room
    return sum(one.now.need.careful for one in told) <= room.ram + room.vram


def _fit_on_cards(told: Sequence[Advice]) -> bool:
    """Whether graphics cards hold them all at once."""
    needed = sum(one.now.need.working + one.now.need.margin for one in told)
    return bool(told) and needed <= told[0].machine.room.vram
