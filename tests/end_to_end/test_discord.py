"""The whole of Sova in processes of its own, on a Discord that is reached over real sockets."""

import asyncio
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from tests.doubles.discord import Channel, Cut, Discord, Guild, Person, Post, Refuse
from tests.doubles.echo_engine import EchoEngine
from tests.end_to_end.sova import Sova

LEAVE = (
    "# Leave\n\n## Parental leave\n\nParental leave is 20 weeks long. Requests go to Jana in the personnel office.\n"
)
QUESTION = "How long is parental leave?"


@dataclass
class Office:
    """Everything around Sova: the chat service with somebody in it, the engine; and the command that serves both."""

    discord: Discord
    guild: Guild
    general: Channel
    anna: Person
    engine: EchoEngine
    sova: Sova

    def ask(self, text: str) -> Post:
        return self.general.says(self.anna, text, mention=True)

    async def answer(self, text: str, *, questions: int = 1) -> Post:
        """What stands in the last thread, once it says this and there is nothing more to stop."""
        return await self.discord.until(lambda: self._answered(text, questions))

    def _answered(self, text: str, questions: int) -> Post | None:
        answers = self.general.threads[-1].answers if len(self.general.threads) >= questions else []
        return next((post for post in answers if text in post.text and not is_growing(post)), None)

    def answers(self) -> list[int]:
        """How many each thread has that everybody sees."""
        return [sum(not post.is_ephemeral for post in thread.answers) for thread in self.general.threads]

    @asynccontextmanager
    async def serving(self, **settings: str) -> AsyncIterator[Process]:
        """A `sova serve`, told to end when it is left, so that it takes its Redis with it."""
        async with replace(self.sova, settings={**self.sova.settings, **settings}).running("serve") as process:
            try:
                yield process
            finally:
                self.engine.may_end.set()
                if process.returncode is None:
                    process.send_signal(signal.SIGTERM)
                    async with asyncio.timeout(20):
                        await process.wait()


def is_growing(post: Post) -> bool:
    return any(":stop:" in button.custom_id for button in post.buttons)


async def told(process: Process, words: str) -> None:
    """Wait until it logs this."""
    assert process.stderr
    async for line in process.stderr:
        if words in line.decode():
            return


@pytest.fixture
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    engine = EchoEngine()
    async with Discord() as discord, engine.serving() as engine_url, asyncio.timeout(90):
        settings = {
            "SOVA_DISCORD_TOKEN": discord.token,
            "SOVA_DISCORD_API_URL": discord.api_url,
            "SOVA_DISCORD_GATEWAY_URL": discord.gateway_url,
            "SOVA_ENGINE": "openai",
            "SOVA_MODEL": "echo",
            "SOVA_OPENAI_BASE_URL": engine_url,
            "SOVA_LEASE_SECONDS": "2",
        }
        guild = discord.guild()
        sova = Sova(tmp_path_factory.mktemp("s"), settings=settings)
        yield Office(discord, guild, guild.channel("general"), guild.person("Anna"), engine, sova)


async def test_a_mention_is_answered_in_a_thread_without_disturbing_anybody(office: Office) -> None:
    office.engine.says = "Ask @everyone, <@1> or https://evil.example"
    async with office.serving():
        await office.discord.until_ready()
        question = office.ask(QUESTION)
        answer = await office.answer("Ask")
    assert [thread.id for thread in office.general.threads] == [question.id]
    assert (answer.pings, answer.unfurls, office.answers(), office.discord.rest.limited) == ([], [], [1], [])


async def test_an_answer_that_a_kill_cut_short_is_completed_in_its_place_and_once(office: Office) -> None:
    office.engine.may_end.clear()
    async with office.serving() as process:
        await office.discord.until_ready()
        office.ask(QUESTION)
        begun = await office.discord.until(lambda: [one for thread in office.general.threads for one in thread.answers])
        await office.engine.speaking.wait()
        process.kill()
        await process.wait()
    async with office.serving():
        answer = await office.answer(QUESTION)
    assert [answer] == begun == office.general.threads[0].answers


async def test_what_was_asked_while_sova_was_away_is_answered(office: Office) -> None:
    async with office.serving(SOVA_LOG_LEVEL="INFO") as process:
        await told(process, "connected to Discord")  # only then is it known what was heard before
        office.ask("First?")
        await office.answer("First?")
    office.ask("Second?")
    async with office.serving():
        await office.answer("Second?", questions=2)
    assert office.answers() == [1, 1]


