"""How questions come in: put together, changed, withdrawn, in order, and noted only once they are kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

import pytest

from bot.chat.hearing.intake import Intake
from bot.chat.hearing.merging import Heard, Patience
from bot.errors import AssistantError, HistoryUnavailable
from bot.messages import Remark
from tests.bot.chat.hearing.heard import NOW, BoardReading, Core, NotedMarks, chatter, said

LONG = Patience(merge_seconds=60.0)
AWAY = HistoryUnavailable(where="redis", reason="away")


@dataclass
class Scene:
    """An intake and what is round it; `now` is what its clock says."""

    reading: BoardReading = field(default_factory=BoardReading)
    core: Core = field(default_factory=Core)
    marks: NotedMarks = field(default_factory=NotedMarks)
    now: float = NOW
    patience: Patience = LONG

    def __post_init__(self) -> None:
        self.intake: Intake[str] = Intake(
            self.reading,
            receive=self.core.receive,
            withdraw=self.core.withdraw,
            marks=self.marks,
            patience=self.patience,
            now=lambda: self.now,
        )

    @asynccontextmanager
    async def hearing(self, heard: Heard[str]) -> AsyncIterator[asyncio.Task[bool]]:
        """It is heard, and waited for inside."""
        task = asyncio.create_task(self.intake.message(heard))
        try:
            async with asyncio.timeout(5):
                await self.reading.changes.until(lambda: self.reading.shown)
                yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    scene = Scene()
    async with asyncio.timeout(5):
        yield scene
    await scene.intake.close()


async def test_what_looks_finished_is_handed_over_at_once_and_then_noted(scene: Scene) -> None:
    assert await scene.intake.message(said("How long?", mark=7))
    assert (scene.core.texts, scene.marks.noted) == (["How long?"], [("here", 7)])


async def test_what_nobody_asked_is_only_noted(scene: Scene) -> None:
    assert await scene.intake.message(chatter("Morning!", mark=7))
    assert (scene.core.texts, scene.marks.noted) == ([], [("here", 7)])


async def test_where_sova_does_not_answer_nothing_is_asked_or_shown(scene: Scene) -> None:
    scene.reading.spot_is = None
    assert await scene.intake.message(said("How long", mark=7))
    assert (scene.core.texts, scene.reading.shown, scene.marks.noted) == ([], [], [("here", 7)])


async def test_what_was_said_before_goes_with_the_question(scene: Scene) -> None:
    scene.reading.remarks = (Remark("Eda", "It is slow."),)
    await scene.intake.message(said("Why?"))
    assert scene.core.received[0].context == scene.reading.remarks


async def test_quick_messages_are_one_question_and_each_returns_when_it_is_kept(scene: Scene) -> None:
    async with scene.hearing(said("Hi,", mark=1)) as first:
        assert not first.done()
        assert await scene.intake.message(chatter("how long?", mark=2, after=1))
        assert await first
    assert scene.core.texts == ["Hi,\nhow long?"]
    assert scene.marks.noted == [("here", 2)]


async def test_who_is_waited_for_sees_that_and_begins_to_see_more_only_with_the_whole_question(scene: Scene) -> None:
    async with scene.hearing(said("Hi,", mark=1)):
        assert scene.reading.shown == ["waits"]
        await scene.intake.message(chatter("how long?", mark=2, after=1))
    assert scene.reading.shown == ["waits", "begins Hi,\nhow long?"]


async def test_that_somebody_is_waited_for_is_shown_once(scene: Scene) -> None:
    async with scene.hearing(said("Hi,", mark=1)) as task:
        part = asyncio.create_task(scene.intake.message(chatter("how", mark=2, after=1)))
        for _ in range(5):
            await asyncio.sleep(0)
        await scene.intake.message(chatter("long?", mark=3, after=2))
        await asyncio.gather(part, task)
    assert scene.reading.shown == ["waits", "begins Hi,\nhow\nlong?"]


async def test_what_cannot_go_on_with_a_question_begins_another_one(scene: Scene) -> None:
    async with scene.hearing(said("Hi,", mark=1)) as first:
        second = asyncio.create_task(scene.intake.message(said("and you,", mark=2, goes_on=False)))
        await scene.reading.changes.until(lambda: len(scene.reading.shown) == 2)
        await scene.intake.deleted("m1")
        await first
        await scene.intake.message(chatter("how long?", mark=3, after=1))
        await second
    assert scene.core.texts == ["and you,\nhow long?"]


async def test_nobody_is_waited_for_longer_than_patience_allows() -> None:
    scene = Scene(patience=Patience(merge_seconds=0.01))
    async with asyncio.timeout(5):
        assert await scene.intake.message(said("Hi"))
    assert scene.core.texts == ["Hi"]


async def test_two_people_are_waited_for_apart(scene: Scene) -> None:
    async with scene.hearing(said("Hi,", mark=1)):
        assert await scene.intake.message(said("Where?", mark=2, author="eda"))
        assert await scene.intake.message(chatter("how long?", mark=3, after=1))
    assert scene.core.texts == ["Where?", "Hi,\nhow long?"]


async def test_nothing_behind_a_question_that_is_waited_for_counts_as_heard(scene: Scene) -> None:
    async with scene.hearing(said("Hi,", mark=1)):
        await scene.intake.message(said("Where?", mark=2, author="eda"))
        await scene.intake.message(chatter("Me too.", mark=3, author="bo"))
        await scene.intake.message(chatter("Elsewhere.", mark=4, author="bo", place="there"))
        assert scene.marks.noted == [("there", 4)]
        await scene.intake.message(chatter("how long?", mark=5, after=1))
    assert scene.marks.noted == [("there", 4), ("here", 5)]


async def test_what_comes_late_behind_a_question_moves_no_mark_back(scene: Scene) -> None:
    async with scene.hearing(said("Hi,", mark=1)) as task:
        await scene.intake.message(chatter("Me too.", mark=4, author="bo"))
        await scene.intake.message(chatter("Late.", mark=3, author="bo"))
        await scene.intake.message(chatter("how long?", mark=2, after=1))
        await task
    assert scene.marks.noted == [("here", 4)]


async def test_what_comes_twice_is_one_question_while_it_is_waited_for_and_afterwards(scene: Scene) -> None:
    first = said("Hi,", mark=1)
    async with scene.hearing(first):
        again = asyncio.create_task(scene.intake.message(first))
        await scene.intake.message(chatter("how long?", mark=2, after=1))
        assert await again
    assert await scene.intake.message(first)
    assert scene.core.texts == ["Hi,\nhow long?"]


async def test_what_could_not_be_kept_is_not_noted_and_may_come_again(scene: Scene) -> None:
    scene.core.error = AWAY
    assert not await scene.intake.message(said("How long?", mark=7))
    assert (scene.marks.noted, scene.marks.reopened) == ([], [("here", 7)])
    scene.core.error = None
    assert await scene.intake.message(said("How long?", mark=7))
    assert scene.core.texts == ["How long?"]


async def test_a_platform_that_cannot_be_asked_where_leaves_the_question_to_be_brought_again(scene: Scene) -> None:
    scene.reading.when_asked_before = away
    assert not await scene.intake.message(said("How long?", mark=7))
    assert (scene.core.texts, scene.marks.noted, scene.marks.reopened) == ([], [], [("here", 7)])


async def away() -> None:
    raise AWAY


async def test_a_fault_of_ours_holds_up_nobody_else(scene: Scene) -> None:
    scene.core.when_received = broken
    with pytest.raises(ZeroDivisionError):
        await scene.intake.message(said("How long?", mark=1))
    scene.core.when_received = None
    assert await scene.intake.message(said("And where?", mark=2))
    assert scene.marks.noted == [("here", 2)]


async def broken() -> None:
    raise ZeroDivisionError


async def test_questions_of_one_place_are_handed_over_in_their_order(scene: Scene) -> None:
    gate = asyncio.Event()
    scene.reading.when_asked_before = gate.wait
    async with scene.hearing(said("First?", mark=1)):
        scene.reading.when_asked_before = None
        second = asyncio.create_task(scene.intake.message(said("Second?", mark=2, author="eda")))
        await scene.intake.message(said("Elsewhere?", mark=3, place="there"))
        gate.set()
        await second
    assert scene.core.texts == ["Elsewhere?", "First?", "Second?"]


async def test_that_nobody_can_be_shown_anything_keeps_no_question_back(scene: Scene) -> None:
    scene.reading.fails = AssistantError()
    assert await scene.intake.message(said("How long?"))
    assert scene.core.texts == ["How long?"]


async def test_with_its_end_the_intake_takes_nothing_more_and_notes_nothing(scene: Scene) -> None:
    async with scene.hearing(said("Hi,", mark=1)) as task:
        await scene.intake.message(chatter("Me too.", mark=2, author="eda"))
        await scene.intake.close()
        assert task.cancelled()
    assert (scene.core.texts, scene.marks.noted) == ([], [])


# --- changes --------------------------------------------------------------------------------------------------


async def test_a_change_counts_while_the_question_is_waited_for(scene: Scene) -> None:
    async with scene.hearing(said("Hwo", mark=1)):
        await scene.intake.changed(said("How", mark=1))
        await scene.intake.message(chatter("long?", mark=2, after=1))
    assert (scene.core.texts, scene.core.withdrawn) == (["How\nlong?"], [])


async def test_a_change_soon_afterwards_withdraws_the_question_and_asks_anew_with_the_same_context(
    scene: Scene,
) -> None:
    scene.reading.remarks = (Remark("Eda", "It is slow."),)
    await scene.intake.message(said("Hwo?", mark=1))
    scene.reading.remarks = ()
    await scene.intake.changed(said("How?", mark=1))
    first, second = scene.core.received
    assert scene.core.withdrawn == [first.id]
    assert (second.text, second.context) == ("How?", first.context)
    assert second.id != first.id


async def test_a_change_while_the_question_is_handed_over_is_a_change_of_it(scene: Scene) -> None:
    gate = asyncio.Event()
    scene.core.when_received = gate.wait
    async with scene.hearing(said("Hwo?", mark=1)) as handing_over:
        change = asyncio.create_task(scene.intake.changed(said("How?", mark=1)))
        await asyncio.sleep(0)
        gate.set()
        await change
        await handing_over
    assert (scene.core.texts, scene.core.withdrawn) == (["Hwo?", "How?"], ["m1"])


async def test_of_two_changes_at_once_the_last_one_is_left(scene: Scene) -> None:
    await scene.intake.message(said("1?", mark=1))
    await asyncio.gather(scene.intake.changed(said("2?", mark=1)), scene.intake.changed(said("3?", mark=1)))
    assert scene.core.texts == ["1?", "2?", "3?"]
    assert scene.core.withdrawn == [incoming.id for incoming in scene.core.received[:2]]


async def test_a_change_that_changes_no_word_changes_nothing(scene: Scene) -> None:
    await scene.intake.message(said("How?", mark=1))
    await scene.intake.changed(said("How?", mark=1))
    assert (scene.core.texts, scene.core.withdrawn) == (["How?"], [])


async def test_a_late_change_changes_nothing() -> None:
    scene = Scene(patience=replace(LONG, edit_seconds=-1.0))
    await scene.intake.message(said("How?", mark=1))
    await scene.intake.changed(said("Why?", mark=1))
    assert (scene.core.texts, scene.core.withdrawn) == (["How?"], [])


@pytest.mark.parametrize(("seconds", "asked"), [(5.0, ["How?"]), (5.1, [])])
async def test_a_change_soon_after_it_was_written_makes_a_question_of_what_was_none(
    scene: Scene, seconds: float, asked: list[str]
) -> None:
    await scene.intake.message(chatter("How?", mark=1))
    scene.now += seconds
    await scene.intake.changed(said("How?", mark=1))
    assert scene.core.texts == asked


async def test_a_question_that_cannot_be_withdrawn_is_not_asked_twice(scene: Scene) -> None:
    await scene.intake.message(said("Hwo?", mark=1))
    scene.core.keeps_what_it_has = True
    await scene.intake.changed(said("How?", mark=1))
    await scene.intake.deleted("m1")
    assert (scene.core.texts, scene.core.withdrawn) == (["Hwo?"], [])


async def test_a_change_that_could_not_be_kept_is_made_up_for_by_the_next_one(scene: Scene) -> None:
    await scene.intake.message(said("Hwo?", mark=1))
    scene.core.error = AWAY
    await scene.intake.changed(said("How?", mark=1))
    scene.core.error = None
    await scene.intake.changed(said("How long?", mark=1))
    assert scene.core.texts == ["Hwo?", "How long?"]


# --- deleting -------------------------------------------------------------------------------------------------


async def test_deleting_withdraws_that_question_alone(scene: Scene) -> None:
    await scene.intake.message(said("First?", mark=1))
    await scene.intake.message(said("Second?", mark=2))
    await scene.intake.deleted("m1")
    await scene.intake.deleted("unknown")
    assert scene.core.withdrawn == ["m1"]


async def test_a_part_that_is_deleted_while_it_is_waited_for_is_left_out(scene: Scene) -> None:
    async with scene.hearing(said("Hi,", mark=1)):
        part = asyncio.create_task(scene.intake.message(chatter("how lnog", mark=2, after=1)))
        await asyncio.sleep(0)
        await scene.intake.deleted("m2")
        await scene.intake.message(chatter("how long?", mark=3, after=1))
        assert await part
    assert scene.core.texts == ["Hi,\nhow long?"]


async def test_deleting_any_part_withdraws_the_question_once(scene: Scene) -> None:
    async with scene.hearing(said("Hi,", mark=1)):
        await scene.intake.message(chatter("how long?", mark=2, after=1))
    await scene.intake.deleted("m2")
    await scene.intake.deleted("m1")
    assert scene.core.withdrawn == ["m1"]


async def test_what_is_deleted_after_a_change_is_the_changed_question(scene: Scene) -> None:
    await scene.intake.message(said("Hwo?", mark=1))
    await scene.intake.changed(said("How?", mark=1))
    await scene.intake.deleted("m1")
    assert scene.core.withdrawn == [incoming.id for incoming in scene.core.received]


async def test_what_is_deleted_while_it_is_waited_for_is_never_asked_and_leaves_nothing(scene: Scene) -> None:
    async with scene.hearing(said("Hi,", mark=1)) as task:
        await scene.intake.deleted("m1")
        assert await task
    assert (scene.core.texts, scene.core.withdrawn, scene.reading.shown) == ([], ["m1"], ["waits"])


async def test_a_part_that_is_deleted_before_the_question_is_handed_over_takes_it_back(scene: Scene) -> None:
    gate = asyncio.Event()
    scene.reading.when_asked_before = gate.wait
    async with scene.hearing(said("Hi,", mark=1)) as task:
        rest = asyncio.create_task(scene.intake.message(chatter("how long?", mark=2, after=1)))
        await scene.reading.changes.until(lambda: len(scene.reading.shown) == 2)
        deleting = asyncio.create_task(scene.intake.deleted("m2"))
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(deleting, rest, task)
    assert (scene.core.texts, scene.core.withdrawn) == ([], [])


@pytest.mark.parametrize(("asks", "asked"), [(True, ["how long\nis it?"]), (False, [])])
async def test_of_what_is_deleted_while_it_is_waited_for_the_rest_is_asked_if_it_is_a_question(
    scene: Scene, *, asks: bool, asked: list[str]
) -> None:
    async with scene.hearing(said("Hi,", mark=1)) as first:
        rest = asyncio.create_task(scene.intake.message(said("how long", mark=2, after=1, asks=asks)))
        await asyncio.sleep(0)
        await scene.intake.deleted("m1")
        await scene.intake.message(chatter("is it?", mark=3, after=2))
        assert await rest
        assert await first
    assert scene.core.texts == asked
    assert [incoming.conversation.thread for incoming in scene.core.received] == ["m2"] * len(asked)


async def test_what_is_deleted_before_it_is_handed_over_is_never_asked(scene: Scene) -> None:
    gate = asyncio.Event()
    scene.reading.when_asked_before = gate.wait
    async with scene.hearing(said("How?", mark=1)) as task:
        deleting = asyncio.create_task(scene.intake.deleted("m1"))
        await asyncio.sleep(0)
        gate.set()
        await deleting
        assert await task
    assert (scene.core.texts, scene.core.withdrawn) == ([], ["m1"])


async def test_what_was_deleted_is_not_asked_when_the_platform_brings_it_again(scene: Scene) -> None:
    heard = said("How?", mark=1)
    await scene.intake.deleted("m1")
    assert await scene.intake.message(heard)
    assert await scene.intake.missed([heard])
    assert scene.core.texts == []


async def test_what_was_asked_and_deleted_is_not_asked_again(scene: Scene) -> None:
    heard = said("How?", mark=1)
    await scene.intake.message(heard)
    await scene.intake.deleted("m1")
    assert await scene.intake.message(heard)
    assert (scene.core.texts, scene.core.withdrawn) == (["How?"], ["m1"])


async def test_what_is_deleted_while_it_is_handed_over_is_withdrawn(scene: Scene) -> None:
    gate = asyncio.Event()
    scene.core.when_received = gate.wait
    async with scene.hearing(said("How?", mark=1)) as task:
        deleting = asyncio.create_task(scene.intake.deleted("m1"))
        await asyncio.sleep(0)
        gate.set()
        await deleting
        await task
    assert (scene.core.texts, scene.core.withdrawn) == (["How?"], ["m1"])


# --- what was missed ------------------------------------------------------------------------------------------


async def test_what_was_missed_is_put_together_without_waiting_and_noted_to_its_end(scene: Scene) -> None:
    messages = [said("Hi,", mark=1), chatter("how long", mark=2, after=1), chatter("Lunch?", mark=3, author="eda")]
    assert await scene.intake.missed(messages)
    assert scene.core.texts == ["Hi,\nhow long"]
    assert scene.marks.noted[-1] == ("here", 3)
    await scene.reading.changes.until(lambda: scene.reading.shown)
    assert scene.reading.shown == ["begins Hi,\nhow long"]


async def test_what_was_heard_meanwhile_is_not_asked_again(scene: Scene) -> None:
    heard = said("Where?", mark=1)
    await scene.intake.message(heard)
    assert await scene.intake.missed([heard, said("When?", mark=2)])
    assert scene.core.texts == ["Where?", "When?"]


async def test_behind_what_could_not_be_kept_nothing_missed_is_noted(scene: Scene) -> None:
    scene.core.error = AWAY
    assert not await scene.intake.missed([said("Where?", mark=1), said("When?", mark=2), chatter("So", mark=3)])
    assert scene.marks.noted == []
    assert await scene.intake.missed([])


async def test_only_so_many_messages_are_remembered(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.chat.hearing.intake.REMEMBERED", 1)
    await scene.intake.message(said("First?", mark=1))
    await scene.intake.message(said("Second?", mark=2))
    await scene.intake.deleted("m1")
    assert scene.core.withdrawn == []
