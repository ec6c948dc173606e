"""Owns how Slack shows that Sova is at a question: a status in its thread, and a session with Slack's own Stop."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from adapters.slack.answering.abilities import Ability
from adapters.slack.answering.asking import asked
from adapters.slack.answering.means import Means
from adapters.slack.answering.rates import PACE
from adapters.slack.answering.target import Target
from adapters.slack.rendering.answers import status
from bot.chat.showing.delivering import kept_up
from bot.wording import Wording


class Presence(Protocol):
    """That somebody is at a question, as far as Slack shows it."""

    def show(self, loading: Sequence[str] = ()) -> bool:
        """Show it, and what is waited for, beside everything else; False where Slack has no place for that."""
        ...

    async def keep(self, *, needed: Callable[[], bool], after_seconds: float) -> None:
        """Show it for as long as it is `needed`, and offer Slack's own Stop."""
        ...

    async def settled(self) -> None:
        """Return when what was to be shown is there."""
        ...

    async def leave(self) -> None:
        """Show nothing more; what is there stays."""
        ...

    async def close(self) -> None:
        """The answer is whole: show nothing of it any more."""
        ...


class ThreadPresence:
    """In the thread of a question that everybody sees."""

    def __init__(self, target: Target, *, means: Means, say: Wording) -> None:
        self._target = target
        self._rest = means.rest
        self._abilities = means.abilities
        self._sessions = means.sessions
        self._statuses = means.allowance.statuses
        self._say = say
        self._loading: Sequence[str] = ()
        self._telling: asyncio.Task[None] | None = None

    def show(self, loading: Sequence[str] = ()) -> bool:
        """As a status, which Slack takes away when a message comes, or after two minutes."""
        if not self._has_status:
            return False
        self._loading = loading or self._loading
        self._telling = asyncio.create_task(self._tell(status(self._say), self._loading, behind=self._telling))
        return True

    async def keep(self, *, needed: Callable[[], bool], after_seconds: float) -> None:
        """The status is renewed."""
        await self._sessions.begin(self._target)
        await kept_up(self._renew, needed=needed, after_seconds=after_seconds, every_seconds=PACE.typing_seconds)

    async def settled(self) -> None:
        """One status comes after the other."""
        if self._telling:
            await asyncio.wait({self._telling})

    async def leave(self) -> None:
        """Nobody waits for what is on its way."""
        if self._telling:
            self._telling.cancel()
        await self.settled()

    async def close(self) -> None:
        """A status that was under way when the answer came would stay."""
        await self.settled()
        await self._sessions.end(self._target)
        if self._has_status:
            await self._tell("", ())

    @property
    def _has_status(self) -> bool:
        return bool(self._target.thread) and self._abilities.has(Ability.STATUS)

    async def _renew(self) -> None:
        self.show()

    async def _tell(self, words: str, loading: Sequence[str], *, behind: asyncio.Task[None] | None = None) -> None:
        if behind:
            await asyncio.wait({behind})
        if self._statuses.wait(last=not words) > 0:
            return  # without room for it people see an older one, or none
        self._statuses.spend()
        call = self._rest.client.assistant_threads_setStatus(
            channel_id=self._target.channel,
            thread_ts=self._target.thread,
            status=words,
            loading_messages=list(loading) or None,
        )
        await asked(call, Ability.STATUS, self._abilities)


class NoPresence:
    """Of an answer that only the asker sees: Slack has told them already that Sova is at it."""

    def show(self, loading: Sequence[str] = ()) -> bool:  # noqa: ARG002  # as everywhere
        """Nothing need be shown."""
        return True

    async def keep(self, *, needed: Callable[[], bool], after_seconds: float) -> None:
        """Nothing is shown."""

    async def settled(self) -> None:
        """Nothing is under way."""

    async def leave(self) -> None:
        """Nothing is under way."""

    async def close(self) -> None:
        """Nothing was shown."""
