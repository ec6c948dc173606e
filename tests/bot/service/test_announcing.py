import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from bot.assistant import Assistant
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.inbox import RedisInbox
from bot.errors import HistoryUnavailable
from bot.inbox import Bounds
from bot.messages import Author, ConversationKey, Incoming, Language
from bot.models.selection import ModelSelection
from bot.service.announcing import Announcer, Telling
from bot.service.worker import Pace, Worker
from tests.doubles.board import Board, BoardOutbound
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import Item, ScriptedEngine

pytest_plugins = ["tests.contracts.redis_servers"]

HERE = ConversationKey("board", "team", "here")
OLA = Author("u1", "Ola")
AT_ONCE = Telling(patience=0, every=0.01, most_looks=1_000)
PACE = Pace(slots=1, renew_seconds=0.01, drain_seconds=0.05, retry_seconds=0.01)
NEXT, SECOND = (
    "You are next in line; the answer will appear here.",
    "You are 2nd in line; the answer will appear here.",
)


@dataclass
class Office:
    """An inbox, a board, and a gateway's half of it; `steps` counts what the gateway did, `stop_at` holds it there."""

    inbox: RedisInbox
    board: Board = field(default_factory=Board)
    steps: Counter[str] = field(default_factory=Counter)
    failures: list[Exception] = field(default_factory=list)
    stop_at: str = ""
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def outbound(self) -> BoardOutbound:
        return BoardOutbound(self.board, self._step)

    async def _step(self, name: str, _: Incoming) -> None:
        self.steps[name] += 1
        if self.failures:
            raise self.failures.pop()
        if name == self.stop_at:
            self.stopped.set()
            await self.go_on.wait()

    async def ask(self, text: str, *, language: Language = Language.ENGLISH) -> Incoming:
        """A question in a conversation of its own."""
        question = Incoming(uuid.uuid4().hex, replace(HERE, thread=text), OLA, text, 1.0, language)
        await self.inbox.accept(question)
        return question

    async def until_shown(self, question: Incoming, *texts: str) -> None:
        await self.board.until(lambda board: board.texts(question.conversation) == list(texts))

    @asynccontextmanager
    async def working(self, *scripts: Sequence[Item]) -> AsyncIterator[None]:
        """A worker in another process, during the block."""
        engine, history = ScriptedEngine(scripts=list(scripts)), MemoryHistory()
        selection = ModelSelection(engine, history.pins, default=None)
        assistant = Assistant(engine=engine, history=history, selection=selection, latency=MemoryLatencyLog())
        worker = Worker(self.inbox, assistant, {"board": BoardOutbound(self.board)}, pace=PACE)
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            group.create_task(worker.run())
            yield
            worker.drain()


@pytest.fixture
def office(evaluating_connection: RedisConnection, redis_prefix: str) -> Office:
    return Office(RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(at_once=1)))


async def test_who_waits_reads_their_place_and_then_the_answer_in_the_same_message(office: Office) -> None:
    first, second = await office.ask("1?"), await office.ask("2?")
    go_on = asyncio.Event()
    async with asyncio.timeout(10), Announcer(office.inbox, telling=AT_ONCE) as announcer:
        for question in (first, second):
            announcer.follow(question, office.outbound)
        await office.until_shown(first, NEXT)
        await office.until_shown(second, SECOND)
        async with office.working(["Half an", go_on, " answer."], ["Two."]):
            await office.until_shown(first, "Half an")
            await office.until_shown(second, NEXT)
            go_on.set()
            await office.until_shown(first, "Half an answer.")
            await office.until_shown(second, "Two.")
    assert len(office.board.messages) == 2


async def test_the_place_is_told_in_the_person_s_language(office: Office) -> None:
    await office.ask("1?")
    question = await office.ask("2?", language=Language.CZECH)
    async with asyncio.timeout(5), Announcer(office.inbox, telling=AT_ONCE) as announcer:
        announcer.follow(question, office.outbound)
        await office.until_shown(question, "Jste 2. v pořadí; odpověď se objeví tady.")


async def test_who_is_answered_soon_is_told_no_place(office: Office) -> None:
    async with Announcer(office.inbox, telling=replace(AT_ONCE, patience=30)) as announcer:
        question = await office.ask("1?")
        announcer.follow(question, office.outbound)
        for _ in range(10):  # time enough for somebody without patience
            assert await office.inbox.waiting() == 1
        async with office.working(["One."]):
            await office.until_shown(question, "One.")
    assert office.steps["announce"] == 0


