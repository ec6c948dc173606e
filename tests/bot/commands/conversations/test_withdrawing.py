"""What `/stop` and `/forget` do with questions that go through the inbox, and are answered by another process."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from bot.access import LOCAL_PLATFORM, Access
from bot.assistant import Assistant
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.inbox import RedisInbox
from bot.commands.cards import Card
from bot.commands.command import Command, Invocation
from bot.commands.conversations.answering import Answering
from bot.commands.conversations.forget import Forget
from bot.commands.conversations.withdrawing import Withdrawing
from bot.commands.registry import Registry
from bot.errors import StillAnswering
from bot.inbox import Bounds
from bot.messages import Author, ConversationKey, Incoming, Language
from bot.models.selection import ModelSelection
from bot.service.worker import Pace, Worker
from tests.doubles.board import Board, BoardOutbound
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import Item, ScriptedEngine

pytest_plugins = ["tests.contracts.redis_servers"]

HERE = ConversationKey("board", "team", "here")
OLA, EDA, BOSS = Author("u1", "Ola"), Author("u2", "Eda"), Author("boss", "Boss")
PACE = Pace(slots=2, drain_seconds=0.05, retry_seconds=0.01)


@dataclass
class Office:
    """A gateway, where commands are typed, and a worker elsewhere; they share inbox and history."""

    inbox: RedisInbox
    board: Board = field(default_factory=Board)
    history: MemoryHistory = field(default_factory=MemoryHistory)
    patience: float = 5.0

    def assistant(self, *scripts: Sequence[Item]) -> Assistant:
        engine = ScriptedEngine(scripts=list(scripts))
        selection = ModelSelection(engine, self.history.pins, default=None)
        return Assistant(engine=engine, history=self.history, selection=selection, latency=MemoryLatencyLog())

    async def ask(self, text: str, *, author: Author = OLA, place: ConversationKey = HERE) -> None:
        await self.inbox.accept(Incoming(uuid.uuid4().hex, place, author, text, received_at=1.0))

    async def type(
        self, text: str, *, author: Author = OLA, place: ConversationKey = HERE, language: Language = Language.ENGLISH
    ) -> str:
        registry = Registry(Access(admins=frozenset({"board:boss"})))
        for command in self.commands(registry.access):
            registry.add(command)
        invocation = Invocation("c1", place, author, 1.0, language)
        card = await registry.run(invocation, *registry.parse(text))
        assert isinstance(card, Card)
        return card.text

    def commands(self, access: Access) -> Sequence[Command]:
        assistant = self.assistant()
        forget = Forget(assistant, Withdrawing(self.inbox, patience=self.patience))
        return (*Answering(assistant, access, self.inbox).commands(), *forget.commands())

    @asynccontextmanager
    async def working(self, *scripts: Sequence[Item]) -> AsyncIterator[Worker]:
        worker = Worker(self.inbox, self.assistant(*scripts), {"board": BoardOutbound(self.board)}, pace=PACE)
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            group.create_task(worker.run())
            yield worker
            worker.drain()

    async def until_texts(self, *texts: str) -> None:
        await self.board.until(lambda board: board.texts(HERE) == list(texts))

    async def questions(self) -> list[str]:
        return [turn.question for turns in self.history.kept.values() for turn in turns]


@pytest.fixture
def office(evaluating_connection: RedisConnection, redis_prefix: str) -> Office:
    return Office(RedisInbox(evaluating_connection, prefix=redis_prefix))


async def test_stop_ends_the_answer_that_another_process_gives_and_withdraws_what_waits(office: Office) -> None:
    async with office.working(["Half an", asyncio.Event()]):
        await office.ask("1?")
        await office.until_texts("Half an")
        await office.ask("2?")
        assert await office.type("/stop") == (
            "I stopped. What I had said so far is kept. One waiting question is withdrawn."
        )
    assert await office.inbox.claim("w") is None


async def test_stop_leaves_what_others_asked_alone(office: Office) -> None:
    go_on = asyncio.Event()
    async with office.working(["Half an", go_on, " answer."], ["Two."]):
        await office.ask("1?", author=EDA)
        await office.until_texts("Half an")
        assert (await office.type("/stop")).startswith("Nothing of yours is being answered or waits here.")
        await office.ask("2?")
        assert await office.type("/stop") == "One waiting question is withdrawn. What others asked here goes on."
        go_on.set()
        await office.until_texts("Half an answer.")


async def test_an_administrator_s_stop_concerns_everybody(office: Office) -> None:
    async with office.working(["Half an", asyncio.Event()]):
        await office.ask("1?", author=EDA)
        await office.until_texts("Half an")
        await office.ask("2?")
        assert "One waiting question is withdrawn." in await office.type("/stop", author=BOSS)


async def test_stop_where_nothing_is_asked_says_so(office: Office) -> None:
    assert await office.type("/stop") == "No answer is being given here right now."


async def test_stop_is_said_in_czech(office: Office) -> None:
    for number in range(3):
        await office.ask(f"{number}?")
    await office.ask("4?", author=EDA)
    told = await office.type("/stop", language=Language.CZECH)
    assert told == "3 čekající otázky jsou staženy. Otázky ostatních tu běží dál."


async def test_at_the_terminal_stop_asks_no_inbox(office: Office) -> None:
    local = replace(HERE, platform=LOCAL_PLATFORM)
    await office.ask("1?", place=local)
    assert await office.type("/stop", place=local) == "No answer is being given here right now."
    assert await office.inbox.waiting() == 1


async def test_after_forget_nothing_of_the_conversation_is_stored_whoever_answers_it(office: Office) -> None:
    async with office.working(["Zero."], ["Half an", asyncio.Event()]):
        await office.ask("0?")
        await office.until_texts("Zero.")
        await office.ask("1?")
        await office.until_texts("Zero.", "Half an")
        await office.ask("2?", author=EDA)
        assert await office.type("/forget") == (
            "I erased 2 questions with their answers. No choice of model was pinned here. "
            "One question that was waiting I took out of the queue and erased."
        )
        assert await office.questions() == []
    assert await office.questions() == []
    assert await office.inbox.claim("w") is None


async def test_forget_me_reaches_every_conversation_and_leaves_others_questions(office: Office) -> None:
    there = replace(HERE, channel="there")
    async with office.working(["Half an", asyncio.Event()], ["Two."]):
        await office.ask("1?")
        await office.until_texts("Half an")
        await office.ask("2?", author=EDA)
        told = await office.type("/forget me", place=there)
        assert told.startswith("Of u1 on board I erased 1 question with its answer in 1 conversation.")
        await office.until_texts("Half an", "Two.")
    assert await office.questions() == ["2?"]


async def test_forgetting_only_what_waits_says_so_too(office: Office) -> None:
    await office.ask("1?")
    await office.ask("2?", place=replace(HERE, channel="there"))
    told = await office.type("/forget person u1", author=BOSS)
    assert told.endswith("2 questions that were waiting I took out of the queue and erased.")
    assert await office.inbox.waiting() == 0


async def test_a_worker_that_does_not_stop_keeps_the_history_from_being_said_to_be_erased(office: Office) -> None:
    office.patience = 0.1
    await office.ask("1?")
    assert await office.inbox.claim("a worker that hears nothing")
    with pytest.raises(StillAnswering):
        await office.type("/forget")


async def test_the_claim_of_a_worker_that_is_gone_holds_up_no_forgetting(
    office: Office, evaluating_connection: RedisConnection, redis_prefix: str
) -> None:

    impatient = RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(lease_seconds=0))
    await office.ask("1?")
    assert await impatient.claim("gone")
    assert "nothing to forget" in await office.type("/forget")
    async with office.working(["Whole."]):
        await office.until_texts("Stopped: this question was taken back, so I don't answer it.")
    assert await office.questions() == []
