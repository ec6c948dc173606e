"""Owns a card that changes while a command works: drawn over on a terminal, told in a few lines in a pipe.

Whatever ends it, the last card is printed whole and stays.
"""

import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from rich.console import Console

from adapters.terminal.render import card_renderable, print_card, print_line, render_plain
from adapters.terminal.streaming import Tail, is_live, live_on, ticking
from bot.commands.cards import Card, LiveCard
from bot.wording import Wording

if TYPE_CHECKING:
    from rich.live import Live

LINE_SECONDS = 2.0
"""A line comes at most so often."""
LINE_SHARE = 0.1
"""Of the time that has passed so far, which is waited before the next line: an hour has no thousand lines."""


class Changing(Protocol):
    """Where a card is seen until the last one is there."""

    def add(self, card: Card) -> None:
        """There is a newer card."""
        ...

    def tick(self) -> None:
        """Called about ten times a second."""
        ...

    def close(self) -> None:
        """The card is over: leave no trace of what would be drawn over."""
        ...


async def show_changing(live: LiveCard, *, out: Console, aside: Console, say: Wording) -> None:
    """Show the cards as they come, on `aside` where that is a pipe, and the last one on `out`; the work ends with it.

    Raises what the command raises.
    """
    changing: Changing = DrawnOver(out, say) if is_live(out) else InLines(aside, say)
    newest: Card | None = None
    try:
        async with aclosing(live.cards) as cards:
            with ticking(changing.tick):
                async for card in cards:
                    newest = card
                    changing.add(card)
    finally:
        changing.close()
        if newest is not None:
            print_card(out, newest, say)


class DrawnOver:
    """Each card in the place of the one before; of one that is taller than the screen its end is seen."""

    def __init__(self, console: Console, say: Wording) -> None:
        self._console = console
        self._say = say
        self._live: Live | None = None
        self._newest: Card | None = None

    def add(self, card: Card) -> None:
        """It is drawn with the next tick; the first one at once."""
        self._newest = card
        if self._live is None:
            self._live = live_on(self._console)
            self.tick()

    def tick(self) -> None:
        """Draw what came since the last time."""
        if self._live is not None and self._newest is not None:
            self._live.update(Tail(card_renderable(self._newest, self._say)), refresh=True)
            self._newest = None

    def close(self) -> None:
        """Take it from the screen."""
        if self._live is not None:
            self._live.update("", refresh=True)
            self._live.stop()
            self._live = None


class InLines:
    """What is new on a card in one line, at growing distances. `clock` gives seconds."""

    def __init__(self, console: Console, say: Wording, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._say = say
        self._clock = clock
        self._began = clock()
        self._not_before = self._began
        self._told: tuple[str, ...] = ()

    def add(self, card: Card) -> None:
        """Tell what is new, unless something was told just now: a newer card tells it as well."""
        now = self._clock()
        if now < self._not_before:
            return
        words = replace(card, tables=(), panes=(), actions=(), picture=None)
        lines = tuple(filter(None, map(str.strip, render_plain(words, self._say).splitlines())))
        if new := [line for line in lines if line not in self._told]:
            print_line(self._console, " · ".join(new))
            self._not_before = now + max(LINE_SECONDS, (now - self._began) * LINE_SHARE)
        self._told = lines

    def tick(self) -> None:
        """Nothing moves here."""

    def close(self) -> None:
        """Nothing would be drawn over."""
