import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Sequence

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from bot.backends.monitors.otlp import address_of, open_otlp_tracer
from bot.egress import Gate
from bot.errors import LeavesTheNetwork
from bot.monitoring.tracing import Tracer
from tests.doubles.collector import Collector, collecting


async def _loopback(_: str) -> Sequence[str]:
    return ["127.0.0.1"]


INSIDE = Gate("SOVA_OTLP_URL", frozenset(), _loopback)


def _attributes(span: Span) -> dict[str, str | int]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


async def test_spans_arrive_with_their_parts_figures_and_times() -> None:
    collector = Collector()
    async with collecting(collector) as url, open_otlp_tracer(url, gate=INSIDE) as tracer:
        turn = tracer.begin("turn", at=time.time() - 5)
        turn.note("sova.citations", 3)
        with turn.current():
            part = asyncio.create_task(_work(tracer))
        await part
        turn.end()
    whole, answer = collector.named("turn"), collector.named("answer")
    assert (answer.trace_id, answer.parent_span_id) == (whole.trace_id, whole.span_id)
    assert _attributes(whole) == {"sova.citations": 3}
    assert answer.status.message == "engine-silent"
    assert whole.end_time_unix_nano - whole.start_time_unix_nano >= 5e9
    assert collector.asked == ["/v1/traces"]


async def _work(tracer: Tracer) -> None:
    tracer.begin("answer").end(error="engine-silent")


async def test_what_ended_is_sent_while_sova_runs() -> None:
    collector = Collector()
    async with (
        asyncio.timeout(10),
        collecting(collector) as url,
        open_otlp_tracer(url, gate=INSIDE, send_seconds=0.01) as tracer,
    ):
        tracer.begin("turn").end()
        await collector.came.wait()
        assert [span.name for span in collector.spans] == ["turn"]


async def test_an_exception_that_passes_leaves_none_of_its_words_behind() -> None:
    collector = Collector()
    async with collecting(collector) as url, open_otlp_tracer(url, gate=INSIDE) as tracer:
        span = tracer.begin("turn")
        with pytest.raises(ValueError, match="secret"), span.current():
            raise ValueError("my secret")
        span.end()
    assert "secret" not in str(collector.named("turn"))


async def test_a_redirect_is_not_followed(caplog: pytest.LogCaptureFixture) -> None:
    other = Collector()
    async with collecting(other) as elsewhere:
        collector = Collector(status=307, location=elsewhere + "/v1/traces")
        async with collecting(collector) as url, open_otlp_tracer(url, gate=INSIDE) as tracer:
            tracer.begin("turn").end()
    assert (len(collector.asked), other.asked) == (1, [])
    assert "status 307" in caplog.text


async def test_each_connection_passes_the_gate(caplog: pytest.LogCaptureFixture) -> None:
    async def outside(_: str) -> Sequence[str]:
        return ["8.8.8.8"]

    gate = Gate("SOVA_OTLP_URL", frozenset(), outside)
    async with open_otlp_tracer("http://otel.lan:4318", gate=gate) as tracer:
        tracer.begin("turn").end()
    assert LeavesTheNetwork.code in caplog.text


async def test_a_collector_that_is_away_is_told_of_once_and_holds_nobody_up(caplog: pytest.LogCaptureFixture) -> None:
    async with collecting(Collector()) as url:
        pass
    async with asyncio.timeout(5), open_otlp_tracer(url, gate=INSIDE) as tracer:
        for _ in range(300):
            tracer.begin("turn").end()
    assert caplog.text.count("traces are lost") == 1


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://otel.lan:4318", "http://otel.lan:4318/v1/traces"),
        ("http://otel.lan:4318/", "http://otel.lan:4318/v1/traces"),
        ("https://otel.lan/tenant/v1/traces", "https://otel.lan/tenant/v1/traces"),
    ],
)
def test_an_address_without_a_path_gets_the_protocols_own(url: str, address: str) -> None:
    assert address_of(url) == address


def test_without_a_collector_nothing_that_sends_traces_is_imported_whatever_the_environment_says() -> None:
    """redis-py imports OpenTelemetry's kit for figures where it finds it, and uses it only when told to."""
    program = (
        "import asyncio, sys, tempfile\n"
        "from bot.composition.watching import open_watch\n"
        "from bot.settings import Settings\n"
        "async def main():\n"
        "    settings = Settings.model_validate({'state_dir': tempfile.gettempdir(), 'metrics_port': 0})\n"
        "    async with open_watch(settings):\n"
        "        senders = 'opentelemetry.exporter', 'opentelemetry.sdk.trace.', 'bot.backends.monitors.otlp'\n"
        "        print([name for name in sys.modules if name.startswith(senders)])\n"
        "asyncio.run(main())\n"
    )
    environment = os.environ | {  # noqa: TID251  # what an operator's machine may have set for others
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://192.0.2.1:4318",
        "OTEL_TRACES_EXPORTER": "otlp",
        "SOVA_OTLP_URL": "",
    }
    ended = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout.strip() == "[]"


async def test_the_environments_own_settings_send_traces_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    other, collector = Collector(), Collector()
    async with collecting(other) as elsewhere, collecting(collector) as url:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", elsewhere)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", elsewhere)
        monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
        monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "who=secret")
        monkeypatch.setenv("HTTP_PROXY", elsewhere)
        async with open_otlp_tracer(url, gate=INSIDE) as tracer:
            tracer.begin("turn").end()
    assert [span.name for span in collector.spans] == ["turn"]
    assert other.asked == []
