"""The controls in a Slack on loopback, in the whole adapter; all that is behind them in memory."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from adapters.slack.app import Account, ByRequests, BySockets, SlackPlatform
from adapters.slack.connection.requests import PATH
from adapters.slack.controls.buttons import answer_blocks
from adapters.slack.controls.controls import Behind as Given
from adapters.slack.controls.controls import Controls
from adapters.slack.manifest import Manifest as OurManifest
from adapters.slack.rest import Address, Rest
from adapters.slack.surroundings import Surroundings
from bot.chat.controls.presses import Action
from bot.chat.controls.suggestions import Suggestions
from bot.chat.hearing.merging import Patience
from bot.chat.hearing.places import Places
from bot.commands.catalogue import outlined_commands
from bot.messages import Author, Citation, ConversationKey, Incoming, Language
from bot.ports import AnswerIn, ChosenHere, PlaceChoices, PlaceLevel, PlaceSettings
from bot.wording import speak
from tests.adapters.slack.stage import SECONDS, Begun
from tests.doubles.behind import Behind, Everything, behind, reply_to
from tests.doubles.seen import MemorySeenLog
from tests.doubles.slack import Interaction, Manifest, Person, Place, Post, Slack, View, slack_service

SAY = speak(Language.ENGLISH)


@dataclass
class Somewhere:
    """Keeps what is set for the workspace."""

    now: ChosenHere

    async def chosen(self, conversation: ConversationKey) -> ChosenHere:
        return self.now

    async def choose(self, level: PlaceLevel, conversation: ConversationKey, choices: PlaceChoices) -> None:
        self.now = ChosenHere(workspace=choices)

    async def reset(self, level: PlaceLevel, conversation: ConversationKey, options: object = ()) -> int:
        self.now = ChosenHere()
        return 1


def manifest_told(prefix: str = "sova-") -> dict[str, Any]:
    """The app's manifest, as it is printed."""
    return OurManifest(outlined_commands(), prefix).as_plain(SAY)


@dataclass
class Scene:
    """A workspace with a channel and three people, one of whom may do everything."""

    slack: Slack
    behind: Behind
    controls: Controls
    rest: Rest
    places: Somewhere
    general: Place
    jana: Person
    petr: Person
    boss: Person

    def place(self, thread: str = "", channel: Place | None = None) -> ConversationKey:
        there = channel or self.general
        return ConversationKey("slack", self.slack.team.id, there.id, thread, direct=there.id.startswith("D"))

    def incoming(self, question: Post) -> Incoming:
        """The question that somebody wrote."""
        return Incoming(
            id=f"{question.channel}-{question.ts}",
            conversation=self.place(question.thread),
            author=Author(id=question.author_id, name=question.author),
            text=question.text,
            received_at=1.0,
        )

    async def asked(self, who: Person | None = None) -> Post:
        """A question in the channel, which the core has."""
        before = len(self.behind.received)
        post = await (who or self.jana).says(self.general, "How much leave do I have?", mention=True)
        await self.received(before + 1)
        self.behind.received.clear()
        return post

    async def post(
        self, incoming: Incoming, *citations: Citation, running: bool = False, earlier: Sequence[str] = ()
    ) -> Post:
        """Sova's answer with its controls, as the other half of the adapter posts it."""
        reply = None if running else reply_to(incoming, *citations)
        blocks = answer_blocks(incoming, running=running, reply=reply, earlier=earlier)
        place = incoming.conversation
        client: Any = self.rest.client
        told = await client.chat_postMessage(
            channel=place.channel,
            thread_ts=place.thread,
            text="Yes.",
            blocks=[{"type": "markdown", "text": "Yes."}, *(block.to_dict() for block in blocks)],
            unfurl_links=False,
            unfurl_media=False,
        )
        return next(post for post in self.general.posts if post.ts == told["ts"])

    async def answered(self, *citations: Citation, earlier: Sequence[str] = ()) -> Post:
        """The answer to a question of Jana's, remembered by the history."""
        incoming = self.incoming(await self.asked())
        await self.behind.answered(incoming.conversation, incoming.id, *citations)
        return await self.post(incoming, *citations, earlier=earlier)

    async def received(self, number: int = 1) -> Incoming:
        """The question of this number that came to the core."""
        async with asyncio.timeout(SECONDS):
            await self.slack.until(lambda: len(self.behind.received) >= number)
        return self.behind.received[number - 1]

    async def until(self, happened: Any) -> Any:  # noqa: ANN401  # what it gives
        async with asyncio.timeout(SECONDS):
            return await self.slack.until(happened)

    async def told(self, who: Person, words: str, place: Place | None = None) -> Post:
        """Wait until Sova says that to nobody but them."""
        there = place or self.general

        def found() -> Post | None:
            return next((post for post in there.answers if post.only_for == who.id and words in post.text), None)

        try:
            return cast("Post", await self.until(found))
        except TimeoutError:
            raise AssertionError([(post.only_for, post.text) for post in there.answers]) from None

    async def modal(self, who: Person, words: str = "") -> View:
        """Wait until such a window is in front of them."""
        return cast("View", await self.until(lambda: who.modal if who.modal and words in str(who.modal.told) else None))

    async def page(self, who: Person, words: str = "") -> View:
        """Wait until Sova's page shows that to them."""
        return cast("View", await self.until(lambda: who.home if who.home and words in str(who.home.told) else None))


