"""Owns showing answers, places in the queue and refusals in Discord, from the question alone and over REST alone."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

import discord

from adapters.discord.answering.fetching import Fetching
from adapters.discord.answering.rates import PACE
from adapters.discord.answering.showing import Showing
from adapters.discord.answering.threads import Threads
from adapters.discord.controls.buttons import answer_view
from adapters.discord.controls.private import PrivateShowing, is_for_one
from adapters.discord.faults import translated
from adapters.discord.rendering import render
from adapters.discord.rest import Rest
from bot.chat.showing.delivering import deliver, kept_up, unless_over
from bot.chat.showing.pacing import Budgets, Pace, monotonic
from bot.chat.showing.screen import AnswerScreen, Ending
from bot.errors import AssistantError, PlatformUnreachable
from bot.messages import Attachment, Incoming
from bot.service.platforms import Remember, Told
from bot.service.sparing import place_of, sparing
from bot.wording import speak

FRESH_S = 4.0
"""Whoever took a question in shows typing at once; for so long nobody need do it again."""


class DiscordOutbound:
    """The half of the adapter that shows answers. `clock` gives seconds, `now` seconds since the epoch."""

    def __init__(
        self,
        rest: Rest,
        *,
        threads: Threads,
        fetching: Fetching,
        budgets: Budgets,
        pace: Pace = PACE,
        clock: Callable[[], float] = monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._rest = rest
        self._threads = threads
        self._fetching = fetching
        self._pace = pace
        self._clock = clock
        self._now = now
        self._budgets = budgets

    async def deliver(
        self, incoming: Incoming, told: AsyncIterator[Told], *, posted: str | None, remember: Remember
    ) -> None:
        """Show the answer while it streams; nothing more where Discord will never let it be shown."""
        showing = self._showing(incoming, posted=place_of(incoming, posted), remember=remember)
        screen = _screen(incoming, showing)
        events = sparing(incoming, told, posted=posted, remember=remember, refuse=self.refuse)
        typing = self._keep_typing(incoming, while_=lambda: None if screen.has_text else showing.channel)
        await deliver(screen, events, pace=self._pace, meanwhile=typing, clock=self._clock)

    async def announce(self, incoming: Incoming, ahead: int, *, posted: str | None, remember: Remember) -> None:
        """Show the place in what becomes the reply."""
        text = render.place(ahead, speak(incoming.language))
        await self._say(incoming, [text], posted=posted, remember=remember)

    async def refuse(self, incoming: Incoming, error: AssistantError) -> None:
        """Say why, in a message of its own."""
        texts = render.failure(error, speak(incoming.language))
        await self._say(incoming, texts, posted=incoming.reply if is_for_one(incoming) else None, remember=None)

    async def fetch(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        """From where Discord keeps files."""
        return await self._fetching.fetch(attachment, most_bytes=most_bytes)

    async def type(self, channel: int) -> None:
        """Show that an answer is being written, for ten seconds; that it can't be shown matters to nobody."""
        if self._budgets.wait(last=False) > 0:
            return
        self._budgets.spend()
        with contextlib.suppress(PlatformUnreachable, discord.HTTPException), translated():
            await (await self._rest.client()).http.send_typing(channel)

    async def _say(
        self, incoming: Incoming, texts: Sequence[str], *, posted: str | None, remember: Remember | None
    ) -> None:
        showing = self._showing(incoming, posted=posted, remember=remember)
        view = answer_view(incoming, running=True) if remember else None
        with unless_over():
            await showing.show(texts, last=True, view_of=lambda _: view)

    def _showing(
        self, incoming: Incoming, *, posted: str | None, remember: Remember | None
    ) -> Showing | PrivateShowing:
        if is_for_one(incoming):
            return PrivateShowing(incoming, rest=self._rest, posted=posted, remember=remember)
        return Showing(
            incoming,
            rest=self._rest,
            threads=self._threads,
            budgets=self._budgets,
            posted=posted,
            remember=remember,
        )

    async def _keep_typing(self, incoming: Incoming, *, while_: Callable[[], int | None]) -> None:
        """Show typing in the channel that `while_` names, until it names none."""

        async def show() -> None:
            if (channel := while_()) is not None:
                await self.type(channel)

        fresh = incoming.received_at + FRESH_S - self._now()
        await kept_up(
            show,
            needed=lambda: while_() is not None,
            after_seconds=max(0.0, min(fresh, FRESH_S)),
            every_seconds=self._pace.typing_seconds,
        )


def _screen(incoming: Incoming, showing: Showing | PrivateShowing) -> AnswerScreen[str]:
    """One answer's messages, with the buttons below the last of them."""

    async def show(texts: Sequence[str], ending: Ending | None) -> None:
        view_of = partial(_view, incoming, ending)
        await showing.show(texts, last=ending is not None, view_of=view_of)

    return AnswerScreen(render.Answer(), show=show, wait=showing.wait, language=incoming.language)


def _view(incoming: Incoming, ending: Ending | None, earlier: tuple[str, ...]) -> discord.ui.View:
    if ending is None:
        return answer_view(incoming, running=True)
    return answer_view(incoming, running=False, reply=ending.reply, has_words=ending.has_words, earlier=earlier)
