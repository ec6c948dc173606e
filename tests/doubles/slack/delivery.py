"""Owns what Slack has to tell the app until it is acknowledged: sent, sent again, or lost."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from tests.doubles.slack.world import World

ACK_SECONDS = 3.0
RETRIES = (0.0, 60.0, 300.0)
"""https://docs.slack.dev/apis/events-api: again at once, after one minute, and after five; then never."""
_SOON = 0.001
"""Timers may come this much early."""


class State(StrEnum):
    """How far it came."""

    WAITING = "waiting"
    ACKED = "acked"
    LOST = "lost"


@dataclass(eq=False, slots=True)
class Delivery:
    """`kind` is Socket Mode's; only `events_api` is sent again. `answer` is what came with the acknowledgement."""

    kind: str
    payload: dict[str, Any]
    attempt: int = 0
    reason: str = ""
    state: State = State.WAITING
    answer: dict[str, Any] | None = None
    deadline: float | None = None
    due: float | None = None
    carried_as: str = ""
    """The envelope that it went in last."""
    on_ack: Callable[[dict[str, Any]], None] | None = None
    reasons: list[str] = field(default_factory=list)
    """Why each try failed."""
    at: float = field(default_factory=time.perf_counter)
    acked_at: float | None = None
    """When it was first sent, and when it was acknowledged, in seconds of `time.perf_counter`."""

    @property
    def accepts_answer(self) -> bool:
        """Whether something may come with the acknowledgement."""
        return self.kind != "events_api"


class Transport(Protocol):
    """A way to the app."""

    def carry(self, delivery: Delivery) -> bool:
        """Send it off; False where nobody is there."""


class Deliveries:
    """All of them. What is acknowledged, or fails, is told here by the transport."""

    def __init__(self, world: World) -> None:
        self.all: list[Delivery] = []
        self.transport: Transport | None = None
        self._world = world
        self._waiting: dict[Delivery, asyncio.TimerHandle | None] = {}
        """Each with what will wake it."""

    def send(
        self, kind: str, payload: Mapping[str, Any], *, on_ack: Callable[[dict[str, Any]], None] | None = None
    ) -> Delivery:
        """Tell the app; `on_ack` hears what comes back."""
        delivery = Delivery(kind, dict(payload), on_ack=on_ack)
        self.all.append(delivery)
        self._waiting[delivery] = None
        self._try(delivery)
        return delivery

    def acknowledge(self, delivery: Delivery, answer: dict[str, Any] | None) -> None:
        """The app has it; too late, and nothing comes of it."""
        if delivery.state is not State.WAITING:
            return
        if answer and not delivery.accepts_answer:
            self._world.accuse(f"an event was answered with {sorted(answer)}")
        self._end(delivery, State.ACKED)
        delivery.answer, delivery.acked_at = answer or {}, time.perf_counter()
        if delivery.on_ack:
            delivery.on_ack(delivery.answer)
        self._world.changes.tell()

    def fail(self, delivery: Delivery, reason: str) -> None:
        """This try has come to nothing."""
        if delivery.state is not State.WAITING:
            return
        delivery.reasons.append(reason)
        delivery.deadline = None
        if delivery.accepts_answer or delivery.attempt >= len(RETRIES):
            self._end(delivery, State.LOST)
        else:
            self._plan(delivery, reason)
        self._world.changes.tell()

    def look(self) -> None:
        """Do what is due by now."""
        now = self._world.clock.now() + _SOON
        for delivery in list(self._waiting):
            if delivery.deadline is not None and delivery.deadline <= now:
                self.fail(delivery, "http_timeout")
            if delivery.due is not None and delivery.due <= now:
                self._try(delivery)

    def next_moment(self) -> float | None:
        """When something is due next, in seconds since the epoch."""
        return min((at for one in self._waiting for at in (one.deadline, one.due) if at is not None), default=None)

    def close(self) -> None:
        """Nothing is sent again."""
        for delivery in list(self._waiting):
            self._end(delivery, State.LOST)

    def _plan(self, delivery: Delivery, reason: str) -> None:
        """When it is tried again; the first time that is now."""
        wait = RETRIES[delivery.attempt]
        delivery.reason, delivery.due = reason, self._world.clock.now() + wait
        delivery.attempt += 1
        if wait:
            self._wake(delivery, wait)
        else:
            self._try(delivery)

    def _try(self, delivery: Delivery) -> None:
        delivery.due, delivery.deadline = None, self._world.clock.now() + ACK_SECONDS
        if self.transport is None or not self.transport.carry(delivery):
            self.fail(delivery, "connection_failed")
            return
        self._wake(delivery, ACK_SECONDS)

    def _wake(self, delivery: Delivery, seconds: float) -> None:
        self._sleep_on(delivery)
        self._waiting[delivery] = asyncio.get_running_loop().call_later(seconds, self.look)

    def _sleep_on(self, delivery: Delivery) -> None:
        timer = self._waiting.pop(delivery, None)
        if timer is not None:
            timer.cancel()

    def _end(self, delivery: Delivery, state: State) -> None:
        self._sleep_on(delivery)
        delivery.state, delivery.deadline, delivery.due = state, None, None
