import asyncio
import json
import math
import socket
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.assistant import Assistant
from bot.backends.redis.connection import RedisConnection, open_redis
from bot.backends.redis.inbox import RedisInbox
from bot.composition.watching import Watch, open_watch
from bot.errors import BadSetting, EngineUnreachable, LeavesTheNetwork, TooBusy
from bot.inbox import Bounds, Inbox
from bot.logs import turn_id
from bot.messages import Author, ConversationKey, Incoming
from bot.models.selection import ModelSelection
from bot.service.worker import Pace, Worker
from bot.settings import Settings
from tests.doubles.board import Board, BoardOutbound, Step
from tests.doubles.collector import Collector, collecting
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import Item, ScriptedEngine
from tests.doubles.valkey_server import ValkeyServer

pytest_plugins = ["tests.contracts.redis_servers"]

HERE = ConversationKey("board", "team", "here")
OLA = Author("u1", "Ola")
PACE = Pace(slots=2, renew_seconds=0.05, drain_seconds=5, retry_seconds=0.01, attempts=2)
AWAY = EngineUnreachable("scripted", "scripted://")
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate({"state_dir": tmp_path, "metrics_port": free_port()})


@dataclass
class AwayEngine(ScriptedEngine):
    """Nobody answers while it is away."""

    away: bool = False

    async def version(self) -> str | None:
        if self.away:
            raise AWAY
        return await super().version()


@dataclass
class Watched:
    """A worker that is looked on, and what monitors read of it."""

    settings: Settings
    watch: Watch
    inbox: Inbox
    board: Board = field(default_factory=Board)

    def worker(self, *scripts: Sequence[Item], before: Step | None = None) -> Worker:
        history = MemoryHistory()
        engine = self.watch.engine(ScriptedEngine(scripts=list(scripts)))
        assistant = Assistant(
            engine=engine,
            history=history,
            selection=ModelSelection(engine, history.pins, default=None),
            latency=MemoryLatencyLog(),
            knowledge=self.watch.knowledge(None),
        )
        outbound = self.watch.outbound({"board": BoardOutbound(self.board, before)})
        return Worker(self.inbox, assistant, outbound, pace=PACE)

    async def ask(self, text: str, *, waited: float = 0.0) -> Incoming:
        question = Incoming(uuid.uuid4().hex, HERE, OLA, text, received_at=time.time() - waited)
        await self.inbox.accept(question)
        return question

    async def get(self, path: str) -> tuple[int, str]:
        return await get(self.settings.metrics_port, path)

    async def scrape(self) -> Samples:
        status, text = await self.get("/metrics")
        assert status == 200
        families = text_string_to_metric_families(text)
        return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


@pytest.fixture
async def watched(
    settings: Settings, evaluating_connection: RedisConnection, redis_prefix: str
) -> AsyncIterator[Watched]:
    async with open_watch(settings) as watch:
        watch.store(evaluating_connection)
        inbox = watch.inbox(RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(waiting_of_one=3)))
        yield Watched(settings, watch, inbox)


async def get(port: int, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
        session.get(f"http://127.0.0.1:{port}{path}") as response,
    ):
        return response.status, await response.text()


async def readiness(port: int) -> tuple[int, dict[str, str]]:
    status, text = await get(port, "/readyz")
    return status, {name: part["code"] for name, part in json.loads(text)["parts"].items()}


@asynccontextmanager
async def at_work(worker: Worker) -> AsyncIterator[None]:
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(worker.run())
        yield
        worker.drain()


