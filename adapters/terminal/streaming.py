"""Owns an answer on its way to the screen: a spinner before the first word, then Markdown that grows, or plain text."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, closing, contextmanager
from dataclasses import dataclass
from typing import Protocol, assert_never

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.live import Live
from rich.segment import Segment
from rich.spinner import Spinner
from rich.text import Text

from adapters.terminal.markdown import GrowingText, SafeMarkdown
from adapters.terminal.sanitizing import clean
from bot.messages import Progress, Reply, ReplyDelta, ReplyEvent, Stage
from bot.wording import Wording

TICK_SECONDS = 0.1
AT_ONCE_SECONDS = 0.3
REFRESH_SHARE = 0.1  # at most this share of the time is spent on drawing; the engine may need the same cores
SPARE_LINES = 2  # left free below the growing text, so that the screen never scrolls under it

_STAGES = {Stage.QUEUED: "terminal-queued", Stage.LOADING: "terminal-loading", Stage.READING: "terminal-reading"}


class Answer(Protocol):
    """Where the text of an answer goes, piece by piece."""

    def add(self, text: str, *, plain: str = "") -> None:
        """Show one more piece of Markdown; `plain` is the same without it, where that differs."""
        ...

    def tick(self) -> None:
        """Called about ten times a second, whether or not anything came."""
        ...

    def close(self) -> None:
        """Leave everything that came on the screen for good."""
        ...


class Waiting(Protocol):
    """What is shown while there is no text yet."""

    def show(self, status: str) -> None:
        """Say what is being waited for; the time shown beside it runs from the first call."""
        ...

    def tick(self) -> None:
        """Called about ten times a second."""
        ...

    def close(self) -> None:
        """Leave no trace."""
        ...


def is_live(console: Console) -> bool:
    """Whether `console` can be drawn over: a terminal that moves its cursor."""
    return console.is_terminal and not console.is_dumb_terminal


def answer_on(console: Console) -> Answer:
    """How an answer is shown on `console`."""
    return LiveAnswer(console) if is_live(console) else PlainAnswer(console)


def waiting_on(console: Console) -> Waiting:
    """How waiting is shown on `console`: in a pipe, not at all."""
    return Spinning(console) if is_live(console) else Unseen()


async def show(events: AsyncGenerator[ReplyEvent, None], *, answer: Answer, waiting: Waiting, say: Wording) -> Reply:
    """Show `events` as they come and return the `Reply`. Whatever ends it, the events are closed and the text stays."""
    said = ""
    reply: Reply | None = None
    async with aclosing(events):
        with ticking(waiting.tick, answer.tick), closing(waiting), closing(answer):
            async for event in events:
                match event:
                    case Progress() | ReplyDelta(text=""):
                        if not said and (status := _status(event, say)):
                            waiting.show(status)
                    case ReplyDelta():
                        waiting.close()
                        said += event.text
                        answer.add(event.text, plain=event.plain)
                    case Reply():
                        reply = event
                        waiting.close()
                        answer.add(_unsaid(reply.text, said=said))
                    case _:
                        assert_never(event)
    if reply is None:
        raise RuntimeError("the events of an answer ended without a Reply")
    return reply


def _status(event: Progress | ReplyDelta, say: Wording) -> str:
    if isinstance(event, Progress):
        return say(_STAGES[event.stage], model=clean(event.model))
    return say("terminal-thinking") if event.thinking else ""


@contextmanager
def busy(waiting: Waiting, status: str) -> Iterator[None]:
    """Show `status` while the block runs, if it takes longer than one would call at once."""
    later = asyncio.get_running_loop().call_later(AT_ONCE_SECONDS, waiting.show, status)
    try:
        with ticking(waiting.tick), closing(waiting):
            yield
    finally:
        later.cancel()


@contextmanager
def ticking(*ticks: Callable[[], None]) -> Iterator[None]:
    """Call each of the `ticks` about ten times a second while the block runs."""
    clockwork = _Clockwork(ticks)
    clockwork.wind()
    try:
        yield
    finally:
        clockwork.stop()


class _Clockwork:
    def __init__(self, ticks: Sequence[Callable[[], None]]) -> None:
        self._ticks = ticks
        self._next: asyncio.TimerHandle | None = None

    def wind(self) -> None:
        self._next = asyncio.get_running_loop().call_later(TICK_SECONDS, self._tick)

    def stop(self) -> None:
        if self._next is not None:
            self._next.cancel()

    def _tick(self) -> None:
        for tick in self._ticks:
            tick()
        self.wind()


def _unsaid(text: str, *, said: str) -> str:
    """What the whole answer holds beyond the pieces, such as an answer that was never streamed."""
    return text.removeprefix(said) if text.startswith(said) else ""


class PlainAnswer:
    """Text as it comes, for pipes, files and terminals that can't move their cursor."""

    def __init__(self, console: Console) -> None:
        self._file = console.file
        self._last = "\n"

    def add(self, text: str, *, plain: str = "") -> None:
        """Write and flush, so that the next program in the pipe reads along."""
        if shown := clean(plain or text):
            self._file.write(shown)
            self._file.flush()
            self._last = shown[-1]

    def tick(self) -> None:
        """Nothing moves here."""

    def close(self) -> None:
        """End the last line."""
        if self._last != "\n":
            self.add("\n")


