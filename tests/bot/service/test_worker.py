import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from bot.assistant import Assistant
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.inbox import RedisInbox
from bot.errors import HistoryUnavailable
from bot.inbox import Bounds, Claim
from bot.messages import Author, ConversationKey, Incoming, Language
from bot.models.selection import ModelSelection
from bot.ports import ModelInfo
from bot.service.worker import Pace, Worker
from bot.wording import speak
from tests.doubles.board import Board, BoardOutbound, Step
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import Item, ScriptedEngine

pytest_plugins = ["tests.contracts.redis_servers"]

HERE = ConversationKey("board", "team", "here")
OLA = Author("u1", "Ola")
QUICK = Pace(slots=2, renew_seconds=0.01, drain_seconds=0.05, retry_seconds=0.01, attempts=2)


@dataclass
class Team:
    """A board, an inbox, and workers with an assistant each, as different programs would have them."""

    inbox: RedisInbox
    prefix: str
    board: Board = field(default_factory=Board)
    history: MemoryHistory = field(default_factory=MemoryHistory)

    def worker(
        self, *scripts: Sequence[Item], before: Step | None = None, pace: Pace = QUICK, inbox: RedisInbox | None = None
    ) -> Worker:
        offers = [ModelInfo("owl:1b", loaded=True), ModelInfo("owl:7b")]
        engine = ScriptedEngine(scripts=list(scripts) or [["Hello", " there."]], offers=offers)
        selection = ModelSelection(engine, self.history.pins, default=None)
        latency = MemoryLatencyLog()
        assistant = Assistant(engine=engine, history=self.history, selection=selection, latency=latency)
        return Worker(inbox or self.inbox, assistant, {"board": BoardOutbound(self.board, before)}, pace=pace)

    async def ask(self, text: str, *, conversation: ConversationKey = HERE) -> Incoming:
        question = Incoming(uuid.uuid4().hex, conversation, OLA, text, received_at=1.0)
        await self.inbox.accept(question)
        return question

    async def until_texts(self, *texts: str, conversation: ConversationKey = HERE) -> None:
        await self.board.until(lambda board: board.texts(conversation) == list(texts))


@pytest.fixture
def inbox(evaluating_connection: RedisConnection, redis_prefix: str) -> RedisInbox:
    return RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(waiting_of_one=100))


@pytest.fixture
def team(inbox: RedisInbox, redis_prefix: str) -> Team:
    return Team(inbox, redis_prefix)


@asynccontextmanager
async def at_work(*workers: Worker) -> AsyncIterator[None]:
    """The workers run during the block, are drained at its end, and all of it takes a few seconds at most."""
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        for worker in workers:
            group.create_task(worker.run())
        yield
        for worker in workers:
            worker.drain()


async def test_a_question_is_answered_where_it_was_asked(team: Team) -> None:
    async with at_work(team.worker()):
        await team.ask("Well?")
        await team.until_texts("Hello there.")
    assert await team.inbox.claim("w") is None


async def test_the_questions_of_a_conversation_are_answered_in_order_by_any_number_of_workers(team: Team) -> None:
    conversations = [replace(HERE, channel=str(n)) for n in range(4)]
    for n in range(5):
        for conversation in conversations:
            await team.ask(f"{n}?", conversation=conversation)
    async with at_work(*(team.worker() for _ in range(3))):
        await team.board.until(lambda board: all(len(board.texts(place)) == 5 for place in conversations))
    for conversation in conversations:
        turns = await team.history.turns(conversation)
        assert [turn.question for turn in turns] == [f"{n}?" for n in range(5)]


async def test_a_worker_with_room_for_many_leaves_the_store_to_others_while_it_waits(team: Team) -> None:
    async with at_work(team.worker(pace=replace(QUICK, slots=200))):
        for n in range(3):
            await team.inbox.wait()  # so that whoever waits for questions does
            await team.ask("Well?", conversation=replace(HERE, channel=str(n)))
            await team.until_texts("Hello there.", conversation=replace(HERE, channel=str(n)))


async def test_an_answer_that_fails_is_told_to_who_asked_and_the_next_is_answered(team: Team) -> None:
    away = HistoryUnavailable(where="here", reason="refused")
    async with at_work(team.worker([away], ["Hello."])):
        await team.ask("Well?")
        await team.ask("And now?")
        await team.board.until(lambda board: len(board.texts(HERE)) == 2 and board.texts(HERE)[1] == "Hello.")
    assert team.board.texts(HERE)[0].startswith("I can't reach")


