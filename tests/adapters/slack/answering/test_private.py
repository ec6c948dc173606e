"""Answers that only the asker sees: at the address that Slack gave for them, and in direct messages after that."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.answering.posted import OpenName, PrivateName
from adapters.slack.response_urls import ResponseRefused, respond
from adapters.slack.rest import Rest
from bot.chat.controls.private import private_conversation
from bot.errors import TooFast
from bot.messages import Incoming, Progress, ReplyDelta
from bot.messages import Stage as WaitsFor
from bot.wording import speak
from tests.adapters.slack.answering.stage import SOURCE, Remembered, Stage, reply, whole, words
from tests.doubles.slack import Post, Refuse

pytestmark = pytest.mark.timeout(30)
PAGE = "\n\n".join(f"Paragraph {number}. " + "Some words of it. " * 40 for number in range(13))


async def asked_privately(stage: Stage) -> Incoming:
    """By a command, as which nothing is visible."""
    incoming = await stage.asked()
    url = stage.slack._urls.give(stage.jana.id, stage.general.id)  # as a command would be given one
    place = private_conversation(replace(incoming.conversation, thread=""), incoming.author)
    return replace(incoming, conversation=place, reply=str(PrivateName(url)))


def own(stage: Stage) -> list[Post]:
    return [post for post in stage.answers if post.only_for == stage.jana.id]


async def test_it_comes_whole_and_to_the_asker_alone(stage: Stage) -> None:
    incoming = await asked_privately(stage)
    end = reply(incoming, "Twenty.", sources=[SOURCE])
    waits = Progress(WaitsFor.LOADING, "owl")
    names = await stage.answer(incoming, waits, *words("Twenty."), end, posted=incoming.reply)
    assert [post.text for post in stage.answers] == whole(incoming, "Twenty.", sources=[SOURCE])
    assert [post.only_for for post in stage.answers] == [stage.jana.id]
    assert stage.answers[0].buttons
    assert names.names == [f"{incoming.reply}#!"]
    assert stage.methods() == []


async def test_its_place_in_the_queue_is_told_once(stage: Stage) -> None:
    incoming = await asked_privately(stage)
    names = Remembered()
    await stage.outbound.begin(incoming)
    await stage.outbound.announce(incoming, 2, posted=incoming.reply, remember=names)
    await stage.outbound.announce(incoming, 1, posted=names.names[-1], remember=names)
    assert len(own(stage)) == 1
    assert "3" in own(stage)[0].text
    await stage.answer(incoming, reply(incoming, "Twenty."), posted=names.names[-1])
    assert [post.text for post in own(stage)][1:] == whole(incoming, "Twenty.")


async def test_a_second_worker_doesnt_send_it_again(stage: Stage) -> None:
    incoming = await asked_privately(stage)
    names = await stage.answer(incoming, reply(incoming, "Twenty."), posted=incoming.reply)
    await stage.answer(incoming, reply(incoming, "Twenty."), posted=names.names[-1])
    assert len(stage.answers) == 1


async def test_what_is_longer_than_slack_takes_there_comes_as_direct_messages(stage: Stage) -> None:
    incoming = await asked_privately(stage)
    text = "\n\n".join([PAGE] * 6)
    await stage.answer(incoming, ReplyDelta("Par"), reply(incoming, text), posted=incoming.reply)
    heading, *pages = stage.jana.direct.answers
    assert "How long?" in heading.text
    assert [post.text for post in pages] == whole(incoming, text)
    assert own(stage) == []


async def test_formatting_that_slack_cannot_read_becomes_plain_text_there_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[object] = []

    async def picky(rest: Rest, url: str, message: Mapping[str, Any]) -> None:
        if not refused:
            refused.append(message)
            raise ResponseRefused(500, "invalid_blocks")
        await respond(rest, url, message)

    monkeypatch.setattr("adapters.slack.answering.private.respond", picky)
    incoming = await asked_privately(stage)
    await stage.answer(incoming, reply(incoming, "Twenty **weeks**."), posted=incoming.reply)
    (shown,) = own(stage)
    assert "Twenty **weeks**." in shown.text
    assert speak(incoming.language)("slack-plain") in shown.text
    assert stage.jana.direct.answers == []


async def test_what_comes_later_than_slack_takes_it_comes_as_a_direct_message(stage: Stage) -> None:
    incoming = await asked_privately(stage)
    await stage.slack.advance(31 * 60)
    await stage.answer(incoming, reply(incoming, "Twenty."), posted=incoming.reply)
    _, answer = stage.jana.direct.answers
    assert [answer.text] == whole(incoming, "Twenty.")


async def test_who_takes_no_direct_messages_is_left_alone(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    incoming = await asked_privately(stage)
    await stage.slack.advance(31 * 60)
    stage.slack.faults.plan(Refuse("messages_tab_disabled"), "chat.postMessage")
    await stage.answer(incoming, reply(incoming, "Twenty."), posted=incoming.reply)
    assert stage.answers == []
    assert "messages_tab_disabled" in caplog.text


async def test_a_refusal_is_private_too(stage: Stage) -> None:
    incoming = await asked_privately(stage)
    await stage.outbound.refuse(incoming, TooFast(9))
    (told,) = own(stage)
    assert "9" in told.text


@pytest.mark.parametrize(
    "name", [PrivateName("https://h.slack.com/a/b"), PrivateName("https://h/a", 3), PrivateName("http://h/a", 1, True)]
)
def test_private_names_are_read_as_they_were_written(name: PrivateName) -> None:
    assert PrivateName.read(str(name)) == name


def test_other_names_are_no_private_ones() -> None:
    assert PrivateName.read(None) is None
    assert PrivateName.read("C1:1.2") is None


@pytest.mark.parametrize("name", [OpenName("C1", ()), OpenName("C1", ("1.2", "3.4")), OpenName("C1", ("1.2",), True)])
def test_open_names_are_read_as_they_were_written(name: OpenName) -> None:
    assert OpenName.read(str(name)) == name
