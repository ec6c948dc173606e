"""Owns the promise that a log above DEBUG holds nothing of what people ask, read and are answered."""

import asyncio
import io
import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from bot.assistant import Assistant, Consults
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.inbox import RedisInbox
from bot.errors import EngineInterrupted, EngineSilent, IndexUnavailable
from bot.logs import current_turn, formatter, turn_id
from bot.messages import Attachment, Author, ConversationKey, Incoming, Notice, Passage, Remark, Turn
from bot.models.selection import ModelSelection
from bot.retrieval.knowledge import Grounds
from bot.service.worker import Pace, Worker
from tests.doubles.board import Board, BoardOutbound, Step
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import Item, ScriptedEngine

pytest_plugins = ["tests.contracts.redis_servers"]

MARKER = "Quetzalcoatl"
HERE = ConversationKey("board", "team", "here")
ASKED = Incoming("m1", HERE, Author("u-4711", "Ola"), f"Where is the {MARKER} kept?", received_at=time.time())
FOUND = Passage(
    document=f"{MARKER}.md",
    title=MARKER,
    headings=(MARKER,),
    text=f"The {MARKER} is kept in the cellar.",
    start=0,
    end=10,
    language="en",
    scope="everyone",
    score=0.9,
    first=0,
    last=0,
)
PACE = Pace(slots=1, renew_seconds=0.01, drain_seconds=1, retry_seconds=0.01, attempts=2)

Told = Callable[[], str]


@dataclass
class Library:
    """Finds one passage, or fails."""

    failure: Exception | None = None

    async def consult(
        self,
        question: str,
        *,
        turns: Sequence[Turn],
        conversation: ConversationKey,
        author: Author,
        remarks: Sequence[Remark] = (),
        within: frozenset[str] | None = None,
    ) -> Grounds | None:
        if self.failure:
            raise self.failure
        return Grounds((FOUND,), is_relevant=True, documents=1, took_ms=5.0)

    async def caveats(self, question: str) -> tuple[Notice, ...]:
        return ()


@pytest.fixture
def told() -> Iterator[Told]:
    """Everything that is logged at INFO and above, in every shape."""
    root, out = logging.getLogger(), io.StringIO()
    level, handlers = root.level, [logging.StreamHandler(out) for _ in range(2)]
    handlers[0].setFormatter(formatter("console"))
    handlers[1].setFormatter(formatter("json"))
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield out.getvalue
    for handler in handlers:
        root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def inbox(evaluating_connection: RedisConnection, redis_prefix: str) -> RedisInbox:
    return RedisInbox(evaluating_connection, prefix=redis_prefix)


def _assistant(engine: ScriptedEngine, knowledge: Consults | None = None) -> Assistant:
    history = MemoryHistory()
    return Assistant(
        engine=engine,
        history=history,
        selection=ModelSelection(engine, history.pins, default=None),
        latency=MemoryLatencyLog(),
        knowledge=knowledge or Library(),
    )


async def _answer(
    inbox: RedisInbox,
    script: Sequence[Item],
    *,
    knowledge: Consults | None = None,
    before: Step | None = None,
    asked: Incoming = ASKED,
) -> str:
    """One turn from the queue to the board; gives what people read."""
    board, done = Board(), asyncio.Event()
    assistant = _assistant(ScriptedEngine(scripts=[script]), knowledge)

    async def step(name: str, incoming: Incoming) -> None:
        if before:
            await before(name, incoming)
        if name == "done":
            done.set()

    worker = Worker(inbox, assistant, {"board": BoardOutbound(board, step)}, pace=PACE)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(worker.run())
        await inbox.accept(asked)
        await done.wait()
        worker.drain()
    return "\n".join(board.texts(HERE))


@pytest.mark.parametrize(
    "script",
    [
        [f"The {MARKER} is ", "in the cellar."],
        [f"The {MARKER} ", EngineInterrupted("scripted", "owl:1b")],
        [EngineSilent("scripted", "owl:1b", 5.0)],
        [f"The {MARKER} and " * 3] * 60,
    ],
    ids=["answered", "interrupted", "passages instead", "repeating"],
)
async def test_no_text_of_a_turn_is_logged(inbox: RedisInbox, told: Told, script: list[Item]) -> None:
    shown = await _answer(inbox, script)
    assert MARKER in shown
    assert "turn ended" in told()
    assert MARKER not in told()
    assert "u-4711" not in told()


async def test_no_name_of_an_attached_file_is_logged(inbox: RedisInbox, told: Told) -> None:
    file = Attachment(f"{MARKER}.txt", "text/plain", 10, where=f"/files/{MARKER}")
    await _answer(inbox, ["Hello."], asked=replace(ASKED, attachments=(file,)))
    assert "outcome=attachment-refused" in told()
    assert MARKER not in told()


async def test_no_text_is_logged_where_the_documents_fail(inbox: RedisInbox, told: Told) -> None:
    library = Library(IndexUnavailable(where="qdrant.lan", reason="refused"))
    await _answer(inbox, [f"{MARKER}."], knowledge=library)
    assert "answered without the documents" in told()
    assert MARKER not in told()


async def test_a_fault_of_our_own_that_quotes_the_question_is_logged_without_it(inbox: RedisInbox, told: Told) -> None:
    library = Library(KeyError(ASKED.text))
    shown = await _answer(inbox, [f"{MARKER}."], knowledge=library)
    assert "KeyError" in told()
    assert MARKER not in told()
    assert turn_id(ASKED) in shown
    assert turn_id(ASKED) in told()


async def test_a_platform_that_fails_with_the_text_does_not_bring_it_into_the_log(
    inbox: RedisInbox, told: Told
) -> None:
    failed = False

    async def fail_once(name: str, _: Incoming) -> None:
        nonlocal failed
        if name == "post" and not failed:
            failed = True
            raise RuntimeError(f"can't send: The {MARKER}")

    await _answer(inbox, [f"The {MARKER}."], before=fail_once)
    assert "RuntimeError" in told()
    assert MARKER not in told()


async def test_each_turn_has_one_line_with_its_figures(inbox: RedisInbox, told: Told) -> None:
    await _answer(inbox, [f"The {MARKER} is ", "in the cellar."])
    (line,) = [line for line in told().splitlines() if "turn ended" in line and not line.startswith("{")]
    figures = dict(re.findall(r"(\w+)=(\S+)", line))
    assert f"[{turn_id(ASKED)}]" in line
    assert (figures["outcome"], figures["platform"], figures["model"]) == ("complete", "board", "owl:1b")
    assert (figures["engine"], figures["passages"], figures["tokens"]) == ("scripted", "1", "2")
    assert {"queue_ms", "ttft_ms", "total_ms", "retrieval_ms"} <= set(figures)


async def test_every_line_of_a_worker_about_a_question_carries_its_turn(inbox: RedisInbox, told: Told) -> None:
    await _answer(inbox, ["Hello."])
    lines = [line for line in told().splitlines() if re.search(r"bot\.(answering|assistant|turn_line|service)", line)]
    assert lines
    assert all(turn_id(ASKED) in line for line in lines)


async def test_lines_about_a_question_that_is_asked_directly_carry_its_turn_too(told: Told) -> None:
    events = [event async for event in _assistant(ScriptedEngine()).answer(ASKED)]
    assert events
    lines = [line for line in told().splitlines() if "bot." in line]
    assert lines
    assert all(turn_id(ASKED) in line for line in lines)
    assert current_turn() == ""
