"""Owns showing answers, places in the queue and refusals in Discord, from the question alone and over REST alone."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence

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
from bot.chat.delivering import deliver, kept_up, unless_over
from bot.chat.pacing import Budgets, Pace, monotonic
from bot.errors import AssistantError, PlatformUnreachable
from bot.messages import Attachment, Incoming, Progress, Reply, ReplyDelta
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
        screen = _Screen(incoming, self._showing(incoming, posted=place_of(incoming, posted), remember=remember))
        events = sparing(incoming, told, posted=posted, remember=remember, refuse=self.refuse)
        typing = self._keep_typing(incoming, screen)
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

    async def _keep_typing(self, incoming: Incoming, screen: "_Screen") -> None:
        async def show() -> None:
            if screen.channel is not None:
                await self.type(screen.channel)

        fresh = incoming.received_at + FRESH_S - self._now()
        await kept_up(
            show,
            needed=lambda: not screen.has_text and screen.channel is not None,
            after_seconds=max(0.0, min(fresh, FRESH_S)),
            every_seconds=self._pace.typing_seconds,
        )


class _Screen:
    """One answer's messages as `streaming` sees them."""

    def __init__(self, incoming: Incoming, showing: Showing | PrivateShowing) -> None:
        self._incoming = incoming
        self._showing = showing
        self._say = speak(incoming.language)
        self._answer = render.Answer()
        self.has_text = False

    @property
    def channel(self) -> int | None:
        return self._showing.channel

    def wait(self) -> float:
        return self._showing.wait()

    def add(self, delta: ReplyDelta) -> bool:
        self._answer.add(delta)
        return bool(delta.text) and (self.has_text or bool(self._answer.pages().texts))

    async def waiting(self, progress: Progress) -> None:
        await self._show([render.progress(progress, self._say)])

    async def growing(self) -> None:
        self.has_text = True
        await self._show(self._answer.pages().texts)

    async def ended(self, end: Reply | AssistantError) -> None:
        self.has_text = True
        reply = end if isinstance(end, Reply) else None
        has_words = bool(self._answer.pages().texts)
        texts = render.answer(end, self._say) if isinstance(end, Reply) else self._answer.failed(end, self._say)
        await self._showing.show(
            texts,
            last=True,
            view_of=lambda earlier: answer_view(
                self._incoming, running=False, reply=reply, has_words=has_words, earlier=earlier
            ),
        )

    async def _show(self, texts: Sequence[str]) -> None:
        await self._showing.show(texts, last=False, view_of=lambda _: answer_view(self._incoming, running=True))
