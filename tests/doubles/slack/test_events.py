"""Events: what people do in channels, as the real Bolt hears of it."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Impossible, Person, Place, Slack
from tests.doubles.slack.conftest import Bolt

pytestmark = pytest.mark.timeout(20)


async def test_in_private_each_message_is_a_root_and_a_mention_comes_once(
    slack: Slack, bolt: Bolt, jana: Person
) -> None:
    await jana.says(jana.direct, "Hello", mention=True)
    await jana.says(jana.direct, "again")
    heard = [await bolt.event() for _ in range(2)]
    assert [(event["type"], event["channel_type"], event.get("thread_ts")) for event in heard] == [
        ("message", "im", None)
    ] * 2


async def test_an_edit_tells_what_it_was_before(bolt: Bolt, general: Place, jana: Person) -> None:
    post = await jana.says(general, "one")
    await bolt.event()
    await jana.edits(post, "two")
    event = await bolt.event()
    assert (event["subtype"], event["previous_message"]["text"], event["message"]["text"]) == (
        "message_changed",
        "one",
        "two",
    )
    assert (event["message"]["edited"]["user"], event["message"]["ts"]) == (jana.id, post.ts)


async def test_a_mention_that_is_added_later_mentions(slack: Slack, bolt: Bolt, general: Place, jana: Person) -> None:
    post = await jana.says(general, "one")
    await bolt.event()
    await jana.edits(post, f"{slack.mention} one")
    heard = {event["type"]: event for event in (await bolt.event(), await bolt.event())}
    assert (heard["app_mention"]["ts"], "edited" in heard["app_mention"]) == (post.ts, True)


async def test_a_deleted_message_is_told_and_a_root_leaves_a_stone(bolt: Bolt, general: Place, jana: Person) -> None:
    root = await jana.says(general, "one")
    reply = await jana.says(general, "two", thread=root)
    heard = [await bolt.event() for _ in range(2)]
    assert (heard[1]["thread_ts"], heard[1]["parent_user_id"]) == (root.ts, jana.id)
    await jana.deletes(root)
    stone = await bolt.event()
    await jana.deletes(reply)
    gone = await bolt.event()
    assert (stone["subtype"], stone["message"]["subtype"]) == ("message_changed", "tombstone")
    assert (gone["subtype"], gone["deleted_ts"], gone["previous_message"]["text"]) == (
        "message_deleted",
        reply.ts,
        "two",
    )


async def test_what_the_bot_writes_and_changes_is_told_to_it_and_passed_over_by_bolt(
    bolt: Bolt, client: AsyncWebClient, slack: Slack, general: Place, jana: Person
) -> None:
    told = await client.chat_postMessage(channel=general.id, text="one", unfurl_links=False, unfurl_media=False)
    await client.chat_update(channel=general.id, ts=str(told["ts"]), text="two")
    await jana.says(general, "three")
    assert (await bolt.event())["text"] == "three"
    events = [envelope["payload"]["event"] for envelope in slack.sockets.envelopes]
    assert [event.get("subtype") for event in events] == [None, "message_changed", None]
    assert events[1]["message"]["bot_id"] == slack.app.bot_id


async def test_a_reply_may_be_shown_in_the_channel_too(bolt: Bolt, general: Place, jana: Person) -> None:
    root = await jana.says(general, "one")
    await jana.says(general, "two", thread=root, broadcast=True)
    heard = [await bolt.event() for _ in range(2)]
    assert [(event.get("subtype"), event.get("thread_ts")) for event in heard] == [
        (None, None),
        ("thread_broadcast", root.ts),
    ]


async def test_who_comes_in_is_told_of_in_their_name(slack: Slack, bolt: Bolt, jana: Person) -> None:
    secret = slack.team.channel("secret", private=True)
    await jana.joins(secret)
    event = await bolt.event()
    assert (event["subtype"], event["user"], event["channel_type"]) == ("channel_join", jana.id, "group")
    await jana.says(secret, "Hello")


async def test_a_program_is_no_person(slack: Slack, bolt: Bolt, general: Place) -> None:
    await slack.team.program("CI").says(general, "Failed", mention=True)
    heard = [await bolt.event() for _ in range(2)]
    assert [("user" in event, "bot_id" in event) for event in heard] == [(False, True)] * 2
    assert {event.get("subtype") for event in heard} == {"bot_message", None}


async def test_files_come_with_their_addresses(slack: Slack, bolt: Bolt, general: Place, jana: Person) -> None:
    await jana.says(general, "Read this", files=[("notes.txt", "čtvrtek".encode())])
    event = await bolt.event()
    (file,) = event["files"]
    assert (event["subtype"], file["name"], file["mimetype"], file["size"]) == (
        "file_share",
        "notes.txt",
        "text/plain",
        8,
    )


async def test_people_of_other_organisations_are_marked(slack: Slack, bolt: Bolt, client: AsyncWebClient) -> None:
    shared, inside = slack.team.channel("shared", shared=True), slack.team.channel("inside")
    karel = slack.team.outsider("Karel")
    await karel.says(shared, "Hello", files=[("a.txt", b"a")])
    body = await bolt.heard.get()
    event = body["event"]
    assert (body["is_ext_shared_channel"], event["user_team"], event["files"][0]["file_access"]) == (
        True,
        "T0PARTNER00",
        "check_file_info",
    )
    told = await client.files_info(file=event["files"][0]["id"])
    assert told["file"]["name"] == "a.txt"
    with pytest.raises(Impossible):
        await karel.says(inside, "Hello")


async def test_what_is_typed_is_escaped_and_formatted(slack: Slack, bolt: Bolt, general: Place, jana: Person) -> None:
    await jana.says(general, f"a < b & https://x.org {jana.mention}")
    event = await bolt.event()
    assert event["text"] == f"a &lt; b &amp; <https://x.org> {jana.mention}"
    parts = event["blocks"][0]["elements"][0]["elements"]
    assert [part["type"] for part in parts] == ["text", "link", "text", "user"]


async def test_the_agents_tab_and_what_is_looked_at_beside_it(bolt: Bolt, general: Place, jana: Person) -> None:
    await jana.opens_messages()
    opened = await bolt.event()
    await jana.looks_at(general)
    changed = await bolt.event()
    assert (opened["tab"], opened["channel"]) == ("messages", jana.direct.id)
    assert (changed["type"], changed["context"]["entities"][0]["value"]) == ("app_context_changed", general.id)


async def test_nobody_changes_anothers_message_or_writes_where_they_cannot(
    slack: Slack, general: Place, jana: Person
) -> None:
    petr, secret = slack.team.person("Petr"), slack.team.channel("secret", private=True, members=[jana])
    post = await jana.says(secret, "one")
    with pytest.raises(Impossible):
        await petr.says(secret, "two")
    with pytest.raises(Impossible):
        await petr.edits(post, "two")
    with pytest.raises(Impossible, match="not in this channel"):
        await petr.uses("ask_about", post)
    with pytest.raises(Impossible, match="somebody else's"):
        await jana.deletes(await petr.says(general, "mine"))
    general.archive()
    with pytest.raises(Impossible):
        await jana.says(general, "two")