async def test_a_crowd_is_told_little_by_little(office: Office) -> None:
    async with Announcer(office.inbox, telling=replace(AT_ONCE, most_looks=0.01)) as announcer:
        announcer.follow(await office.ask("1?"), office.outbound)
        for _ in range(10):  # time enough for somebody who tells everybody at once
            assert await office.inbox.waiting() == 1
    assert office.steps["announce"] == 0


async def test_a_question_that_comes_again_is_followed_once(office: Office) -> None:
    question = await office.ask("1?")
    async with asyncio.timeout(5), Announcer(office.inbox, telling=AT_ONCE) as announcer:
        for _ in range(3):
            announcer.follow(question, office.outbound)
        await office.until_shown(question, NEXT)
        later = await office.ask("2?")
        announcer.follow(later, office.outbound)
        await office.until_shown(later, SECOND)
    assert office.steps["announce"] == 2


async def test_a_place_that_is_shown_late_never_covers_the_answer(office: Office) -> None:
    _, second = await office.ask("1?"), await office.ask("2?")
    first_ends = asyncio.Event()
    async with asyncio.timeout(10), Announcer(office.inbox, telling=AT_ONCE) as announcer:
        announcer.follow(second, office.outbound)
        await office.until_shown(second, SECOND)
        office.stop_at = "announce"
        async with office.working([first_ends, "One."], ["Two."]):
            await office.stopped.wait()
            first_ends.set()
            while await office.inbox.ahead(second) is not None:  # noqa: ASYNC110  # until the worker has it
                await asyncio.sleep(0)
            await office.inbox.to_stop("nobody")  # a second, in which a worker that doesn't wait has answered
            office.go_on.set()
            await office.until_shown(second, "Two.")
    assert office.board.texts(second.conversation) == ["Two."]


async def test_a_platform_that_fails_is_tried_again(office: Office) -> None:
    question = await office.ask("1?")
    office.failures = [HistoryUnavailable(where="board", reason="lost")]
    async with asyncio.timeout(5), Announcer(office.inbox, telling=AT_ONCE) as announcer:
        announcer.follow(question, office.outbound)
        await office.until_shown(question, NEXT)
    assert office.steps["announce"] == 2


async def test_a_platform_that_is_slow_holds_up_no_answer(office: Office) -> None:
    question = await office.ask("1?")
    office.stop_at = "announced"
    telling = replace(AT_ONCE, longest=0.05, every=60)
    async with asyncio.timeout(10), Announcer(office.inbox, telling=telling) as announcer:
        announcer.follow(question, office.outbound)
        await office.stopped.wait()
        async with asyncio.timeout(1.5), office.working(["One."]):
            await office.until_shown(question, "One.")
    assert len(office.board.messages) == 1


async def test_a_gateway_that_ends_leaves_the_message_to_the_answer(office: Office) -> None:
    question = await office.ask("1?")
    async with asyncio.timeout(5), Announcer(office.inbox, telling=AT_ONCE) as announcer:
        announcer.follow(question, office.outbound)
        await office.until_shown(question, NEXT)
    office.board.forget_nonces()
    async with office.working(["One."]):
        await office.until_shown(question, "One.")


async def test_a_withdrawn_question_s_message_ends_honestly(office: Office) -> None:
    question = await office.ask("1?")
    async with asyncio.timeout(5), Announcer(office.inbox, telling=AT_ONCE) as announcer:
        announcer.follow(question, office.outbound)
        await office.until_shown(question, NEXT)
        await office.inbox.stop(question.conversation)
    office.board.forget_nonces()
    async with office.working():
        await office.until_shown(question, "Stopped: this question was taken back, so I don't answer it.")


async def test_an_answer_that_is_stopped_before_its_first_word_ends_the_told_place(office: Office) -> None:
    question = await office.ask("1?")
    async with asyncio.timeout(5), Announcer(office.inbox, telling=AT_ONCE) as announcer:
        announcer.follow(question, office.outbound)
        await office.until_shown(question, NEXT)
    async with office.working([asyncio.Event(), "Never."]):
        while await office.inbox.ahead(question) is not None:  # noqa: ASYNC110  # until the worker has it
            await asyncio.sleep(0)
        await office.inbox.stop(question.conversation)
        await office.until_shown(question, "Stopped: this question was taken back, so I don't answer it.")


async def test_a_fault_of_ours_is_logged_and_ends_the_telling_alone(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    question = await office.ask("1?")
    office.failures = [RuntimeError("ours")]
    async with asyncio.timeout(5), Announcer(office.inbox, telling=AT_ONCE) as announcer:
        announcer.follow(question, office.outbound)
        while not office.steps["announce"]:
            assert await office.inbox.waiting() == 1
        async with office.working(["One."]):
            await office.until_shown(question, "One.")
    assert "by a fault of ours" in caplog.text
