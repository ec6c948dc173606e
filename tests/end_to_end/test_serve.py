import asyncio
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from tests.doubles.board_service import BoardService, Question
from tests.doubles.echo_engine import EchoEngine
from tests.end_to_end.sova import Sova

MAIN = "from tests.doubles.board_program import run; run()"


@dataclass
class Office:
    """Everything around Sova: the chat service, the engine; and the command that serves both."""

    board: BoardService
    engine: EchoEngine
    sova: Sova

    def ask(self, channel: str, *numbers: int) -> None:
        for number in numbers:
            self.board.ask(Question(f"{channel}-{number}", channel, channel, f"question {number}"))

    def texts(self) -> list[str]:
        """What everybody sees, in the order in which it was posted."""
        return [message.text for message in self.board.board.messages.values()]

    @asynccontextmanager
    async def running(self, *words: str, **settings: str) -> AsyncIterator[Process]:
        """A `sova` in a process of its own, told to end when it is left, so that it takes its Redis with it."""
        sova = replace(self.sova, settings={**self.sova.settings, **settings})
        async with sova.running(*words) as process:
            try:
                yield process
            finally:
                self.engine.may_end.set()
                if process.returncode is None:
                    process.send_signal(signal.SIGTERM)
                    await ended(process)

    async def see(self, *texts: str) -> None:
        """Wait until each of these stands there."""
        await self.board.board.until(lambda _: set(texts) <= set(self.texts()))


@pytest.fixture
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    state = tmp_path_factory.mktemp("s")
    board, engine = BoardService(), EchoEngine()
    async with board.serving() as board_url, engine.serving() as engine_url, asyncio.timeout(60):
        settings = {
            "BOARD_URL": board_url,
            "SOVA_ENGINE": "openai",
            "SOVA_MODEL": "echo",
            "SOVA_OPENAI_BASE_URL": engine_url,
            "SOVA_LEASE_SECONDS": "2",
            "SOVA_LOG_LEVEL": "INFO",
        }
        yield Office(board, engine, Sova(state, settings=settings, program=MAIN))


def answer(number: int) -> str:
    return f"You asked: question {number}."


async def ended(process: Process) -> int:
    async with asyncio.timeout(20):
        return await process.wait()


async def test_one_process_takes_in_and_answers(office: Office) -> None:
    async with office.running("serve") as serving:
        office.ask("here", 1, 2)
        await office.see(answer(1), answer(2))
        serving.send_signal(signal.SIGTERM)
        assert await ended(serving) == 0
    assert office.texts() == [answer(1), answer(2)]


async def test_gateway_and_worker_are_processes_of_their_own(office: Office) -> None:
    async with office.running("serve", "--platforms", "board"):
        office.ask("here", 1)
        await office.board.until_seen("accepted")
        assert office.texts() == []
        async with office.running("worker"):
            await office.see(answer(1))


async def test_told_to_end_it_finishes_the_answer_that_is_being_given(office: Office) -> None:
    office.engine.may_end.clear()
    async with office.running("serve") as serving:
        office.ask("here", 1)
        await office.engine.speaking.wait()
        serving.send_signal(signal.SIGTERM)
        office.ask("here", 2)
        office.engine.may_end.set()
        assert await ended(serving) == 0
    assert office.texts() == [answer(1)]


async def test_what_cannot_be_finished_in_time_is_handed_back_and_goes_on_in_the_same_message(office: Office) -> None:
    office.engine.may_end.clear()
    async with office.running("serve", SOVA_DRAIN_SECONDS="0") as serving:
        office.ask("here", 1)
        await office.engine.speaking.wait()
        serving.send_signal(signal.SIGTERM)
        assert await ended(serving) == 0
    office.engine.may_end.set()
    async with office.running("serve"):
        await office.see(answer(1))
    assert office.texts() == [answer(1)]


async def test_a_rolling_restart_of_two_processes_drops_nothing(office: Office) -> None:
    async with office.running("serve") as old:
        office.ask("here", 1, 2, 3)
        await office.see(answer(1))
        async with office.running("serve") as new:
            await office.board.until_seen("connected", 2)
            office.ask("here", 4, 5, 6)
            old.send_signal(signal.SIGTERM)
            office.ask("there", 7, 8)
            assert await ended(old) == 0
            async with office.running("serve"):
                await office.board.until_seen("connected", 3)
                new.send_signal(signal.SIGTERM)
                office.ask("here", 9)
                assert await ended(new) == 0
                await office.see(*map(answer, range(1, 10)))
    assert sorted(office.texts()) == sorted(map(answer, range(1, 10)))
    assert [text for text in office.texts() if text not in (answer(7), answer(8))] == [
        answer(number) for number in (1, 2, 3, 4, 5, 6, 9)
    ]


async def test_who_may_not_ask_is_told_so_and_takes_no_place_in_the_queue(office: Office) -> None:
    rules = office.sova.state / "access.toml"
    rules.write_text('[board]\nask = ["user:inside"]\n', encoding="utf-8")
    async with office.running("serve", SOVA_ACCESS_FILE=str(rules)):
        office.ask("outside", 1)
        await office.board.until_seen("refused")
        office.ask("inside", 2)
        await office.see(answer(2))
    assert office.board.seen["claimed"] == 1
    assert len(office.texts()) == 2


async def test_a_second_signal_ends_it_at_once(office: Office) -> None:
    office.engine.may_end.clear()
    async with office.running("serve") as serving:
        office.ask("here", 1)
        await office.engine.speaking.wait()
        serving.send_signal(signal.SIGTERM)
        assert serving.stderr
        while b"SIGTERM" not in await serving.stderr.readline():
            pass
        serving.send_signal(signal.SIGTERM)
        assert await ended(serving) == 130
    office.engine.may_end.set()
    async with office.running("serve"):
        await office.see(answer(1))


async def test_a_platform_that_there_is_not_is_named_with_those_that_there_are(office: Office) -> None:
    ran = await office.sova("serve", "--platforms", "bored")
    assert ran.code == 2
    assert "bored" in ran.aside
    assert "board" in ran.aside
