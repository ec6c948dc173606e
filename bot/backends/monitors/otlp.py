"""Owns traces: OpenTelemetry's spans, sent to the operator's collector over OTLP/HTTP, and to nobody else.

Only the kit for making and encoding spans is OpenTelemetry's. What sends them is ours, so that each connection passes
the gate, no redirect is followed, and no variable of the environment opens anything.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress

import httpx
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from bot import __version__
from bot.backends.gates.httpx import gated_transport
from bot.egress import Gate
from bot.errors import AssistantError
from bot.monitoring.tracing import Span, Value

logger = logging.getLogger(__name__)

SEND_SECONDS = 5.0
BATCH = 128
KEPT = 2048
"""Spans that wait to be sent; a collector that is away costs this much memory, and the oldest spans."""
ANSWER_SECONDS = 5.0
FLUSH_SECONDS = 2.0
_PATH = "/v1/traces"
_LIMITS = SpanLimits(
    max_span_attributes=32,
    max_attributes=32,
    max_events=0,
    max_links=0,
    max_event_attributes=0,
    max_link_attributes=0,
    max_attribute_length=256,
    max_span_attribute_length=256,
)


class OtlpTracer:
    """A `Tracer` whose spans are OpenTelemetry's."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer = tracer

    def begin(self, name: str, *, at: float | None = None) -> Span:
        """A span as part of the current one."""
        return OtlpSpan(self._tracer.start_span(name, start_time=None if at is None else round(at * 1e9)))


class OtlpSpan:
    """A `Span` of OpenTelemetry's."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def note(self, name: str, value: Value) -> None:
        """An attribute."""
        self._span.set_attribute(name, value)

    @contextmanager
    def current(self) -> Iterator[None]:
        """What begins in the block is a child of this one; exceptions are not recorded, for they may quote text."""
        with trace.use_span(self._span, record_exception=False, set_status_on_exception=False):
            yield

    def end(self, *, error: str | None = None) -> None:
        """It is over; an `error` is its status."""
        if error is not None:
            self._span.set_status(trace.StatusCode.ERROR, error)
        self._span.end()


@asynccontextmanager
async def open_otlp_tracer(url: str, *, gate: Gate, send_seconds: float = SEND_SECONDS) -> AsyncIterator[OtlpTracer]:
    """Trace, and send what ended to the collector at `url` every `send_seconds`.

    `gate` permits the addresses that are connected to. A collector that is away costs its traces and a line in the
    log, nothing else.
    """
    spool = _Spool()
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(
        transport=gated_transport(gate, limits=limits), timeout=ANSWER_SECONDS, trust_env=False, follow_redirects=False
    ) as client:
        sender = _Sender(client, address_of(url), spool)
        sending = asyncio.create_task(sender.run(every=send_seconds))
        try:
            yield OtlpTracer(_provider(spool).get_tracer("sova", __version__))
        finally:
            sending.cancel()
            await asyncio.wait({sending})
            with suppress(TimeoutError):
                async with asyncio.timeout(FLUSH_SECONDS):
                    await sender.send()


def address_of(url: str) -> str:
    """Where traces are posted: OTLP's own path below an address that has none."""
    asked = httpx.URL(url)
    return str(asked.copy_with(path=_PATH) if asked.path == "/" else asked)


def _provider(spool: "_Spool") -> TracerProvider:
    """Nothing in it asks the environment what to open; the limits are told so that it isn't asked for those either."""
    resource = Resource({"service.name": "sova", "service.version": __version__})
    provider = TracerProvider(
        sampler=ALWAYS_ON,
        resource=resource,
        shutdown_on_exit=False,
        span_limits=_LIMITS,
        meter_provider=NoOpMeterProvider(),
    )
    provider.add_span_processor(spool)
    return provider


class _Spool(SpanProcessor):
    """Keeps what ended until it is sent."""

    def __init__(self) -> None:
        self._ended: deque[ReadableSpan] = deque(maxlen=KEPT)
        self.full = asyncio.Event()

    def on_end(self, span: ReadableSpan) -> None:
        """One more."""
        self._ended.append(span)
        if len(self._ended) >= BATCH:
            self.full.set()

    def take(self) -> Sequence[ReadableSpan]:
        """The oldest ones, out of the spool."""
        self.full.clear()
        return [self._ended.popleft() for _ in range(min(BATCH, len(self._ended)))]


class _Sender:
    """Posts spans; says once that nobody takes them, and once that somebody does again."""

    def __init__(self, client: httpx.AsyncClient, address: str, spool: _Spool) -> None:
        self._client = client
        self._address = address
        self._spool = spool
        self._failing = False

    async def run(self, *, every: float) -> None:
        """Send for ever."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(every):
                    await self._spool.full.wait()
            await self.send()

    async def send(self) -> None:
        """Send all that ended; what can't be sent is lost."""
        while batch := self._spool.take():
            self._tell(await self._post(batch))

    async def _post(self, batch: Sequence[ReadableSpan]) -> str | None:
        """Why it could not be sent; None when it was."""
        try:
            body = await asyncio.to_thread(lambda: encode_spans(batch).SerializeToString())
            headers = {"Content-Type": "application/x-protobuf"}
            answer = await self._client.post(self._address, content=body, headers=headers)
        except AssistantError as error:
            return error.code
        except httpx.HTTPError as error:
            return type(error).__name__
        return None if answer.is_success else f"status {answer.status_code}"

    def _tell(self, trouble: str | None) -> None:
        if trouble and not self._failing:
            logger.warning("traces are lost, the collector doesn't take them: %s", trouble)
        if not trouble and self._failing:
            logger.warning("the collector takes traces again")
        self._failing = trouble is not None
