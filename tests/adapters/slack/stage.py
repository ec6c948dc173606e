"""The adapter on a Slack on loopback, with a core that only writes down what it is asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import cast

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.app import Account, ByRequests, BySockets, SlackPlatform
from adapters.slack.rest import Address, Rest
from adapters.slack.surroundings import Surroundings, Workspace
from bot.chat.hearing.merging import Patience
from bot.chat.hearing.places import Places
from bot.errors import AssistantError
from bot.inbox import Inbox, Stopped
from bot.messages import Attachment, ConversationKey, Incoming
from bot.ports import AnswerIn, ChosenHere, PlaceSettings
from bot.service.platforms import Receive, Remember, Told
from tests.doubles.seen import MemorySeenLog
from tests.doubles.slack import Delivery, Manifest, Person, Place, Post, Slack, State, slack_service

SECONDS = 15.0


@dataclass
class MemoryPlaces:
    """What administrators have set, for every place alike."""

    here: ChosenHere = field(default_factory=ChosenHere)

    async def chosen(self, conversation: ConversationKey) -> ChosenHere:
        return self.here


@dataclass
class WithdrawingInbox:
    """Writes down which questions are to be withdrawn."""

    withdrawn: list[tuple[ConversationKey, str]] = field(default_factory=list)
    told: Callable[[], None] = lambda: None

    async def withdraw(self, conversation: ConversationKey, id_: str) -> Stopped:
        self.withdrawn.append((conversation, id_))
        self.told()
        return Stopped()


@dataclass
class Words:
    """Controls that know one command in words, and write down who gave it."""

    said: list[Incoming] = field(default_factory=list)
    setups: list[AsyncApp] = field(default_factory=list)
    told: Callable[[], None] = lambda: None

    async def setup(self, app: AsyncApp, receive: Receive, workspace: Workspace) -> None:
        self.setups.append(app)

    async def close(self) -> None:
        """Nothing is under way."""

    def is_command(self, text: str) -> bool:
        return text == "model" or text.startswith("model ")

    async def run(self, said: Incoming) -> None:
        self.said.append(said)
        self.told()


@dataclass
class Begun:
    """The half that shows answers; it only notes that somebody is at them."""

    begun: list[Incoming] = field(default_factory=list)

    async def begin(self, incoming: Incoming) -> None:
        self.begun.append(incoming)

    async def deliver(
        self, incoming: Incoming, told: AsyncIterator[Told], *, posted: str | None, remember: Remember
    ) -> None:
        raise NotImplementedError

    async def announce(self, incoming: Incoming, ahead: int, *, posted: str | None, remember: Remember) -> None:
        raise NotImplementedError

    async def refuse(self, incoming: Incoming, error: AssistantError) -> None:
        raise NotImplementedError

    async def fetch(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        raise NotImplementedError


@dataclass
class Stage:
    """`received` are the questions that came in; `when_received` is awaited with each."""

    slack: Slack
    rest: Rest
    platform: SlackPlatform
    general: Place
    jana: Person
    seen: MemorySeenLog
    places: MemoryPlaces
    inbox: WithdrawingInbox
    words: Words
    received: list[Incoming] = field(default_factory=list)
    when_received: Callable[[Incoming], Awaitable[None]] | None = None

    async def receive(self, incoming: Incoming) -> None:
        if self.when_received:
            await self.when_received(incoming)
        self.received.append(incoming)
        self.tell()

    def tell(self) -> None:
        self.slack.world.changes.tell()

    async def question(self, number: int = 1) -> Incoming:
        """The question of this number, once it is there."""
        async with asyncio.timeout(SECONDS):
            await self.slack.until(lambda: len(self.received) >= number)
        return self.received[number - 1]

    async def quiet(self) -> None:
        """Everything that Slack has told was dealt with and acknowledged, or waits for its next try."""
        async with asyncio.timeout(SECONDS):
            await self.slack.until(lambda: not any(map(_is_under_way, self.slack.deliveries.all)))

    async def answers(self, question: Post, text: str = "37 weeks.") -> None:
        """Sova says something below a question, as a worker would."""
        client = self.rest.client
        await client.chat_postMessage(
            channel=question.channel, thread_ts=question.thread, text=text, unfurl_links=False, unfurl_media=False
        )
        await self.slack.settled()
        await self.quiet()

    @property
    def texts(self) -> list[str]:
        return [incoming.text for incoming in self.received]

    @asynccontextmanager
    async def running(self, *, sockets: int = 1) -> AsyncIterator[None]:
        """The platform is connected meanwhile."""
        running = asyncio.create_task(self.platform.run(self.receive))
        try:
            async with asyncio.timeout(SECONDS):
                connected = asyncio.create_task(self.slack.until_connected(sockets))
                await asyncio.wait({running, connected}, return_when=asyncio.FIRST_COMPLETED)
                connected.cancel()
            if running.done():
                running.result()
            yield
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


def _is_under_way(delivery: Delivery) -> bool:
    return delivery.state is State.WAITING and delivery.due is None


def account_of(slack: Slack, by: BySockets | ByRequests | None = None) -> Account:
    return Account(slack.bot_token, Address(slack.base_url), by or BySockets(slack.app_token, count=1))


@asynccontextmanager
async def opened(
    slack: Slack,
    *,
    by: BySockets | ByRequests | None = None,
    account: Account | None = None,
    seen: MemorySeenLog | None = None,
    patience: Patience | None = None,
) -> AsyncIterator[Stage]:
    """Not connected yet."""
    seen, places, inbox, words = seen or MemorySeenLog(), MemoryPlaces(), WithdrawingInbox(), Words()
    around = Surroundings(
        inbox=cast("Inbox", inbox),
        places=Places(cast("PlaceSettings", places), AnswerIn.THREAD),
        seen=seen,
        controls=words,
        patience=patience or Patience(merge_seconds=0.05, edit_seconds=5.0),
        keep_seconds=0.02,
    )
    account = account or account_of(slack, by)
    async with Rest(account.address, token=account.bot_token) as rest:
        platform = SlackPlatform(account, around, rest=rest, answering=Begun())
        jana, general = slack.team.person("Jana"), slack.team.channel("general")
        stage = Stage(slack, rest, platform, general, jana, seen, places, inbox, words)
        inbox.told = words.told = stage.tell
        yield stage


@asynccontextmanager
async def staged(*, manifest: Manifest | None = None, sockets: int = 1) -> AsyncIterator[Stage]:
    """A Slack with the connected adapter in it."""
    async with slack_service(manifest=manifest) as slack:
        by = BySockets(slack.app_token, count=sockets)
        async with opened(slack, by=by) as stage, stage.running(sockets=sockets):
            yield stage
