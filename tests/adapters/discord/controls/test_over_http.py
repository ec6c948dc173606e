"""The controls over real sockets, by a stricter Discord; and in Czech."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest

from adapters.discord.answering.fetching import Fetching
from adapters.discord.answering.outbound import DiscordOutbound
from adapters.discord.answering.rates import PACE
from adapters.discord.answering.threads import Threads
from adapters.discord.controls.buttons import answer_view
from adapters.discord.rest import Rest
from bot.chat.showing.pacing import Budgets
from bot.messages import Author, Citation, ConversationKey, Incoming, Place, ReplyDelta
from bot.ports import FeedbackEntry, Vote
from bot.service.platforms import Told
from tests.adapters.discord.controls.stage import Behind, ControlledClient
from tests.doubles.behind import LARK, TURN, reply_to
from tests.doubles.discord import Channel, Discord, Guild, Interaction, Person, Post
from tests.doubles.discord.pointing import pointed_at

LEAVE = "Everybody has 25 days of leave."
CITED = Citation(1, "hr/leave.md", "Holidays", 0.9, Place(0, len(LEAVE), 0, 0))


@dataclass
class Line:
    """A Discord over sockets with a channel and two people; Anna uses it in Czech."""

    service: Discord
    behind: Behind
    client: ControlledClient
    guild: Guild
    general: Channel
    anna: Person
    bob: Person

    @property
    def place(self) -> ConversationKey:
        return ConversationKey("discord", str(self.guild.id), str(self.general.id))

    async def answered(self) -> Post:
        """An answer to Anna with its buttons."""
        await self.behind.answered(self.place, TURN, CITED)
        author = Author(str(self.anna.id), "Anna")
        question = Incoming(id=str(TURN), conversation=self.place, author=author, text="?", received_at=1.0)
        view = answer_view(question, running=False, reply=reply_to(question, CITED))
        await self.client.get_partial_messageable(self.general.id).send("Yes.", view=view)
        return self.general.answers[-1]

    async def deliver(self, incoming: Incoming) -> None:
        """By another process, which has no gateway."""

        async def told() -> AsyncIterator[Told]:
            yield ReplyDelta(text="Yes.")
            yield reply_to(incoming)

        async def remember(_name: str) -> bool:
            return True

        budgets = Budgets(PACE)
        async with (
            Rest(self.service.token) as rest,
            Fetching(self.service.api_url) as fetching,
            Threads(rest, budgets=budgets) as threads,
        ):
            outbound = DiscordOutbound(rest, threads=threads, fetching=fetching, budgets=budgets)
            await outbound.deliver(incoming, told(), posted=None, remember=remember)

    async def asked(self) -> Incoming:
        """The first question that was asked."""
        async with asyncio.timeout(5):
            await self.behind.arrived.wait()
        return self.behind.received[0]

    async def answer(self, sent: Interaction) -> Post:
        """What an interaction is answered with, once there are words."""
        return await self.service.until(lambda: _whole(sent.answer))


def _whole(post: Post | None) -> Post | None:
    return post if post and not post.is_loading else None


@asynccontextmanager
async def _started(client: ControlledClient, service: Discord) -> AsyncIterator[None]:
    await client.login(service.token)
    running = asyncio.create_task(client.connect())
    try:
        await client.wait_until_ready()
        yield
    finally:
        await client.close()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def line(made: Behind, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    async with asyncio.timeout(20), Discord() as service:
        pointed_at(service, monkeypatch)
        guild = service.guild()
        general = guild.channel("general")
        anna, bob = guild.person("Anna", locale="cs"), guild.person("Bob")
        client = ControlledClient(made.controls(), made.receive, guild_ready_timeout=0.01)
        async with _started(client, service):
            yield Line(service, made, client, guild, general, anna, bob)


async def test_a_command_answers_in_the_persons_language(line: Line) -> None:
    sent = line.anna.slash(line.general, "stop")

    answer = await line.answer(sent)

    assert answer.is_ephemeral
    assert "Zastavení" in answer.text


async def test_what_concerns_everybody_follows_for_everybody(line: Line) -> None:
    sent = line.bob.slash(line.general, "model", name=LARK.name)

    (told,) = await line.service.until(lambda: sent.follow_ups)

    assert not told.is_ephemeral
    assert LARK.name in told.text
    assert sent.answer
    assert sent.answer.is_ephemeral


async def test_what_is_offered_comes_over_the_wire(line: Line) -> None:
    sent = line.anna.completes(line.general, "model", "name", "lar")

    assert await line.service.until(lambda: sent.choices) == [LARK.name]


async def test_a_private_answer_is_given_by_a_process_without_a_gateway(line: Line) -> None:
    sent = line.anna.slash(line.general, "ask", question="How many days?", private=True)
    asked = await line.asked()

    await line.deliver(asked)

    assert sent.answer
    assert sent.answer.text.startswith("Yes.")
    assert sent.answer.is_ephemeral
    assert [button.label or button.emoji for button in sent.answer.buttons]
    assert line.general.answers in ([], [sent.answer])


async def test_a_private_answer_that_comes_late_is_a_direct_message(line: Line) -> None:
    line.anna.slash(line.general, "ask", question="How many days?", private=True)
    asked = await line.asked()
    line.service.advance(16 * 60)

    await line.deliver(asked)

    heading, answer = line.service.direct(line.anna).answers
    assert "15 minut" in heading.text
    assert answer.text.startswith("Yes.")


async def test_sources_and_votes_come_over_the_wire(line: Line) -> None:
    await line.behind.hold("hr/leave.md", LEAVE)
    answer = await line.answered()

    sources = line.bob.clicks(answer, "sources")
    shown = await line.answer(sources)
    assert LEAVE in shown.text
    assert shown.is_ephemeral

    form = line.bob.clicks(answer, "👎")
    await line.service.until(lambda: form.modal)
    submitted = line.bob.submits(form, "It is 30 days.")
    await line.answer(submitted)
    assert [(entry.vote, entry.reason) for entry in line.behind.ballot.entries] == [
        (Vote.DOWN, ""),
        (Vote.DOWN, "It is 30 days."),
    ]


async def test_a_reason_that_is_faster_than_its_vote_is_kept(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    keep, reasoned = line.behind.ballot.record, asyncio.Event()

    async def record(entry: FeedbackEntry) -> None:
        if not entry.reason:
            with suppress(TimeoutError):
                await asyncio.wait_for(reasoned.wait(), 0.2)
        await keep(entry)
        reasoned.set()

    monkeypatch.setattr(line.behind.ballot, "record", record)
    form = line.bob.clicks(await line.answered(), "👎")
    await line.service.until(lambda: form.modal)
    await line.answer(line.bob.submits(form, "It is 30 days."))
    assert [entry.reason for entry in line.behind.ballot.entries] == ["", "It is 30 days."]


async def test_another_model_answers_again_over_the_wire(line: Line) -> None:
    answer = await line.answered()

    offered = line.anna.clicks(answer, "other")
    menu = await line.answer(offered)
    assert "Který model" in menu.text
    line.anna.chooses(menu, "Vyberte model", LARK.name)
    asked = await line.asked()

    assert (asked.again, asked.model, asked.turn) == (True, LARK.name, str(TURN))
    assert asked.replaces == f"{line.general.id}:{answer.id}"
    await line.service.until(lambda: "Znovu odpovídá" in menu.text)
