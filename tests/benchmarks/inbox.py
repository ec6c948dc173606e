"""What the durable inbox costs, on a real Valkey with a worker of our own process.

**Accepting** 50 questions a second at random moments, as their platforms are told that they have arrived. **Idle to
start**: from the call that accepts a question until the worker asks the assistant, one question at a time. **Backlog**:
how fast one worker empties a thousand waiting questions of 200 conversations with an engine that answers at once, each
turn with its history and its posted and remembered reply. **Growth**: accepting and claiming a question while 10 000
conversations wait, as a multiple of the same with 100.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from bot.assistant import Assistant, ReplyStream
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import RedisHistory, RedisModelPins
from bot.backends.redis.inbox import RedisInbox
from bot.backends.redis.latency import RedisLatencyLog
from bot.backends.redis.valkey import open_valkey
from bot.inbox import Bounds
from bot.messages import Author, ConversationKey, Incoming
from bot.models.selection import ModelSelection
from bot.ports import Fetch
from bot.service.worker import Pace, Worker
from tests.benchmarks.figures import Figure, Measurement, spread
from tests.doubles.board import Board, BoardOutbound
from tests.doubles.scripted_engine import ScriptedEngine

ACCEPTED, PER_SECOND = 1_000, 50.0
STARTS = 300
BACKLOG, CONVERSATIONS = 1_000, 200
FEW, MANY, PROBES = 100, 10_000, 200
ACCEPT_P99_MS, START_P95_MS, TURNS_PER_S, GROWTH = 5.0, 20.0, 150.0, 1.5
AGE = timedelta(days=1)
BOUNDS = Bounds(waiting=1_000_000, waiting_of_one=1_000_000)


@dataclass
class Asked:
    """The assistant, and when it was asked for each question; `changed` is set at each."""

    assistant: Assistant
    at: dict[str, float] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, incoming: Incoming, *, fetch: Fetch | None = None) -> ReplyStream:
        self.at[incoming.id] = time.perf_counter()
        self.changed.set()
        return self.assistant.answer(incoming, fetch=fetch)

    def regenerate(self, incoming: Incoming) -> ReplyStream:
        return self.assistant.regenerate(incoming)

    async def stop(self, conversation: ConversationKey) -> bool:
        return await self.assistant.stop(conversation)

    async def flush(self, conversation: ConversationKey) -> None:
        await self.assistant.flush(conversation)


async def measure() -> Measurement:
    """Each in turn, on keys of its own."""
    with TemporaryDirectory(prefix="sova-bench-") as folder:
        async with open_valkey(Path(folder), required=True) as connection:
            accepting = await _accepting(RedisInbox(connection, prefix="accept", bounds=BOUNDS))
            starts = await _starts(connection)
            rate = await _backlog(connection)
            few = await _probed(RedisInbox(connection, prefix="few", bounds=BOUNDS), FEW)
            many = await _probed(RedisInbox(connection, prefix="many", bounds=BOUNDS), MANY)
    accepted, started = spread(accepting), spread(starts)
    return Measurement(
        key="inbox",
        method=f"{ACCEPTED} accepted at {PER_SECOND:.0f}/s, {STARTS} from idle, {BACKLOG} waiting, {MANY} waiting",
        figures=(
            Figure("Accepting a question, p99", accepted["p99"], "ms", ACCEPT_P99_MS),
            Figure("… p50", accepted["p50"], "ms"),
            Figure("From accepting to the assistant, idle worker, p95", started["p95"], "ms", START_P95_MS),
            Figure("… p50", started["p50"], "ms"),
            Figure(
                "Turns a second of one worker, engine without latency",
                rate,
                "turns/s",
                TURNS_PER_S,
                lower_is_better=False,
            ),
            Figure(f"Accepting and claiming with {MANY} waiting ÷ with {FEW}", many / few, "×", GROWTH),
        ),
        causes="Worker, Valkey and the platform's double share the machine's cores.",
        details={"accept_ms": accepted, "start_ms": started, "probe_ms": {"few": few, "many": many}},
    )


async def _accepting(inbox: RedisInbox) -> list[float]:
    random = Random(7)  # noqa: S311 - a schedule, no secret
    due, calls = time.perf_counter(), list[asyncio.Task[float]]()
    async with asyncio.TaskGroup() as group:
        for number in range(ACCEPTED):
            due += random.expovariate(PER_SECOND)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            calls.append(group.create_task(_accepted(inbox, question(number, place=number % CONVERSATIONS))))
    return [call.result() for call in calls]


async def _accepted(inbox: RedisInbox, asked: Incoming) -> float:
    began = time.perf_counter()
    await inbox.accept(asked)
    return (time.perf_counter() - began) * 1000


async def _starts(connection: RedisConnection) -> list[float]:
    inbox = RedisInbox(connection, prefix="start", bounds=BOUNDS)
    durations = []
    async with _working(connection, inbox, prefix="start") as (asked, _):
        for number in range(STARTS):
            asked.changed.clear()
            one = question(number, place=number)
            began = time.perf_counter()
            await inbox.accept(one)
            await asked.changed.wait()
            durations.append((asked.at[one.id] - began) * 1000)
            await asyncio.sleep(0.005)  # the worker has answered, and waits again
    return durations


async def _backlog(connection: RedisConnection) -> float:
    inbox = RedisInbox(connection, prefix="backlog", bounds=BOUNDS)
    for number in range(BACKLOG):
        await inbox.accept(question(number, place=number % CONVERSATIONS))
    began = time.perf_counter()
    async with _working(connection, inbox, prefix="backlog") as (_, board):
        await board.until(lambda board: len(board.messages) == BACKLOG)
    return BACKLOG / (time.perf_counter() - began)


async def _probed(inbox: RedisInbox, waiting: int) -> float:
    """The median of accepting and claiming, in ms, while so many conversations wait."""
    for number in range(waiting):
        await inbox.accept(question(number, place=number))
    durations = []
    for number in range(PROBES):
        began = time.perf_counter()
        await inbox.accept(question(waiting + number, place=waiting + number))
        claim = await inbox.claim("bench")
        durations.append((time.perf_counter() - began) * 1000)
        if claim:
            await inbox.finish(claim)
    return median(durations)


@asynccontextmanager
async def _working(
    connection: RedisConnection, inbox: RedisInbox, *, prefix: str
) -> AsyncIterator[tuple[Asked, Board]]:
    """A worker with an assistant of its own during the block."""
    history = RedisHistory(connection, prefix=prefix, max_turns=100, max_age=AGE)
    latency = RedisLatencyLog(connection, prefix=prefix, max_samples=100, max_age=AGE)
    engine = ScriptedEngine()
    selection = ModelSelection(engine, RedisModelPins(connection, prefix=prefix), default=None)
    asked = Asked(Assistant(engine=engine, history=history, selection=selection, latency=latency))
    board = Board()
    worker = Worker(inbox, asked, {"board": BoardOutbound(board)}, pace=Pace(slots=8))
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run())
        yield asked, board
        worker.drain()


def question(number: int, *, place: int) -> Incoming:
    """The question with this number, of a person and a conversation for each place."""
    conversation = ConversationKey("board", "team", f"c{place}")
    return Incoming(f"q{number}", conversation, Author(f"u{place}", "Ola"), f"Question {number}?", received_at=1.0)
