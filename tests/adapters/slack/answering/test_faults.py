"""What becomes of answers that Slack doesn't take at once, or as they are, or at all."""

import logging

import pytest

from adapters.slack.answering.abilities import AGAIN_SECONDS, Abilities, Ability
from bot.chat.controls.presses import Action, read_press
from bot.errors import PlatformTokenRefused, PlatformUnreachable
from bot.messages import Progress, ReplyDelta
from bot.messages import Stage as WaitsFor
from tests.adapters.slack.answering.stage import Remembered, Stage, opened, reply, staged, whole
from tests.doubles.slack import Broken, Cut, Limit, Manifest, Refuse
from tests.doubles.slack.faults import Fault

pytestmark = pytest.mark.timeout(30)

STREAMED = ("chat.startStream", "chat.appendStream", "chat.stopStream")
CHANGED = ("chat.postMessage", "chat.update")
BESIDE = ("assistant.threads.setStatus", "agents.sessions.setStatus")
TEXT = "One two three."


async def given(stage: Stage, *, posted: str | None = None) -> Remembered:
    """An answer that comes in three pieces, each shown before the next."""
    incoming = await stage.asked()
    names = Remembered()
    async with stage.answering(incoming, posted=posted, names=names) as telling:
        telling.say(ReplyDelta("One "))
        await stage.shown(lambda post: post.text.startswith("One"))
        stage.clock.ahead += 5
        telling.say(ReplyDelta("two "))
        await stage.shown(lambda post: post.text.startswith("One two"))
        telling.say(ReplyDelta("three."), reply(incoming, TEXT))
    assert not any(post.is_streaming for post in stage.answers)
    assert stage.texts == whole(incoming, TEXT)
    return names


@pytest.mark.parametrize("method", [*STREAMED, *BESIDE])
async def test_a_stream_waits_as_long_as_slack_asks(stage: Stage, method: str) -> None:
    stage.slack.faults.plan(Limit(1), method)
    await given(stage)


@pytest.mark.parametrize("method", CHANGED)
async def test_a_change_waits_as_long_as_slack_asks(updating: Stage, method: str) -> None:
    updating.slack.faults.plan(Limit(1), method)
    await given(updating)


@pytest.mark.parametrize("method", STREAMED)
@pytest.mark.parametrize("fault", [Broken(), Cut(), Cut(done=True)], ids=["broken", "cut-before", "cut-after"])
async def test_a_broken_line_neither_loses_nor_doubles_a_stream(stage: Stage, method: str, fault: Fault) -> None:
    stage.slack.faults.plan(fault, method)
    await given(stage)


@pytest.mark.parametrize("method", CHANGED)
@pytest.mark.parametrize("fault", [Broken(), Cut(), Cut(done=True)], ids=["broken", "cut-before", "cut-after"])
async def test_a_broken_line_neither_loses_nor_doubles_a_message(updating: Stage, method: str, fault: Fault) -> None:
    updating.slack.faults.plan(fault, method)
    await given(updating)


@pytest.mark.parametrize("error", ["feature_not_enabled", "user_not_found", "channel_type_not_supported"])
async def test_where_slack_lets_no_answer_stream_it_is_posted_and_changed(stage: Stage, error: str) -> None:
    stage.slack.faults.plan(Refuse(error), "chat.startStream")
    await given(stage)
    assert stage.methods("chat.")[:2] == ["chat.startStream", "chat.postMessage"]


async def test_what_a_workspace_doesnt_have_is_tried_again_after_a_while(stage: Stage) -> None:
    stage.slack.refuses_streaming()

    async def tried(number: int) -> int:
        incoming = await stage.asked()
        async with stage.answering(incoming) as telling:
            telling.say(ReplyDelta(f"Answer {number}"))
            await stage.shown(lambda post: post.text.startswith(f"Answer {number}"))
            telling.say(reply(incoming, TEXT))
        return len(stage.methods("startStream"))

    assert [await tried(1), await tried(2)] == [1, 1]
    stage.clock.ahead += AGAIN_SECONDS
    assert await tried(3) == 2


async def test_where_slack_has_no_stop_of_its_own_an_answer_has_a_button() -> None:
    async with staged(manifest=Manifest(agent_view=False)) as stage:
        incoming = await stage.asked()
        async with stage.answering(incoming) as telling:
            await stage.slack.until(lambda: stage.slack.api.refused)
            telling.say(ReplyDelta("One"))
            post = await stage.shown()
            pressed = [read_press(button.value) for button in post.buttons]
            assert [press.action for press in pressed if press] == [Action.STOP]
            telling.say(reply(incoming, TEXT))
        assert stage.methods("startStream") == []


async def test_where_slack_shows_no_status_a_message_says_what_is_waited_for(stage: Stage) -> None:
    stage.slack.faults.plan(Refuse("feature_not_enabled"), "assistant.threads.setStatus")
    incoming = await stage.asked()
    await stage.outbound.begin(incoming)
    names = Remembered()
    await stage.outbound.announce(incoming, 1, posted=None, remember=names)
    (post,) = stage.answers
    assert "2" in post.text
    async with stage.answering(incoming, posted=names.names[-1]) as telling:
        telling.say(Progress(WaitsFor.LOADING, "owl"))
        await stage.shown(lambda post: "owl" in post.text)
        telling.say(reply(incoming, TEXT))
    assert stage.texts == whole(incoming, TEXT)


@pytest.mark.parametrize("streams", [True, False])
async def test_an_answer_that_is_deleted_on_its_way_is_posted_once_more(streams: bool) -> None:
    async with staged(streams=streams) as stage:
        incoming = await stage.asked()
        names = Remembered()
        async with stage.answering(incoming, names=names) as telling:
            telling.say(ReplyDelta("One "))
            post = await stage.shown()
            stage.general.deletes(post)
            telling.say(ReplyDelta("two "), reply(incoming, TEXT))
        assert stage.texts == whole(incoming, TEXT)
        assert names.names[-1].endswith(stage.answers[0].ts)


