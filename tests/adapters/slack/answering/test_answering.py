"""How answers come before people in Slack: streamed, posted and changed, in place of others, to one person alone."""

from dataclasses import replace

import pytest

from adapters.slack.answering.rates import STREAM_SECONDS
from bot.chat.controls.presses import Action, read_press
from bot.errors import EngineInterrupted, TooFast, Withdrawn
from bot.messages import Incoming, Progress, ReplyDelta
from bot.messages import Stage as WaitsFor
from tests.adapters.slack.answering.stage import SOURCE, Remembered, Stage, opened, reply, staged, whole, words
from tests.doubles.slack import Hold

pytestmark = pytest.mark.timeout(30)
LONG = "\n\n".join(f"Paragraph {number}. " + "Some words of it. " * 40 for number in range(34))


async def test_an_answer_streams_in_the_thread_of_its_question(stage: Stage) -> None:
    incoming = await stage.asked()
    names = Remembered()
    async with stage.answering(incoming, names=names) as telling:
        telling.say(ReplyDelta("**Twenty** "), ReplyDelta("we"))
        post = await stage.shown(lambda post: post.text == "**Twenty** we")
        assert (post.thread, post.is_streaming) == (incoming.conversation.thread, True)
        telling.say(ReplyDelta("eks."), reply(incoming, "**Twenty** weeks.", sources=[SOURCE]))
    assert stage.texts == whole(incoming, "**Twenty** weeks.", sources=[SOURCE])
    assert (post.is_streaming, post.is_edited, len(stage.answers)) == (False, False, 1)
    assert names.names == [f"{post.channel}:?", f"{post.channel}:{post.ts}"]


async def test_below_a_whole_answer_stands_what_can_be_done_about_it(stage: Stage) -> None:
    incoming = await stage.asked()
    await stage.answer(incoming, ReplyDelta("Twenty"), reply(incoming, "Twenty.", sources=[SOURCE]))
    (post,) = stage.answers
    pressed = [read_press(button.value) for button in post.buttons]
    actions = [Action.AGAIN, Action.OTHER, Action.SOURCES, Action.UP, Action.DOWN]
    assert [press.action for press in pressed if press] == actions
    assert {press.turn for press in pressed if press} == {incoming.id}


async def test_an_answer_in_one_go_is_one_message(stage: Stage) -> None:
    incoming = await stage.asked()
    await stage.answer(incoming, reply(incoming, "Twenty."))
    assert stage.methods("chat.") == ["chat.postMessage"]
    assert stage.methods("agents.") == []
    assert stage.texts == whole(incoming, "Twenty.")
    assert stage.answers[0].metadata


async def test_slack_shows_its_own_stop_while_an_answer_is_given(stage: Stage) -> None:
    question = await stage.jana.says(stage.general, "How long?", mention=True)
    incoming = stage.heard(question)
    async with stage.answering(incoming) as telling:
        await stage.slack.until(lambda: stage.general.session(question) == "processing")
        telling.say(ReplyDelta("Twenty"))
        await stage.shown()
        telling.say(reply(incoming, "Twenty."))
    assert stage.general.session(question) == "active"
    assert stage.general.status(question) == ""


async def test_what_an_answer_waits_for_is_the_threads_status(stage: Stage) -> None:
    question = await stage.jana.says(stage.general, "How long?", mention=True)
    incoming = stage.heard(question)
    await stage.outbound.begin(incoming)
    assert stage.general.status(question)
    await stage.outbound.announce(incoming, 1, posted=None, remember=Remembered())
    async with stage.answering(incoming) as telling:
        telling.say(Progress(WaitsFor.LOADING, "owl"))
        await stage.slack.until(lambda: any("owl" in str(one.loading_messages) for one in stage.general.statuses))
        telling.say(reply(incoming, "Twenty."))
    assert any("2" in str(one.loading_messages) for one in stage.general.statuses)
    assert len(stage.answers) == 1
    assert stage.general.status(question) == ""


async def test_where_nothing_streams_an_answer_is_changed_in_place_and_has_a_stop(updating: Stage) -> None:
    incoming = await updating.asked()
    async with updating.answering(incoming) as telling:
        telling.say(ReplyDelta("Twen"))
        post = await updating.shown()
        assert [press.action for button in post.buttons if (press := read_press(button.value))] == [Action.STOP]
        telling.say(ReplyDelta("ty."), reply(incoming, "Twenty."))
    assert updating.texts == whole(incoming, "Twenty.")
    assert updating.methods("Stream") == []
    assert Action.STOP not in [read_press(button.value).action for button in post.buttons]  # type: ignore[union-attr]


