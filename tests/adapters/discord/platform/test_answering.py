"""How answers come before people, and what becomes of them when Discord won't have them."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import discord
import pytest

from adapters.discord.answering.rates import PACE
from adapters.discord.answering.threads import Threads
from adapters.discord.rest import Rest
from bot.chat.controls.presses import read_press
from bot.chat.showing.pacing import Budgets
from bot.errors import EngineInterrupted, PlatformUnreachable, TooFast, Withdrawn
from bot.messages import Incoming, Progress, ReplyDelta
from bot.messages import Stage as WaitsFor
from bot.ports import AnswerIn
from bot.service.platforms import Told
from tests.adapters.discord.platform.stage import Remembered, Stage, connected, reply, staged, texts
from tests.doubles.discord import TOKEN, Cut, Discord, Limit, Refuse

LONG = "\n\n".join(f"Paragraph {number}. " + "Some words of it. " * 20 for number in range(12))


async def test_an_answer_stands_in_the_questions_thread(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, ReplyDelta("Twenty"), reply(incoming, "Twenty weeks."))
    thread = await stage.thread()
    (answer,) = thread.answers
    assert answer.text == "Twenty weeks."
    assert answer.nonce == incoming.id
    assert names.names == [f"{thread.id}:{answer.id}"]
    assert stage.general.answers == []


async def test_an_answer_grows_in_one_message(stage: Stage) -> None:
    incoming = await stage.asked()
    may_go_on = asyncio.Event()

    async def told() -> AsyncGenerator[Told, None]:
        yield ReplyDelta("Twenty")
        await may_go_on.wait()
        yield ReplyDelta(" weeks")
        yield reply(incoming, "Twenty weeks.")

    delivering = asyncio.create_task(stage.platform.deliver(incoming, told(), posted=None, remember=Remembered()))
    thread = await stage.thread()
    (answer,) = await stage.discord.until(lambda: thread.answers)
    assert answer.text == "Twenty"
    may_go_on.set()
    await delivering
    assert (answer.text, len(thread.answers)) == ("Twenty weeks.", 1)


async def test_a_long_answer_takes_several_messages_whose_names_are_all_remembered(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, ReplyDelta(LONG), reply(incoming, LONG))
    answers = (await stage.thread()).answers
    assert len(answers) > 1
    assert "\n\n".join(texts(answers)).split() == LONG.split()
    assert names.names[-1] == f"{incoming.conversation.thread}:{','.join(str(answer.id) for answer in answers)}"
    assert [bool(answer.buttons) for answer in answers] == [False] * (len(answers) - 1) + [True]


async def test_a_redelivered_answer_changes_what_is_there(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, ReplyDelta("Twen"))
    again = await stage.answer(incoming, reply(incoming, "Twenty weeks."), posted=names.names[-1])
    assert texts((await stage.thread()).answers) == ["Twenty weeks."]
    assert again.names == []


async def test_an_answer_stands_while_it_is_given_again_and_stays_where_that_fails(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, reply(incoming, "Twenty weeks."))
    again = replace(incoming, id=str(int(incoming.id) + 1), again=True, replaces=names.names[-1], text="")
    loading = Progress(WaitsFor.LOADING, "owl")
    await stage.answer(again, loading, Withdrawn())
    assert texts((await stage.thread()).answers) == ["Twenty weeks."]
    await stage.answer(again, loading, EngineInterrupted(engine="ollama", model="owl"))
    earlier, error = texts((await stage.thread()).answers)
    assert earlier == "Twenty weeks."
    assert "ollama" in error
    await stage.answer(again, loading, ReplyDelta("Nine"), reply(again, "Nine weeks."))
    assert texts((await stage.thread()).answers)[0] == "Nine weeks."


async def test_half_of_another_answer_gives_way_to_the_one_sentence_that_it_failed(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, reply(incoming, "Twenty weeks."))
    again = replace(incoming, id=str(int(incoming.id) + 1), again=True, replaces=names.names[-1], turn=incoming.id)
    begun = await stage.answer(again, ReplyDelta("Nine"))
    assert texts((await stage.thread()).answers) == ["Nine"]
    error = EngineInterrupted(engine="ollama", model="owl")
    await stage.answer(again, Progress(WaitsFor.LOADING, "owl"), error, posted=begun.names[-1])
    (told,) = (await stage.thread()).answers
    assert "ollama" in told.text
    assert "Nine" not in told.text
    once_more = read_press(told.buttons[0].custom_id)
    assert once_more
    assert once_more.turn == incoming.id


async def test_an_answer_whose_name_was_lost_is_found_by_its_nonce(stage: Stage) -> None:
    incoming = await stage.asked()
    await stage.answer(incoming, ReplyDelta("Twen"))
    await stage.answer(incoming, ReplyDelta("Twenty"), reply(incoming, "Twenty weeks."))
    assert texts((await stage.thread()).answers) == ["Twenty weeks."]


async def test_a_shorter_second_attempt_leaves_nothing_of_the_first(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, reply(incoming, LONG))
    await stage.answer(incoming, reply(incoming, "Short."), posted=names.names[-1])
    assert texts((await stage.thread()).answers) == ["Short."]


async def test_nobody_is_pinged_and_nothing_unfurls(stage: Stage) -> None:
    incoming = await stage.asked()
    text = f"@everyone <@{stage.anna.id}> https://evil.example/?q=1"
    await stage.answer(incoming, ReplyDelta(text), reply(incoming, text))
    (answer,) = (await stage.thread()).answers
    assert (answer.pings, answer.unfurls) == ([], [])


async def test_in_a_channel_the_answer_replies_to_the_question_without_a_ping(stage: Stage) -> None:
    stage.places.set(answer_in=AnswerIn.REPLY)
    incoming = await stage.asked()
    await stage.answer(incoming, reply(incoming, "Twenty weeks."))
    (answer,) = stage.general.answers
    assert (answer.replies_to, answer.pings) == (int(incoming.id), [])


async def test_a_place_in_the_queue_becomes_the_answer(stage: Stage) -> None:
    incoming = await stage.asked()
    names = Remembered()
    await stage.platform.announce(incoming, 1, posted=None, remember=names)
    (answer,) = (await stage.thread()).answers
    assert "2nd in line" in answer.text
    await stage.platform.announce(incoming, 0, posted=names.names[-1], remember=names)
    assert "next in line" in answer.text
    await stage.answer(incoming, reply(incoming, "Twenty weeks."), posted=names.names[-1])
    assert texts((await stage.thread()).answers) == ["Twenty weeks."]


async def test_what_an_answer_waits_for_is_shown_until_its_first_word(stage: Stage) -> None:
    incoming = await stage.asked()
    may_go_on = asyncio.Event()

    async def told() -> AsyncGenerator[Told, None]:
        yield Progress(WaitsFor.LOADING, "owl:1b")
        await may_go_on.wait()
        yield reply(incoming, "Twenty weeks.")

    delivering = asyncio.create_task(stage.platform.deliver(incoming, told(), posted=None, remember=Remembered()))
    thread = await stage.thread()
    (answer,) = await stage.discord.until(lambda: thread.answers)
    assert "owl:1b" in answer.text
    may_go_on.set()
    await delivering
    assert answer.text == "Twenty weeks."


async def test_an_error_is_told_below_what_was_said(stage: Stage) -> None:
    incoming = await stage.asked()
    await stage.answer(incoming, ReplyDelta("Twenty we"), EngineInterrupted("ollama", "owl:1b"))
    (answer,) = (await stage.thread()).answers
    assert answer.text.startswith("Twenty we")
    assert len(answer.text) > len("Twenty we") + 10


async def test_a_refusal_is_a_message_in_the_persons_language(stage: Stage) -> None:
    incoming = await stage.asked()
    await stage.platform.refuse(incoming, TooFast(seconds=7))
    (answer,) = (await stage.thread()).answers
    assert "7 seconds" in answer.text


async def test_a_message_that_was_deleted_meanwhile_is_posted_again_once(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, ReplyDelta("Twen"))
    (first,) = (await stage.thread()).answers
    stage.anna.deletes(first)
    again = await stage.answer(incoming, reply(incoming, "Twenty weeks."), posted=names.names[-1])
    (second,) = (await stage.thread()).answers
    assert second.text == "Twenty weeks."
    assert again.names[-1] == f"{incoming.conversation.thread}:{second.id}"


async def test_an_archived_thread_is_woken_for_the_answer(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, ReplyDelta("Twen"))
    thread = await stage.thread()
    thread.archive()
    await stage.answer(incoming, reply(incoming, "Twenty weeks."), posted=names.names[-1])
    assert texts(thread.answers) == ["Twenty weeks."]


async def test_a_locked_threads_answer_goes_into_the_channel(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, ReplyDelta("Twen"))
    (await stage.thread()).archive(locked=True)
    await stage.answer(incoming, reply(incoming, "Twenty weeks."), posted=names.names[-1])
    (answer,) = stage.general.answers
    assert (answer.text, answer.replies_to) == ("Twenty weeks.", int(incoming.id))


async def test_a_thread_that_nobody_opened_is_opened_by_whoever_answers(stage: Stage) -> None:
    stage.discord.faults.plan(Refuse(500), "POST", "/channels/*/messages/*/threads", times=5)
    incoming = await stage.asked()
    await stage.discord.until(lambda: [c for c in stage.discord.rest.calls if c.path.endswith("/threads")])
    stage.discord.faults.clear()
    await stage.answer(incoming, reply(incoming, "Twenty weeks."))
    assert texts((await stage.thread()).answers) == ["Twenty weeks."]


async def test_where_a_thread_is_refused_the_answer_goes_into_the_channel(stage: Stage) -> None:
    stage.discord.faults.plan(Refuse(400, 160006), "POST", "/channels/*/messages/*/threads", times=9)
    incoming = await stage.asked()
    await stage.answer(incoming, reply(incoming, "Twenty weeks."))
    assert texts(stage.general.answers) == ["Twenty weeks."]


@pytest.mark.parametrize("code", [50001, 50013])
async def test_where_sova_may_not_write_any_more_the_question_is_over(
    stage: Stage, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    incoming = await stage.asked()
    stage.discord.faults.plan(Refuse(403, code), "POST", "/channels/*/messages", times=9)
    await stage.answer(incoming, reply(incoming, "Twenty weeks."))
    assert str(code) in caplog.text
    assert "Twenty" not in caplog.text


async def test_without_the_right_to_reply_the_answer_stands_for_itself(stage: Stage) -> None:
    stage.places.set(answer_in=AnswerIn.REPLY)
    incoming = await stage.asked()
    stage.discord.faults.plan(Refuse(400, 160002), "POST", "/channels/*/messages")
    await stage.answer(incoming, reply(incoming, "Twenty weeks."))
    (answer,) = stage.general.answers
    assert (answer.text, answer.replies_to) == ("Twenty weeks.", None)


async def test_what_the_servers_own_rules_block_is_not_tried_for_ever(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    incoming = await stage.asked()
    stage.discord.faults.plan(Refuse(400, 200000), "POST", "/channels/*/messages", times=9)
    await stage.answer(incoming, reply(incoming, "Twenty weeks."))
    assert "200000" in caplog.text


async def test_a_text_that_discord_finds_malformed_is_a_fault_of_ours(stage: Stage) -> None:
    incoming = await stage.asked()
    stage.discord.faults.plan(Refuse(400, 50035), "POST", "/channels/*/messages", times=9)
    with pytest.raises(discord.HTTPException):
        await stage.answer(incoming, reply(incoming, "Twenty weeks."))


async def test_a_limit_of_minutes_lets_the_question_rest(stage: Stage) -> None:
    incoming = await stage.asked()
    stage.discord.faults.plan(Limit(600.0), "POST", "/channels/*/messages", times=9)
    with pytest.raises(PlatformUnreachable):
        await stage.answer(incoming, reply(incoming, "Twenty weeks."))


async def test_who_blocks_direct_messages_is_not_asked_for_ever(stage: Stage) -> None:
    stage.discord.direct(stage.anna).says(stage.anna, "Hello?")
    incoming = await stage.question()
    stage.anna.blocks()
    await stage.answer(incoming, reply(incoming, "Hello!"))
    assert stage.discord.direct(stage.anna).answers == []


async def test_an_answer_that_others_go_on_with_is_left_to_them(stage: Stage) -> None:
    incoming = await stage.asked()

    async def told() -> AsyncGenerator[Told, None]:
        yield ReplyDelta("Twenty")
        await asyncio.Event().wait()

    async with asyncio.timeout(5):
        await stage.platform.deliver(incoming, told(), posted=None, remember=Remembered(held=False))


async def test_a_thread_that_somebody_opened_meanwhile_is_as_good(stage: Stage) -> None:
    stage.discord.faults.plan(Refuse(400, 160004), "POST", "/channels/*/messages/*/threads")
    async with Rest(TOKEN) as rest, Threads(rest, budgets=Budgets(PACE)) as threads:
        assert await threads.open(stage.general.id, 1, name="Plans")


@pytest.mark.parametrize("fault", [Refuse(503), Cut()])
async def test_an_outage_lets_the_question_rest(stage: Stage, fault: Refuse | Cut, tmp_path: Path) -> None:
    incoming = await stage.asked()
    stage.discord.faults.plan(fault, "POST", "/channels/*/messages", times=99)
    with pytest.raises(PlatformUnreachable):
        async with asyncio.timeout(30):
            await stage.answer(incoming, reply(incoming, "Twenty weeks."))


async def test_too_many_requests_are_waited_for(stage: Stage) -> None:
    incoming = await stage.asked()
    stage.discord.faults.plan(Limit(0.05), "POST", "/channels/*/messages", times=2)
    await stage.answer(incoming, reply(incoming, "Twenty weeks."))
    assert texts((await stage.thread()).answers) == ["Twenty weeks."]


async def test_a_withdrawn_question_says_so(stage: Stage) -> None:
    incoming = await stage.asked()
    await stage.answer(incoming, Withdrawn())
    assert "taken back" in (await stage.thread()).answers[0].text


async def test_an_answer_given_again_stands_in_the_place_of_the_first(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, reply(incoming, "Twenty weeks."))
    again = replace(incoming, id=str(int(incoming.id) + 5), again=True, replaces=names.names[-1])
    await stage.answer(again, reply(again, "20 weeks."))
    assert texts((await stage.thread()).answers) == ["20 weeks."]


async def test_many_answers_at_once_are_never_told_to_slow_down(tmp_path: Path, service: Discord) -> None:
    async with staged(tmp_path, service, pace=replace(PACE, edit_seconds=0.01)) as stage, connected(stage):
        for number in range(20):
            stage.general.says(stage.anna, f"Question {number}?", mention=True)
        await stage.question(20)

        async def told(incoming: Incoming) -> AsyncGenerator[Told, None]:
            for _ in range(20):
                yield ReplyDelta("word ")
                await asyncio.sleep(0)
            yield reply(incoming, "word " * 20 + "end.")

        await asyncio.gather(
            *(
                stage.platform.deliver(one, told(one), posted=None, remember=Remembered())
                for one in list(stage.received)
            )
        )
        assert stage.discord.rest.limited == []
        for thread in stage.guild.threads:
            assert thread.answers[0].text.endswith("end.")
