"""What Slack's events say about messages."""

from typing import Any

import pytest

from adapters.slack.hearing.said import UNKNOWN_TYPE, changed_of, said_of

ME = "U0SOVA"
WRITTEN = {"channel": "C1", "ts": "1700000000.000100", "user": "U1", "text": "How long?"}


def test_a_message_has_the_same_id_in_each_event_that_brings_it() -> None:
    message = said_of({**WRITTEN, "type": "message", "channel_type": "channel"}, me=ME)
    mention = said_of({**WRITTEN, "type": "app_mention"}, me=ME)
    assert message == mention
    assert message.id == "C1-1700000000.000100"
    assert message.mark == 1_700_000_000_000_100


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message", "user": None},
        {"user": "USLACKBOT"},
        {"user": ME, "bot_id": "B0"},
    ],
)
def test_only_people_speak(more: dict[str, Any]) -> None:
    assert not said_of({**WRITTEN, **more}, me=ME).is_spoken


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
def test_people_speak_in_other_ways_too(subtype: str) -> None:
    assert said_of({**WRITTEN, "subtype": subtype}, me=ME).is_spoken


def test_the_root_of_a_thread_is_no_reply() -> None:
    assert not said_of({**WRITTEN, "thread_ts": WRITTEN["ts"]}, me=ME).is_reply
    assert said_of({**WRITTEN, "thread_ts": "1699999999.000100"}, me=ME).root == "1699999999.000100"


def test_files_are_references_as_far_as_slack_tells() -> None:
    whole = {"id": "F1", "name": "a.pdf", "mimetype": "application/pdf", "size": 12, "url_private": "https://f/a.pdf"}
    shared = {"id": "F2", "mode": "file_access", "file_access": "check_file_info"}
    gone = {"id": "F3", "mode": "tombstone"}
    files = said_of({**WRITTEN, "files": [whole, shared, gone]}, me=ME).files
    assert [(file.name, file.media_type, file.size_bytes, file.where) for file in files] == [
        ("a.pdf", "application/pdf", 12, "https://f/a.pdf"),
        ("F2", UNKNOWN_TYPE, 0, "F2"),
    ]


def test_what_was_forwarded_belongs_to_the_message_and_what_a_link_unfurls_to_does_not() -> None:
    forwarded = {"is_share": True, "text": "The old rule.", "files": [{"id": "F1", "url_private": "https://f/1"}]}
    unfurled = {"title": "A page", "text": "Buy now!"}
    said = said_of({**WRITTEN, "attachments": [forwarded, unfurled]}, me=ME)
    assert said.forwarded == ("The old rule.",)
    assert [file.where for file in said.files] == ["https://f/1"]


def test_a_change_that_only_slack_made_is_none() -> None:
    unfurled = {"subtype": "message_changed", "channel": "C1", "message": WRITTEN, "previous_message": WRITTEN}
    assert changed_of(unfurled, me=ME) is None


def test_a_change_has_a_moment() -> None:
    now = {**WRITTEN, "text": "How short?", "edited": {"user": "U1", "ts": "1700000002.000000"}}
    event = {"channel": "C1", "message": now, "previous_message": WRITTEN, "event_ts": "1700000002.000300"}
    said = changed_of(event, me=ME)
    assert said is not None
    assert (said.id, said.text, said.edited) == ("C1-1700000000.000100", "How short?", "1700000002.000000")