async def test_a_worker_that_is_drained_hands_back_what_another_finishes_in_the_same_message(team: Team) -> None:
    never = asyncio.Event()
    async with at_work(team.worker(["Half an", never])):
        await team.ask("Well?")
        await team.until_texts("Half an")
    assert await team.inbox.waiting() == 1
    team.board.forget_nonces()
    async with at_work(team.worker(["Whole."])):
        await team.until_texts("Whole.")
    turns = await team.history.turns(HERE)
    assert [(turn.question, turn.answer) for turn in turns] == [("Well?", "Whole.")]


async def test_a_worker_that_is_drained_finishes_what_it_can(team: Team) -> None:
    go_on = asyncio.Event()
    worker = team.worker(["Half an", go_on, " answer."], pace=replace(QUICK, drain_seconds=10))
    async with at_work(worker):
        await team.ask("Well?")
        await team.until_texts("Half an")
        worker.drain()
        go_on.set()
    assert team.board.texts(HERE) == ["Half an answer."]
    assert await team.inbox.claim("w") is None


async def test_stop_ends_the_answer_that_is_being_given_and_what_waits_behind_it(team: Team) -> None:
    never = asyncio.Event()
    async with at_work(team.worker(["Half an", never], ["Whole."])):
        await team.ask("Well?")
        await team.until_texts("Half an")
        await team.ask("Never mind?")
        stopped = await team.inbox.stop(HERE)
        assert ([question.text for question in stopped.withdrawn], len(stopped.claims)) == (["Never mind?"], 1)
        await team.ask("And now?")
        await team.until_texts("Half an", "Whole.")
    kept = [(turn.answer, turn.finish_reason.value) for turn in await team.history.turns(HERE)]
    assert kept == [("Half an", "stopped"), ("Whole.", "complete")]


async def test_a_platform_that_fails_is_tried_again_however_often(team: Team) -> None:
    failures = [HistoryUnavailable(where="board", reason="refused") for _ in range(QUICK.attempts + 1)]

    async def fail_often(step: str, _: Incoming) -> None:
        if step == "post" and failures:
            raise failures.pop()

    async with at_work(team.worker(before=fail_often)):
        await team.ask("Well?")
        await team.until_texts("Hello there.")


async def test_a_platform_that_is_down_holds_up_nobody_else(
    team: Team, evaluating_connection: RedisConnection, redis_prefix: str
) -> None:
    async def fail_here(_: str, question: Incoming) -> None:
        if question.conversation == HERE:
            raise HistoryUnavailable(where="board", reason="refused")

    narrow = RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(at_once=1))
    there = replace(HERE, channel="there")
    pace = replace(QUICK, slots=1, retry_seconds=60)
    async with at_work(team.worker(before=fail_here, inbox=narrow, pace=pace)):
        await team.ask("Well?")
        await team.ask("Well?", conversation=there)
        await team.until_texts("Hello there.", conversation=there)
    assert await team.inbox.waiting() == 1


async def test_a_question_that_was_stopped_is_answered_by_no_other_worker(team: Team) -> None:
    never = asyncio.Event()
    forgetful = RedisInbox(team.inbox._connection, prefix=team.prefix, bounds=Bounds(lease_seconds=0))
    await team.ask("Well?")
    dead = await forgetful.claim("dead")
    assert dead is not None
    assert await forgetful.posted(dead, await team.board.post(str(HERE), "Half an", nonce=dead.incoming.id))
    await team.inbox.stop(HERE)
    async with at_work(team.worker(["Whole.", never])):
        await team.until_texts("Stopped: this question was taken back, so I don't answer it.")
    assert await team.history.turns(HERE) == ()


async def test_a_stop_that_comes_before_the_answer_has_begun_is_not_lost(team: Team) -> None:
    async def stop_first(step: str, _: Incoming) -> None:
        if step == "claimed" and not stopped:
            stopped.update((await team.inbox.stop(HERE)).claims)
            while not stopped <= set(worker._stopped):  # noqa: ASYNC110  # until it has heard of it
                await asyncio.sleep(0)

    stopped: set[str] = set()
    worker = team.worker(["Whole."], before=stop_first)
    async with at_work(worker):
        await team.ask("Well?")
        await team.until_texts("Stopped: this question was taken back, so I don't answer it.")
    assert await team.history.turns(HERE) == ()


