"""Owns the figures that are asked for when a monitor asks: the queue, the index, the parts, the engine's hosts."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.egress import place_of
from bot.errors import AssistantError
from bot.inbox import Inbox
from bot.monitoring.health import LOOK_SECONDS, Checkup
from bot.monitoring.metrics import EngineMetrics, IndexMetrics, QueueMetrics, ServiceMetrics
from bot.monitoring.pulse import Pulse
from bot.ports import HasHosts, PassageIndex
from bot.retrieval.reports import Standing

logger = logging.getLogger(__name__)


class Gauges(Protocol):
    """Figures that somebody has to be asked for."""

    async def refresh(self) -> None:
        """Ask for them. May raise an `AssistantError`, and may be cancelled when it takes too long."""
        ...

    def forget(self) -> None:
        """They are not known: an old figure would be a lie."""
        ...


class Reading:
    """Asks for `gauges` at most every `kept_seconds`, and for no longer than `seconds`."""

    def __init__(
        self,
        gauges: Gauges,
        *,
        kept_seconds: float,
        seconds: float = LOOK_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gauges = gauges
        self._kept_seconds = kept_seconds
        self._seconds = seconds
        self._clock = clock
        self._reading = asyncio.Lock()
        self._read_at = -math.inf

    async def take(self) -> None:
        """Have figures that are fresh, or none. Raises nothing."""
        async with self._reading:
            if self._clock() - self._read_at < self._kept_seconds:
                return
            try:
                async with asyncio.timeout(self._seconds):
                    await self._gauges.refresh()
            except (AssistantError, TimeoutError) as error:
                logger.debug("figures are not known: %s", error)
                self._gauges.forget()
            except Exception:
                logger.exception("figures can't be told")
                self._gauges.forget()
            self._read_at = self._clock()


class QueueGauges:
    """How many questions wait."""

    def __init__(self, metrics: QueueMetrics, inbox: Inbox) -> None:
        self._metrics = metrics
        self._inbox = inbox

    async def refresh(self) -> None:
        """Ask the inbox."""
        self._metrics.waiting.set(await self._inbox.waiting())

    def forget(self) -> None:
        """The inbox is away."""
        self._metrics.waiting.set(math.nan)


class IndexGauges:
    """How the index stands."""

    def __init__(
        self, metrics: IndexMetrics, *, index: PassageIndex, standing: Callable[[], Awaitable[Standing]]
    ) -> None:
        self._metrics = metrics
        self._index = index
        self._standing = standing

    async def refresh(self) -> None:
        """Ask the indexer, then the index, which may be away."""
        metrics, standing = self._metrics, await self._standing()
        metrics.unreadable.set(len(standing.failures))
        metrics.failing.set(standing.trouble is not None)
        metrics.changed.set(_or_nan(standing.changed_at))
        metrics.ran.set(_or_nan(standing.ran_at))
        chunks, size = await self._index.size()
        metrics.documents.set(len(await self._index.documents()))
        metrics.chunks.set(chunks)
        metrics.bytes.set(size)

    def forget(self) -> None:
        """The index is away; what was told of the runs still holds."""
        for gauge in (self._metrics.documents, self._metrics.chunks, self._metrics.bytes):
            gauge.set(math.nan)


class HostGauges:
    """How each host of an engine does."""

    def __init__(self, metrics: EngineMetrics, engine: HasHosts) -> None:
        self._metrics = metrics
        self._engine = engine

    async def refresh(self) -> None:
        """Ask each of them."""
        for host in await self._engine.hosts():
            place = place_of(host.url)
            self._metrics.host_up.labels(place).set(host.trouble is None)
            self._metrics.host_answering.labels(place).set(host.answering)

    def forget(self) -> None:
        """None has told."""
        self._metrics.host_up.clear()
        self._metrics.host_answering.clear()


class PartGauges:
    """What `/readyz` and `/healthz` say."""

    def __init__(self, metrics: ServiceMetrics, *, checkup: Checkup, pulse: Pulse) -> None:
        self._metrics = metrics
        self._checkup = checkup
        self._pulse = pulse

    async def refresh(self) -> None:
        """Look at every part."""
        for part in (await self._checkup.look()).parts:
            self._metrics.up.labels(part.name).set(part.is_well)
        self._metrics.stuck.set(self._pulse.life().stuck)

    def forget(self) -> None:
        """Looking takes no longer than it is allowed to, so this is for a fault of ours."""
        self._metrics.up.clear()


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
