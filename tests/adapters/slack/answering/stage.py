"""Answers on their way into a Slack on loopback: a question, what is told of its answer, and what people then see."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from adapters.slack.answering.outbound import SlackOutbound
from adapters.slack.callers import author_of, conversation_of, question_id
from adapters.slack.rendering.answers import answer
from adapters.slack.rest import Address, Rest
from bot.messages import Citation, FinishReason, Incoming, Reply, ReplyDelta, Timings, Usage
from bot.service.platforms import Told
from bot.wording import speak
from tests.doubles.slack import RATES, Manifest, Person, Place, Post, Rate, Slack, slack_service
from tests.doubles.slack.shown import text_of

SECONDS = 15.0
SOURCE = Citation(1, "holidays.md", "Leave", 0.9)


@dataclass
class Clock:
    """Seconds; the test moves it."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead


@dataclass
class Remembered:
    """What was remembered; from `lost_at` on somebody else has taken over."""

    names: list[str] = field(default_factory=list)
    lost_at: int = 1_000

    async def __call__(self, name: str) -> bool:
        self.names.append(name)
        return len(self.names) < self.lost_at


@dataclass
class Telling:
    """An answer that is told piece by piece, as the test says."""

    queue: asyncio.Queue[Told | None] = field(default_factory=asyncio.Queue)

    def say(self, *events: Told) -> None:
        for event in events:
            self.queue.put_nowait(event)

    def fall_silent(self) -> None:
        """Whoever answered has ended in the middle."""
        self.queue.put_nowait(None)

    async def events(self) -> AsyncGenerator[Told, None]:
        while (event := await self.queue.get()) is not None:
            yield event


@dataclass
class Stage:
    slack: Slack
    rest: Rest
    outbound: SlackOutbound
    clock: Clock
    general: Place
    jana: Person

    async def asked(self, text: str = "How long?", *, place: Place | None = None) -> Incoming:
        """A question that is heard."""
        place = place or self.general
        return self.heard(await self.jana.says(place, text, mention=place is self.general))

    def heard(self, question: Post) -> Incoming:
        return Incoming(
            id=question_id(question.channel, question.ts),
            conversation=conversation_of(self.slack.team.id, question.channel, question.thread),
            author=author_of(question.author_id, name="Jana", home=self.slack.team.id),
            text="How long?",
            received_at=float(question.ts),
        )

    async def answer(self, incoming: Incoming, *events: Told, posted: str | None = None) -> Remembered:
        """All of these at once; gives what was remembered."""

        async def told() -> AsyncGenerator[Told, None]:
            for event in events:
                yield event

        names = Remembered()
        async with asyncio.timeout(SECONDS):
            await self.outbound.deliver(incoming, told(), posted=posted, remember=names)
        return names

    @asynccontextmanager
    async def answering(
        self, incoming: Incoming, *, posted: str | None = None, names: Remembered | None = None
    ) -> AsyncIterator[Telling]:
        """While the block runs the answer is given; it ends when the answer does."""
        telling = Telling()
        delivering = asyncio.create_task(
            self.outbound.deliver(incoming, telling.events(), posted=posted, remember=names or Remembered())
        )
        try:
            async with asyncio.timeout(SECONDS):
                yield telling
                await delivering
        finally:
            delivering.cancel()
            await asyncio.wait({delivering})

    async def shown(self, fits: Callable[[Post], object] = bool) -> Post:
        async with asyncio.timeout(SECONDS):
            return await self.slack.until(lambda: next((post for post in self.answers if fits(post)), None))

    @property
    def answers(self) -> list[Post]:
        """What Sova says, wherever that is."""
        return [*self.general.answers, *self.jana.direct.answers]

    @property
    def texts(self) -> list[str]:
        return [post.text for post in self.answers]

    def methods(self, pattern: str = "") -> list[str]:
        return [call.method for call in self.slack.api.calls if pattern in call.method]


def reply(incoming: Incoming, text: str, *, sources: Sequence[Citation] = ()) -> Reply:
    return Reply(
        text=text,
        conversation=incoming.conversation,
        model="owl",
        engine="ollama",
        finish_reason=FinishReason.COMPLETE,
        usage=Usage(),
        timings=Timings(),
        citations=tuple(sources),
    )


def words(text: str, *, size: int = 7) -> list[ReplyDelta]:
    """As an engine streams it."""
    return [ReplyDelta(text[at : at + size]) for at in range(0, len(text), size)]


def whole(incoming: Incoming, text: str, *, sources: Sequence[Citation] = ()) -> list[str]:
    """What people read in the end, message by message; controls show no text."""
    return [
        text_of(one.payload()["blocks"])
        for one in answer(reply(incoming, text, sources=sources), speak(incoming.language))
    ]


@asynccontextmanager
async def staged(
    *, streams: bool = True, manifest: Manifest | None = None, rates: Sequence[Rate] = RATES
) -> AsyncIterator[Stage]:
    async with slack_service(manifest=manifest, rates=rates) as slack, opened(slack, streams=streams) as stage:
        yield stage


@asynccontextmanager
async def opened(slack: Slack, *, streams: bool = True) -> AsyncIterator[Stage]:
    """A worker of its own."""
    clock = Clock()
    async with Rest(Address(slack.base_url), token=slack.bot_token) as rest:
        outbound = SlackOutbound(rest, streams=streams, clock=clock)
        yield Stage(slack, rest, outbound, clock, slack.team.channel("general"), slack.team.person("Jana"))
