"""Owns who is behind an id: names and languages, asked of Slack beside everything else, and kept for a while."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

from slack_sdk.errors import SlackApiError

from adapters.slack.callers import language_of
from adapters.slack.faults import code_of, translated
from adapters.slack.rest import Rest
from bot.errors import AssistantError
from bot.messages import Language

logger = logging.getLogger(__name__)

MOST = 5_000
"""Of how many people it is remembered who they are."""
FRESH_SECONDS = 24 * 3_600.0
"""For how long it counts; people change their names."""
AGAIN_SECONDS = 60.0
"""After how long it is asked again where Slack didn't tell."""
MOST_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Person:
    """What is kept of somebody: nothing but this. `team` is their workspace, `language` that of their Slack."""

    name: str = ""
    team: str = ""
    language: Language | None = None


UNKNOWN = Person()


@dataclass(frozen=True, slots=True)
class _Known:
    person: Person
    until: float


class People:
    """Tells at once what is known, and asks for what isn't; entered, its questions end with it.

    `clock` gives seconds.
    """

    def __init__(self, rest: Rest, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest = rest
        self._clock = clock
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._at_once = asyncio.Semaphore(MOST_AT_ONCE)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        asking = set(self._asking.values())
        for task in asking:
            task.cancel()
        if asking:
            await asyncio.wait(asking)

    def known(self, user: str) -> Person:
        """Who that is, as far as it is known now; where it isn't, Slack is asked for the next time."""
        known = self._known.get(user)
        if known is None or known.until < self._clock():
            self._ask(user)
        return known.person if known else UNKNOWN

    def names(self, users: Iterable[str]) -> dict[str, str]:
        """The names that are known now, by id."""
        people = {user: self.known(user).name for user in users}
        return {user: name for user, name in people.items() if name}

    async def asked(self, users: Iterable[str]) -> dict[str, str]:
        """The same once Slack has been asked for all of them, for what may wait for it."""
        users = tuple(users)
        self.names(users)
        asking = {self._asking[user] for user in users if user in self._asking}
        if asking:
            await asyncio.wait(asking)
        return self.names(users)

    def _ask(self, user: str) -> None:
        if user not in self._asking:
            self._asking[user] = asyncio.create_task(self._learn(user))

    async def _learn(self, user: str) -> None:
        try:
            async with self._at_once:
                person, seconds = await self._told(user), FRESH_SECONDS
        except (AssistantError, SlackApiError) as error:
            told = code_of(error) if isinstance(error, SlackApiError) else str(error)
            logger.info("who somebody is can't be told now: %s", told)
            person, seconds = self._known[user].person if user in self._known else UNKNOWN, AGAIN_SECONDS
        finally:
            del self._asking[user]
        self._known[user] = _Known(person, self._clock() + seconds)
        self._known.move_to_end(user)
        while len(self._known) > MOST:
            self._known.popitem(last=False)

    async def _told(self, user: str) -> Person:
        with translated():
            told = await self._rest.client.users_info(user=user, include_locale=True)
        found = told["user"]
        profile = found.get("profile", {})
        name = (
            profile.get("display_name") or profile.get("real_name") or found.get("real_name") or found.get("name", "")
        )
        return Person(str(name), str(found.get("team_id", "")), language_of(str(found.get("locale", ""))))
