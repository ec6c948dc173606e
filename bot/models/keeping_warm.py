"""Owns keeping models in memory: each is loaded once, and asked to stay before the engine would let it go."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence

from bot.errors import AssistantError
from bot.models.naming import same
from bot.ports import ChatModel

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 240.0
"""Between two looks, in seconds: an engine that was restarted has its models back after a few minutes."""
_SHORTEST_PAUSE = 5.0
_PARTS = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds_of(keep_alive: str) -> float | None:
    """How long an engine keeps a model after an answer, as Ollama writes it; None: for ever."""
    if keep_alive.startswith("-"):
        return None
    if keep_alive.isdecimal():
        return float(keep_alive)
    return sum(float(count) * _UNITS[unit] for count, unit in _PARTS.findall(keep_alive))


def pause_of(keep_alive: str) -> float:
    """How long to wait between two looks: less than half of what the engine keeps a model for."""
    kept = seconds_of(keep_alive)
    return LONGEST_PAUSE if kept is None else min(LONGEST_PAUSE, max(_SHORTEST_PAUSE, kept * 0.45))


class KeepWarm:
    """Keeps the models `names` of `engine` in memory, looking after them every `pause` seconds.

    The engine is asked as it is before an answer, with the options that answers have, so nothing is loaded twice. A
    model that the engine has put out for another one, which is still there, is left out until there is room again: who
    asks comes first.
    """

    def __init__(
        self,
        engine: ChatModel,
        names: Sequence[str],
        *,
        pause: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._engine = engine
        self._names = names
        self._pause = pause
        self._sleep = sleep
        self._was_loaded: set[str] = set()
        self._failing: set[str] = set()

    async def run(self) -> None:
        """Look after them until it is cancelled."""
        while True:
            for name in self._names:
                await self._look_after(name)
            await self._sleep(self._pause)

    async def _look_after(self, name: str) -> None:
        """Keep one in memory; a failure is logged once, and so is that it is over."""
        try:
            await self._keep(name)
        except AssistantError as error:
            if name not in self._failing:
                logger.warning("%s can't be kept in memory: %s", name, error)
            self._failing.add(name)
        except Exception:
            logger.exception("%s can't be kept in memory by a fault of ours", name)
        else:
            if name in self._failing:
                logger.info("%s is kept in memory again", name)
            self._failing.discard(name)

    async def _keep(self, name: str) -> None:
        held = {same(model.name) for model in await self._engine.loaded()}
        was_put_out = name in self._was_loaded and same(name) not in held
        if was_put_out and held:
            return
        await self._engine.warm(name)
        self._was_loaded.add(name)
