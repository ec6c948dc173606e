"""What befalls an answer on its way through Discord: it is shown once and whole, or the log says why it can't be."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.discord.app import Account, open_outbound
from adapters.discord.connection.client import Address
from bot.chat.showing.pacing import Rate
from bot.errors import AttachmentRefused, PlatformTokenRefused, PlatformUnreachable, TooFast
from bot.messages import Incoming, ReplyDelta
from bot.ports import AnswerIn
from bot.service.platforms import Told
from tests.adapters.discord.platform.stage import QUICK, Remembered, Stage, connected, reply, staged, telling, texts
from tests.doubles.discord import TOKEN, Channel, Cut, Discord, Hold, Limit, Post, Refuse

POSTING, CHANGING = ("POST", "/channels/*/messages"), ("PATCH", "/channels/*/messages/*")
LONG = "\n\n".join(f"Paragraph {number}. " + "Some words of it. " * 20 for number in range(12))
WHOLE = "Twenty weeks."


class Halfway:
    """An answer whose first word is visible while something happens to it."""

    def __init__(self, stage: Stage, incoming: Incoming, *, words: Sequence[str] = ("Twenty",)) -> None:
        self.remembered = Remembered()
        self._stage = stage
        self._incoming = incoming
        self._told: asyncio.Queue[Told] = asyncio.Queue()
        self._delivering = asyncio.create_task(
            stage.platform.deliver(incoming, self._telling(), posted=None, remember=self.remembered)
        )
        for word in words:
            self.tell(word)

    def tell(self, words: str) -> None:
        """More of it comes."""
        self._told.put_nowait(ReplyDelta(words))

    async def begun(self) -> tuple[Channel, Post]:
        """The thread and the message, once there is a word."""
        thread = await self._stage.thread()
        (answer,) = await self._stage.discord.until(lambda: thread.answers)
        return thread, answer

    async def end(self, whole: str = WHOLE) -> None:
        """Let it be complete, and wait until it is shown; raises what showing it raises."""
        self._told.put_nowait(reply(self._incoming, whole))
        async with asyncio.timeout(10):
            await self._delivering

    async def _telling(self) -> AsyncGenerator[Told, None]:
        while True:
            yield await self._told.get()


async def halfway(stage: Stage) -> tuple[Halfway, Channel, Post]:
    """Anna has asked, and reads the first word."""
    answer = Halfway(stage, await stage.asked())
    return answer, *await answer.begun()


# --- what is gone ---------------------------------------------------------------------------------------------------


async def test_a_message_that_is_deleted_while_it_is_being_changed_is_posted_again_once(stage: Stage) -> None:
    answer, thread, first = await halfway(stage)
    hold = Hold()
    stage.discord.faults.plan(hold, *CHANGING)
    ending = asyncio.create_task(answer.end())
    await hold.reached.wait()
    stage.anna.deletes(first)
    hold.released.set()
    await ending
    (second,) = thread.answers
    assert (second.text, answer.remembered.names[-1]) == (WHOLE, f"{thread.id}:{second.id}")
    assert second.nonce not in (first.nonce, None)


async def test_who_deletes_an_answer_again_is_not_given_it_for_ever(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    answer, thread, first = await halfway(stage)
    stage.anna.deletes(first)
    answer.tell(" weeks")
    (second,) = await stage.discord.until(lambda: thread.answers)
    stage.anna.deletes(second)
    await answer.end()
    assert thread.answers == []
    assert "10008" in caplog.text


async def test_of_a_long_answer_the_part_that_was_deleted_stays_gone(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, reply(incoming, LONG))
    first, *others = (await stage.thread()).answers
    stage.anna.deletes(first)
    await stage.answer(incoming, reply(incoming, LONG.replace("Some", "More")), posted=names.names[-1])
    assert (await stage.thread()).answers == others
    assert ["Some" in other.text for other in others] == [False] * len(others)


async def test_what_has_become_too_much_and_is_gone_already_is_not_missed(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, reply(incoming, LONG))
    *_, last = (await stage.thread()).answers
    stage.anna.deletes(last)
    again = await stage.answer(incoming, reply(incoming, WHOLE), posted=names.names[-1])
    (left,) = (await stage.thread()).answers
    assert (left.text, again.names[-1]) == (WHOLE, f"{left.channel}:{left.id}")


async def test_the_answer_to_a_question_that_was_deleted_stands_for_itself(stage: Stage) -> None:
    stage.places.set(answer_in=AnswerIn.REPLY)
    asked = stage.general.says(stage.anna, "How long?", mention=True)
    incoming = await stage.question()
    stage.anna.deletes(asked)
    await stage.answer(incoming, reply(incoming, WHOLE))
    assert texts(stage.general.answers) == [WHOLE]


async def test_a_thread_that_was_deleted_meanwhile_loses_no_answer(stage: Stage) -> None:
    answer, thread, _ = await halfway(stage)
    thread.vanish()
    await answer.end()
    shown = [post for post in stage.discord.posts() if post.author_id == stage.discord.bot and post.is_somebodys]
    assert texts(shown) == [WHOLE]


async def test_where_the_channel_itself_is_gone_the_log_says_so(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    answer, thread, _ = await halfway(stage)
    thread.vanish()
    stage.general.vanish()
    await answer.end()
    assert "10003" in caplog.text
    assert "Twenty" not in caplog.text


async def test_a_long_answer_goes_whole_into_the_channel_when_its_thread_is_locked(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, reply(incoming, LONG))
    (await stage.thread()).archive(locked=True)
    await stage.answer(incoming, reply(incoming, LONG), posted=names.names[-1])
    assert "\n\n".join(texts(stage.general.answers)).split() == LONG.split()


# --- what is no longer allowed --------------------------------------------------------------------------------------


async def test_a_permission_that_is_taken_away_in_the_middle_leaves_the_rest_to_the_channel(stage: Stage) -> None:
    answer, thread, _ = await halfway(stage)
    stage.general.denies("send_messages_in_threads")
    await answer.end(LONG)
    assert "\n\n".join(texts(stage.general.answers)).split() == LONG.split()
    assert stage.general.answers[0].replies_to == thread.id


async def test_an_answer_in_a_channel_that_sova_may_no_longer_see_ends_in_the_log(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    answer, _, begun = await halfway(stage)
    stage.general.denies("view_channel")
    await answer.end()
    assert begun.text == "Twenty"
    assert "50001" in caplog.text
    assert "weeks" not in caplog.text


@pytest.mark.parametrize("code", [50001, 50013])
async def test_a_refusal_that_may_not_be_told_ends_in_the_log(
    stage: Stage, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    incoming = await stage.asked()
    stage.discord.faults.plan(Refuse(403, code), *POSTING, times=9)
    await stage.platform.refuse(incoming, TooFast(seconds=7))
    assert str(code) in caplog.text


async def test_who_blocks_direct_messages_in_the_middle_is_left_alone(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.discord.direct(stage.anna).says(stage.anna, "Hello?")
    incoming = await stage.question()
    stage.anna.blocks()
    await stage.answer(incoming, reply(incoming, "Hello!"))
    assert stage.discord.direct(stage.anna).answers == []
    assert "50007" in caplog.text


async def test_a_token_that_is_no_longer_good_is_for_the_operator_to_mend(stage: Stage) -> None:
    incoming = await stage.asked()
    stage.discord.faults.plan(Refuse(401), *POSTING, times=9)
    with pytest.raises(PlatformTokenRefused):
        await stage.answer(incoming, reply(incoming, WHOLE))


# --- what fails for a while -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Refuse(503), Cut(), Limit(0.0), Limit(600.0), Limit(0.0, by=None)], ids=repr)
async def test_an_outage_in_the_middle_is_gone_on_from_in_the_same_message(
    stage: Stage, fault: Refuse | Cut | Limit
) -> None:
    answer, thread, begun = await halfway(stage)
    stage.discord.faults.plan(fault, *CHANGING, times=99)
    with pytest.raises(PlatformUnreachable):
        await answer.end()
    stage.discord.faults.clear()
    incoming = stage.received[0]
    await stage.answer(incoming, reply(incoming, WHOLE), posted=answer.remembered.names[-1])
    assert thread.answers == [begun]
    assert begun.text == WHOLE


async def test_a_storm_of_limits_loses_and_doubles_nothing(stage: Stage) -> None:
    incoming = await stage.asked()
    for number in range(4):
        stage.discord.faults.plan(Limit(0.01, is_global=bool(number % 2)), *POSTING)
        stage.discord.faults.plan(Limit(0.01, is_global=bool(number % 2)), *CHANGING)
    await stage.answer(incoming, ReplyDelta("Paragraph"), reply(incoming, LONG))
    shown = (await stage.thread()).answers
    assert "\n\n".join(texts(shown)).split() == LONG.split()


async def test_an_outage_while_a_thread_is_woken_lets_the_question_rest(stage: Stage) -> None:
    answer, thread, begun = await halfway(stage)
    thread.archive()
    stage.discord.faults.plan(Refuse(503), "PATCH", "/channels/*", times=9)
    with pytest.raises(PlatformUnreachable):
        await answer.end()
    stage.discord.faults.clear()
    incoming = stage.received[0]
    await stage.answer(incoming, reply(incoming, WHOLE), posted=answer.remembered.names[-1])
    assert (texts(thread.answers), stage.general.answers) == ([WHOLE], [])
    assert begun.text == WHOLE


async def test_typing_that_cannot_be_shown_holds_up_no_answer(stage: Stage) -> None:
    stage.discord.faults.plan(Refuse(403, 50013), "POST", "/channels/*/typing", times=9)
    incoming = await stage.asked()
    await stage.platform.type(stage.general.id)
    await stage.answer(incoming, reply(incoming, WHOLE))
    assert texts((await stage.thread()).answers) == [WHOLE]


async def test_a_place_in_the_queue_that_comes_too_late_is_let_be(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    incoming = await stage.asked()
    await stage.platform.announce(incoming, 1, posted=None, remember=Remembered(held=False))
    assert "somebody else goes on" in caplog.text


@pytest.mark.usefixtures("service")
async def test_typing_is_shown_again_and_again_until_there_are_words(tmp_path: Path) -> None:
    pace = replace(QUICK, typing_seconds=0.0)
    async with Discord(rates=()) as patient, staged(tmp_path, patient, pace=pace) as stage, connected(stage):
        asked = replace(await stage.asked(), received_at=0.0)  # so nobody has shown it just now
        thread = await stage.thread()
        answer = Halfway(stage, asked, words=())
        await stage.discord.until(lambda: len(thread.typing) > 3)
        answer.tell("Twenty")
        await answer.begun()
        shown = len(thread.typing)
        for number in range(1, 9):
            answer.tell(" weeks")
            await stage.discord.until(lambda: thread.answers[0].edits >= number)  # noqa: B023  # awaited within
        await answer.end()
        assert len(thread.typing) - shown <= 1


# --- what takes long, what is large, who else is there --------------------------------------------------------------


async def test_an_answer_that_takes_hours_goes_on_in_its_message(stage: Stage) -> None:
    answer, thread, begun = await halfway(stage)
    stage.discord.advance(3 * 3_600)
    await answer.end()
    assert (thread.answers, begun.text) == ([begun], WHOLE)


async def test_ten_megabytes_are_fetched_and_one_byte_more_is_not(stage: Stage) -> None:
    ten = 10_000_000
    stage.general.says(stage.anna, "And?", mention=True, files=[("a.pdf", b"x" * ten), ("b.pdf", b"x" * (ten + 1))])
    fits, exceeds = (await stage.question()).attachments
    assert len(await stage.platform.fetch(fits, most_bytes=ten)) == ten
    with pytest.raises(AttachmentRefused) as caught:
        await stage.platform.fetch(exceeds, most_bytes=ten)
    assert (caught.value.reason, exceeds.size_bytes) == ("too-large", ten + 1)


@pytest.mark.parametrize("text", ["\u200b\u2060\u200d", "Z\u0351\u0343\u0364a\u033b\u0349l\u0353go" * 90])
async def test_whatever_is_written_the_question_has_a_thread_and_an_answer(stage: Stage, text: str) -> None:
    incoming = await stage.asked(text)
    answer = "".join(letter + "\u0301\u200b\u0316" * 400 for letter in "Twenty")
    await stage.answer(incoming, reply(incoming, answer))
    thread = await stage.thread()
    assert thread.name
    assert "".join(texts(thread.answers)) == answer


async def test_two_sovas_that_share_a_token_and_nothing_else_answer_in_one_message(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    incoming = await stage.asked()
    async with open_outbound(Account(TOKEN, Address(stage.discord.api_url))) as other:
        await asyncio.gather(
            *(
                one.deliver(
                    incoming,
                    telling(ReplyDelta("Twenty"), reply(incoming, WHOLE)),
                    posted=None,
                    remember=Remembered(),
                )
                for one in (stage.platform, other)
            )
        )
        again = Remembered()
        await other.deliver(incoming, telling(reply(incoming, "20 weeks.")), posted=None, remember=again)
    (answer,) = (await stage.thread()).answers
    assert answer.text == "20 weeks."
    assert "there already" in caplog.text


# --- what is asked of Discord at all --------------------------------------------------------------------------------


async def test_stop_stands_below_an_answer_until_it_is_whole(stage: Stage) -> None:
    answer, _, begun = await halfway(stage)
    assert [":stop:" in button.custom_id for button in begun.buttons] == [True]
    await answer.end()
    assert not [button for button in begun.buttons if ":stop:" in button.custom_id]
    assert [button for button in begun.buttons if ":again:" in button.custom_id]


async def test_who_waits_in_the_queue_can_stop(stage: Stage) -> None:
    await stage.platform.announce(await stage.asked(), 1, posted=None, remember=Remembered())
    (place,) = (await stage.thread()).answers
    assert [":stop:" in button.custom_id for button in place.buttons] == [True]


async def test_what_is_changed_pings_nobody_either(stage: Stage) -> None:
    answer, _, begun = await halfway(stage)
    await answer.end(f"Ask @everyone and <@{stage.anna.id}>, or see https://evil.example")
    assert (begun.pings, begun.unfurls) == ([], [])


async def test_a_message_is_never_changed_into_itself(stage: Stage) -> None:
    incoming = await stage.asked()
    await stage.answer(incoming, reply(incoming, WHOLE))
    assert [call for call in stage.discord.rest.calls if call.method == "PATCH"] == []


async def test_what_is_posted_and_what_is_changed_share_the_channels_pace(tmp_path: Path, service: Discord) -> None:
    pace = replace(QUICK, channel=Rate(1, window=0.6, reserved=0))
    async with staged(tmp_path, service, pace=pace) as stage, connected(stage):
        answer, thread, _ = await halfway(stage)
        await answer.end()
        messages = f"/channels/{thread.id}/messages"
        posted, *_, changed = (call.at for call in service.rest.calls if call.path.startswith(messages))
    assert changed - posted >= 0.3  # half of the window: what came first may have been noted late


async def test_what_is_sent_without_a_word_about_mentions_pings_nobody_either(stage: Stage) -> None:
    async with stage.platform.hearing(stage.receive) as client:
        quiet = client.allowed_mentions
        assert quiet
        assert (quiet.everyone, quiet.users, quiet.roles, quiet.replied_user) == (False, False, False, False)
