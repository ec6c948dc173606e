"""Owns what is said about health: whether each part that questions need is there, looked at seldom and not for long."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import AssistantError

logger = logging.getLogger(__name__)

OK = "ok"
STARTING = "starting"
DRAINING = "draining"
TIMEOUT = "timeout"
UNEXPECTED = "unexpected"
NOT_CONFIGURED = "not-configured"

LOOK_SECONDS = 2.0
"""How long a part may take to answer; whoever asks for health waits no longer."""
KEPT_SECONDS = 1.0
"""How long an answer holds: however often somebody asks, services are asked once a second."""

Check = Callable[[], Awaitable[str]]
"""Gives the part's code; an `AssistantError` that it raises is the part's code as well."""


class State(StrEnum):
    """How a service stands. `degraded`: questions are answered, but not as well as they could be."""

    READY = "ready"
    DEGRADED = "degraded"
    UNREADY = "unready"


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that a service is made of; `code` is `ok`, `not-configured`, or what is wrong with it.

    Without one that is `needed` no question can be answered.
    """

    name: str
    code: str
    needed: bool = True

    @property
    def is_well(self) -> bool:
        """Whether nothing has to be done about it."""
        return self.code in {OK, NOT_CONFIGURED}


@dataclass(frozen=True, slots=True)
class Health:
    """All parts, and what they come to."""

    parts: tuple[Part, ...] = ()

    @property
    def state(self) -> State:
        """The worst that a part leads to."""
        ill = [part for part in self.parts if not part.is_well]
        if any(part.needed for part in ill):
            return State.UNREADY
        return State.DEGRADED if ill else State.READY

    def plain(self) -> dict[str, object]:
        """For programs: `{"state": …, "parts": {NAME: {"code": …, "needed": …}, …}}`; no addresses and no secrets."""
        parts = {part.name: {"code": part.code, "needed": part.needed} for part in self.parts}
        return {"state": self.state.value, "parts": parts}


@dataclass(frozen=True, slots=True)
class _Expected:
    needed: bool
    check: Check | None = None
    code: str = STARTING


class Checkup:
    """Looks at every part at once. What is expected and not there yet is `starting`."""

    def __init__(
        self,
        *,
        seconds: float = LOOK_SECONDS,
        kept_seconds: float = KEPT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._kept_seconds = kept_seconds
        self._clock = clock
        self._expected: dict[str, _Expected] = {}
        self._looking = asyncio.Lock()
        self._seen: tuple[float, Health] | None = None

    def expect(self, name: str, *, needed: bool = True) -> None:
        """There will be a part of this name."""
        self._put(name, _Expected(needed))

    def look_at(self, name: str, check: Check) -> None:
        """The part is there from now on, and answers to `check`."""
        self._put(name, _Expected(self._expected[name].needed, check))

    def settle(self, name: str, code: str) -> None:
        """Nobody needs to be asked about the part any more: `code` holds."""
        self._put(name, _Expected(self._expected[name].needed, code=code))

    async def look(self) -> Health:
        """How everything is; not older than `kept_seconds`, and known within `seconds`. Raises nothing."""
        async with self._looking:
            if self._seen is None or self._clock() - self._seen[0] >= self._kept_seconds:
                parts = await asyncio.gather(*(self._part(name, one) for name, one in self._expected.items()))
                self._seen = self._clock(), Health(tuple(parts))
            return self._seen[1]

    def _put(self, name: str, expected: _Expected) -> None:
        self._expected[name] = expected
        self._seen = None

    async def _part(self, name: str, one: _Expected) -> Part:
        return Part(name, one.code if one.check is None else await self._answer(name, one.check), one.needed)

    async def _answer(self, name: str, check: Check) -> str:
        try:
            async with asyncio.timeout(self._seconds):
                return await check()
        except AssistantError as error:
            return error.code
        except TimeoutError:
            return TIMEOUT
        except Exception:
            logger.exception("the health of %s can't be told", name)
            return UNEXPECTED
