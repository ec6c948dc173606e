import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.access import Access, Permission, Rules
from bot.assistant import Assistant
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.inbox import RedisInbox
from bot.errors import BadSetting, HistoryUnavailable
from bot.messages import Author, ConversationKey, Incoming, Language
from bot.models.selection import ModelSelection
from bot.service.announcing import Telling
from bot.service.platforms import Receive
from bot.service.service import Service
from bot.service.supervising import Backoff, Supervisor
from bot.service.worker import Pace, Worker
from bot.wording import speak
from tests.doubles.board import Board, BoardOutbound
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import Item, ScriptedEngine

pytest_plugins = ["tests.contracts.redis_servers"]

HERE = ConversationKey("board", "team", "here")
PACE = Pace(slots=2, drain_seconds=0.05, retry_seconds=0.01)


@dataclass
class BoardPlatform(BoardOutbound):
    """The whole adapter: questions are put into it, and it breaks off when told to."""

    name: str = "board"
    asked: asyncio.Queue[Incoming | Exception] = field(default_factory=asyncio.Queue)
    connected: int = 0

    async def run(self, receive: Receive) -> None:
        self.connected += 1
        while True:
            item = await self.asked.get()
            if isinstance(item, Exception):
                raise item
            await receive(item)


@dataclass(frozen=True)
class Nobody:
    """Rules by which nobody may ask."""

    def rules(self) -> Rules:
        return Rules(given={"board": {Permission.ASK: frozenset()}})


@pytest.fixture
def inbox(evaluating_connection: RedisConnection, redis_prefix: str) -> RedisInbox:
    return RedisInbox(evaluating_connection, prefix=redis_prefix)


def a_worker(inbox: RedisInbox, platform: BoardPlatform, *scripts: Sequence[Item]) -> Worker:
    engine, history = ScriptedEngine(scripts=list(scripts)), MemoryHistory()
    selection = ModelSelection(engine, history.pins, default=None)
    assistant = Assistant(engine=engine, history=history, selection=selection, latency=MemoryLatencyLog())
    return Worker(inbox, assistant, {platform.name: platform}, pace=PACE)


def a_question(text: str) -> Incoming:
    return Incoming(uuid.uuid4().hex, HERE, Author("u1", "Ola"), text, received_at=1.0)


async def test_a_platform_that_breaks_off_is_connected_again_and_its_questions_are_answered(inbox: RedisInbox) -> None:
    platform = BoardPlatform(Board())
    supervisor = Supervisor(Backoff(first=0.01))
    worker = a_worker(inbox, platform, ["One."], ["Two."])
    service = Service(inbox, platforms=[platform], worker=worker, supervisor=supervisor)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(service.run())
        for item in (a_question("1?"), HistoryUnavailable(where="board", reason="lost"), a_question("2?")):
            platform.asked.put_nowait(item)
        await platform.board.until(lambda board: board.texts(HERE) == ["One.", "Two."])
        service.drain()
    assert platform.connected == 2


async def test_wrong_settings_of_a_platform_end_the_service_and_hand_back_what_is_answered(inbox: RedisInbox) -> None:
    platform, never = BoardPlatform(Board()), asyncio.Event()
    service = Service(inbox, platforms=[platform], worker=a_worker(inbox, platform, ["Half an", never]))
    async with asyncio.timeout(10):
        serving = asyncio.create_task(service.run())
        platform.asked.put_nowait(a_question("1?"))
        await platform.board.until(lambda board: board.texts(HERE) == ["Half an"])
        platform.asked.put_nowait(BadSetting(name="SOVA_X", reason="wrong"))
        with pytest.raises(BadSetting):
            await serving
    assert await inbox.waiting() == 1


async def test_a_service_without_a_worker_takes_in_what_another_answers(inbox: RedisInbox) -> None:
    platform = BoardPlatform(Board())
    gateway, answering = (
        Service(inbox, platforms=[platform]),
        Service(inbox, worker=a_worker(inbox, platform, ["One."])),
    )
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(gateway.run())
        group.create_task(answering.run())
        platform.asked.put_nowait(a_question("1?"))
        await platform.board.until(lambda board: board.texts(HERE) == ["One."])
        gateway.drain()
        answering.drain()


async def test_a_drained_service_takes_nothing_in_and_hands_back_what_it_can_not_finish(inbox: RedisInbox) -> None:
    platform, never = BoardPlatform(Board()), asyncio.Event()
    service = Service(inbox, platforms=[platform], worker=a_worker(inbox, platform, ["Half an", never]))
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(service.run())
        platform.asked.put_nowait(a_question("1?"))
        await platform.board.until(lambda board: board.texts(HERE) == ["Half an"])
        service.drain()
    platform.asked.put_nowait(a_question("2?"))
    assert platform.asked.qsize() == 1
    assert await inbox.waiting() == 1


async def test_who_may_not_ask_is_refused_at_the_door(inbox: RedisInbox) -> None:
    platform = BoardPlatform(Board())
    service = Service(inbox, platforms=[platform], access=Access(file=Nobody()))
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(service.run())
        platform.asked.put_nowait(a_question("1?"))
        await platform.board.until(lambda board: bool(board.texts(HERE)))
        service.drain()
    assert platform.board.texts(HERE)[0].startswith("You may not ask me here.")
    assert await inbox.waiting() == 0


async def test_who_waits_is_told_their_place_until_the_service_is_drained(inbox: RedisInbox) -> None:
    platform = BoardPlatform(Board())
    service = Service(inbox, platforms=[platform], telling=Telling(patience=0))
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(service.run())
        platform.asked.put_nowait(a_question("1?"))
        await platform.board.until(lambda board: board.texts(HERE) == [speak(Language.ENGLISH).place(0)])
        service.drain()
    assert await inbox.waiting() == 1
