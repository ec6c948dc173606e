"""Owns the metrics: their names, units, labels and buckets. docs/monitoring.md tells operators what each means.

Base units are seconds and bytes. Labels are few and bounded: platform, outcome, reason, engine, model, stage, part and
level; never a person, a conversation or a text.
"""

import logging
import math
from collections.abc import Iterable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot import __version__

CONTENT_TYPE = CONTENT_TYPE_LATEST
"""Prometheus's text format."""

WAITS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
"""From a warm model on a graphics card to a long queue before a large model on a processor."""
SEARCHES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
RATES = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0, 75.0, 100.0, 150.0, 250.0)
"""Tokens a second: a processor makes 5 to 20, a graphics card 30 and more."""
LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class QueueMetrics:
    """What waits, and what becomes of it on its way to a worker."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.waiting = Gauge("sova_queue_waiting", "Questions that wait, of all processes.", registry=registry)
        self.waiting.set(math.nan)
        self.wait = Histogram(
            "sova_queue_seconds", "From receiving a question to taking it up.", buckets=WAITS, registry=registry
        )
        self.accepted = Counter(
            "sova_questions_accepted", "Questions taken in, redeliveries included.", ["platform"], registry=registry
        )
        self.refused = Counter(
            "sova_questions_refused", "Questions turned away.", ["platform", "reason"], registry=registry
        )
        self.answering = Gauge("sova_questions_answering", "Questions being answered here.", registry=registry)
        self.redelivered = Counter(
            "sova_questions_redelivered", "Questions taken up again after a try that broke off.", registry=registry
        )


class TurnMetrics:
    """How turns end, as people see it."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.turns = Counter("sova_turns", "Turns by how they ended.", ["platform", "outcome"], registry=registry)
        self.seconds = Histogram(
            "sova_turn_seconds", "From receiving a question to the end of its answer.", ["platform"], buckets=WAITS,
            registry=registry,
        )  # fmt: skip
        self.ttft = Histogram(
            "sova_ttft_seconds", "From receiving a question to the first word.", ["platform"], buckets=WAITS,
            registry=registry,
        )  # fmt: skip
        self.retrieval = Histogram(
            "sova_retrieval_seconds", "One search in the documents.", ["outcome"], buckets=SEARCHES, registry=registry
        )


class EngineMetrics:
    """What engines do. `stage` is `answer`, or `judge` where a model is asked about passages beforehand."""

    def __init__(self, registry: CollectorRegistry) -> None:
        model, stage = ["engine", "model"], ["engine", "model", "stage"]
        self.completions = Counter(
            "sova_completions", "Completions by how they ended.", [*stage, "outcome"], registry=registry
        )
        self.seconds = Histogram(
            "sova_completion_seconds", "A whole completion.", stage, buckets=WAITS, registry=registry
        )
        self.ttft = Histogram(
            "sova_completion_ttft_seconds", "From asking the engine to its first token.", stage, buckets=WAITS,
            registry=registry,
        )  # fmt: skip
        self.load = Histogram(
            "sova_model_load_seconds", "Loading a model for a completion.", model, buckets=WAITS, registry=registry
        )
        self.rate = Histogram(
            "sova_tokens_per_second", "The rate of generation alone.", model, buckets=RATES, registry=registry
        )
        self.tokens = Counter(
            "sova_tokens", "Tokens: prompt (cached ones included), cached, completion.", [*model, "kind"],
            registry=registry,
        )  # fmt: skip
        self.host_up = Gauge(
            "sova_engine_host_up", "1 while an engine's host is not left out.", ["host"], registry=registry
        )
        self.host_answering = Gauge(
            "sova_engine_host_answering", "Answers that a host gives for this process.", ["host"], registry=registry
        )


class IndexMetrics:
    """How the documents and their index stand."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.documents = Gauge("sova_index_documents", "Documents in the index.", registry=registry)
        self.chunks = Gauge("sova_index_chunks", "Pieces of documents in the index.", registry=registry)
        self.bytes = Gauge("sova_index_bytes", "The index on disk, 0 where it doesn't tell.", registry=registry)
        self.unreadable = Gauge("sova_index_unreadable_files", "Files that could not be read.", registry=registry)
        self.ran = Gauge(
            "sova_index_run_timestamp_seconds", "When the last complete run here ended.", registry=registry
        )
        self.changed = Gauge(
            "sova_index_changed_timestamp_seconds", "When the index was changed last.", registry=registry
        )
        self.failing = Gauge("sova_index_run_failing", "1 while the last run was broken off.", registry=registry)
        for gauge in (self.documents, self.chunks, self.bytes, self.unreadable, self.ran, self.changed, self.failing):
            gauge.set(math.nan)  # until somebody tells, for zero would be a figure


class ServiceMetrics:
    """How the process and what it needs are."""

    def __init__(self, registry: CollectorRegistry) -> None:
        Info("sova_build", "Which Sova this is.", registry=registry).info({"version": __version__})
        self.up = Gauge("sova_part_up", "1 while a part is there, as /readyz says.", ["part"], registry=registry)
        self.stuck = Gauge(
            "sova_answers_stuck", "Answers here that have made no progress for too long.", registry=registry
        )
        self.undelivered = Counter(
            "sova_deliveries_failed", "Answers that a platform could not be given.", ["platform"], registry=registry
        )
        self.logged = Counter("sova_log_lines", "Warnings and errors in the log.", ["level"], registry=registry)
        self.lag = Histogram(
            "sova_event_loop_lag_seconds", "How late the event loop is, looked at each second.", buckets=LAGS,
            registry=registry,
        )  # fmt: skip


class Metrics:
    """All of them, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)
        self.queue = QueueMetrics(self._registry)
        self.turns = TurnMetrics(self._registry)
        self.engine = EngineMetrics(self._registry)
        self.index = IndexMetrics(self._registry)
        self.service = ServiceMetrics(self._registry)

    def exposition(self) -> bytes:
        """Everything at this moment, in Prometheus's text format."""
        return generate_latest(_WithoutCreated(self._registry))


class LogCounter(logging.Handler):
    """Counts warnings and errors; what they say is the log's business."""

    def __init__(self, metrics: ServiceMetrics) -> None:
        super().__init__(level=logging.WARNING)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        """One more of its level."""
        self._metrics.logged.labels(record.levelname.lower()).inc()


class _WithoutCreated(Collector):
    """Leaves out the time at which each series began: nobody asks for it, and it would be every fifth line."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        for metric in self._registry.collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric
