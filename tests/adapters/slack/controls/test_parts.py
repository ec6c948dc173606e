"""What the controls are made of: prefixes, what windows keep, and where answers may be sent."""

import pytest

from adapters.slack.controls.acts import MOST_METADATA, Origin, command_of
from adapters.slack.controls.prefixing import Prefix
from adapters.slack.controls.replies import Replies
from adapters.slack.response_urls import ResponseRefused, is_slacks, respond
from bot.commands.cards import Action, Card, Field, Table
from bot.errors import PlatformUnreachable
from tests.adapters.slack.controls.stage import Scene

PREFIX = Prefix("sova-", frozenset({"help", "model", "forget"}))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Type /help for more.", "Type /sova-help for more."),
        ("/model [name]", "/sova-model [name]"),
        ("“/forget”, (/ask)", "“/sova-forget”, (/sova-ask)"),
        ("/models and /helpers", "/models and /helpers"),
        ("etc/model https://x.cz/help ./help", "etc/model https://x.cz/help ./help"),
        ("/help/me", "/help/me"),
        ("/sova-help", "/sova-help"),
        ("no command", "no command"),
    ],
)
def test_commands_are_called_what_they_are_called_there(text: str, shown: str) -> None:
    assert PREFIX.text(text) == shown


def test_without_a_prefix_nothing_changes() -> None:
    assert Prefix("", frozenset({"help"})).text("Type /help.") == "Type /help."


def test_a_card_is_prefixed_everywhere_but_in_what_its_buttons_do() -> None:
    card = Card(
        "/help",
        "/help",
        (Field("/help", "/help"),),
        (Table(("/help",), (("/help",),), title="/help"),),
        actions=(Action("/help", "help"),),
    )
    told = PREFIX.card(card)
    assert str(told).count("/sova-help") == str(card).count("/help")
    assert told.actions[0].command == "help"


@pytest.mark.parametrize("text", ["/sova-model x", "/model x", "  /sova-model x"])
def test_the_whole_name_may_be_typed_after_a_mention(text: str) -> None:
    assert PREFIX.typed(text) == "/model x"


def test_a_window_keeps_what_it_was_opened_for() -> None:
    origin = Origin("C1", "1.2", "https://x", press="sova:1:up", message="1.3", answer="C1:1.3")
    assert Origin.read(origin.metadata) == origin
    assert Origin.read("") == Origin("")


def test_an_answer_with_too_many_messages_is_kept_without_its_name() -> None:
    origin = Origin("C1", press="p", answer="C1:" + ",".join(["1732288888.123456"] * 300))
    assert len(origin.metadata) <= MOST_METADATA
    assert Origin.read(origin.metadata) == Origin("C1", press="p")


@pytest.mark.parametrize(
    ("url", "api", "fits"),
    [
        ("https://hooks.slack.com/actions/T/1/x", "https://slack.com/api/", True),
        ("https://hooks.slack-gov.com/actions/T/1/x", "https://slack-gov.com/api/", True),
        ("https://slack.com/x", "https://slack.com/api/", True),
        ("http://127.0.0.1:99/x", "http://127.0.0.1:99/api/", True),
        ("https://hooks.slack.com.evil.org/x", "https://slack.com/api/", False),
        ("https://evilslack.com/x", "https://slack.com/api/", False),
        ("http://hooks.slack.com/x", "https://slack.com/api/", False),
        ("https://hooks.slack.com:99/x", "https://slack.com/api/", False),
        ("http://127.0.0.1:98/x", "http://127.0.0.1:99/api/", False),
        ("", "https://slack.com/api/", False),
    ],
)
def test_answers_are_sent_to_slack_alone(url: str, api: str, fits: bool) -> None:
    assert is_slacks(url, api=api) is fits


async def test_an_address_that_is_used_up_takes_nothing_more(scene: Scene) -> None:
    interaction = await scene.jana.runs("/sova-help", "", scene.general)
    await scene.told(scene.jana, "/sova-model")
    url = interaction.payload["response_url"]
    for _ in range(4):
        await respond(scene.rest, url, {"text": "x", "response_type": "ephemeral"})

    with pytest.raises(ResponseRefused) as caught:
        await respond(scene.rest, url, {"text": "x"})

    assert caught.value.is_over


async def test_nothing_is_sent_to_an_address_that_is_not_slacks(scene: Scene) -> None:
    with pytest.raises(ResponseRefused):
        await respond(scene.rest, "http://127.0.0.1:1/x", {"text": "x"})


async def test_who_cannot_be_told_there_any_more_is_told_by_slacks_own_method(scene: Scene) -> None:
    interaction = await scene.jana.runs("/sova-help", "", scene.general)
    await scene.told(scene.jana, "/sova-model")
    await scene.slack.advance(31 * 60)
    act = command_of(interaction.payload)

    await Replies(scene.rest).tell(act, "It took a while.")

    await scene.told(scene.jana, "It took a while.")


async def test_what_slack_does_not_take_is_told_apart_from_what_is_over(scene: Scene) -> None:
    interaction = await scene.jana.runs("/sova-help", "", scene.general)

    with pytest.raises(ResponseRefused) as caught:
        await respond(scene.rest, interaction.payload["response_url"], {"blocks": [{"type": "none"}]})

    assert not caught.value.is_over


async def test_nobody_there_is_unreachable(scene: Scene) -> None:
    interaction = await scene.jana.runs("/sova-help", "", scene.general)
    await scene.told(scene.jana, "/sova-model")

    async with scene.slack.outage():
        with pytest.raises(PlatformUnreachable):
            await respond(scene.rest, interaction.payload["response_url"], {"text": "x"})
