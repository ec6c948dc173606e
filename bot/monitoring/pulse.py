"""Owns noticing that a worker is stuck: it doesn't ask for questions any more, or an answer makes no progress."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.monitoring.health import OK

SILENT_SECONDS = 30.0
"""A living worker asks its inbox for something every second or so, and a store that is away is given up after 2.5 s."""


@dataclass(frozen=True, slots=True)
class Life:
    """What a worker is doing: how many answers, and how many of them are `stuck`; `silent` when it does nothing."""

    answering: int = 0
    stuck: int = 0
    silent: bool = False

    @property
    def is_well(self) -> bool:
        """Whether a restart would mend nothing."""
        return not self.stuck and not self.silent

    @property
    def code(self) -> str:
        """`ok`, `stuck` or `silent`."""
        if self.silent:
            return "silent"
        return "stuck" if self.stuck else OK

    def plain(self) -> dict[str, object]:
        """For programs: `{"state": …, "answering": …, "stuck": …}`."""
        return {"state": self.code, "answering": self.answering, "stuck": self.stuck}


@dataclass(slots=True)
class _Held:
    turn: str
    moved_at: float


class Pulse:
    """Told of every step, it knows whether there are any. An answer without one for `stuck_seconds` is stuck.

    A worker counts from its first step: a process without one is not silent.
    """

    def __init__(
        self,
        *,
        stuck_seconds: float,
        silent_seconds: float = SILENT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stuck_seconds = stuck_seconds
        self._silent_seconds = silent_seconds
        self._clock = clock
        self._beaten_at: float | None = None
        self._held: dict[str, _Held] = {}

    def beat(self) -> None:
        """The worker has asked its inbox for something, or renewed a claim."""
        self._beaten_at = self._clock()

    def took(self, holder: str, *, turn: str) -> None:
        """A claim was got for the question `turn`."""
        self._held[holder] = _Held(turn, self._clock())

    def moved(self, turn: str) -> None:
        """The answer has made progress."""
        for held in self._held.values():
            if held.turn == turn:
                held.moved_at = self._clock()

    def left(self, holder: str) -> None:
        """The claim is held no more."""
        self._held.pop(holder, None)

    @property
    def answering(self) -> int:
        """How many claims are held."""
        return len(self._held)

    def life(self) -> Life:
        """How things are at this moment."""
        now = self._clock()
        return Life(
            answering=len(self._held),
            stuck=sum(now - held.moved_at >= self._stuck_seconds for held in self._held.values()),
            silent=self._beaten_at is not None and now - self._beaten_at >= self._silent_seconds,
        )
