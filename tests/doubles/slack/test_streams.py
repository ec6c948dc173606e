"""Streams, states and sessions: what people see while an answer is being written."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.say_stream.async_say_stream import AsyncSayStream
from slack_bolt.context.set_status.async_set_status import AsyncSetStatus
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Impossible, Manifest, Person, Place, Post, Slack, slack_service
from tests.doubles.slack.conftest import Bolt, connected, error_of

pytestmark = pytest.mark.timeout(20)
FEEDBACK = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "vote",
            "positive_button": {"text": {"type": "plain_text", "text": "👍"}, "value": "up"},
            "negative_button": {"text": {"type": "plain_text", "text": "👎"}, "value": "down"},
        }
    ],
}


@pytest.fixture
async def question(general: Place, jana: Person) -> Post:
    return await jana.says(general, "Well?")


async def started(client: AsyncWebClient, slack: Slack, question: Post, text: str = "one ") -> str:
    told = await client.chat_startStream(
        channel=question.channel,
        thread_ts=question.ts,
        recipient_team_id=slack.team.id,
        recipient_user_id=question.author_id,
        markdown_text=text,
    )
    return str(told["ts"])


def answering(app: AsyncApp) -> None:
    @app.event("app_mention")
    async def answer(say_stream: AsyncSayStream, set_status: AsyncSetStatus) -> None:
        await set_status("is thinking…", loading_messages=["reading", "weighing"])
        stream = await say_stream(buffer_size=1)
        await stream.append(markdown_text="**Ten** ")
        await stream.append(markdown_text="weeks.")
        await stream.stop(blocks=[FEEDBACK])


async def test_bolts_own_helpers_are_understood(slack: Slack, general: Place, jana: Person) -> None:
    bolt = Bolt(slack, hears=("message",))
    answering(bolt.app)
    async with connected(slack, bolt):
        question = await jana.says(general, "How long?", mention=True)
        answer = await slack.seen(general, lambda post: post.was_streamed and not post.is_streaming)
    assert [version.text for version in answer.versions][:3] == ["**Ten** ", "**Ten** weeks.", "**Ten** weeks."]
    assert [button.label for button in answer.buttons] == ["👍", "👎"]
    assert [(one.text, one.loading_messages) for one in general.statuses] == [
        ("is thinking…", ("reading", "weighing")),
        ("", ()),
    ]
    assert answer.thread == question.ts
    assert slack.transcript(general) == (
        "# #general\n\n**Jana**: @Sova How long?\n\n> *Sova is thinking… (reading / weighing)*\n>\n"
        "> **Sova**: **Ten** weeks.\n> [👍] [👎]"
    )


async def test_in_a_channel_slack_must_know_for_whom(client: AsyncWebClient, question: Post, jana: Person) -> None:
    errors = []
    for team, user in ((None, None), ("T0TEAM00000", None), ("T1", jana.id)):
        with pytest.raises(SlackApiError) as caught:
            await client.chat_startStream(
                channel=question.channel, thread_ts=question.ts, recipient_team_id=team, recipient_user_id=user
            )
        errors.append(error_of(caught))
    assert errors == ["missing_recipient_team_id", "missing_recipient_user_id", "team_not_found"]


async def test_in_private_nobody_need_be_named(client: AsyncWebClient, jana: Person) -> None:
    question = await jana.says(jana.direct, "Well?")
    told = await client.chat_startStream(channel=jana.direct.id, thread_ts=question.ts, markdown_text="Well.")
    await client.chat_stopStream(channel=jana.direct.id, ts=str(told["ts"]))
    assert [post.text for post in jana.direct.answers] == ["Well."]


async def test_a_stream_hangs_on_a_thread(client: AsyncWebClient, question: Post) -> None:
    with pytest.raises(SlackApiError, match="thread_ts"):
        await client.api_call("chat.startStream", json={"channel": question.channel})


async def test_a_stream_dies_after_five_minutes_and_can_be_edited_then(
    slack: Slack, client: AsyncWebClient, question: Post, general: Place
) -> None:
    ts = await started(client, slack, question)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_update(channel=general.id, ts=ts, text="two")
    assert (error_of(caught), general.answers[0].is_streaming) == ("streaming_state_conflict", True)
    await slack.advance(300)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_appendStream(channel=general.id, ts=ts, markdown_text="two")
    assert (error_of(caught), general.answers[0].is_streaming) == ("message_not_in_streaming_state", False)
    await client.chat_update(channel=general.id, ts=ts, text="one two")
    assert general.answers[0].text == "one two"


async def test_a_stream_can_be_expired_at_once(
    slack: Slack, client: AsyncWebClient, question: Post, general: Place
) -> None:
    ts = await started(client, slack, question)
    general.expire_streams()
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await client.chat_stopStream(channel=general.id, ts=ts)


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"chunks": [{"type": "markdown_text", "text": "x" * 12_001}]}, "msg_too_long"),
        ({"chunks": [{"type": "picture"}]}, "invalid_chunks"),
        ({"chunks": [{"type": "markdown_text"}]}, "invalid_chunks"),
        ({}, "no_text"),
    ],
)
async def test_what_a_stream_refuses(
    slack: Slack, client: AsyncWebClient, question: Post, told: dict[str, Any], error: str
) -> None:
    ts = await started(client, slack, question)
    with pytest.raises(SlackApiError) as caught:
        await client.api_call("chat.appendStream", json={"channel": question.channel, "ts": ts, **told})
    assert error_of(caught) == error


async def test_a_stream_ends_as_markdown_and_holds_no_more(
    slack: Slack, client: AsyncWebClient, question: Post
) -> None:
    ts = await started(client, slack, question, "x" * 8_000)
    await client.chat_appendStream(channel=question.channel, ts=ts, markdown_text="x" * 4_000)
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await client.chat_appendStream(channel=question.channel, ts=ts, markdown_text="x")
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await started(client, slack, question, "x" * 12_001)


async def test_a_workspace_may_have_no_streams(slack: Slack, client: AsyncWebClient, question: Post) -> None:
    slack.refuses_streaming()
    with pytest.raises(SlackApiError, match="feature_not_enabled"):
        await started(client, slack, question)


async def test_a_state_goes_after_two_minutes(
    slack: Slack, client: AsyncWebClient, question: Post, general: Place
) -> None:
    await client.assistant_threads_setStatus(channel_id=general.id, thread_ts=question.ts, status="is thinking…")
    assert general.status(question) == "is thinking…"
    await slack.advance(120)
    assert general.status(question) == ""


async def test_ten_loading_messages_are_enough(client: AsyncWebClient, question: Post) -> None:
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.assistant_threads_setStatus(
            channel_id=question.channel, thread_ts=question.ts, status="…", loading_messages=["x"] * 11
        )


async def test_stop_is_there_while_a_session_is_processed_and_ends_its_streams(
    slack: Slack, bolt: Bolt, client: AsyncWebClient, question: Post, general: Place, jana: Person
) -> None:
    await bolt.event()
    with pytest.raises(Impossible):
        await jana.stops(question)
    await client.agents_sessions_setStatus(channel_id=general.id, thread_ts=question.ts, status="processing")
    ts = await started(client, slack, question)
    await jana.stops(question)
    event = await bolt.event()
    assert (event["type"], event["thread_ts"], event["streaming_message_ts"]) == (
        "agent_session_stopped",
        question.ts,
        [ts],
    )
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await client.chat_appendStream(channel=general.id, ts=ts, markdown_text="two")
    assert general.session(question) == "processing"
    await client.agents_sessions_setStatus(channel_id=general.id, thread_ts=question.ts, status="active")
    assert general.session(question) == "active"


async def test_the_end_of_a_stream_may_set_the_session(
    slack: Slack, client: AsyncWebClient, question: Post, general: Place
) -> None:
    ts = await started(client, slack, question)
    await client.chat_stopStream(channel=general.id, ts=ts, session_status="active")
    assert general.session(question) == "active"


async def test_without_the_subscription_there_is_a_warning_and_no_stop() -> None:
    async with slack_service(manifest=Manifest(events=frozenset())) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.base_url)
        general, jana = slack.team.channel(), slack.team.person("Jana")
        question = await jana.says(general, "Well?")
        told = await client.agents_sessions_setStatus(channel_id=general.id, thread_ts=question.ts, status="processing")
        assert told["warning"] == "missing_agent_session_stopped_event_subscription"
        with pytest.raises(Impossible, match="subscribed"):
            await jana.stops(question)


async def test_prompts_are_suggested_at_the_top_and_in_threads(client: AsyncWebClient, jana: Person) -> None:
    question = await jana.says(jana.direct, "Well?")
    prompts = [{"title": "Holidays", "message": "How many holidays do I have?"}]
    await client.assistant_threads_setSuggestedPrompts(channel_id=jana.direct.id, prompts=prompts)
    await client.assistant_threads_setSuggestedPrompts(
        channel_id=jana.direct.id, thread_ts=question.ts, prompts=prompts * 2
    )
    assert (jana.direct.prompts(), jana.direct.prompts(question)) == (prompts, prompts * 2)
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.assistant_threads_setSuggestedPrompts(channel_id=jana.direct.id, prompts=prompts * 5)
