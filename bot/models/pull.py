"""Owns one pull: how far it is, and telling everybody who watches it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.errors import AssistantError
from bot.models.pace import Pace
from bot.ports import ModelInfo, PullPhase, PullProgress

_ORDER = list(PullPhase)


class PullEnd(StrEnum):
    """How a pull ended. What was `paused` or `interrupted` (with the program), or has failed, can be gone on with."""

    DONE = "done"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PullState:
    """How far the pull of `model` is: the last step of each host by its address, one without address for a single one.

    `by` are those who asked for it, the first of them began it `began_at` (seconds since the epoch). `rate` is in bytes
    a second, `seconds_left` what the rest takes at that. `info` is the model once it is there and was found usable.
    """

    model: str
    by: tuple[str, ...]
    began_at: float
    hosts: Mapping[str, PullProgress] = field(default_factory=dict)
    rate: float | None = None
    seconds_left: float | None = None
    end: PullEnd | None = None
    error: AssistantError | None = None
    info: ModelInfo | None = None

    @property
    def at_work(self) -> tuple[PullProgress, ...]:
        """The last steps of those hosts that didn't give up."""
        return tuple(step for step in self.hosts.values() if step.trouble is None)

    @property
    def phase(self) -> PullPhase:
        """What the host does that is least far."""
        return min((step.phase for step in self.at_work), key=_ORDER.index, default=PullPhase.ASKING)

    @property
    def done_bytes(self) -> int | None:
        """What is there, on all hosts together; None where nobody tells."""
        return _sum(step.done_bytes for step in self.at_work)

    @property
    def total_bytes(self) -> int | None:
        """What there will be, as far as the engine knows its parts yet."""
        return _sum(step.total_bytes for step in self.at_work)


class Pull:
    """A pull that goes on by itself; any number of people watch it."""

    def __init__(self, model: str, *, by: str, at: float, ticks: Callable[[], float] = time.monotonic) -> None:
        self._state = PullState(model, (by,), at)
        self._ticks = ticks
        self._pace = Pace()
        self._changed = asyncio.Event()
        self._failure: BaseException | None = None

    @property
    def state(self) -> PullState:
        """How far it is now."""
        return self._state

    def joined(self, by: str) -> None:
        """Somebody else asked for the same."""
        self._become(replace(self._state, by=tuple(dict.fromkeys((*self._state.by, by)))))

    def heard(self, step: PullProgress) -> None:
        """The engine told how far it is."""
        state = replace(self._state, hosts={**self._state.hosts, step.host: step})
        done, total = state.done_bytes, state.total_bytes
        if done is None or total is None:
            self._become(state)
            return
        self._pace.note(self._ticks(), done)
        self._become(replace(state, rate=self._pace.rate, seconds_left=self._pace.seconds_left(total)))

    def ended(self, end: PullEnd, *, error: AssistantError | None = None, info: ModelInfo | None = None) -> None:
        """Nothing more comes."""
        self._become(replace(self._state, end=end, error=error, info=info))

    def broke(self, failure: BaseException) -> None:
        """It ended by a fault of ours, which everybody who watches is to be told."""
        self._failure = failure
        self.ended(PullEnd.FAILED)

    async def states(self) -> AsyncGenerator[PullState, None]:
        """How far it is, now and whenever that has changed; the last one has an `end`. Closing it ends only that."""
        while True:
            changed, state = self._changed, self._state
            yield state
            if self._failure:
                raise self._failure
            if state.end:
                return
            await changed.wait()

    def _become(self, state: PullState) -> None:
        self._state = state
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