async def test_a_dead_line_in_the_middle_neither_loses_nor_doubles(office: Office) -> None:
    office.engine.may_end.clear()
    async with office.serving():
        await office.discord.until_ready()
        office.ask("First?")
        await office.engine.speaking.wait()
        office.discord.gateway.cut()
        office.ask("Second?")
        office.engine.may_end.set()
        await office.answer("Second?", questions=2)
    assert (office.answers(), len(office.discord.gateway.identified)) == ([1, 1], 1)


async def test_a_post_whose_receipt_was_lost_is_not_posted_twice(office: Office) -> None:
    async with office.serving():
        await office.discord.until_ready()
        office.discord.faults.plan(Cut(done=True), "POST", "/channels/*/messages")
        office.discord.faults.plan(Refuse(502), "PATCH", "/channels/*/messages/*")
        office.ask(QUESTION)
        await office.answer(QUESTION)
    assert office.answers() == [1]


async def test_two_processes_with_one_token_answer_once(office: Office) -> None:
    async with office.serving(), office.serving():
        await office.discord.until(lambda: len(office.discord.gateway.identified) == 2)
        office.ask("First?")
        await office.answer("First?")
        office.ask("Second?")
        await office.answer("Second?", questions=2)
    assert office.answers() == [1, 1]


async def test_a_discord_that_hangs_up_at_first_is_tried_again(office: Office) -> None:
    hung_up = asyncio.Event()

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        hung_up.set()

    async with office.discord.outage():
        server = await asyncio.start_server(hang_up, "127.0.0.1", int(office.discord.url.rpartition(":")[2]))
        serving = office.serving()
        await serving.__aenter__()
        await hung_up.wait()
        server.close()
        await server.wait_closed()
    try:
        await office.discord.until_ready()
        office.ask(QUESTION)
        await office.answer(QUESTION)
    finally:
        await serving.__aexit__(None, None, None)


@pytest.mark.engine
async def test_an_answer_is_looked_into_judged_and_given_again(office: Office) -> None:
    await write_documents(office)
    office.engine.says = "Parental leave is 20 weeks long [1]."
    async with office.serving():
        await office.discord.until_ready()
        office.ask(QUESTION)
        answer = await office.answer("20 weeks long")
        await look_at_sources(office, answer)
        await say_why_not(office, answer)
        office.engine.says = "It is 20 weeks long [1]."
        office.anna.clicks(answer, "again")
        assert await office.answer("It is 20 weeks long") == answer
        stats = office.anna.slash(office.general, "stats")
        await office.discord.until(lambda: stats.answer and not stats.answer.is_loading)
        votes = await office.sova("feedback", "export")
    assert stats.answer
    assert ("echo" in stats.answer.text, "too short" in votes.out, office.answers()) == (True, True, [1])


@pytest.mark.engine
async def test_a_real_engine_answers_from_the_documents(office: Office) -> None:
    office.sova = replace(
        office.sova,
        settings={**office.sova.settings, "SOVA_ENGINE": "embedded", "SOVA_MODEL": "smollm2-135m"},
    )
    await write_documents(office)
    async with office.serving():
        await office.discord.until_ready()
        office.ask(QUESTION)
        await office.answer("20 weeks")
    assert office.answers() == [1]


async def write_documents(office: Office) -> None:
    documents = office.sova.state / "documents"
    documents.mkdir()
    (documents / "leave.md").write_text(LEAVE, encoding="utf-8")
    assert (await office.sova("index")).code == 0


async def look_at_sources(office: Office, answer: Post) -> None:
    shown = office.anna.clicks(answer, "sources")
    sources = await office.discord.until(lambda: [*shown.follow_ups, *filter(None, [shown.answer])])
    await office.discord.until(lambda: not sources[0].is_loading)
    assert (sources[0].is_ephemeral, "leave.md" in sources[0].text) == (True, True)


async def say_why_not(office: Office, answer: Post) -> None:
    shown = office.anna.clicks(answer, "down")
    await office.discord.until(lambda: shown.modal)
    sent = office.anna.submits(shown, "too short")
    await office.discord.until(lambda: sent.follow_ups or (sent.answer and not sent.answer.is_loading))
