"""Owns the workspace as tests see it: where its channels and people come from."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.doubles.slack.people import Doors, Person
from tests.doubles.slack.places import Place
from tests.doubles.slack.world import World


@dataclass(frozen=True, slots=True)
class Team:
    """Its people are in all of its public channels, whoever came first."""

    world: World
    doors: Doors

    @property
    def id(self) -> str:
        """Slack's id."""
        return self.world.app.team

    def channel(
        self,
        name: str = "general",
        *,
        private: bool = False,
        shared: bool = False,
        members: Sequence[Person] = (),
        with_bot: bool = True,
    ) -> Place:
        """A new channel; a private one has `members` alone, a shared one may have people of other organisations."""
        ids = {member.id for member in members}
        if not private:
            ids |= {user.id for user in self.world.users.values() if user.team == self.id and not user.is_bot}
        if with_bot:
            ids.add(self.world.app.bot_user)
        return Place(self.world, self.world.add_channel(name, "group" if private else "channel", ids, is_shared=shared))

    def person(self, name: str, *, locale: str = "en-US") -> Person:
        """Somebody new, who joins."""
        return self._joined(self._person(name, team=self.id, locale=locale), shared_only=False)

    def outsider(self, name: str, *, team: str = "T0PARTNER00") -> Person:
        """Somebody of another organisation, who is in the shared channels."""
        return self._joined(self._person(name, team=team, locale="en-US"), shared_only=True)

    def program(self, name: str) -> Person:
        """Another app, which writes as people do."""
        return self._joined(Person(self.world, self.world.add_user(name, is_bot=True), self.doors), shared_only=False)

    def _person(self, name: str, *, team: str, locale: str) -> Person:
        return Person(self.world, self.world.add_user(name, team=team, locale=locale), self.doors)

    def _joined(self, person: Person, *, shared_only: bool) -> Person:
        for channel in self.world.channels.values():
            if channel.kind == "channel" and (channel.is_shared or not shared_only):
                channel.members.add(person.id)
        return person