class LiveAnswer:
    """Markdown that grows: finished blocks are printed once and for good, only the open one is drawn over.

    An open block taller than the screen shows its end and is printed whole once it is finished; so nothing is ever
    drawn over that has scrolled away, and the scrollback holds each line once.
    """

    def __init__(self, console: Console, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._text = GrowingText()
        self._live: Live | None = None
        self._printed = False
        self._stale = False
        self._not_before = 0.0

    def add(self, text: str, *, plain: str = "") -> None:  # noqa: ARG002  # Markdown is drawn here
        """Take a piece in; it is drawn at once unless drawing was busy just now."""
        if not text:
            return
        self._text.add(clean(text))
        self._stale = True
        self.tick()

    def tick(self) -> None:
        """Draw what came since the last time."""
        started = self._clock()
        if not self._stale or started < self._not_before:
            return
        self._draw()
        spent = self._clock() - started
        self._not_before = started + max(TICK_SECONDS, spent / REFRESH_SHARE)

    def close(self) -> None:
        """Print what is still open, and give the cursor back."""
        with self._console:
            if self._live is not None:
                self._live.update("", refresh=True)
                self._live.stop()
                self._live = None
            self._print(self._text.take_rest())

    def _draw(self) -> None:
        self._stale = False
        if self._live is None:
            self._live = live_on(self._console)
        finished = self._text.take_finished()
        with self._console:
            if finished:
                self._live.update("", refresh=True)
                self._print(finished)
            self._live.update(self._open_block(), refresh=True)

    def _print(self, text: str) -> None:
        if text.strip():
            self._console.print(SafeMarkdown(text, continues=self._printed))
            self._printed = True

    def _open_block(self) -> RenderableType:
        if not self._text.open.strip():
            return ""
        return Tail(SafeMarkdown(self._text.open, continues=self._printed))


@dataclass(frozen=True, slots=True)
class Tail:
    """The last lines of something, as many as fit on the screen with a little room to spare."""

    renderable: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = console.render_lines(self.renderable, options.update(height=None), pad=False)
        for line in lines[-max(1, console.size.height - SPARE_LINES) :]:
            yield from line
            yield Segment.line()


class Spinning:
    """One line that moves: what is being waited for, and for how many seconds already."""

    def __init__(self, console: Console, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._live: Live | None = None
        self._since: float | None = None
        self._spinner = Spinner("dots", style="cyan")
        self._status = ""

    def show(self, status: str) -> None:
        """Say what is being waited for."""
        if self._since is None:
            self._since = self._clock()
        self._status = status
        if self._live is None:
            self._live = live_on(self._console)
        self.tick()

    def tick(self) -> None:
        """Move."""
        if self._live is None or self._since is None:
            return
        seconds = int(self._clock() - self._since)
        elapsed = f" {seconds} s" if seconds else ""
        self._spinner.update(text=Text(f"{self._status}{elapsed}", style="dim", no_wrap=True, overflow="ellipsis"))
        self._live.update(self._spinner, refresh=True)

    def close(self) -> None:
        """Leave no trace."""
        if self._live is not None:
            self._live.stop()
            self._live = None


class Unseen:
    """Neither waiting nor text is shown: for pipes, and for those who want the whole answer at once."""

    def show(self, status: str) -> None:
        """Say nothing."""

    def add(self, text: str, *, plain: str = "") -> None:
        """Say nothing."""

    def tick(self) -> None:
        """Nothing moves here."""

    def close(self) -> None:
        """There is nothing to leave."""


def live_on(console: Console) -> Live:
    """Something on `console` that is drawn over, and gone when it is stopped; it has begun."""
    live = Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False)
    live.start()
    return live