async def test_an_answer_that_could_not_be_stored_is_stored_before_its_question_is_finished(team: Team) -> None:
    go_on = asyncio.Event()
    async with at_work(team.worker(["Half an", go_on, " answer."])):
        await team.ask("Well?")
        await team.until_texts("Half an")
        team.history.down = HistoryUnavailable(where="here", reason="refused")
        go_on.set()
        await team.board.until(lambda board: board.texts(HERE)[0].startswith("Half an answer."))
        claims = (await team.inbox.stop(HERE)).claims
        assert await team.inbox.is_held(claims)
        team.history.down = None
        while await team.inbox.is_held(claims):  # noqa: ASYNC110  # until its worker has let go
            await asyncio.sleep(0)
        assert [turn.answer for turn in await team.history.turns(HERE)] == ["Half an answer."]


async def test_a_question_that_ends_one_worker_after_the_other_is_given_up_and_its_author_told(team: Team) -> None:
    async def fail(step: str, _: Incoming) -> None:
        if step == "done" and team.board.texts(HERE) == ["Hello there."]:
            raise RuntimeError("a fault of ours")

    async with at_work(team.worker(before=fail)):
        await team.ask("Well?")
        await team.board.until(lambda board: any("I have given up" in text for text in board.texts(HERE)))
    assert len(team.board.messages) == 1
    assert await team.inbox.claim("w") is None


async def test_a_worker_whose_claim_is_lost_stops_and_leaves_the_reply_to_the_other(
    team: Team, evaluating_connection: RedisConnection, redis_prefix: str
) -> None:
    forgetful = RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(lease_seconds=0))
    never = asyncio.Event()
    slow = team.worker(["Half an", never], inbox=forgetful, pace=replace(QUICK, slots=1, renew_seconds=60))
    await team.ask("Well?")
    async with at_work(slow):
        await team.until_texts("Half an")
        async with at_work(team.worker(["Whole."])):
            await team.until_texts("Whole.")
    assert team.board.texts(HERE) == ["Whole."]


async def test_a_renewed_claim_is_not_taken_by_another_worker(
    team: Team, evaluating_connection: RedisConnection, redis_prefix: str
) -> None:
    brief = RedisInbox(evaluating_connection, prefix=redis_prefix, bounds=Bounds(lease_seconds=0.5))
    go_on = asyncio.Event()
    await team.ask("Well?")
    async with at_work(team.worker(["Half an", go_on, " answer."], inbox=brief)):
        await team.until_texts("Half an")
        for _ in range(2):
            await team.inbox.wait()  # a second each, so the lease would have ended
        assert await team.inbox.claim("w") is None
        go_on.set()
        await team.until_texts("Half an answer.")


async def test_a_worker_goes_on_when_the_inbox_is_back(team: Team) -> None:
    class Flaky(RedisInbox):
        faults = 3

        async def claim(self, worker: str) -> Claim | None:
            if self.faults:
                self.faults -= 1
                raise HistoryUnavailable(where="here", reason="refused")
            return await super().claim(worker)

    flaky = Flaky(team.inbox._connection, prefix=team.inbox._root.decode().split(":")[0])
    await team.ask("Well?")
    async with at_work(team.worker(inbox=flaky)):
        await team.until_texts("Hello there.")


async def test_an_answer_goes_on_while_its_name_cannot_be_remembered_which_is_made_up_for(team: Team) -> None:
    class Forgetful(RedisInbox):
        away = True
        remembered = asyncio.Event()

        async def posted(self, claim: Claim, message: str) -> bool:
            if self.away:
                raise HistoryUnavailable(where="here", reason="refused")
            held = await super().posted(claim, message)
            self.remembered.set()
            return held

    more, never = asyncio.Event(), asyncio.Event()
    forgetful = Forgetful(team.inbox._connection, prefix=team.inbox._root.decode().split(":")[0])
    async with at_work(team.worker(["Half", more, " an", never], inbox=forgetful)):
        await team.ask("Well?")
        await team.until_texts("Half")
        more.set()
        await team.until_texts("Half an")
        forgetful.away = False
        await forgetful.remembered.wait()
    team.board.forget_nonces()
    async with at_work(team.worker(["All of it."])):
        await team.until_texts("All of it.")


