"""What people press and type, in a whole Sova in a process of its own, on a Slack that has Sova's own manifest."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from tests.doubles.echo_engine import EchoEngine
from tests.doubles.slack import Manifest, Person, Place, Post, Slack, slack_service
from tests.end_to_end.sova import Sova

QUESTION = "How long is parental leave?"


@dataclass
class Office:
    """A channel with two people, and Sova serving it."""

    slack: Slack
    general: Place
    jana: Person
    petr: Person
    engine: EchoEngine
    sova: Sova

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        async with self.sova.running("serve") as process:
            await self.slack.until_connected(2)
            try:
                yield
            finally:
                self.engine.may_end.set()
                process.send_signal(signal.SIGTERM)
                async with asyncio.timeout(20):
                    assert await process.wait() == 0

    async def answered(self) -> Post:
        """The answer to a question of Jana's, once it is whole."""
        await self.jana.says(self.general, QUESTION, mention=True)
        return await self.slack.seen(self.general, lambda post: _words(post, ":again:"))

    async def told(self, who: Person, words: str) -> Post:
        """What only they are told."""
        return await self.slack.seen(self.general, lambda post: post.only_for == who.id and words in post.text)


def _words(post: Post, action: str) -> str:
    """The words of the control that does it."""
    return next((button.value for button in post.buttons if action in button.value), "")


@pytest.fixture
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    engine, folder = EchoEngine(), tmp_path_factory.mktemp("s")
    manifest = Manifest.read((await Sova(folder)("manifest", "slack")).json)
    async with asyncio.timeout(90), slack_service(manifest=manifest) as slack, engine.serving() as engine_url:
        settings = {
            "SOVA_SLACK_BOT_TOKEN": slack.bot_token,
            "SOVA_SLACK_APP_TOKEN": slack.app_token,
            "SOVA_SLACK_API_URL": slack.base_url,
            "SOVA_ENGINE": "openai",
            "SOVA_MODEL": "echo",
            "SOVA_OPENAI_BASE_URL": engine_url,
        }
        jana, petr = slack.team.person("Jana"), slack.team.person("Petr")
        yield Office(slack, slack.team.channel("general"), jana, petr, engine, Sova(folder, settings=settings))


async def test_an_answer_is_judged_given_again_and_followed_by_a_command_in_words(office: Office) -> None:
    async with office.serving():
        answer = await office.answered()
        before = len(answer.versions)
        await office.petr.presses(answer, _words(answer, ":down:"))
        await office.petr.submits(await office.slack.until(lambda: office.petr.modal), {"reason": "It is 37 weeks."})
        await office.told(office.petr, "Thank you")

        await office.jana.presses(answer, _words(answer, ":again:"))
        await office.slack.until(lambda: len(answer.versions) > before and _words(answer, ":again:"))
        await office.jana.says(office.general, "forget", mention=True, thread=answer)
        await office.slack.seen(office.general, lambda post: "erased" in post.text and not post.only_for)

    assert len([post for post in office.general.answers if not post.only_for]) == 2


async def test_controls_work_after_a_restart(office: Office) -> None:
    async with office.serving():
        answer = await office.answered()
    before = len(answer.versions)
    async with office.serving():
        await office.jana.presses(answer, _words(answer, ":again:"))
        await office.slack.until(lambda: len(answer.versions) > before and _words(answer, ":again:"))

    assert office.general.answers == [answer]


async def test_a_private_question_is_answered_to_the_asker_alone(office: Office) -> None:
    async with office.serving():
        await office.jana.runs("/sova-ask", f"private: {QUESTION}", office.general)
        answer = await office.slack.seen(office.general, lambda post: QUESTION in post.text)

    assert answer.only_for == office.jana.id
    assert [post for post in office.general.answers if not post.only_for] == []


async def test_a_question_by_command_is_answered_in_its_thread_and_commands_tell_how_sova_is(office: Office) -> None:
    async with office.serving():
        await office.jana.runs("/sova-ask", QUESTION, office.general)
        shown = await office.slack.seen(office.general, lambda post: "Jana asks:" in post.text)
        answer = await office.slack.seen(office.general, lambda post: post.is_reply and _words(post, ":again:"))
        await office.jana.runs("/sova-stats", "", office.general)
        await office.told(office.jana, "Processor")
        await office.jana.opens_home()
        await office.slack.until(lambda: office.jana.home)

    assert answer.thread == shown.ts
