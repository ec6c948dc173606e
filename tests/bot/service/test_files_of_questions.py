"""Drives a question with a file through the durable inbox: it waits as a reference, whoever answers fetches it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.assistant import Assistant
from bot.attachments.reading import AttachmentBounds, AttachmentReading
from bot.backends.documents.process import AttachmentProcesses
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.inbox import RedisInbox
from bot.inbox import Bounds
from bot.messages import Attachment, Author, ConversationKey, Incoming
from bot.models.selection import ModelSelection
from bot.retrieval.loading import LoadLimits
from bot.service.worker import Pace, Worker
from bot.settings import child_environment
from tests.doubles.board import Board, BoardOutbound
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import ScriptedEngine

pytest_plugins = ["tests.contracts.redis_servers"]

HERE = ConversationKey("board", "team", "here")
QUICK = Pace(slots=1, renew_seconds=0.01, drain_seconds=0.05, retry_seconds=0.01, attempts=2)
PLAN = b"The launch of Heron is on 14 May."


@pytest.fixture
def inbox(evaluating_connection: RedisConnection, redis_prefix: str) -> RedisInbox:
    return RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds())


@pytest.fixture
async def reading() -> AsyncIterator[AttachmentReading]:
    async with AttachmentProcesses(environment=child_environment(), limits=LoadLimits()) as reader:
        yield AttachmentReading(reader, bounds=AttachmentBounds(file_bytes=100))


async def answered(inbox: RedisInbox, reading: AttachmentReading, board: Board, *attachments: Attachment) -> str:
    """What stands on the board once the question with these files is answered."""
    engine, history = ScriptedEngine(scripts=[["The launch is on 14 May."]]), MemoryHistory()
    assistant = Assistant(
        engine=engine,
        history=history,
        selection=ModelSelection(engine, history.pins, default=None),
        latency=MemoryLatencyLog(),
        attachments=reading,
    )
    worker = Worker(inbox, assistant, {"board": BoardOutbound(board)}, pace=QUICK)
    question = Incoming("q1", HERE, Author("u1", "Ola"), "When?", received_at=1.0, attachments=attachments)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        await inbox.accept(question)
        group.create_task(worker.run())
        await board.until(lambda board: any("14 May." in text for text in board.texts(HERE)))
        worker.drain()
    return board.texts(HERE)[-1]


async def test_whoever_answers_fetches_the_file_from_the_platform(
    inbox: RedisInbox, reading: AttachmentReading
) -> None:
    board = Board(files={"board:7": PLAN})
    shown = await answered(inbox, reading, board, Attachment("plan.txt", "text/plain", 33, "board:7"))
    assert shown == "The launch is on 14 May. [1]"


async def test_a_file_that_is_gone_by_then_is_told_beside_the_answer(
    inbox: RedisInbox, reading: AttachmentReading
) -> None:
    shown = await answered(inbox, reading, Board(), Attachment("plan.txt", "text/plain", 33, "board:7"))
    assert "I couldn't get plan.txt" in shown


async def test_the_bound_on_bytes_reaches_the_platform(inbox: RedisInbox, reading: AttachmentReading) -> None:
    board = Board(files={"board:7": PLAN * 10})
    shown = await answered(inbox, reading, board, Attachment("plan.txt", "text/plain", 33, "board:7"))
    assert "plan.txt is too large" in shown
