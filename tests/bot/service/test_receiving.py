import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from bot.access import Access, Grantee, Kind, Permission, Rules
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.inbox import RedisInbox
from bot.errors import AssistantError, HistoryUnavailable
from bot.inbox import Bounds
from bot.messages import Author, ConversationKey, Incoming, Language
from bot.service.announcing import Announcer, Telling
from bot.service.receiving import Reception
from bot.service.refusing import QUIET_S, Refusals
from tests.doubles.board import Board, BoardOutbound

pytest_plugins = ["tests.contracts.redis_servers"]

HERE = ConversationKey("board", "team", "here")
OLA, EDA = Author("u1", "Ola"), Author("u2", "Eda", frozenset({"askers"}))
DOWN = HistoryUnavailable(where="redis", reason="refused")


class Store(RedisInbox):
    """An inbox that may be away, or silent for ever."""

    down: AssistantError | None = None
    is_silent = False

    async def accept(self, incoming: Incoming) -> int | None:
        if self.down:
            raise self.down
        if self.is_silent:
            await asyncio.Event().wait()
        return await super().accept(incoming)


@dataclass(frozen=True)
class Askers:
    """Only people with the role may ask."""

    def rules(self) -> Rules:
        askers = frozenset({Grantee.of(Kind.ROLE, "askers")})
        return Rules(given={"board": {Permission.ASK: askers}})


@dataclass
class Gate:
    """A reception with a board; `now` is the refusals' clock."""

    inbox: Store
    announcer: Announcer
    access: Access = field(default_factory=Access)
    board: Board = field(default_factory=Board)
    unreachable: list[AssistantError] = field(default_factory=list)
    now: float = 0.0
    steps: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reception = Reception(
            self.inbox,
            access=self.access,
            announcer=self.announcer,
            refusals=Refusals(clock=lambda: self.now),
            keep_seconds=0.1,
        )

    async def ask(
        self,
        *,
        author: Author = OLA,
        language: Language = Language.ENGLISH,
        reply: str | None = None,
        replaces: str | None = None,
    ) -> None:
        again = replaces is not None
        question = Incoming(
            uuid.uuid4().hex, HERE, author, "Where?", 1.0, language, again=again, reply=reply, replaces=replaces
        )
        await self.reception.receive(question, BoardOutbound(self.board, self._step))

    async def _step(self, name: str, _: Incoming) -> None:
        self.steps.append(name)
        if self.unreachable:
            raise self.unreachable.pop()

    @property
    def told(self) -> list[str]:
        return self.board.texts(HERE)


@pytest.fixture
async def gate(evaluating_connection: RedisConnection, redis_prefix: str) -> AsyncIterator[Gate]:
    inbox = Store(evaluating_connection, prefix=redis_prefix, bounds=Bounds(waiting_of_one=2))
    async with Announcer(inbox, telling=Telling(patience=60)) as announcer:
        yield Gate(inbox, announcer)


async def test_what_was_taken_in_waits_and_nothing_is_said(gate: Gate) -> None:
    await gate.ask()
    assert (await gate.inbox.waiting(), gate.told) == (1, [])


async def test_the_place_of_what_is_answered_again_is_not_told_over_the_visible_answer(gate: Gate) -> None:
    async with Announcer(gate.inbox, telling=Telling(patience=0, every=0.01)) as eager:
        quick = replace(gate, announcer=eager)
        earlier = await gate.board.post(str(HERE), "The earlier answer.", nonce="1")
        await quick.ask(replaces=earlier)
        await quick.ask()
        await gate.board.until(lambda board: len(board.messages) == 2)
    assert gate.told == ["The earlier answer.", "You are 2nd in line; the answer will appear here."]


async def test_a_place_is_told_in_the_message_that_is_there_from_the_beginning(gate: Gate) -> None:
    async with Announcer(gate.inbox, telling=Telling(patience=0, every=0.01)) as eager:
        thinking = await gate.board.post(str(HERE), "Sova is thinking.", nonce="1")
        await replace(gate, announcer=eager).ask(reply=thinking)
        await gate.board.until(lambda board: board.messages[thinking].edits > 0)
    assert gate.told == ["You are next in line; the answer will appear here."]


async def test_a_flood_of_questions_is_refused_in_one_sentence_to_each_person(gate: Gate) -> None:
    for _ in range(9):
        await gate.ask()
        await gate.ask(author=EDA, language=Language.CZECH)
    assert gate.told == [
        "2 questions of yours are already waiting. Please let me answer them first.",
        "Už čekají 2 vaše otázky. Nechte mě prosím nejdřív odpovědět na ně.",
    ]
    assert await gate.inbox.waiting() == 4


async def test_another_burst_is_another_sentence(gate: Gate) -> None:
    for _ in range(4):
        await gate.ask()
    claim = await gate.inbox.claim("w")
    assert claim is not None
    await gate.ask()
    await gate.ask()
    assert len(gate.told) == 2


async def test_who_goes_on_for_long_is_told_again(gate: Gate) -> None:
    for now in (0, 1, QUIET_S - 1, QUIET_S, QUIET_S + 1):
        gate.now = now
        gate.inbox.down = DOWN
        await gate.ask()
    assert len(gate.told) == 2


async def test_who_may_not_ask_takes_no_place_and_reads_why(gate: Gate) -> None:
    strict = replace(gate, access=Access(file=Askers()))
    await strict.ask()
    await strict.ask(author=EDA)
    assert [text.split(". ")[0] for text in gate.told] == ["You may not ask me here"]
    claim = await gate.inbox.claim("w")
    assert claim is not None
    assert (claim.incoming.author, await gate.inbox.waiting()) == (EDA, 0)


async def test_when_the_store_is_away_the_person_is_told_to_ask_again(gate: Gate) -> None:
    gate.inbox.down = DOWN
    await gate.ask()
    assert gate.told == [
        "I couldn't take your question in: where I keep questions can't be reached (redis: nobody answers there). "
        "Please ask again in a while."
    ]
    gate.inbox.down = None
    await gate.ask()
    assert await gate.inbox.waiting() == 1


async def test_when_the_store_says_nothing_the_person_does_not_wait_for_it(gate: Gate) -> None:
    gate.inbox.is_silent = True
    async with asyncio.timeout(3):
        await gate.ask()
    assert gate.told == [
        "I couldn't take your question in: where I keep questions didn't answer in time. Please ask again in a while."
    ]


async def test_a_question_that_is_neither_kept_nor_refused_is_not_acknowledged(gate: Gate) -> None:
    gate.inbox.down = DOWN
    gate.unreachable = [HistoryUnavailable(where="board", reason="lost")]
    with pytest.raises(HistoryUnavailable):
        await gate.ask()
    await gate.ask()
    assert len(gate.told) == 1


async def test_who_waits_is_followed(evaluating_connection: RedisConnection, redis_prefix: str) -> None:
    inbox = Store(evaluating_connection, prefix=redis_prefix)
    async with asyncio.timeout(5), Announcer(inbox, telling=Telling(patience=0)) as announcer:
        gate = Gate(inbox, announcer)
        await gate.ask()
        await gate.board.until(lambda board: bool(board.texts(HERE)))
    assert gate.told == ["You are next in line; the answer will appear here."]
