"""An answer as it comes, against a screen that writes down what it is told to show."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace

import pytest

from bot.chat.showing.pacing import Pace, Rate
from bot.chat.showing.streaming import Streaming
from bot.errors import AssistantError, PlatformUnreachable
from bot.messages import Progress, Reply, ReplyDelta, Stage
from bot.service.platforms import Told
from tests.bot.chat.showing.replies import a_reply

FREE = Rate(1_000, window=0.001, reserved=0)
SLOW = Pace(channel=FREE, whole=FREE, edit_seconds=3_600.0, state_seconds=3_600.0, typing_seconds=8.0)


@dataclass
class Screen:
    shown: list[str] = field(default_factory=list)
    text: str = ""
    busy: float = 0.0
    error: Exception | None = None
    was_shown: asyncio.Event = field(default_factory=asyncio.Event)

    def wait(self) -> float:
        return self.busy

    def add(self, delta: ReplyDelta) -> bool:
        self.text += delta.text
        return bool(delta.text)

    async def growing(self) -> None:
        self._show(self.text)

    async def waiting(self, progress: Progress) -> None:
        self._show(progress.stage)

    async def ended(self, end: Reply | AssistantError) -> None:
        self._show(f"{end.text if isinstance(end, Reply) else end.code}!")

    def _show(self, text: str) -> None:
        if self.error:
            raise self.error
        self.shown.append(text)
        self.was_shown.set()


async def test_the_first_word_and_the_last_text_come_at_once_however_slow_the_pace() -> None:
    screen = Screen()

    async def told() -> AsyncGenerator[Told, None]:
        yield ReplyDelta("One")
        await screen.was_shown.wait()
        yield ReplyDelta(" two")
        yield ReplyDelta(" three")
        yield a_reply("One two three.")

    async with asyncio.timeout(5):
        await Streaming(screen, pace=SLOW).run(told())
    assert screen.shown == ["One", "One two three.!"]


async def test_a_short_answer_that_is_there_at_once_is_shown_once() -> None:
    screen = Screen(busy=3_600.0)

    async def told() -> AsyncGenerator[Told, None]:
        yield ReplyDelta("One")
        yield a_reply("One.")

    async with asyncio.timeout(5):
        await Streaming(screen, pace=SLOW).run(told())
    assert screen.shown == ["One.!"]


async def test_what_it_waits_for_is_not_shown_to_whom_waits_for_a_moment_only() -> None:
    screen = Screen()

    async def told() -> AsyncGenerator[Told, None]:
        yield Progress(Stage.LOADING, "owl:1b")
        await asyncio.sleep(0)
        yield ReplyDelta("One")
        await screen.was_shown.wait()
        yield a_reply("One.")

    async with asyncio.timeout(5):
        await Streaming(screen, pace=SLOW).run(told())
    assert screen.shown == ["One", "One.!"]


async def test_every_text_is_shown_when_the_pace_allows_it() -> None:
    screen = Screen()

    async def told() -> AsyncGenerator[Told, None]:
        for word in ("One", " two", " three"):
            screen.was_shown.clear()
            yield ReplyDelta(word)
            await screen.was_shown.wait()
        yield a_reply("One two three.")

    async with asyncio.timeout(5):
        await Streaming(screen, pace=replace(SLOW, edit_seconds=0.0)).run(told())
    assert screen.shown == ["One", "One two", "One two three", "One two three.!"]


async def test_what_cannot_be_shown_ends_the_answer() -> None:
    closed = asyncio.Event()
    screen = Screen(error=PlatformUnreachable("Discord", "away"))

    async def told() -> AsyncGenerator[Told, None]:
        try:
            yield ReplyDelta("One")
            await asyncio.Event().wait()
        finally:
            closed.set()

    with pytest.raises(PlatformUnreachable):
        async with asyncio.timeout(5):
            await Streaming(screen, pace=SLOW).run(told())
    assert closed.is_set()


async def test_a_fault_of_the_answer_is_a_fault_of_showing_it() -> None:
    async def told() -> AsyncGenerator[Told, None]:
        yield ReplyDelta("One")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Streaming(Screen(), pace=SLOW).run(told())


async def test_being_cancelled_ends_the_answer() -> None:
    closed, began = asyncio.Event(), asyncio.Event()

    async def told() -> AsyncGenerator[Told, None]:
        try:
            began.set()
            await asyncio.Event().wait()
            yield ReplyDelta("")
        finally:
            closed.set()

    running = asyncio.create_task(Streaming(Screen(), pace=SLOW).run(told()))
    await began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert closed.is_set()