async def press(who: Person, target: Post | View, action: Action, *, nth: int = 0) -> Interaction:
    """Press the control that does `action`; it must be acknowledged in time."""
    return await (await who.presses(target, pressable(target, action)[nth])).done()


def pressable(target: Post | View, action: Action) -> list[str]:
    """The words of the controls that do `action`."""
    words = (str(face.get("value", "")) for face in _faces(target.blocks))
    return [value for value in words if value.split(":")[2:3] == [action.value]]


def _faces(part: object) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [face for one in part for face in _faces(one)]
    if not isinstance(part, dict):
        return []
    own = [part] if str(part.get("value", "")).startswith("sova:") else []
    return own + [face for one in part.values() for face in _faces(one)]


@asynccontextmanager
async def scened(folder: Path, *, prefix: str = "sova-", port: int = 0) -> AsyncIterator[Scene]:
    """The adapter is connected meanwhile, by a socket, or over HTTP at a `port`."""
    async with slack_service(manifest=Manifest.read(manifest_told(prefix))) as slack:
        boss = slack.team.person("Boss")
        places = Somewhere(ChosenHere(workspace=PlaceChoices()))
        made = behind(folder, admins={f"slack:{boss.id}"}, places=cast("PlaceSettings", places))
        made.room.tell = made.ballot.tell = slack.world.changes.tell
        controls = Controls(_given(made, places, prefix=prefix))
        address = Address(slack.base_url)
        around = Surroundings(
            inbox=made.inbox,
            places=Places(cast("PlaceSettings", places), AnswerIn.THREAD),
            seen=MemorySeenLog(),
            controls=controls,
            patience=Patience(merge_seconds=0.0, edit_seconds=5.0),
        )
        async with Rest(address, token=slack.bot_token) as rest:
            by = ByRequests(slack.signing_secret, port=port) if port else BySockets(slack.app_token, count=1)
            account = Account(slack.bot_token, address, by)
            platform = SlackPlatform(account, around, rest=rest, answering=Begun())

            async def receive(incoming: Incoming) -> None:
                await made.receive(incoming)
                slack.world.changes.tell()

            running = asyncio.create_task(platform.run(receive))
            try:
                async with asyncio.timeout(SECONDS):
                    await (_reached(slack, port) if port else slack.until_connected())
                jana, petr = slack.team.person("Jana"), slack.team.person("Petr")
                yield Scene(slack, made, controls, rest, places, slack.team.channel("general"), jana, petr, boss)
            finally:
                running.cancel()
                await asyncio.wait({running})


async def _reached(slack: Slack, port: int) -> None:
    """Once the adapter listens it looks what it missed."""
    await slack.until(lambda: any(call.method == "users.conversations" for call in slack.api.calls))
    await slack.uses_http(f"http://127.0.0.1:{port}{PATH}")


def _given(made: Behind, places: Somewhere, *, prefix: str) -> Given:
    return Given(
        registry=made.registry,
        inbox=made.inbox,
        access=made.access,
        feedback=made.ballot,
        history=made.history,
        places=cast("PlaceSettings", places),
        rules_of=made.rules_of,
        prefix=prefix,
        spoken=made.spoken,
        suggestions=Suggestions(made.index, Everything()),
    )
