"""Owns who used a control and where: an act → the invocation that it stands for."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from adapters.slack.answering.fetching import Fetching
from adapters.slack.callers import EXTERNAL, author_of, conversation_of, question_id
from adapters.slack.controls.acts import Act
from adapters.slack.controls.channels import Channels
from adapters.slack.hearing.written import Written
from adapters.slack.surroundings import Workspace
from bot.commands.command import FindChannels, Invocation
from bot.messages import Author, Incoming, Language

WHO_SECONDS = 1.0
"""For so long it is waited who somebody is, whom Sova doesn't know yet: then they are spoken to in English."""

Now = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Callers:
    """Reads acts in `workspace`. `spoken` is the language that the operator has chosen; None follows each person's.

    `now` gives seconds since the epoch.
    """

    workspace: Workspace
    spoken: Language | None = None
    now: Now = time.time

    async def invocation(self, act: Act) -> Invocation:
        """Who called a command, and where."""
        origin, team = act.origin, self.workspace.identity.team
        person = await self.author(act.user, act.team)
        place = conversation_of(team, origin.channel, origin.thread)
        return Invocation(
            id=act.id,
            conversation=place,
            author=person,
            at=self.now(),
            language=self.language(act.user),
            find_channels=self._finding(person),
            read_messages=partial(Written(self.workspace).read, place),
            fetch=Fetching(self.workspace.rest).fetch,
        )

    def written(self, said: Incoming) -> Invocation:
        """The same for a command that was written as words; the files are its own where it begins a thread."""
        place = said.conversation
        begins = bool(place.thread) and said.id == question_id(place.channel, place.thread)
        return Invocation(
            id=said.id,
            conversation=said.conversation,
            author=said.author,
            at=said.received_at,
            language=said.language,
            find_channels=self._finding(said.author),
            read_messages=partial(Written(self.workspace).read, place, without=said.id),
            files=said.attachments if begins else (),
            fetch=Fetching(self.workspace.rest).fetch,
            begins_thread=begins,
        )

    async def author(self, user: str, team: str) -> Author:
        """Who it is, by the name that they have there if that comes in time; `team` is empty where nothing tells it.

        Of whom nobody then knows where they are from, nothing is believed: they have no role.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(WHO_SECONDS):
                await self.workspace.people.asked([user])
        person = self.workspace.people.known(user)
        team = team or person.team
        if not team:
            return Author(id=user, name=person.name or user)
        return author_of(user, name=person.name, team=team, home=self.workspace.identity.team)

    def language(self, user: str) -> Language:
        """In which language Sova's own sentences are for somebody, as far as it is known by now."""
        return self.spoken or self.workspace.people.known(user).language or Language.ENGLISH

    def _finding(self, person: Author) -> FindChannels:
        channels = Channels(self.workspace.rest)
        return partial(channels.seen_by, person.id, is_external=EXTERNAL in person.roles)
