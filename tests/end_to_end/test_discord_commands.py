"""Commands and buttons of a whole Sova in a process of its own, on a Discord that is reached over real sockets."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from tests.doubles.discord import Channel, Discord, Interaction, Person, Post
from tests.doubles.echo_engine import EchoEngine
from tests.end_to_end.sova import Sova

QUESTION = "How long is parental leave?"


@dataclass
class Desk:
    """A channel with two people, and Sova serving it."""

    discord: Discord
    general: Channel
    anna: Person
    bob: Person
    engine: EchoEngine
    sova: Sova

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        async with self.sova.running("serve") as process:
            await self.discord.until_ready()
            try:
                yield
            finally:
                self.engine.may_end.set()
                process.send_signal(signal.SIGTERM)
                async with asyncio.timeout(20):
                    assert await process.wait() == 0

    async def answered(self, sent: Interaction) -> Post:
        """What an interaction is answered with, once the answer is whole."""
        return await self.discord.until(lambda: whole(sent.answer))

    async def told(self, sent: Interaction) -> None:
        """Wait until a command is answered."""
        await self.discord.until(lambda: sent.answer and not sent.answer.is_loading)


def whole(post: Post | None) -> Post | None:
    """A message with the buttons of an answer that has ended."""
    return post if post and any(":again:" in button.custom_id for button in post.buttons) else None


@pytest.fixture
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    engine = EchoEngine()
    async with Discord() as discord, engine.serving() as engine_url, asyncio.timeout(90):
        settings = {
            "SOVA_DISCORD_TOKEN": discord.token,
            "SOVA_DISCORD_API_URL": discord.api_url,
            "SOVA_DISCORD_GATEWAY_URL": discord.gateway_url,
            "SOVA_ENGINE": "openai",
            "SOVA_MODEL": "echo",
            "SOVA_OPENAI_BASE_URL": engine_url,
        }
        guild = discord.guild()
        sova = Sova(tmp_path_factory.mktemp("s"), settings=settings)
        yield Desk(discord, guild.channel("general"), guild.person("Anna"), guild.person("Bob"), engine, sova)


async def test_a_private_question_is_answered_for_the_asker_alone_and_again(desk: Desk) -> None:
    async with desk.serving():
        answer = await desk.answered(desk.anna.slash(desk.general, "ask", question=QUESTION, private=True))
        again = await desk.answered(desk.anna.clicks(answer, "again"))

    assert (answer.text, again.text) == (f"You asked: {QUESTION}.",) * 2
    assert answer.is_ephemeral
    assert again.is_ephemeral
    assert [post for post in desk.general.answers if not post.is_ephemeral] == []
    assert desk.general.threads == []


async def test_a_question_asked_by_a_command_begins_a_thread(desk: Desk) -> None:
    async with desk.serving():
        sent = desk.anna.slash(desk.general, "ask", question=QUESTION)
        thread, *_ = await desk.discord.until(lambda: desk.general.threads)
        await desk.discord.until(lambda: thread.answers and whole(thread.answers[-1]))

    assert sent.answer
    assert sent.answer.text == f"> {QUESTION}"
    assert thread.id == sent.answer.id
    assert [post.text for post in thread.answers] == [f"You asked: {QUESTION}."]


async def test_an_answer_is_stopped_by_whoever_asked_and_nobody_else(desk: Desk) -> None:
    desk.engine.may_end.clear()
    async with desk.serving():
        desk.anna.slash(desk.general, "ask", question=QUESTION)
        thread, *_ = await desk.discord.until(lambda: desk.general.threads)
        growing = await desk.discord.until(lambda: next((post for post in thread.answers if post.buttons), None))
        refused = desk.bob.clicks(growing, "stop")
        await desk.discord.until(lambda: refused.answer)
        desk.anna.clicks(growing, "stop")
        await desk.discord.until(lambda: whole(growing))

    assert refused.answer
    assert "Only whoever asked" in refused.answer.text
    assert [post for post in thread.answers if not post.is_ephemeral] == [growing]


async def test_commands_are_registered_at_the_first_start_alone(desk: Desk) -> None:
    for _ in range(2):
        async with desk.serving():
            await desk.told(desk.anna.slash(desk.general, "stop"))

    assert len([call for call in desk.discord.rest.calls if call.method == "PUT"]) == 1
