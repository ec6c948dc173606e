"""Owns what Slack's messages are to the shared intake: where they are answered, and what they mean in Sova's words."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import time

from adapters.slack.callers import author_of, conversation_of
from adapters.slack.hearing.asking import is_question
from adapters.slack.hearing.recent import Recent
from adapters.slack.hearing.said import Said
from adapters.slack.hearing.text import readable, text_of
from adapters.slack.hearing.threads import Before
from adapters.slack.people import People
from adapters.slack.rest import Identity
from bot.chat.hearing.intake import Spot
from bot.chat.hearing.merging import Heard
from bot.chat.hearing.places import Places
from bot.languages import detect
from bot.messages import Incoming, Language, Remark

NAMES_SECONDS = 1.0
"""For so long the names of those who said something before are waited for, where they aren't known yet."""
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class InThread:
    """A message, and what stood before it in its thread."""

    said: Said
    before: Before


HeardHere = Heard[InThread]


def place_name(said: Said) -> str:
    """What the channel, or the thread that it stands in, is called in the log of what was seen."""
    return f"{said.channel}/{said.thread}" if said.is_reply else said.channel


def heard_of(said: Said, before: Before, *, me: str) -> HeardHere:
    """The message as the intake sees it; `me` is Sova's user. Pure."""
    return Heard(
        id=said.id,
        place=place_name(said),
        mark=said.mark,
        author=said.user,
        text=readable(said.text, names={}, me=me),
        at=said.mark / _MICROSECONDS,
        asks=is_question(said, before.talk, me=me),
        goes_on=said.is_spoken and not said.is_to_others(me),
        original=InThread(said, before),
    )


@dataclass(frozen=True, slots=True)
class SlackReading:
    """Reads what is heard as `identity`. `show` tells people that somebody is at their question.

    `language` is for whom nothing else tells; `now` is seconds since the epoch.
    """

    identity: Identity
    people: People
    recent: Recent
    places: Places
    language: Language
    show: Callable[[Incoming], Awaitable[None]]
    now: Callable[[], float] = time

    async def spot(self, first: HeardHere) -> Spot | None:
        """In the thread that it stands in, or that its answer opens: Slack knows no replies beside threads."""
        said = first.original.said
        conversation = conversation_of(self.identity.team, said.channel, said.root)
        rules = await self.places.rules(conversation)
        if not rules.is_open:
            return None
        spoken = rules.language or detect(self.text(said)) or self.people.known(said.user).language
        return Spot(conversation, spoken or self.language)

    async def context(self, first: HeardHere, spot: Spot) -> tuple[Remark, ...]:  # noqa: ARG002  # as the intake asks
        """The discussion that Sova was called into; empty where her own history has it all."""
        said, before = first.original.said, first.original.before
        if said.is_direct or before.talk.is_with_her:
            return ()
        spoken = before.earlier if said.is_reply else self.recent.before(said)
        await self._learn_names(spoken)
        remarks = [Remark(self.people.known(one.user).name or one.user, self.text(one)) for one in spoken]
        return tuple(remark for remark in remarks if remark.text)

    def incoming(self, messages: Sequence[HeardHere], spot: Spot, *, changed: HeardHere | None = None) -> Incoming:
        """Where nothing but the mention was written below a message of somebody else's, that is what is asked.

        The files of what Sova was called below come along in any case. A changed question's id is the moment of the
        change.
        """
        asked = [heard.original.said for heard in messages]
        first = asked[0]
        if not any(map(self.text, asked)):
            asked = [*_below(messages[0]), *asked]
        files = [file for said in (*asked, *_called_below(messages[0])) for file in said.files]
        person = self.people.known(first.user)
        return Incoming(
            id=first.id if changed is None else f"{first.id}-{changed.original.said.edited}",
            conversation=spot.conversation,
            author=author_of(first.user, name=person.name, team=first.team, home=self.identity.team),
            text="\n".join(filter(None, map(self.text, asked))),
            received_at=self.now(),
            language=spot.language,
            attachments=tuple({file.where: file for file in files}.values()),
        )

    async def wait_for_more(self, first: HeardHere) -> None:
        """Nothing is shown: a status in a thread stays for minutes, and the question may be taken back."""

    async def begin(self, incoming: Incoming) -> None:
        """A status in the question's thread."""
        await self.show(incoming)

    def text(self, said: Said) -> str:
        """What was said, as people read it; with names as far as they are known."""
        names = self.people.names(said.mentioned - {self.identity.user})
        return text_of(said, names=names, me=self.identity.user)

    async def _learn_names(self, spoken: Sequence[Said]) -> None:
        """Of whom a name isn't known in time the id stands for it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(NAMES_SECONDS):
                await self.people.asked({one.user for one in spoken})


def _called_below(first: HeardHere) -> Sequence[Said]:
    """What a question that calls Sova into a thread is likely to show: the thread's first message, and the last one."""
    before = first.original.before
    if before.talk.is_with_her:
        return ()
    return (*before.earlier[:1], *before.earlier[-1:])


def _below(first: HeardHere) -> Sequence[Said]:
    """The message of somebody else that stands right before it, where Sova was called into a thread."""
    others = [one for one in first.original.before.earlier if one.user != first.author]
    return others[-1:]