@pytest.mark.parametrize("streams", [True, False])
async def test_a_long_answer_takes_several_messages_with_controls_below_the_last(streams: bool) -> None:
    async with staged(streams=streams) as stage:
        incoming = await stage.asked()
        names = await stage.answer(incoming, *words(LONG, size=500), reply(incoming, LONG))
        assert stage.texts == whole(incoming, LONG)
        assert len(stage.answers) > 2
        assert [bool(post.buttons) for post in stage.answers] == [False] * (len(stage.answers) - 1) + [True]
        ended = ",".join(post.ts for post in stage.answers)
        assert names.names[-1] == f"{incoming.conversation.channel}:{ended}"
        assert not any(post.is_streaming for post in stage.answers)


async def test_in_a_direct_message_an_answer_stands_in_the_questions_thread(stage: Stage) -> None:
    incoming = await stage.asked(place=stage.jana.direct)
    async with stage.answering(incoming) as telling:
        telling.say(ReplyDelta("Twenty"))
        post = await stage.shown()
        telling.say(reply(incoming, "Twenty."))
    assert (post.thread, post.was_streamed) == (incoming.conversation.thread, True)


async def test_a_stream_that_grows_old_is_ended_and_its_message_goes_on(stage: Stage) -> None:
    incoming = await stage.asked()
    async with stage.answering(incoming) as telling:
        telling.say(ReplyDelta("One "))
        post = await stage.shown()
        stage.clock.ahead += STREAM_SECONDS
        telling.say(ReplyDelta("two "))
        await stage.shown(lambda post: post.text.startswith("One two"))
        assert not post.is_streaming
        telling.say(ReplyDelta("three."), reply(incoming, "One two three."))
    assert stage.texts == whole(incoming, "One two three.")
    assert stage.slack.api.refused == []


async def test_a_stream_that_slack_ended_loses_nothing(stage: Stage) -> None:
    incoming = await stage.asked()
    async with stage.answering(incoming) as telling:
        telling.say(ReplyDelta("One "))
        await stage.shown()
        await stage.slack.advance(300)
        telling.say(ReplyDelta("two "))
        await stage.shown(lambda post: post.text.startswith("One two"))
        telling.say(reply(incoming, "One two three."))
    assert stage.texts == whole(incoming, "One two three.")


async def test_another_worker_goes_on_in_the_same_message(stage: Stage) -> None:
    incoming = await stage.asked()
    names = Remembered()
    async with stage.answering(incoming, names=names) as telling:
        telling.say(ReplyDelta("One "))
        post = await stage.shown()
        telling.fall_silent()
    assert post.is_streaming
    async with opened(stage.slack) as other:
        await other.answer(incoming, ReplyDelta("Uno "), reply(incoming, "Uno due."), posted=names.names[-1])
    assert stage.texts == whole(incoming, "Uno due.")
    assert not post.is_streaming


@pytest.mark.parametrize("streams", [True, False])
async def test_a_message_whose_name_was_never_told_is_found_by_whoever_goes_on(streams: bool) -> None:
    async with staged(streams=streams) as stage:
        incoming = await stage.asked()
        names = Remembered()
        async with stage.answering(incoming, names=names) as telling:
            telling.say(ReplyDelta("One "))
            await stage.shown()
            telling.fall_silent()
        assert names.names[0].endswith(":?")
        async with opened(stage.slack) as other:
            await other.answer(incoming, reply(incoming, "Uno due."), posted=names.names[0])
        assert stage.texts == whole(incoming, "Uno due.")


async def test_what_else_stands_in_the_thread_is_never_taken_for_the_answer(stage: Stage) -> None:
    question = await stage.jana.says(stage.general, "How long?", mention=True)
    first = stage.heard(question)
    second = stage.heard(await stage.jana.says(stage.general, "And how wide?", thread=question))
    await stage.answer(first, ReplyDelta("Long"), reply(first, "Long."))
    await stage.outbound.refuse(second, TooFast(3))
    await stage.answer(second, reply(second, "Wide."), posted=f"{question.channel}:?")
    assert [stage.texts[0], stage.texts[2]] == [*whole(first, "Long."), *whole(second, "Wide.")]


