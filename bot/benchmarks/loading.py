"""Owns which models are in memory during a benchmark: one from cold at a time, and in the end those of before."""

import logging

from bot.benchmarks.asking import Clock
from bot.benchmarks.records import LoadNote
from bot.errors import EngineError
from bot.ports import ChatModel, UnloadsModels

logger = logging.getLogger(__name__)


class Loading:
    """Loads models of `engine` and puts them out, as far as it can."""

    def __init__(self, engine: ChatModel, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._before: frozenset[str] = frozenset()

    async def remember(self) -> None:
        """Remember what is in memory now."""
        self._before = await self._held()

    async def load(self, model: str) -> tuple[float | None, LoadNote]:
        """Have `model` in memory; the milliseconds that it took from cold. Raises what loading raises.

        From cold means for the engine: its file may lie in the system's cache.
        """
        if model in await self._held():
            await self._unload(model)
        was_there = model in await self._held()
        told = (await self._engine.model(model)).loaded
        began = self._clock()
        await self._engine.warm(model)
        taken = (self._clock() - began) * 1000
        if was_there:
            return None, LoadNote.WAS_LOADED
        return (None, LoadNote.UNTOLD) if told is None else (taken, LoadNote.MEASURED)

    async def leave(self, model: str) -> None:
        """Make room for the next one, unless `model` was there before."""
        if model not in self._before:
            await self._unload(model)

    async def restore(self) -> None:
        """Have in memory what was there before: nobody who chats shall wait for it."""
        try:
            for model in sorted(self._before - await self._held()):
                await self._engine.warm(model)
        except EngineError as error:
            logger.warning("what was in memory before isn't there again: %s", error)

    async def _unload(self, model: str) -> None:
        """A model that answers somebody else just now stays."""
        if not isinstance(self._engine, UnloadsModels):
            return
        try:
            await self._engine.unload(model)
        except EngineError as error:
            logger.warning("%s stays in memory: %s", model, error)

    async def _held(self) -> frozenset[str]:
        try:
            return frozenset(held.name for held in await self._engine.loaded())
        except EngineError as error:
            logger.debug("the engine doesn't tell what it holds: %s", error)
            return frozenset()
