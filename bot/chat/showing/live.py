"""Owns a card that changes, on its way to people: the newest is held, and shown as often as the platform takes it.

The first card is shown at once and the last one always. What ends the work before that becomes a sentence on the card.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from bot.chat.showing.pacing import monotonic
from bot.commands.cards import Action, Card, LiveCard
from bot.errors import AssistantError
from bot.wording import Wording

logger = logging.getLogger(__name__)

LEAVE_SECONDS = 2.0
"""How long a card is given to say that its work was interrupted, when Sova is told to end."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a card is changed, in seconds: after each of the `pauses` once, and from then on `every` so many.

    Without `every` nothing is shown after them but the last card.
    """

    pauses: tuple[float, ...] = ()
    every: float | None = None

    def pause(self, shown: int) -> float | None:
        """How long to wait after the card that was shown as number `shown`, from 1; None: until the last one."""
        return self.pauses[shown - 1] if shown <= len(self.pauses) else self.every


class CardScreen(Protocol):
    """Where one card stands."""

    @property
    def rhythm(self) -> Rhythm:
        """How often it is to be changed there."""
        ...

    def wait(self) -> float:
        """In how many seconds it may be changed, whatever its rhythm."""
        ...

    async def show(self, card: Card, *, last: bool) -> None:
        """Let this card stand there, and nothing else; the `last` one stays."""
        ...


class LiveShowing:
    """Shows one card that changes. `again` is the command that does the same once more, empty where there is none.

    `clock` gives seconds.
    """

    def __init__(
        self,
        screen: CardScreen,
        *,
        say: Wording,
        again: str = "",
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._screen = screen
        self._say = say
        self._again = again
        self._clock = clock
        self._newest: Card | None = None
        self._has_news = False
        self._news = asyncio.Event()
        self._shown = 0
        self._shown_at = 0.0

    async def run(self, live: LiveCard) -> None:
        """Show everything. Raises what ends the command before its first card, and what showing that or the last does.

        Whatever ends it, the work has ended as well. A cancellation is said on the card, if there is time.
        """
        reading = asyncio.create_task(self._read(live.cards))
        try:
            await self._show_meanwhile(reading)
            await self._show_end(reading)
        except asyncio.CancelledError:
            await _ended(reading)
            await self._leave(reading)
            raise
        finally:
            await _ended(reading)

    async def _read(self, cards: AsyncGenerator[Card, None]) -> None:
        try:
            async with aclosing(cards) as told:
                async for card in told:
                    self._newest, self._has_news = card, True
                    self._news.set()
        finally:
            self._news.set()

    async def _show_meanwhile(self, reading: asyncio.Task[None]) -> None:
        while not reading.done():
            self._news.clear()
            delay = self._delay()
            if delay == 0:
                await self._show_newest()
            else:
                await self._until_news(delay)

    def _delay(self) -> float | None:
        """In how many seconds the newest card is to be shown; None while there is nothing new, or only the last is."""
        if not self._has_news:
            return None
        if not self._shown:
            return 0.0
        pause = self._screen.rhythm.pause(self._shown)
        return None if pause is None else max(0.0, self._shown_at + pause - self._clock(), self._screen.wait())

    async def _until_news(self, delay: float | None) -> None:
        """Wait until there is something new, or something is to be shown."""
        if delay is None:
            await self._news.wait()
            return
        # A newer card that comes meanwhile takes the place of the one that waits, and doesn't put it off.
        try:
            async with asyncio.timeout(delay):
                await self._news.wait()
        except TimeoutError:
            return

    async def _show_newest(self) -> None:
        """A card between the first and the last may fail to be shown: the next one makes good for it."""
        if self._newest is None:
            return
        self._has_news = False
        try:
            await self._screen.show(self._newest, last=False)
        except AssistantError as error:
            if not self._shown:
                raise
            logger.warning("a card isn't shown as it is now: %s", error.code)
        self._shown, self._shown_at = self._shown + 1, self._clock()

    async def _show_end(self, reading: asyncio.Task[None]) -> None:
        error = reading.exception()
        if self._newest is None:
            raise error or RuntimeError("a card that changes had nothing to show")
        if error is None:
            await self._screen.show(self._newest, last=True)
            return
        await self._screen.show(self._stopped(self._newest, self._told(error)), last=True)

    def _told(self, error: BaseException) -> str:
        if isinstance(error, AssistantError):
            logger.info("a command was not done to its end: %s", error.code)
            return self._say.of_error(error)
        logger.error("a command was not done to its end, by a fault of ours", exc_info=error)
        return self._say("error-unexpected")

    async def _leave(self, reading: asyncio.Task[None]) -> None:
        """Say what became of the work, as far as there is time; nobody can be told that it couldn't be said."""
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                if not reading.cancelled():
                    await self._show_end(reading)
                else:
                    stopped = self._stopped(self._newest or Card(""), self._say("live-interrupted"))
                    await self._screen.show(stopped, last=True)
        except TimeoutError:
            logger.warning("there was no time to say that a command was interrupted")
        except Exception:
            logger.exception("it could not be said that a command was interrupted")

    def _stopped(self, card: Card, sentence: str) -> Card:
        """The card as it was when the work ended; of what could be done next, only doing it again is left."""
        again = (Action(self._say("live-again"), self._again),) if self._again else ()
        return replace(card, text="\n\n".join(filter(None, [card.text, f"⚠️ {sentence}"])), actions=again)


async def _ended(reading: asyncio.Task[None]) -> None:
    reading.cancel()
    await asyncio.wait({reading})
