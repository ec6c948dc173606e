"""Owns the wiring of what operators see of a running service: metrics, health, traces, and the port that tells them."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.assistant import Consults
from bot.backends.redis.connection import RedisConnection
from bot.composition.gates import gate_to
from bot.errors import BadSetting
from bot.inbox import Inbox
from bot.monitoring import metrics as figures
from bot.monitoring.engine import observed
from bot.monitoring.gauges import Gauges, HostGauges, IndexGauges, PartGauges, QueueGauges, Reading
from bot.monitoring.health import DRAINING, NOT_CONFIGURED, OK, Checkup, State
from bot.monitoring.inbox import ObservedInbox
from bot.monitoring.knowledge import ObservedKnowledge
from bot.monitoring.lag import watching_the_loop
from bot.monitoring.metrics import LogCounter, Metrics
from bot.monitoring.outbound import ObservedOutbound
from bot.monitoring.pulse import SILENT_SECONDS, Pulse
from bot.monitoring.tracing import NoTracer, Tracer
from bot.ports import ChatModel, HasHosts
from bot.service.platforms import Outbound
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.backends.monitors.status_server import Page, Pages, StatusServer
    from bot.composition.documents import Documents

STORE, ENGINE, DOCUMENTS, WORKER, SERVICE = "redis", "engine", "index", "worker", "service"
"""The parts, as `/readyz` names them."""

PATIENCE_SECONDS = 60.0
"""On top of the longest that a living answer may be silent: loading a model, then reading the question."""
SOON_SECONDS = 1.0
"""However often a monitor asks, others are asked once a second."""
SELDOM_SECONDS = 30.0
"""How often an index is counted: that reads the names of all documents."""


@dataclass(slots=True)
class Watch:
    """Measures what it is shown, and answers monitors.

    `server` is None where the port is switched off; `readings` are what others are asked for when a monitor asks.
    """

    metrics: Metrics
    pulse: Pulse
    checkup: Checkup
    tracer: Tracer
    server: "StatusServer | None" = None
    readings: list[Reading] = field(default_factory=list)

    def store(self, connection: RedisConnection) -> None:
        """Look whether the server answers."""

        async def look() -> str:
            await connection.ping()
            return OK

        self.checkup.look_at(STORE, look)

    def engine(self, engine: ChatModel) -> ChatModel:
        """Look whether the engine answers, and measure its completions."""

        async def look() -> str:
            await engine.version()
            return OK

        self.checkup.look_at(ENGINE, look)
        if isinstance(engine, HasHosts):
            self._read(HostGauges(self.metrics.engine, engine), kept_seconds=SELDOM_SECONDS)
        return observed(engine, metrics=self.metrics.engine, pulse=self.pulse, tracer=self.tracer)

    def knowledge(self, documents: "Documents | None") -> Consults | None:
        """Look whether the index opens, count it, and measure searches."""
        if documents is None:
            self.checkup.settle(DOCUMENTS, NOT_CONFIGURED)
            return None
        index = documents.index

        async def look() -> str:
            await index.size()
            return OK

        self.checkup.look_at(DOCUMENTS, look)
        gauges = IndexGauges(self.metrics.index, index=index, standing=documents.indexer.standing)
        self._read(gauges, kept_seconds=SELDOM_SECONDS)
        return ObservedKnowledge(documents.knowledge, metrics=self.metrics.turns, pulse=self.pulse, tracer=self.tracer)

    def inbox(self, inbox: Inbox) -> Inbox:
        """Count what comes in and is taken up."""
        self._read(QueueGauges(self.metrics.queue, inbox), kept_seconds=SOON_SECONDS)
        return ObservedInbox(inbox, metrics=self.metrics.queue, pulse=self.pulse)

    def outbound(self, outbound: Mapping[str, Outbound]) -> dict[str, Outbound]:
        """Measure the answers on their way."""
        return {
            name: ObservedOutbound(one, metrics=self.metrics, pulse=self.pulse, tracer=self.tracer)
            for name, one in outbound.items()
        }

    def _read(self, gauges: Gauges, *, kept_seconds: float) -> None:
        self.readings.append(Reading(gauges, kept_seconds=kept_seconds))

    async def exposition(self) -> bytes:
        """All metrics; those that others must be asked for are asked for all at once."""
        await asyncio.gather(*(reading.take() for reading in self.readings))
        return self.metrics.exposition()


@asynccontextmanager
async def open_watch(
    settings: Settings, *, answers: bool = True, ending: asyncio.Event | None = None
) -> AsyncIterator[Watch]:
    """Look on, and answer monitors at `SOVA_METRICS_HOST` and `SOVA_METRICS_PORT`.

    `answers` says whether this process answers questions: without that it needs no engine to be ready. Once `ending` is
    set it isn't ready any more. Until the watch is shown them, the parts are `starting`. Raises `BadSetting` and
    `LeavesTheNetwork`.
    """
    metrics = Metrics()
    pulse = Pulse(
        stuck_seconds=settings.load_seconds + settings.first_token_seconds + PATIENCE_SECONDS,
        silent_seconds=max(SILENT_SECONDS, settings.lease_seconds),  # who only renews claims is heard of that often
    )
    checkup = _checkup(pulse, ending or asyncio.Event(), answers=answers)
    async with AsyncExitStack() as stack:
        tracer = await _tracer(settings, stack)
        parts = Reading(PartGauges(metrics.service, checkup=checkup, pulse=pulse), kept_seconds=SOON_SECONDS)
        watch = Watch(metrics, pulse, checkup, tracer, readings=[parts])
        stack.enter_context(_counting(metrics.service))
        await stack.enter_async_context(watching_the_loop(metrics.service))
        if settings.metrics_port:
            watch.server = await _server(settings, watch, stack)
        yield watch


def _checkup(pulse: Pulse, ending: asyncio.Event, *, answers: bool) -> Checkup:
    async def drains() -> str:
        return DRAINING if ending.is_set() else OK

    async def lives() -> str:
        return pulse.life().code

    checkup = Checkup()
    checkup.expect(SERVICE)
    checkup.look_at(SERVICE, drains)
    checkup.expect(STORE)
    checkup.expect(ENGINE, needed=answers)
    checkup.expect(DOCUMENTS, needed=False)
    if answers:
        checkup.expect(WORKER)
        checkup.look_at(WORKER, lives)
    return checkup


async def _tracer(settings: Settings, stack: AsyncExitStack) -> Tracer:
    """To the collector that the settings name; without one nothing of OpenTelemetry is even imported."""
    if settings.otlp_url is None:
        return NoTracer()
    try:
        from bot.backends.monitors.otlp import open_otlp_tracer
    except ModuleNotFoundError as error:
        reason = "traces need the extra: pip install 'sova[tracing]'"
        raise BadSetting(name="SOVA_OTLP_URL", reason=reason) from error
    gate = await gate_to(settings.otlp_url, setting="SOVA_OTLP_URL", settings=settings)
    return await stack.enter_async_context(open_otlp_tracer(settings.otlp_url, gate=gate))


async def _server(settings: Settings, watch: Watch, stack: AsyncExitStack) -> "StatusServer":
    from bot.backends.monitors.status_server import open_status_server

    server = open_status_server(settings.metrics_host, settings.metrics_port, _pages(watch))
    return await stack.enter_async_context(server)


def _pages(watch: Watch) -> "Pages":
    from bot.backends.monitors.status_server import Page

    async def metrics() -> "Page":
        return Page(await watch.exposition(), figures.CONTENT_TYPE)

    async def alive() -> "Page":
        life = watch.pulse.life()
        return _json(life.plain(), ok=life.is_well)

    async def ready() -> "Page":
        health = await watch.checkup.look()
        return _json(health.plain(), ok=health.state is not State.UNREADY)

    return {"/metrics": metrics, "/healthz": alive, "/readyz": ready}


def _json(told: Mapping[str, object], *, ok: bool) -> "Page":
    from bot.backends.monitors.status_server import Page

    return Page(json.dumps(told).encode() + b"\n", "application/json", 200 if ok else 503)


@contextmanager
def _counting(metrics: figures.ServiceMetrics) -> Iterator[None]:
    counter = LogCounter(metrics)
    logging.getLogger().addHandler(counter)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(counter)
