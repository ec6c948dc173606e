"""Owns what becomes of the events that tell of messages: each goes to the intake, or is a command in words."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.callers import conversation_of, mark_of, question_id
from adapters.slack.hearing.reading import HeardHere, InThread, SlackReading, heard_of
from adapters.slack.hearing.recent import Recent
from adapters.slack.hearing.said import Said, changed_of, said_of
from adapters.slack.hearing.threads import Threads
from adapters.slack.surroundings import Commands
from bot.chat.hearing.intake import Intake
from bot.errors import NotKept
from bot.messages import ConversationKey

Event = Mapping[str, Any]

LATE_MICROSECONDS = 60 * 1_000_000
"""A change after so long counts in no case: what was asked is answered."""


class Ears:
    """Hears for `intake`; returns from an event once what it brought is kept, and raises where that can't be."""

    def __init__(
        self,
        intake: Intake[InThread],
        *,
        reading: SlackReading,
        threads: Threads,
        recent: Recent,
        commands: Commands,
        withdraw: Callable[[ConversationKey, str], Awaitable[object]],
    ) -> None:
        """`withdraw` takes back a question that another process may have handed over."""
        self._intake = intake
        self._withdraw = withdraw
        self._reading = reading
        self._threads = threads
        self._recent = recent
        self._commands = commands
        self._me = reading.identity.user

    def listen(self, app: AsyncApp) -> None:
        """Hear everything that is written where Sova is."""

        async def hear(event: dict[str, Any]) -> None:
            await self.event(event)

        app.event("message")(hear)
        app.event("app_mention")(hear)

    async def event(self, event: Event) -> None:
        """What somebody wrote, changed or deleted. Raises `NotKept` where Slack shall bring it again."""
        match event:
            case {"subtype": "message_deleted", "channel": channel, "deleted_ts": ts}:
                await self._deleted(channel, ts, event.get("previous_message") or {})
            case {"subtype": "message_changed", "channel": channel, "message": {"subtype": "tombstone", "ts": ts}}:
                await self._deleted(channel, ts, {})  # others have answered below it, so it is the thread's root
            case {"subtype": "message_changed", "message": {"ts": _}}:
                await self._changed(event)
            case {"channel": _, "ts": _}:
                said = said_of(event, me=self._me)
                if not _is_late(said):  # a mention that somebody adds later comes as one
                    await self._message(said)

    async def missed(self, messages: Sequence[Said]) -> Sequence[HeardHere]:
        """What was written while nobody listened, for the intake, oldest first; commands are passed over."""
        heard = [await self._heard(said) for said in sorted(messages, key=lambda said: said.mark)]
        return [replace(one, asks=one.asks and not self._is_command(one.original.said)) for one in heard]

    async def _message(self, said: Said) -> None:
        heard = await self._heard(said)
        if heard.asks and self._is_command(said):
            await self._run(heard)
        elif not await self._intake.message(heard):
            raise NotKept

    async def _deleted(self, channel: str, ts: str, before: Event) -> None:
        """What is no question here may be one that another process was told of."""
        id_ = question_id(channel, ts)
        if not await self._intake.deleted(id_):
            place = conversation_of(self._reading.identity.team, channel, str(before.get("thread_ts") or ts))
            await self._withdraw(place, id_)

    async def _changed(self, event: Event) -> None:
        said = changed_of(event, me=self._me)
        if said and said.is_spoken and not _is_late(said) and not self._is_command(said):
            await self._intake.changed(await self._heard(said))

    async def _heard(self, said: Said) -> HeardHere:
        heard = heard_of(said, await self._threads.before(said), me=self._me)
        if said.is_spoken and not (heard.asks or said.is_reply or said.is_direct):
            self._recent.take_in(said)
        return heard

    def _is_command(self, said: Said) -> bool:
        """Whoever goes on without a mention asks; what they say may begin like a command."""
        if not (said.is_direct or said.mentions(self._me)):
            return False
        return self._commands.is_command(self._reading.text(said))

    async def _run(self, heard: HeardHere) -> None:
        spot = await self._reading.spot(heard)
        if spot:
            await self._commands.run(self._reading.incoming([heard], spot))


def _is_late(said: Said) -> bool:
    return bool(said.edited) and mark_of(said.edited) - said.mark > LATE_MICROSECONDS