def of(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


async def test_a_scrape_tells_what_a_real_turn_came_to(watched: Watched) -> None:
    async with at_work(watched.worker(["Hello", " there", "."])):
        await watched.ask("Well?", waited=3.0)
        await watched.board.until(lambda board: board.texts(HERE) == ["Hello there."])
    seen = await watched.scrape()
    model = {"engine": "scripted", "model": "owl:1b"}
    assert of(seen, "sova_questions_accepted_total", platform="board") == 1
    assert of(seen, "sova_turns_total", platform="board", outcome="complete") == 1
    assert 3.0 <= of(seen, "sova_queue_seconds_sum") < 8.0
    assert 3.0 <= of(seen, "sova_ttft_seconds_sum", platform="board") < 8.0
    assert of(seen, "sova_turn_seconds_count", platform="board") == 1
    assert of(seen, "sova_completions_total", **model, stage="answer", outcome="complete") == 1
    assert of(seen, "sova_completion_ttft_seconds_count", **model, stage="answer") == 1
    assert of(seen, "sova_tokens_total", **model, kind="completion") == 3
    assert of(seen, "sova_tokens_per_second_count", **model) == 1
    assert of(seen, "sova_queue_waiting") == 0
    assert of(seen, "sova_questions_answering") == 0
    assert of(seen, "sova_part_up", part="redis") == 1
    assert of(seen, "process_resident_memory_bytes") > 1_000_000


async def test_the_queue_and_what_is_refused_is_told(watched: Watched) -> None:
    for _ in range(3):
        await watched.ask("Well?")
    with pytest.raises(TooBusy):
        await watched.ask("And now?")
    seen = await watched.scrape()
    assert of(seen, "sova_queue_waiting") == 3
    assert of(seen, "sova_questions_refused_total", platform="board", reason="too-busy-own") == 1


async def test_an_answer_that_is_under_way_is_told_and_one_that_fails_by_its_code(watched: Watched) -> None:
    go_on = asyncio.Event()
    async with at_work(watched.worker(["Half", go_on, AWAY])):
        await watched.ask("Well?")
        await watched.board.until(lambda board: board.texts(HERE) == ["Half"])
        assert of(await watched.scrape(), "sova_questions_answering") == 1
        go_on.set()
        await watched.board.until(lambda board: "can't" in board.texts(HERE)[0])
    seen = await watched.scrape()
    assert of(seen, "sova_turns_total", platform="board", outcome="engine-unreachable") == 1
    engine = {"engine": "scripted", "model": "owl:1b", "stage": "answer"}
    assert of(seen, "sova_completions_total", **engine, outcome="engine-unreachable") == 1


async def test_a_platform_that_cannot_be_reached_and_the_next_attempt_are_counted(watched: Watched) -> None:
    failed = False

    async def fail_once(step: str, _: Incoming) -> None:
        nonlocal failed
        if step == "post" and not failed:
            failed = True
            raise ConnectionError

    async with at_work(watched.worker(["Hello."], before=fail_once)):
        await watched.ask("Well?")
        await watched.board.until(lambda board: board.texts(HERE) == ["Hello."])
    seen = await watched.scrape()
    assert of(seen, "sova_deliveries_failed_total", platform="board") == 1
    assert of(seen, "sova_questions_redelivered_total") == 1
    assert of(seen, "sova_turns_total", platform="board", outcome="undelivered") == 1
    assert of(seen, "sova_turns_total", platform="board", outcome="complete") == 1
    assert of(seen, "sova_queue_seconds_count") == 1
    assert of(seen, "sova_log_lines_total", level="error") == 1


async def test_a_question_that_is_handed_back_has_waited_once(watched: Watched) -> None:
    await watched.ask("Well?", waited=3.0)
    for _ in range(3):
        claim = await watched.inbox.claim("w")
        assert claim
        assert await watched.inbox.hand_back(claim)
    seen = await watched.scrape()
    assert of(seen, "sova_queue_seconds_count") == 1
    assert of(seen, "sova_questions_redelivered_total") == 2
    assert of(seen, "sova_questions_answering") == 0


async def test_a_model_that_nobody_knows_makes_no_series_of_its_own(watched: Watched) -> None:
    async with at_work(watched.worker(["Hello."])):
        question = Incoming("1", HERE, OLA, "Well?", received_at=time.time(), model="made-up:1b")
        await watched.inbox.accept(question)
        await watched.board.until(lambda board: bool(board.texts(HERE)))
    assert "made-up" not in (await watched.get("/metrics"))[1]


async def test_nothing_in_a_scrape_tells_who_asked_what(watched: Watched) -> None:
    async with at_work(watched.worker(["An ", "answer."])):
        await watched.ask("My question?")
        await watched.board.until(lambda board: board.texts(HERE) == ["An answer."])
    for path in ("/metrics", "/healthz", "/readyz"):
        text = (await watched.get(path))[1]
        for secret in ("question?", "An answer", "u1", "Ola", '"here"'):
            assert secret not in text


async def test_readiness_goes_with_redis_and_comes_back_with_it(settings: Settings, tmp_path: Path) -> None:
    server, port = ValkeyServer(tmp_path / "v"), settings.metrics_port
    await server.start()
    try:
        async with open_watch(settings) as watch, open_redis(server.url) as connection, asyncio.timeout(30):
            watch.store(connection)
            watch.engine(ScriptedEngine())
            watch.knowledge(None)
            well = dict.fromkeys(["service", "redis", "engine", "worker"], "ok") | {"index": "not-configured"}
            assert await readiness(port) == (200, well)
            await server.kill()
            status, parts = await _until_redis_is(port, ok=False)
            assert (status, parts["engine"]) == (503, "ok")
            await server.start()
            assert (await _until_redis_is(port, ok=True))[0] == 200
    finally:
        await server.kill()


async def _until_redis_is(port: int, *, ok: bool) -> tuple[int, dict[str, str]]:
    """Ask as a monitor does, again and again."""
    while True:
        status, parts = await readiness(port)
        if (parts["redis"] == "ok") == ok:
            return status, parts
        await asyncio.sleep(0.05)


async def test_until_all_parts_are_there_it_is_not_ready(settings: Settings) -> None:
    async with open_watch(settings):
        status, parts = await readiness(settings.metrics_port)
    assert status == 503
    assert (parts["redis"], parts["engine"]) == ("starting", "starting")


@pytest.mark.parametrize(("answers", "status"), [(True, 503), (False, 200)])
async def test_only_who_answers_needs_an_engine_to_be_ready(
    settings: Settings, evaluating_connection: RedisConnection, answers: bool, status: int
) -> None:
    async with open_watch(settings, answers=answers) as watch:
        watch.store(evaluating_connection)
        watch.engine(AwayEngine(away=True))
        watch.knowledge(None)
        seen, parts = await readiness(settings.metrics_port)
    assert (seen, parts["engine"]) == (status, "engine-unreachable")


@pytest.mark.parametrize(("draining", "status", "code"), [(False, 200, "ok"), (True, 503, "draining")])
async def test_who_is_about_to_end_is_not_ready_any_more(
    settings: Settings, evaluating_connection: RedisConnection, draining: bool, status: int, code: str
) -> None:
    ending = asyncio.Event()
    async with open_watch(settings, ending=ending) as watch:
        watch.store(evaluating_connection)
        watch.engine(ScriptedEngine())
        watch.knowledge(None)
        if draining:
            ending.set()
        seen, parts = await readiness(settings.metrics_port)
    assert (seen, parts["service"]) == (status, code)


async def test_figures_that_nobody_tells_are_not_guessed(settings: Settings, tmp_path: Path) -> None:
    server = ValkeyServer(tmp_path / "v")
    await server.start()
    async with open_watch(settings) as watch, open_redis(server.url) as connection:
        watch.store(connection)
        watched = Watched(settings, watch, watch.inbox(RedisInbox(connection, prefix="p")))
        await watched.ask("Well?")
        await server.kill()
        seen = await watched.scrape()
    assert math.isnan(of(seen, "sova_queue_waiting"))
    assert of(seen, "sova_part_up", part="redis") == 0


async def test_the_second_process_on_a_machine_waits_for_the_port(settings: Settings) -> None:
    async with asyncio.timeout(20), open_watch(settings, answers=False) as first:
        assert first.server
        async with open_watch(settings) as second:
            assert second.server
            assert not second.server.bound.is_set()
            assert "worker" not in (await readiness(settings.metrics_port))[1]


async def test_without_a_port_nothing_listens(settings: Settings) -> None:
    port = settings.metrics_port
    async with open_watch(settings.with_other("metrics_port", "0")) as watch:
        assert watch.server is None
        with pytest.raises(aiohttp.ClientConnectionError):
            await get(port, "/healthz")


async def test_an_address_of_another_machine_is_a_setting_that_cannot_be_used(settings: Settings) -> None:
    elsewhere = settings.with_other("metrics_host", "192.0.2.1")
    with pytest.raises(BadSetting, match="SOVA_METRICS_HOST"):
        async with open_watch(elsewhere):
            pass


async def test_a_turn_is_a_trace_of_its_stages_without_a_word(
    settings: Settings, evaluating_connection: RedisConnection, redis_prefix: str
) -> None:
    collector = Collector()
    async with collecting(collector) as url, open_watch(settings.with_other("otlp_url", url)) as watch:
        inbox = watch.inbox(RedisInbox(evaluating_connection, prefix=redis_prefix))
        watched = Watched(settings, watch, inbox)
        async with at_work(watched.worker(["An ", "answer."])):
            question = await watched.ask("My question?", waited=3.0)
            await watched.board.until(lambda board: board.texts(HERE) == ["An answer."])
    turn, queue, answer = map(collector.named, ("turn", "queue", "answer"))
    assert {queue.parent_span_id, answer.parent_span_id} == {turn.span_id}
    assert queue.end_time_unix_nano - queue.start_time_unix_nano >= 3e9
    assert turn_id(question) in str(turn)
    assert not any(text in str(collector.spans) for text in ("question?", "An answer", "u1", "Ola"))


async def test_traces_go_to_no_collector_outside_the_network(settings: Settings) -> None:
    with pytest.raises(LeavesTheNetwork, match="SOVA_OTLP_URL"):
        async with open_watch(settings.with_other("otlp_url", "http://8.8.8.8:4318")):
            pass


async def test_a_worker_that_does_nothing_any_more_shows(watched: Watched) -> None:
    now = 0.0
    watched.watch.pulse._clock = lambda: now
    assert await watched.inbox.claim("w") is None
    assert (await watched.get("/healthz"))[0] == 200
    now = 31.0
    status, text = await watched.get("/healthz")
    assert (status, json.loads(text)["state"]) == (503, "silent")
    assert of(await watched.scrape(), "sova_part_up", part="worker") == 0


async def test_an_answer_without_progress_shows_although_its_claim_is_renewed(watched: Watched) -> None:
    now = 0.0
    watched.watch.pulse._clock = lambda: now
    await watched.ask("Well?")
    claim = await watched.inbox.claim("w")
    assert claim
    now = 2_000.0
    await watched.inbox.renew(claim)
    status, text = await watched.get("/healthz")
    assert (status, json.loads(text)) == (503, {"state": "stuck", "answering": 1, "stuck": 1})
    await watched.inbox.finish(claim)
    assert (await watched.get("/healthz"))[0] == 200
