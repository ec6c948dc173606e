"""Owns `/summarize`: a thread, a channel's last hours or a file, summed up for whoever asks, or for everybody.

Nothing of it is kept: what was read lives as long as the summary is being made.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from bot.commands.cards import Card, LiveCard
from bot.commands.command import Command, Invocation, Values
from bot.commands.summarizing.card import progress_card, reading_card, stopped_card, summary_card
from bot.commands.summarizing.sources import Finding
from bot.commands.summarizing.values import NAME, Asked, What, is_public, parameters, read
from bot.errors import StillSummarizing, UnknownModel
from bot.models.selection import ModelSelection
from bot.ports import ChatModel
from bot.summaries.forms import Step, Summary
from bot.summaries.summarizing import Summarizer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Summarize:
    """Sums up by `summarizer` what `finding` finds, with the model that is selected where it is asked for.

    One summary a person is made at a time; `_stops` are those under way, each with what ends it.
    """

    summarizer: Summarizer
    finding: Finding
    engine: ChatModel
    selection: ModelSelection
    _stops: dict[str, asyncio.Event] = field(default_factory=dict)

    def commands(self) -> tuple[Command, ...]:
        """`/summarize [what] [hours] [form] [public] [language] [file]`."""
        return (Command(NAME, self._run, parameters(self._documents), concerns_others=is_public),)

    async def _documents(self, invocation: Invocation) -> tuple[str, ...]:
        return await self.finding.shelf.names(invocation) if self.finding.shelf else ()

    async def _run(self, invocation: Invocation, values: Values) -> Card | LiveCard:
        asked, person = read(invocation, values), _person(invocation)
        if asked.what is What.STOP:
            stop = self._stops.get(person)
            if stop:
                stop.set()
            return stopped_card(invocation.say, there_was_one=stop is not None)
        if person in self._stops:
            raise StillSummarizing
        return LiveCard(self._cards(invocation, asked, person))

    async def _cards(self, invocation: Invocation, asked: Asked, person: str) -> AsyncGenerator[Card, None]:
        """How far it is, and the summary last; closing it, or being told to stop, ends the work."""
        if person in self._stops:
            raise StillSummarizing
        stop = self._stops[person] = asyncio.Event()
        try:
            yield reading_card(asked, invocation.say)
            async with aclosing(self._work(invocation, asked)) as cards:
                while (card := await _next(cards, stop)) is not None:
                    yield card
            if stop.is_set():
                yield stopped_card(invocation.say, form=asked.wish.form)
        finally:
            del self._stops[person]

    async def _work(self, invocation: Invocation, asked: Asked) -> AsyncGenerator[Card, None]:
        say = invocation.say
        material = await self.finding.find(invocation, asked)
        model = await self._model(invocation)
        logger.info(
            "a summary is made: what=%s form=%s texts=%d", asked.what, asked.wish.form, len(material.heard.said)
        )
        events = self.summarizer.summarize(material.heard, asked.wish, model=model, key=f"summary/{invocation.id}")
        async with aclosing(events):
            async for event in events:
                match event:
                    case Step():
                        yield progress_card(asked, event, say)
                    case Summary():
                        yield summary_card(asked, event, say, file=material.file)

    async def _model(self, invocation: Invocation) -> str:
        """The one that answers here; the next choice where the engine has lost it."""
        where = invocation.conversation, invocation.author
        chosen = await self.selection.choose(*where)
        try:
            return (await self.engine.model(chosen.model)).name
        except UnknownModel:
            self.selection.reject(chosen.model)
            return (await self.selection.choose(*where, without={chosen.model})).model


async def _next(cards: AsyncGenerator[Card, None], stop: asyncio.Event) -> Card | None:
    """The next card; None at the end, or as soon as it shall stop."""
    coming = asyncio.ensure_future(anext(cards, None))
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({coming, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return coming.result() if coming.done() else None
    finally:
        coming.cancel()
        stopping.cancel()
        await asyncio.wait({coming, stopping})


def _person(invocation: Invocation) -> str:
    return f"{invocation.conversation.platform}:{invocation.author.id}"
