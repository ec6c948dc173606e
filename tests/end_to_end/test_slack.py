"""The whole of Sova in processes of its own, on a Slack that is reached over real sockets."""

import asyncio
import signal
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from tests.doubles.discord import Discord
from tests.doubles.echo_engine import EchoEngine
from tests.doubles.slack import Person, Place, Post, Slack, slack_service
from tests.end_to_end.sova import Sova

QUESTION = "How long is parental leave?"


@dataclass
class Office:
    """Everything around Sova: the chat service with somebody in it, the engine; and the command that serves both."""

    slack: Slack
    general: Place
    jana: Person
    engine: EchoEngine
    sova: Sova

    async def answer(self, text: str) -> Post:
        """What stands there, once it says this and nothing more is added."""
        return await self.slack.seen(self.general, lambda post: text in post.text and not post.is_streaming)

    @asynccontextmanager
    async def running(self, *words: str, **settings: str) -> AsyncIterator[Process]:
        """Told to end when it is left, so that it takes its Redis with it."""
        sova = replace(self.sova, settings={**self.sova.settings, **settings})
        async with sova.running(*words) as process:
            try:
                yield process
            finally:
                self.engine.may_end.set()
                if process.returncode is None:
                    process.send_signal(signal.SIGTERM)
                    async with asyncio.timeout(20):
                        await process.wait()


@pytest.fixture
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    engine = EchoEngine()
    async with asyncio.timeout(90), slack_service() as slack, engine.serving() as engine_url:
        settings = {
            "SOVA_SLACK_BOT_TOKEN": slack.bot_token,
            "SOVA_SLACK_APP_TOKEN": slack.app_token,
            "SOVA_SLACK_SIGNING_SECRET": slack.signing_secret,
            "SOVA_SLACK_API_URL": slack.base_url,
            "SOVA_ENGINE": "openai",
            "SOVA_MODEL": "echo",
            "SOVA_OPENAI_BASE_URL": engine_url,
            "SOVA_LEASE_SECONDS": "2",
        }
        general, jana = slack.team.channel("general"), slack.team.person("Jana")
        yield Office(slack, general, jana, engine, Sova(tmp_path_factory.mktemp("s"), settings=settings))


async def test_a_mention_is_answered_in_its_thread_and_so_is_who_goes_on_there(office: Office) -> None:
    async with office.running("serve"):
        await office.slack.until_connected(2)
        post = await office.jana.says(office.general, QUESTION, mention=True)
        await office.answer(QUESTION)
        await office.jana.says(office.general, "And for twins?", thread=post)
        await office.answer("And for twins?")
    assert [answer.thread for answer in office.general.answers] == [post.ts, post.ts]
    assert not office.slack.api.limited


async def test_an_answer_that_a_kill_cut_short_is_completed_in_its_place_and_once(office: Office) -> None:
    office.engine.may_end.clear()
    async with office.running("serve") as process:
        await office.slack.until_connected(2)
        await office.jana.says(office.general, QUESTION, mention=True)
        begun = await office.slack.seen(office.general)
        await office.engine.speaking.wait()
        process.kill()
        await process.wait()
    async with office.running("serve"):
        answer = await office.answer(QUESTION)
    assert [answer] == [begun] == office.general.answers


async def test_what_was_asked_while_sova_was_away_is_answered(office: Office) -> None:
    async with office.running("serve"):
        await office.slack.until_connected(2)
        await office.jana.says(office.general, "First?", mention=True)
        await office.answer("First?")
    await office.jana.says(office.general, "Second?", mention=True)
    async with office.running("serve"):
        await office.answer("Second?")
        await office.slack.advance(61)
        await office.slack.advance(301)
    assert len(office.general.answers) == 2


async def test_a_worker_answers_what_a_gateway_took_in(office: Office) -> None:
    async with office.running("serve", "--platforms", "slack"):
        await office.slack.until_connected(2)
        async with office.running("worker"):
            await office.jana.says(office.general, QUESTION, mention=True)
            await office.answer(QUESTION)
    assert len(office.general.answers) == 1


async def test_slack_and_discord_are_served_together(office: Office) -> None:
    async with Discord() as discord:
        guild = discord.guild()
        settings = {
            "SOVA_DISCORD_TOKEN": discord.token,
            "SOVA_DISCORD_API_URL": discord.api_url,
            "SOVA_DISCORD_GATEWAY_URL": discord.gateway_url,
        }
        async with office.running("serve", **settings):
            await asyncio.gather(office.slack.until_connected(2), discord.until_ready())
            await office.jana.says(office.general, QUESTION, mention=True)
            guild.channel("general").says(guild.person("Anna"), "How short?", mention=True)
            await office.answer(QUESTION)
            thread, *_ = await discord.until(lambda: guild.threads)
            await discord.until(lambda: [post for post in thread.answers if "How short?" in post.text])


async def test_a_wrong_token_ends_it_with_what_to_click(office: Office) -> None:
    settings = {**office.sova.settings, "SOVA_SLACK_BOT_TOKEN": "xoxb-no-secret"}
    ran = await replace(office.sova, settings=settings)("serve")
    assert ran.code == 2
    assert "SOVA_SLACK_BOT_TOKEN" in ran.aside
    assert "api.slack.com/apps" in ran.aside
    assert not [word for word in ("Traceback", "no-secret") if word in ran.aside]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SOVA_SLACK_APP_TOKEN", "xoxb-the-other", "xapp-"),
        ("SOVA_SLACK_APP_TOKEN", "", "docs/slack.md"),
        ("SOVA_SLACK_API_URL", "slack.com", "SOVA_SLACK_API_URL"),
    ],
)
async def test_a_setting_that_does_not_fit_is_named(office: Office, name: str, value: str, told: str) -> None:
    ran = await replace(office.sova, settings={**office.sova.settings, name: value})("serve")
    assert ran.code == 2
    assert name in ran.aside
    assert told in ran.aside


async def test_over_http_questions_are_answered_too(office: Office) -> None:
    port = free_port()
    async with office.running("serve", SOVA_SLACK_MODE="http", SOVA_SLACK_HTTP_PORT=str(port)):
        await office.slack.until(lambda: [one for one in office.slack.api.calls if one.method == "users.conversations"])
        await office.slack.uses_http(f"http://127.0.0.1:{port}/slack/events")
        await office.jana.says(office.general, QUESTION, mention=True)
        await office.answer(QUESTION)
    assert office.slack.sockets.opened == 0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
