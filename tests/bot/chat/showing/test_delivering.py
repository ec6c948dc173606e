"""One answer on its way: what ends it for good, and the sign of life until its first words."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import pytest

from bot.chat.showing.delivering import TakenOver, Undeliverable, deliver, kept_up, unless_over
from bot.chat.showing.pacing import Pace, Rate
from bot.errors import AssistantError, PlatformUnreachable
from bot.messages import Progress, Reply, ReplyDelta
from bot.service.platforms import Told
from tests.bot.chat.showing.replies import a_reply

FREE = Rate(1_000, window=0.001, reserved=0)
QUICK = Pace(channel=FREE, whole=FREE, edit_seconds=0.0, state_seconds=0.0, typing_seconds=0.0)


@dataclass
class Screen:
    error: Exception | None = None
    ends: list[Reply | AssistantError] = field(default_factory=list)

    def wait(self) -> float:
        return 0.0

    def add(self, delta: ReplyDelta) -> bool:
        return bool(delta.text)

    async def growing(self) -> None:
        if self.error:
            raise self.error

    async def waiting(self, progress: Progress) -> None:
        del progress

    async def ended(self, end: Reply | AssistantError) -> None:
        self.ends.append(end)


async def quiet() -> None:
    """Nothing meanwhile."""


@pytest.mark.parametrize("error", [Undeliverable("not_in_channel"), TakenOver()])
async def test_what_is_over_for_good_ends_the_answer_and_is_nobodys_fault(error: Exception) -> None:
    screen, closed = Screen(error=error), asyncio.Event()

    async def told() -> AsyncGenerator[Told, None]:
        try:
            yield ReplyDelta("One")
            await asyncio.Event().wait()
        finally:
            closed.set()

    async with asyncio.timeout(5):
        await deliver(screen, told(), pace=QUICK, meanwhile=quiet())
    assert closed.is_set()
    assert screen.ends == []


async def test_that_the_platform_is_away_is_for_whoever_delivers() -> None:
    async def told() -> AsyncGenerator[Told, None]:
        yield ReplyDelta("One")
        await asyncio.Event().wait()

    with pytest.raises(PlatformUnreachable):
        async with asyncio.timeout(5):
            await deliver(Screen(PlatformUnreachable("Board", "away")), told(), pace=QUICK, meanwhile=quiet())


async def test_what_runs_meanwhile_ends_with_the_answer() -> None:
    screen, began, ended = Screen(), asyncio.Event(), asyncio.Event()

    async def meanwhile() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def told() -> AsyncGenerator[Told, None]:
        await began.wait()
        yield a_reply("One.")

    async with asyncio.timeout(5):
        await deliver(screen, told(), pace=QUICK, meanwhile=meanwhile())
    assert ended.is_set()
    assert screen.ends == [a_reply("One.")]


async def test_a_sign_of_life_is_shown_for_as_long_as_it_is_needed() -> None:
    shown: list[int] = []

    async def show() -> None:
        shown.append(len(shown))

    async with asyncio.timeout(5):
        await kept_up(show, needed=lambda: len(shown) < 3, after_seconds=0.0, every_seconds=0.0)
    assert shown == [0, 1, 2]


def test_why_something_cannot_be_shown_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def show() -> None:
        raise Undeliverable("is_archived")

    with unless_over():
        show()
    assert "is_archived" in caplog.text
