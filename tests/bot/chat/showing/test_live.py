"""Cards that change: the first at once, the newest as often as the screen takes it, the last always."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

import pytest

from bot.chat.showing import live
from bot.chat.showing.live import LiveShowing, Rhythm
from bot.commands.cards import Action, Card, LiveCard
from bot.errors import EngineUnreachable, PlatformUnreachable
from bot.messages import Language
from bot.wording import speak

SAY = speak(Language.ENGLISH)
DOWN = EngineUnreachable(engine="ollama", url="http://127.0.0.1:11434")


@dataclass
class Work:
    """A command that goes on when it is let, and knows whether it was ended."""

    steps: asyncio.Queue[str | Exception | None] = field(default_factory=asyncio.Queue)
    has_ended: asyncio.Event = field(default_factory=asyncio.Event)

    def told(self, *steps: str | Exception | None) -> None:
        for step in steps:
            self.steps.put_nowait(step)

    async def cards(self) -> AsyncGenerator[Card, None]:
        try:
            while (step := await self.steps.get()) is not None:
                if isinstance(step, Exception):
                    raise step
                yield Card("Pulling", step, actions=(Action("Stop", "stop"),))
        finally:
            self.has_ended.set()


@dataclass
class Screen:
    """What was seen; the first of the `faults` is what the next showing raises."""

    rhythm: Rhythm = field(default_factory=lambda: Rhythm(every=0.0))
    seen: asyncio.Queue[tuple[Card, bool]] = field(default_factory=asyncio.Queue)
    faults: list[Exception] = field(default_factory=list)
    has_failed: asyncio.Event = field(default_factory=asyncio.Event)
    budget: float = 0.0

    def wait(self) -> float:
        return self.budget

    async def show(self, card: Card, *, last: bool) -> None:
        if self.faults:
            self.has_failed.set()
            raise self.faults.pop(0)
        self.seen.put_nowait((card, last))

    async def next(self) -> tuple[str, bool]:
        async with asyncio.timeout(5):
            card, last = await self.seen.get()
        return card.text, last

    def all(self) -> list[tuple[str, bool]]:
        return [(card.text, last) for card, last in (self.seen.get_nowait() for _ in range(self.seen.qsize()))]


def showing(
    screen: Screen, work: Work, *, again: str = "", clock: Callable[[], float] | None = None
) -> asyncio.Task[None]:
    given = {"clock": clock} if clock else {}
    shown = LiveShowing(screen, say=SAY, again=again, **given)
    return asyncio.create_task(shown.run(LiveCard(work.cards())))


async def ended(task: asyncio.Task[None]) -> None:
    async with asyncio.timeout(5):
        await task


async def test_the_first_card_is_shown_at_once_and_the_last_one_stays() -> None:
    screen, work = Screen(Rhythm()), Work()
    task = showing(screen, work)
    work.told("10 %")
    assert await screen.next() == ("10 %", False)

    work.told("20 %", "done", None)
    await ended(task)

    assert screen.all() == [("done", True)]
    assert work.has_ended.is_set()


async def test_in_between_the_newest_card_is_shown_and_no_older_one() -> None:
    now = [0.0]
    screen, work = Screen(Rhythm(every=2.0)), Work()
    task = showing(screen, work, clock=lambda: now[0])
    work.told("10 %")
    await screen.next()
    now[0] += 2.0
    work.told("20 %", "30 %")

    assert await screen.next() == ("30 %", False)

    work.told(None)
    await ended(task)


async def test_nothing_is_shown_before_the_screen_may_be_changed() -> None:
    screen, work = Screen(Rhythm(every=0.0), budget=3_600.0), Work()
    task = showing(screen, work)
    work.told("10 %")
    await screen.next()

    work.told("20 %", None)
    await ended(task)

    assert screen.all() == [("20 %", True)]


@pytest.mark.parametrize(
    ("rhythm", "pauses"),
    [
        (Rhythm(every=2.0), [2.0, 2.0]),
        (Rhythm((1.0, 5.0)), [1.0, 5.0, None]),
        (Rhythm((1.0,), every=9.0), [1.0, 9.0, 9.0]),
    ],
)
def test_a_rhythm_has_its_pauses_first(rhythm: Rhythm, pauses: list[float | None]) -> None:
    assert [rhythm.pause(shown) for shown in range(1, len(pauses) + 1)] == pauses


async def test_what_ends_the_work_is_said_on_the_card_with_a_way_to_do_it_again() -> None:
    screen, work = Screen(), Work()
    task = showing(screen, work, again="model-pull owl")
    work.told("10 %")
    await screen.next()
    work.told(DOWN)
    await ended(task)

    card, last = screen.seen.get_nowait()
    assert last
    assert card.text == f"10 %\n\n⚠️ {SAY.of_error(DOWN)}"
    assert [action.command for action in card.actions] == ["model-pull owl"]


async def test_a_fault_of_ours_is_said_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    screen, work = Screen(), Work()
    work.told("10 %", ZeroDivisionError("secret"))

    await ended(showing(screen, work))

    assert SAY("error-unexpected") in screen.all()[-1][0]
    assert "ZeroDivisionError" in caplog.text


async def test_what_ends_the_work_before_its_first_card_is_for_whoever_called() -> None:
    work = Work()
    work.told(DOWN)

    with pytest.raises(EngineUnreachable):
        await ended(showing(Screen(), work))


async def test_a_command_without_any_card_is_a_fault() -> None:
    work = Work()
    work.told(None)

    with pytest.raises(RuntimeError, match="nothing to show"):
        await ended(showing(Screen(), work))


async def test_a_card_that_cannot_be_shown_first_ends_the_work() -> None:
    screen, work = Screen(faults=[PlatformUnreachable("Discord", "away")]), Work()
    work.told("10 %")

    with pytest.raises(PlatformUnreachable):
        await ended(showing(screen, work))
    assert work.has_ended.is_set()


async def test_one_in_between_that_cannot_be_shown_does_not(caplog: pytest.LogCaptureFixture) -> None:
    screen, work = Screen(), Work()
    task = showing(screen, work)
    work.told("10 %")
    await screen.next()
    screen.faults = [PlatformUnreachable("Discord", "away")]
    work.told("20 %")
    async with asyncio.timeout(5):
        await screen.has_failed.wait()

    work.told("done", None)
    await ended(task)

    assert screen.all()[-1] == ("done", True)
    assert "isn't shown as it is now" in caplog.text


async def test_when_sova_ends_the_work_ends_and_the_card_says_so() -> None:
    screen, work = Screen(), Work()
    task = showing(screen, work, again="bench")
    work.told("10 %")
    await screen.next()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ended(task)

    card, last = screen.seen.get_nowait()
    assert last
    assert SAY("live-interrupted") in card.text
    assert work.has_ended.is_set()


async def test_it_says_so_before_there_was_any_card_as_well() -> None:
    screen, work = Screen(), Work()
    task = showing(screen, work)
    await asyncio.sleep(0)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ended(task)

    assert screen.all() == [(f"⚠️ {SAY('live-interrupted')}", True)]


async def test_what_was_done_when_sova_ends_is_shown_as_it_is() -> None:
    class Slow(Screen):
        async def show(self, card: Card, *, last: bool) -> None:
            await super().show(card, last=last)
            if last and not stuck.is_set():
                stuck.set()
                await asyncio.Event().wait()

    stuck, screen, work = asyncio.Event(), Slow(), Work()
    task = showing(screen, work)
    work.told("done", None)
    await stuck.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ended(task)

    assert screen.all()[-1] == ("done", True)


async def test_nobody_waits_long_for_that_to_be_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(live, "LEAVE_SECONDS", 0.01)
    caplog.set_level(logging.WARNING)

    class Stuck(Screen):
        async def show(self, card: Card, *, last: bool) -> None:
            if last:
                await asyncio.Event().wait()
            await super().show(card, last=last)

    screen, work = Stuck(), Work()
    task = showing(screen, work)
    work.told("10 %")
    await screen.next()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ended(task)
    assert "no time" in caplog.text


async def test_two_cards_change_beside_each_other() -> None:
    screens, works = (Screen(), Screen()), (Work(), Work())
    tasks = [showing(screen, work) for screen, work in zip(screens, works, strict=True)]
    for work, step in zip(works, ("one", "two"), strict=True):
        work.told(step)
    assert [await screen.next() for screen in screens] == [("one", False), ("two", False)]

    works[1].told(None)
    await ended(tasks[1])

    assert screens[1].all() == [("two", True)]
    works[0].told("end", None)
    await ended(tasks[0])
    assert screens[0].all()[-1] == ("end", True)