async def test_a_card_in_the_thread_is_never_taken_for_the_answer(stage: Stage) -> None:
    incoming = await stage.asked()
    card = {"type": "header", "text": {"type": "plain_text", "text": "Models"}}
    place = incoming.conversation
    await stage.rest.client.chat_postMessage(
        channel=place.channel,
        thread_ts=place.thread,
        text="Models",
        blocks=[card],
        unfurl_links=False,
        unfurl_media=False,
    )
    await stage.answer(incoming, reply(incoming, "Twenty."), posted=f"{place.channel}:?")
    assert stage.texts == ["Models", *whole(incoming, "Twenty.")]


async def test_a_message_that_ends_before_what_was_streamed_is_changed_to_what_it_is(stage: Stage) -> None:
    first, second = ("Some words of it. " * 390).strip(), ("Other words of it. " * 390).strip()
    text = f"{first}\n\n{second}"
    incoming = await stage.asked()
    async with stage.answering(incoming) as telling:
        telling.say(ReplyDelta(text[:9_000]))
        post = await stage.shown(lambda post: len(post.text) > 8_000)
        telling.say(ReplyDelta(text[9_000:]), reply(incoming, text))
    assert stage.texts == [first, *whole(incoming, text)[1:]]
    assert post.is_edited


async def test_a_status_that_comes_after_the_answer_is_taken_away(stage: Stage) -> None:
    question = await stage.jana.says(stage.general, "How long?", mention=True)
    incoming, late = stage.heard(question), Hold()
    stage.slack.faults.plan(late, "assistant.threads.setStatus")
    async with stage.answering(incoming) as telling:
        telling.say(Progress(WaitsFor.LOADING, "owl"))
        await late.reached.wait()
        telling.say(ReplyDelta("Twenty."))
        await stage.shown()
        late.released.set()
        telling.say(reply(incoming, "Twenty."))
    assert [one.text for one in stage.general.statuses if one.text]
    assert stage.general.status(question) == ""


async def test_nothing_more_is_shown_once_somebody_else_has_taken_over(stage: Stage) -> None:
    incoming = await stage.asked()
    names = Remembered(lost_at=1)
    async with stage.answering(incoming, names=names) as telling:
        telling.say(reply(incoming, "Twenty."))
    assert stage.answers == []


def again(incoming: Incoming, replaces: str) -> Incoming:
    return replace(incoming, id=f"{incoming.conversation.channel}-1.2.abc", again=True, replaces=replaces, text="")


async def test_an_answer_stands_while_it_is_given_again_and_stays_where_that_fails(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, reply(incoming, "Twenty."))
    once_more = again(incoming, names.names[-1])
    await stage.answer(once_more, Progress(WaitsFor.LOADING, "owl"), Withdrawn())
    assert stage.texts == whole(incoming, "Twenty.")
    await stage.answer(once_more, EngineInterrupted(engine="ollama", model="owl"))
    assert stage.texts[0] == whole(incoming, "Twenty.")[0]
    assert "ollama" in stage.texts[1]
    await stage.answer(once_more, ReplyDelta("Nine"), reply(once_more, "Nine."))
    assert stage.texts[0] == whole(incoming, "Nine.")[0]


async def test_a_shorter_answer_leaves_nothing_of_the_longer_one(stage: Stage) -> None:
    incoming = await stage.asked()
    names = await stage.answer(incoming, reply(incoming, LONG))
    once_more = again(incoming, names.names[-1])
    await stage.answer(once_more, reply(once_more, "Short."))
    assert stage.texts == whole(incoming, "Short.")


async def test_half_an_answer_and_why_there_is_no_more_stand_together(stage: Stage) -> None:
    incoming = await stage.asked()
    await stage.answer(incoming, ReplyDelta("Twen"), EngineInterrupted(engine="ollama", model="owl"))
    (text,) = stage.texts
    assert text.startswith("Twen")
    assert "ollama" in text


async def test_nobody_is_called_by_what_a_model_says(stage: Stage) -> None:
    incoming = await stage.asked()
    hostile = "<!channel> <@U0000000001> `<!here>` https://example.com"
    await stage.answer(incoming, *words(hostile), reply(incoming, hostile))
    assert [post.pings for post in stage.answers] == [[]]
    assert stage.slack.violations == []
