"""Owns showing answers, places in the queue and refusals in Slack, from the question alone and by the Web API alone."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from slack_sdk.models.blocks import Block

from adapters.slack.answering.abilities import Abilities
from adapters.slack.answering.fetching import Fetching
from adapters.slack.answering.looks import AnswerLooks, Part
from adapters.slack.answering.means import Means
from adapters.slack.answering.presence import NoPresence, Presence, ThreadPresence
from adapters.slack.answering.private import PrivateShowing
from adapters.slack.answering.rates import PACE, Allowance
from adapters.slack.answering.sessions import Sessions
from adapters.slack.answering.showing import Showing
from adapters.slack.answering.target import ANSWER, NOTE, Target, is_for_one
from adapters.slack.controls.buttons import answer_blocks
from adapters.slack.rendering import answers
from adapters.slack.rest import Rest
from bot.chat.showing.delivering import deliver, unless_over
from bot.chat.showing.pacing import monotonic
from bot.chat.showing.screen import AnswerScreen, Ending
from bot.errors import AssistantError
from bot.messages import Attachment, Incoming, Progress, Reply
from bot.service.platforms import Remember, Told
from bot.service.sparing import place_of, sparing
from bot.wording import speak

FRESH_S = 60.0
"""Whoever took a question in shows a status at once; for so long nobody need do it again."""


class SlackOutbound:
    """The half of the adapter that shows answers.

    `streams` says whether answers may stream, rather than be posted and changed. `clock` gives seconds, `now` seconds
    since the epoch.
    """

    def __init__(
        self,
        rest: Rest,
        *,
        streams: bool = True,
        clock: Callable[[], float] = monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        abilities, allowance = Abilities(streams=streams, clock=clock), Allowance(clock=clock)
        sessions = Sessions(rest, abilities=abilities, allowance=allowance)
        self._means = Means(rest, abilities, allowance, sessions, clock)
        self._fetching = Fetching(rest)
        self._now = now

    async def deliver(
        self, incoming: Incoming, told: AsyncIterator[Told], *, posted: str | None, remember: Remember
    ) -> None:
        """Show the answer while it comes; nothing more where Slack will never let it be shown."""
        showing = self._showing(incoming, posted=place_of(incoming, posted), remember=remember)
        presence = self._presence(incoming)
        screen = _Screen(incoming, showing, presence)
        events = sparing(incoming, told, posted=posted, remember=remember, refuse=self.refuse)
        fresh = incoming.received_at + FRESH_S - self._now()
        signs = presence.keep(needed=lambda: not screen.has_text, after_seconds=max(0.0, min(fresh, FRESH_S)))
        try:
            await deliver(screen, events, pace=PACE, meanwhile=signs, clock=self._means.clock)
            if screen.is_whole:
                await presence.close()
        finally:
            showing.leave()
            await presence.leave()

    async def begin(self, incoming: Incoming) -> None:
        """Show that the question is being handed over, until something else is shown."""
        await self._signal(incoming, ())

    async def announce(self, incoming: Incoming, ahead: int, *, posted: str | None, remember: Remember) -> None:
        """Show the place as the thread's status, and else in what becomes the reply."""
        say = speak(incoming.language)
        showing = self._showing(incoming, posted=posted, remember=remember)
        part = Part(answers.place(ahead, say))
        if isinstance(showing, PrivateShowing):
            if showing.has_room_for_place:
                await showing.tell(part)
        elif showing.is_posted or not await self._signal(incoming, [say.place(ahead)]):
            with unless_over():
                await showing.show([part], last=True, below=partial(_actions, incoming, None))

    async def refuse(self, incoming: Incoming, error: AssistantError) -> None:
        """Say why, in a message of its own."""
        parts = [Part(message) for message in answers.failure(error, speak(incoming.language))]
        showing = self._showing(incoming, posted=None, remember=None, kind=NOTE)
        presence = self._presence(incoming)
        with unless_over():
            await showing.show(parts, last=True, below=lambda _: ())
        await presence.close()

    async def fetch(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        """From where Slack keeps files."""
        return await self._fetching.fetch(attachment, most_bytes=most_bytes)

    async def _signal(self, incoming: Incoming, loading: Sequence[str]) -> bool:
        """Whether a status can be shown there."""
        presence = self._presence(incoming)
        is_shown = presence.show(loading)
        await presence.settled()
        return is_shown

    def _showing(
        self, incoming: Incoming, *, posted: str | None, remember: Remember | None, kind: str = ANSWER
    ) -> Showing | PrivateShowing:
        if is_for_one(incoming):
            return PrivateShowing(incoming, rest=self._means.rest, posted=posted, remember=remember)
        say = speak(incoming.language)
        return Showing(Target.of(incoming), means=self._means, say=say, posted=posted, remember=remember, kind=kind)

    def _presence(self, incoming: Incoming) -> Presence:
        if is_for_one(incoming):
            return NoPresence()
        return ThreadPresence(Target.of(incoming), means=self._means, say=speak(incoming.language))


class _Screen(AnswerScreen[Part]):
    """One answer's messages, with the controls below the last of them; what it waits for is its thread's status."""

    def __init__(self, incoming: Incoming, showing: Showing | PrivateShowing, presence: Presence) -> None:
        async def show(parts: Sequence[Part], ending: Ending | None) -> None:
            await showing.show(parts, last=ending is not None, below=partial(_actions, incoming, ending))

        super().__init__(AnswerLooks(), show=show, wait=showing.wait, language=incoming.language)
        self._showing = showing
        self._presence = presence
        self._language = incoming.language
        self.is_whole = False

    async def waiting(self, progress: Progress) -> None:
        """Show what the answer is waiting for."""
        loading = answers.loading(progress, speak(self._language))
        if self._showing.is_posted or not self._presence.show([loading]):
            await super().waiting(progress)

    async def ended(self, end: Reply | AssistantError) -> None:
        """Show the whole answer, or what there is of it and why there is no more."""
        await super().ended(end)
        self.is_whole = True


def _actions(incoming: Incoming, ending: Ending | None, earlier: tuple[str, ...]) -> tuple[Block, ...]:
    """Stop while the answer is being given, and then what can be done about it."""
    return answer_blocks(
        incoming,
        running=ending is None,
        reply=ending.reply if ending else None,
        has_words=ending is None or ending.has_words,
        earlier=earlier,
    )


@asynccontextmanager
async def open_answering(rest: Rest, *, streams: bool = True) -> AsyncIterator[SlackOutbound]:
    """The half that shows answers, by this way to Slack; `streams` as for `SlackOutbound`."""
    yield SlackOutbound(rest, streams=streams)
