"""Owns a workspace in the loopback Slack, and a whole Sova there that runs in processes of its own."""

import asyncio
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from tests.doubles.echo_engine import EchoEngine
from tests.doubles.slack import Manifest, Person, Place, Post, Slack, slack_service
from tests.end_to_end.sova import Sova

PATIENCE_S = 60.0
QUESTION = "How long is parental leave?"


@dataclass
class Office:
    """A channel with two people, the engine, and the command that serves both."""

    slack: Slack
    general: Place
    jana: Person
    petr: Person
    engine: EchoEngine
    sova: Sova

    async def asks(self, place: Place | None = None, text: str = QUESTION) -> Post:
        """Jana mentions her."""
        return await self.jana.says(place or self.general, text, mention=True)

    async def answer(self, text: str, place: Place | None = None) -> Post:
        """What stands there, once it says this and nothing more is added."""
        return await self.slack.seen(place or self.general, lambda post: text in post.text and is_whole(post))

    async def answered(self, text: str = QUESTION, *, says: str = "") -> Post:
        """The answer to a question of Jana's, once it is whole; it `says` the question again, if nothing else."""
        await self.asks(text=text)
        return await self.answer(says or text)

    async def told(self, who: Person, words: str) -> Post:
        """What only they are told."""
        return await self.slack.seen(self.general, lambda post: post.only_for == who.id and words in post.text)

    def answers(self, place: Place | None = None) -> list[Post]:
        """Those that everybody sees."""
        return [post for post in (place or self.general).answers if not post.only_for]

    @asynccontextmanager
    async def running(self, *words: str, **settings: str) -> AsyncIterator[Process]:
        """Told to end when it is left, so that it takes its Redis with it."""
        sova = replace(self.sova, settings={**self.sova.settings, **settings})
        async with asyncio.timeout(PATIENCE_S), sova.running(*words) as process:
            try:
                yield process
            except BaseException as error:
                error.add_note(self.slack.transcript())
                raise
            finally:
                self.engine.may_end.set()
                if process.returncode is None:
                    process.send_signal(signal.SIGTERM)
                    async with asyncio.timeout(20):
                        assert await process.wait() == 0

    @asynccontextmanager
    async def serving(self, **settings: str) -> AsyncIterator[Process]:
        """A `sova serve` that hears Slack."""
        before = self.slack.sockets.opened
        async with self.running("serve", **settings) as process:
            await self.slack.until(lambda: self.slack.sockets.opened >= before + 2)
            yield process


def control(post: Post, action: str) -> str:
    """The words of the control that does it; empty where there is none."""
    return next((button.value for button in post.buttons if f":{action}:" in button.value), "")


def is_whole(post: Post) -> bool:
    """An answer that has ended can be given again."""
    return not post.is_streaming and bool(control(post, "again"))


async def kill(process: Process) -> None:
    """As a power cut does it."""
    process.kill()
    await process.wait()


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """What `sova manifest slack` prints."""
    return Manifest.read(asyncio.run(Sova(tmp_path_factory.mktemp("s"))("manifest", "slack")).json)


@pytest.fixture
async def office(tmp_path_factory: pytest.TempPathFactory, manifest: Manifest) -> AsyncIterator[Office]:
    """A Slack into which Sova was installed by her own manifest."""
    engine = EchoEngine()
    async with slack_service(manifest=manifest) as slack, engine.serving() as engine_url:
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
        sova = Sova(tmp_path_factory.mktemp("s"), settings=settings)
        jana, petr = slack.team.person("Jana"), slack.team.person("Petr")
        yield Office(slack, slack.team.channel("general"), jana, petr, engine, sova)
