"""The adapter on a Discord on loopback, with a core that only writes down what it is asked."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import discord

from adapters.discord.app import Account, DiscordPlatform, Surroundings, open_platform
from adapters.discord.connection.client import Address
from bot.chat.hearing.merging import Patience
from bot.chat.hearing.places import Places
from bot.chat.showing.pacing import Pace, Rate
from bot.errors import AssistantError
from bot.inbox import Inbox, Stopped
from bot.messages import Citation, ConversationKey, FinishReason, Incoming, Language, Reply, Timings, Usage
from bot.ports import AnswerIn, ChosenHere, Fetch, PlaceChoices
from bot.service.platforms import Receive, Told
from tests.doubles.discord import TOKEN, Channel, Discord, Guild, Person, Post
from tests.doubles.seen import MemorySeenLog


@dataclass
class MemoryPlaces:
    """What administrators have set, for every place alike."""

    here: ChosenHere = field(default_factory=ChosenHere)
    error: AssistantError | None = None

    async def chosen(self, conversation: ConversationKey) -> ChosenHere:
        if self.error:
            raise self.error
        return self.here

    async def choose(self, *_: object) -> None:
        raise NotImplementedError

    async def reset(self, *_: object) -> int:
        raise NotImplementedError

    def set(self, **choices: Any) -> None:  # noqa: ANN401  # the fields of `PlaceChoices`
        self.here = ChosenHere(workspace=PlaceChoices(**choices))


@dataclass
class WithdrawingInbox:
    """Writes down which questions are to be withdrawn."""

    withdrawn: list[tuple[ConversationKey, str]] = field(default_factory=list)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def withdraw(self, conversation: ConversationKey, id_: str) -> Stopped:
        self.withdrawn.append((conversation, id_))
        self.was_asked.set()
        return Stopped()


@dataclass
class NoControls:
    """Knows the client that it was shown last, and whether each could still show something when it was to end."""

    shown: asyncio.Queue[discord.Client] = field(default_factory=asyncio.Queue)
    could_show: list[bool] = field(default_factory=list)
    _client: discord.Client | None = None

    async def setup(self, client: discord.Client, receive: Receive, *, fetch: Fetch | None = None) -> None:
        self._client = client
        self.shown.put_nowait(client)

    async def close(self) -> None:
        self.could_show.append(self._client is not None and not self._client.is_closed())

    async def until_ready(self) -> None:
        client = await self.shown.get()
        await client.wait_until_ready()


@dataclass
class Remembered:
    """The names of messages as the inbox would keep them; `held` is whether the claim still is."""

    names: list[str] = field(default_factory=list)
    held: bool = True

    async def __call__(self, name: str) -> bool:
        self.names.append(name)
        return self.held


@dataclass
class Stage:
    """`received` are the questions that came in; `when_received` is awaited with each."""

    discord: Discord
    platform: DiscordPlatform
    guild: Guild
    general: Channel
    anna: Person
    seen: MemorySeenLog
    places: MemoryPlaces
    inbox: WithdrawingInbox
    controls: NoControls
    received: list[Incoming] = field(default_factory=list)
    when_received: Callable[[Incoming], Awaitable[None]] | None = None

    async def receive(self, incoming: Incoming) -> None:
        if self.when_received:
            await self.when_received(incoming)
        self.received.append(incoming)
        self.discord.world.changes.tell()

    async def question(self, number: int = 1) -> Incoming:
        """The question of this number, once it is there."""
        async with asyncio.timeout(5):
            await self.discord.until(lambda: len(self.received) >= number)
        return self.received[number - 1]

    async def asked(self, text: str = "How long is parental leave?") -> Incoming:
        """Anna asks by a mention, in the first channel."""
        self.general.says(self.anna, text, mention=True)
        return await self.question(len(self.received) + 1)

    async def thread(self) -> Channel:
        """The first thread, once it is there."""
        return (await self.discord.until(lambda: self.guild.threads))[0]

    async def answer(
        self, incoming: Incoming, *told: Told, posted: str | None = None, remember: Remembered | None = None
    ) -> Remembered:
        """Let the worker's answer be shown; the names that were remembered."""
        remember = remember or Remembered()
        async with asyncio.timeout(10):
            await self.platform.deliver(incoming, telling(*told), posted=posted, remember=remember)
        return remember


async def telling(*told: Told) -> AsyncGenerator[Told, None]:
    """An answer that is there all at once."""
    for event in told:
        yield event


def reply(incoming: Incoming, text: str, *, citations: tuple[Citation, ...] = ()) -> Reply:
    """A whole answer."""
    return Reply(
        text=text,
        conversation=incoming.conversation,
        model="owl:1b",
        engine="ollama",
        finish_reason=FinishReason.COMPLETE,
        usage=Usage(),
        timings=Timings(),
        citations=citations,
        completion=text,
    )


_OFTEN = Rate(1_000, window=0.001, reserved=0)
QUICK = Pace(channel=_OFTEN, whole=_OFTEN, edit_seconds=0.0, state_seconds=0.0, typing_seconds=8.0)


@asynccontextmanager
async def staged(
    tmp_path: Path,
    service: Discord,
    *,
    answer_in: AnswerIn = AnswerIn.THREAD,
    patience: Patience | None = None,
    pace: Pace = QUICK,
    seen: MemorySeenLog | None = None,
    language: Language = Language.ENGLISH,
    is_sharded: bool = False,
    keep_seconds: float = 5.0,
    token: str = TOKEN,
    proxy: str | None = None,
    gateway: str | None = None,
) -> AsyncIterator[Stage]:
    """Everything but the connection."""
    guild = service.guild()
    seen, places, inbox, controls = seen or MemorySeenLog(), MemoryPlaces(), WithdrawingInbox(), NoControls()
    around = Surroundings(
        inbox=cast("Inbox", inbox),
        places=Places(places, answer_in),
        seen=seen,
        controls=controls,
        state_dir=tmp_path,
        language=language,
        patience=patience or Patience(merge_seconds=0.0),
        pace=pace,
        keep_seconds=keep_seconds,
    )
    account = Account(token, Address(service.api_url, gateway, proxy), is_sharded=is_sharded)
    async with open_platform(account, around) as platform:
        assert isinstance(platform, DiscordPlatform)
        general, anna = guild.channel("general"), guild.person("Anna")
        yield Stage(service, platform, guild, general, anna, seen, places, inbox, controls)


@asynccontextmanager
async def connected(stage: Stage) -> AsyncIterator[asyncio.Task[None]]:
    """Connected inside; gives the task that runs."""
    running = asyncio.create_task(stage.platform.run(stage.receive))
    ready = asyncio.create_task(stage.controls.until_ready())
    try:
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
        yield running
    finally:
        ready.cancel()
        running.cancel()
        with suppress(asyncio.CancelledError, AssistantError):
            await running


def texts(posts: Sequence[Post]) -> list[str]:
    return [post.text for post in posts]
