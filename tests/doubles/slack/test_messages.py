"""Messages by the Web API: what Slack accepts, what it refuses, in its own words."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Broken, Cut, Hold, Limit, Manifest, Person, Place, Refuse, Slack, slack_service
from tests.doubles.slack.conftest import error_of

pytestmark = pytest.mark.timeout(20)
QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


async def test_a_post_is_seen_and_changed(client: AsyncWebClient, general: Place) -> None:
    posted = await client.chat_postMessage(channel=general.id, text="one", **QUIET)
    await client.chat_update(channel=general.id, ts=str(posted["ts"]), text="two")
    (post,) = general.answers
    assert ([version.text for version in post.versions], post.is_edited, post.ts) == (
        ["one", "two"],
        True,
        posted["ts"],
    )


async def test_a_text_without_blocks_takes_them_away(client: AsyncWebClient, general: Place) -> None:
    posted = await client.chat_postMessage(channel=general.id, text="one", blocks=[section("block")], **QUIET)
    assert general.answers[0].text == "block"
    await client.chat_update(channel=general.id, ts=str(posted["ts"]), text="two")
    assert (general.answers[0].text, general.answers[0].blocks) == ("two", [])


async def test_a_long_text_is_cut_and_a_long_update_refused(client: AsyncWebClient, general: Place) -> None:
    posted = await client.chat_postMessage(channel=general.id, text="x" * 41_000, **QUIET)
    assert (len(general.answers[0].text), general.answers[0].was_cut) == (40_000, True)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_update(channel=general.id, ts=str(posted["ts"]), text="x" * 4_001)
    assert error_of(caught) == "msg_too_long"


async def test_what_is_wrong_with_blocks_is_told(client: AsyncWebClient, general: Place) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=general.id, text="x", blocks=[section("x" * 3001)], **QUIET)
    assert error_of(caught) == "invalid_blocks"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_where_the_bot_cannot_write_it_is_told_why(client: AsyncWebClient, slack: Slack, general: Place) -> None:
    elsewhere, secret = slack.team.channel("x", with_bot=False), slack.team.channel("y", private=True, with_bot=False)
    archived = slack.team.channel("z")
    archived.archive()
    errors = []
    for channel in ("C0NOWHERE", elsewhere.id, secret.id, archived.id):
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=channel, text="x", **QUIET)
        errors.append(error_of(caught))
    assert errors == ["channel_not_found", "not_in_channel", "channel_not_found", "is_archived"]


async def test_only_its_own_standing_messages_can_be_changed(
    client: AsyncWebClient, general: Place, jana: Person
) -> None:
    hers = await jana.says(general, "mine")
    posted = await client.chat_postMessage(channel=general.id, text="one", **QUIET)
    await client.chat_delete(channel=general.id, ts=str(posted["ts"]))
    errors = []
    for ts in (hers.ts, str(posted["ts"]), "1.000000"):
        with pytest.raises(SlackApiError) as caught:
            await client.chat_update(channel=general.id, ts=ts, text="two")
        errors.append(error_of(caught))
    assert errors == ["cant_update_message", "message_not_found", "message_not_found"]


async def test_a_thread_hangs_on_a_message_that_is_there(client: AsyncWebClient, general: Place, jana: Person) -> None:
    root = await jana.says(general, "Well?")
    await client.chat_postMessage(channel=general.id, text="Well.", thread_ts=root.ts, **QUIET)
    read = await client.conversations_replies(channel=general.id, ts=root.ts)
    assert [(told["text"], told.get("reply_count")) for told in read["messages"]] == [("Well?", 1), ("Well.", None)]
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=general.id, text="Well.", thread_ts="1.000000", **QUIET)
    assert error_of(caught) == "thread_not_found"


async def test_history_is_read_in_pages(client: AsyncWebClient, general: Place, jana: Person) -> None:
    posts = [await jana.says(general, str(n)) for n in range(5)]
    first = await client.conversations_history(channel=general.id, limit=2, oldest=posts[0].ts)
    rest = await client.conversations_history(
        channel=general.id, limit=2, oldest=posts[0].ts, cursor=first["response_metadata"]["next_cursor"]
    )
    texts = [[told["text"] for told in page["messages"]] for page in (first, rest)]
    assert (texts, first["has_more"], rest["has_more"]) == ([["4", "3"], ["2", "1"]], True, False)


async def test_only_one_person_sees_an_ephemeral_message(client: AsyncWebClient, general: Place, jana: Person) -> None:
    told = await client.chat_postEphemeral(channel=general.id, user=jana.id, text="psst")
    assert [(post.text, post.only_for) for post in general.answers] == [("psst", jana.id)]
    with pytest.raises(SlackApiError) as caught:
        await client.chat_update(channel=general.id, ts=str(told["message_ts"]), text="two")
    assert error_of(caught) == "message_not_found"


@pytest.mark.parametrize(
    ("told", "accused"),
    [
        ({"text": "Hi <!channel>", **QUIET}, "calls <!channel>"),
        ({"text": "Hi", "blocks": [section("<@U123>")], **QUIET}, "calls <@U123>"),
        ({"markdown_text": "Hi <!here>", **QUIET}, "calls <!here>"),
        ({"text": "Hi", "link_names": True, **QUIET}, "turns names into mentions"),
        ({"text": "Hi", "unfurl_links": False}, "lets links be unfurled"),
    ],
)
async def test_what_an_assistant_must_not_do_fails_the_test(told: dict[str, Any], accused: str) -> None:
    async with slack_service() as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.base_url)
        general = slack.team.channel("general")
        await client.api_call("chat.postMessage", json={"channel": general.id, **told})
        slack.violations[:], violations = [], list(slack.violations)
    assert [violation for violation in violations if accused in violation]


async def test_an_argument_that_nobody_knows_fails_the_test(client: AsyncWebClient, slack: Slack) -> None:
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.api_call("users.info", params={"user": "U1", "colour": "red"})
    assert [violation for violation in slack.violations if "colour" in violation]
    slack.violations.clear()


async def ask_about_the_weather() -> None:
    async with slack_service() as slack:
        with pytest.raises(SlackApiError, match="unknown_method"):
            await AsyncWebClient(slack.bot_token, base_url=slack.base_url).api_call("weather.today")


async def test_what_nobody_knows_fails_the_test_that_asked() -> None:
    with pytest.raises(AssertionError, match=r"weather\.today"):
        await ask_about_the_weather()


async def test_who_is_let_in(slack: Slack, general: Place) -> None:
    errors = []
    for token in (None, "xoxb-stranger", slack.app_token):
        with pytest.raises(SlackApiError) as caught:
            await AsyncWebClient(token, base_url=slack.base_url).auth_test()
        errors.append(error_of(caught))
    slack.revokes_token()
    with pytest.raises(SlackApiError) as caught:
        await AsyncWebClient(slack.bot_token, base_url=slack.base_url).auth_test()
    assert [*errors, error_of(caught)] == ["not_authed", "invalid_auth", "not_allowed_token_type", "token_revoked"]


async def test_what_was_refused_is_remembered(slack: Slack, client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0NOWHERE", text="x", **QUIET)
    assert [(call.method, error) for call, error in slack.api.refused] == [("chat.postMessage", "channel_not_found")]


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"text": " "}, "no_text"),
        ({"text": 7}, "invalid_arguments"),
        ({"blocks": "nonsense"}, "invalid_arguments"),
        ({"text": "x", "markdown_text": "x"}, "markdown_text_conflict"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"text": "x", "metadata": {"event": 1}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": "nonsense"}, "invalid_arguments"),
        ({"text": "x", "username": "Somebody"}, "missing_scope"),
    ],
)
async def test_what_slack_would_not_post_is_refused(
    client: AsyncWebClient, general: Place, told: dict[str, Any], error: str
) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client.api_call("chat.postMessage", json={"channel": general.id, **told, **QUIET})
    assert (error_of(caught), general.posts) == (error, [])


async def test_metadata_is_kept_and_told_on_demand(client: AsyncWebClient, general: Place) -> None:
    metadata = {"event_type": "sova_answer", "event_payload": {"turn": "1"}}
    await client.chat_postMessage(channel=general.id, text="x", metadata=metadata, **QUIET)
    assert general.answers[0].metadata == metadata
    told = await client.conversations_history(channel=general.id, include_all_metadata=True)
    assert told["messages"][0]["metadata"] == metadata
    assert "metadata" not in (await client.conversations_history(channel=general.id))["messages"][0]


async def test_a_replys_ts_is_no_threads(slack: Slack, client: AsyncWebClient, general: Place, jana: Person) -> None:
    root = await jana.says(general, "Well?")
    reply = await jana.says(general, "Well?!", thread=root)
    await client.chat_postMessage(channel=general.id, text="Well.", thread_ts=reply.ts, **QUIET)
    assert [post.text for post in general.thread(root)] == ["Well?!", "Well."]
    assert [violation for violation in slack.violations if "reply's ts" in violation]
    slack.violations.clear()


async def test_a_server_of_slacks_may_have_trouble(slack: Slack, client: AsyncWebClient, general: Place) -> None:
    slack.faults.plan(Broken(), "chat.postMessage")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=general.id, text="x", **QUIET)
    assert caught.value.response.status_code == 503
    slack.faults.plan(Broken(), "chat.postMessage")
    slack.faults.clear()
    await client.chat_postMessage(channel=general.id, text="x", **QUIET)


async def test_a_method_needs_its_scope() -> None:
    async with slack_service(manifest=Manifest(scopes=frozenset({"users:read"}))) as slack:
        client, general = AsyncWebClient(slack.bot_token, base_url=slack.base_url), slack.team.channel()
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=general.id, text="x", **QUIET)
        with pytest.raises(SlackApiError) as other:
            await client.conversations_history(channel=general.id)
    assert (caught.value.response["needed"], caught.value.response["provided"]) == ("chat:write", "users:read")
    assert other.value.response["needed"] == "channels:history"


async def test_updates_are_fifty_a_minute_and_channel(slack: Slack, client: AsyncWebClient, general: Place) -> None:
    slack.stop_clock()
    ts = str((await client.chat_postMessage(channel=general.id, text="one", **QUIET))["ts"])
    for n in range(50):
        await client.chat_update(channel=general.id, ts=ts, text=str(n))
    with pytest.raises(SlackApiError) as caught:
        await client.chat_update(channel=general.id, ts=ts, text="too many")
    assert (error_of(caught), caught.value.response.headers["Retry-After"]) == ("ratelimited", "60")
    assert [call.args["text"] for call in slack.api.limited] == ["too many"]
    await slack.advance(60)
    await client.chat_update(channel=general.id, ts=ts, text="again")


async def test_posts_come_in_short_bursts(slack: Slack, client: AsyncWebClient, general: Place) -> None:
    slack.stop_clock()
    for n in range(5):
        await client.chat_postMessage(channel=general.id, text=str(n), **QUIET)
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel=general.id, text="6", **QUIET)
    await slack.advance(3)
    await client.chat_postMessage(channel=general.id, text="6", **QUIET)


async def test_a_method_can_be_limited_refused_or_broken(slack: Slack, client: AsyncWebClient, general: Place) -> None:
    slack.faults.plan(Limit(7), "chat.postMessage")
    slack.faults.plan(Refuse("fatal_error"), "chat.*")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=general.id, text="x", **QUIET)
    assert caught.value.response.headers["Retry-After"] == "7"
    with pytest.raises(SlackApiError, match="fatal_error"):
        await client.chat_postMessage(channel=general.id, text="x", **QUIET)
    await client.chat_postMessage(channel=general.id, text="x", **QUIET)


@pytest.mark.parametrize(("done", "posted"), [(False, []), (True, ["x"])])
async def test_a_line_may_break_before_or_after_it_was_done(
    slack: Slack, client: AsyncWebClient, general: Place, done: bool, posted: list[str]
) -> None:
    slack.faults.plan(Cut(done=done), "chat.postMessage", times=2)  # slack_sdk tries once more where the line broke
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=general.id, text="x", **QUIET)
    assert [post.text for post in general.answers][:1] == posted


async def test_a_call_can_be_held(slack: Slack, client: AsyncWebClient, general: Place) -> None:
    slack.faults.plan(hold := Hold(), "chat.postMessage")
    posting = asyncio.create_task(client.chat_postMessage(channel=general.id, text="x", **QUIET))
    await hold.reached.wait()
    assert general.answers == []
    hold.released.set()
    await posting
    assert [post.text for post in general.answers] == ["x"]