async def test_an_answer_that_is_deleted_twice_stays_deleted(updating: Stage, caplog: pytest.LogCaptureFixture) -> None:
    incoming = await updating.asked()
    async with updating.answering(incoming) as telling:
        telling.say(ReplyDelta("One "))
        first = await updating.shown()
        updating.general.deletes(first)
        telling.say(ReplyDelta("two "))
        updating.general.deletes(await updating.shown(lambda post: post != first))
        telling.say(reply(incoming, TEXT))
    assert updating.answers == []
    assert "message_not_found" in caplog.text


async def test_a_channel_that_is_gone_ends_the_answer(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    incoming = await stage.asked()
    stage.general.archive()
    await stage.answer(incoming, ReplyDelta("One"), reply(incoming, TEXT))
    stage.general.channel.is_archived = False
    stage.general.removes_bot()
    await stage.answer(incoming, ReplyDelta("One"), reply(incoming, TEXT))
    await stage.outbound.refuse(incoming, PlatformUnreachable("Slack", "no"))
    assert stage.answers == []
    assert "is_archived" in caplog.text
    assert "not_in_channel" in caplog.text


async def test_a_channel_that_goes_in_mid_answer_ends_it(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    incoming = await stage.asked()
    async with stage.answering(incoming) as telling:
        telling.say(ReplyDelta("One "))
        await stage.shown()
        stage.general.archive()
        telling.say(ReplyDelta("two "), reply(incoming, TEXT))
    assert "is_archived" in caplog.text


async def test_a_question_that_is_gone_has_no_thread_to_answer_in(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    question = await stage.jana.says(stage.general, "How long?", mention=True)
    await stage.jana.deletes(question)
    incoming = stage.heard(question)
    await stage.answer(incoming, reply(incoming, TEXT))
    assert stage.answers == []
    assert "thread_not_found" in caplog.text


async def test_a_token_that_was_taken_away_is_told_to_the_operator(stage: Stage) -> None:
    incoming = await stage.asked()
    stage.slack.revokes_token()
    with pytest.raises(PlatformTokenRefused):
        await stage.answer(incoming, reply(incoming, TEXT))


async def test_slack_that_is_away_is_asked_again_later(stage: Stage) -> None:
    incoming = await stage.asked()
    names = Remembered()
    async with stage.slack.outage():
        with pytest.raises(PlatformUnreachable):
            async with stage.answering(incoming, names=names) as telling:
                telling.say(reply(incoming, TEXT))
    await stage.answer(incoming, reply(incoming, TEXT), posted=names.names[-1])
    assert stage.texts == whole(incoming, TEXT)


@pytest.mark.parametrize("error", ["msg_too_long", "no_text"])
@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
async def test_what_a_stream_doesnt_take_is_changed_in_place(stage: Stage, method: str, error: str) -> None:
    stage.slack.faults.plan(Refuse(error), method)
    await given(stage)


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long"])
async def test_formatting_that_slack_cant_read_becomes_plain_text_and_that_is_said(updating: Stage, error: str) -> None:
    updating.slack.faults.plan(Refuse(error), "chat.postMessage")
    incoming = await updating.asked()
    await updating.answer(incoming, reply(incoming, "**Bold** & <b>"))
    (post,) = updating.answers
    assert post.text.startswith("**Bold** &amp; &lt;b&gt;")
    assert "formatting" in post.text
    assert post.buttons


async def test_formatting_that_a_stream_cant_end_with_becomes_plain_text(stage: Stage) -> None:
    stage.slack.faults.plan(Refuse("invalid_blocks"), "chat.stopStream")
    stage.slack.faults.plan(Refuse("invalid_blocks"), "chat.update")
    incoming = await stage.asked()
    async with stage.answering(incoming) as telling:
        telling.say(ReplyDelta("One "))
        post = await stage.shown()
        telling.say(reply(incoming, TEXT))
    assert post.text.startswith(TEXT)
    assert "formatting" in post.text
    assert not post.is_streaming


async def test_slacks_own_stop_ends_the_stream_and_the_answer_goes_on_to_its_end(stage: Stage) -> None:
    question = await stage.jana.says(stage.general, "How long?", mention=True)
    incoming = stage.heard(question)
    async with stage.answering(incoming) as telling:
        telling.say(ReplyDelta("One "))
        post = await stage.shown()
        await stage.slack.until(lambda: stage.general.session(question))
        await stage.jana.stops(post)
        telling.say(reply(incoming, "One"))
    assert stage.texts == whole(incoming, "One")
    assert stage.general.session(question) == "active"


async def test_whoever_goes_on_with_a_stream_ends_it_and_changes_its_message(stage: Stage) -> None:
    incoming = await stage.asked()
    names = Remembered()
    async with stage.answering(incoming, names=names) as telling:
        telling.say(ReplyDelta("One "))
        await stage.shown()
        telling.fall_silent()
    async with opened(stage.slack) as other, other.answering(incoming, posted=names.names[-1]) as telling:
        telling.say(ReplyDelta("Uno "))
        post = await stage.shown(lambda post: post.text.startswith("Uno"))
        telling.say(reply(incoming, "Uno due."))
    assert (stage.texts, post.is_streaming) == (whole(incoming, "Uno due."), False)


def test_that_slack_lacks_something_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    abilities = Abilities(clock=lambda: 0.0)
    with caplog.at_level(logging.WARNING):
        abilities.refused(Ability.STREAM, "feature_not_enabled")
    assert not abilities.has(Ability.STREAM)
    assert "feature_not_enabled" in caplog.text