# --- answering again -------------------------------------------------------------------------------------------


async def ask_again(team: Team, *, replaces: str | None, model: str | None = None) -> Incoming:
    again = Incoming(uuid.uuid4().hex, HERE, OLA, "", received_at=1.0, again=True, replaces=replaces, model=model)
    await team.inbox.accept(again)
    return again


async def test_a_question_is_answered_again_in_the_message_of_its_earlier_answer(team: Team) -> None:
    async with at_work(team.worker(["First."], ["Second."])):
        await team.ask("Well?")
        await team.until_texts("First.")
        (earlier,) = team.board.messages
        again = await ask_again(team, replaces=earlier, model="owl:7b")
        await team.until_texts("Second.")
    (turn,) = await team.history.turns(HERE)
    assert (turn.id, turn.question, turn.answer, turn.model) == (again.id, "Well?", "Second.", "owl:7b")


async def test_answering_again_takes_its_turn_behind_what_was_asked_before(team: Team) -> None:
    await team.ask("One?")
    await team.ask("Two?")
    await ask_again(team, replaces=None)
    async with at_work(team.worker(["1"], ["2"], ["2 again"])):
        await team.until_texts("1", "2", "2 again")
    assert [(turn.question, turn.answer) for turn in await team.history.turns(HERE)] == [
        ("One?", "1"),
        ("Two?", "2 again"),
    ]


async def test_what_is_answered_again_goes_on_in_the_same_message_after_its_worker_ended(team: Team) -> None:
    never = asyncio.Event()
    async with at_work(team.worker(["First."], ["Half of the", never])):
        await team.ask("Well?")
        await team.until_texts("First.")
        await ask_again(team, replaces=next(iter(team.board.messages)))
        await team.until_texts("Half of the")
    team.board.forget_nonces()
    claim = await team.inbox.claim("w")
    assert claim is not None
    assert claim.posted == next(iter(team.board.messages))
    await team.inbox.hand_back(claim)
    async with at_work(team.worker(["Second."])):
        await team.until_texts("Second.")
    assert [turn.answer for turn in await team.history.turns(HERE)] == ["Second."]


async def test_half_of_another_answer_gives_way_to_the_one_sentence_that_it_failed(team: Team) -> None:
    never = asyncio.Event()
    await ask_again(team, replaces=await answered_once(team))
    async with at_work(team.worker(["Half of the", never])):
        await team.until_texts("Half of the")
    async with at_work(team.worker([HistoryUnavailable(where="here", reason="refused")])):
        await team.board.until(lambda board: "Half of the" not in board.texts(HERE))
    (told,) = team.board.texts(HERE)
    assert told == speak(Language.ENGLISH).of_error(HistoryUnavailable(where="here", reason="refused"))


async def answered_once(team: Team) -> str:
    """The name of the message with an answer."""
    async with at_work(team.worker(["First."])):
        await team.ask("Well?")
        await team.until_texts("First.")
    (earlier,) = team.board.messages
    return earlier


async def test_an_answer_stays_where_answering_again_is_taken_back(team: Team) -> None:
    again, elsewhere = await ask_again(team, replaces=await answered_once(team)), replace(HERE, channel="elsewhere")
    assert (await team.inbox.stop(HERE)).withdrawn == (again,)
    async with at_work(team.worker(["There."], pace=replace(QUICK, slots=1))):
        await team.ask("And there?", conversation=elsewhere)
        await team.until_texts("There.", conversation=elsewhere)
    assert team.board.texts(HERE) == ["First."]


async def test_an_answer_stays_where_answering_again_fails(team: Team) -> None:
    await ask_again(team, replaces=await answered_once(team))
    async with at_work(team.worker([HistoryUnavailable(where="here", reason="refused")])):
        await team.board.until(lambda board: len(board.texts(HERE)) == 2)
    assert team.board.texts(HERE)[0] == "First."
    assert [turn.answer for turn in await team.history.turns(HERE)] == ["First."]


async def test_answering_again_where_nothing_was_asked_says_so(team: Team) -> None:
    async with at_work(team.worker()):
        await ask_again(team, replaces=None)
        await team.board.until(lambda board: len(board.texts(HERE)) == 1)
    assert team.board.texts(HERE) == ["There is no answer here yet that I could give again."]
