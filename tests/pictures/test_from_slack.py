"""Tests that panes say what stands in the loopback Slack, as Slack's own client would show it."""

from collections.abc import AsyncIterator, Mapping

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Person, Place, Post, Slack, slack_service
from tests.pictures.from_slack import channel_pane, form, said, sheet, thread_pane
from tests.pictures.scene import MENTION, Blank, Button, Columns, Form, Said, Section, Sheet, Text


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with slack_service() as slack:
        yield slack


@pytest.fixture
def general(slack: Slack) -> Place:
    return slack.team.channel("general")


@pytest.fixture
def anna(slack: Slack, general: Place) -> Person:
    return slack.team.person("Anna")


@pytest.fixture
def client(slack: Slack) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.base_url)


async def posted(client: AsyncWebClient, place: Place, *blocks: Mapping[str, object]) -> Post:
    await client.chat_postMessage(
        channel=place.id,
        text="beside",
        blocks=[dict(block) for block in blocks],
        unfurl_links=False,
        unfurl_media=False,
    )
    return place.answers[-1]


def mrkdwn(text: str) -> dict[str, object]:
    return {"type": "mrkdwn", "text": text}


async def test_people_have_names_where_slack_has_ids(general: Place, anna: Person) -> None:
    post = await anna.says(general, "hello?", mention=True)
    assert said(post).texts == (Text(f"[@{post.world.app.name}]({MENTION}) hello?"),)


async def test_slacks_own_markup_is_plain_markdown(general: Place, client: AsyncWebClient) -> None:
    section = {"type": "section", "text": mrkdwn("*Name* &amp; co\n&gt;no\n>one\ntwo")}
    post = await posted(client, general, section)
    assert said(post).texts == (Text("**Name** & co\n\\>no\n>one\n\ntwo"),)


async def test_links_have_their_words_and_fields_stand_in_columns(general: Place, client: AsyncWebClient) -> None:
    fields = {"type": "section", "text": mrkdwn("Speed"), "fields": [mrkdwn("*Tokens*\n17"), mrkdwn("*Load*\n2 s")]}
    linked = {"type": "context", "elements": [mrkdwn("<https://slack.example/p1|[1] Bo>")]}
    post = await posted(client, general, fields, {"type": "divider"}, linked)
    assert said(post).texts == (
        Text("Speed"),
        Columns((Text("**Tokens**\n17"), Text("**Load**\n2 s")), across=2),
        Text("---"),
        Text(r"[\[1\] Bo](https://slack.example/p1)", is_small=True),
    )


async def test_what_was_streamed_stands_before_what_is_below_it(general: Place, client: AsyncWebClient) -> None:
    footer = {"type": "context", "elements": [mrkdwn("Sources: a")]}
    post = await posted(client, general, {"type": "markdown", "text": "**4 &lt; 5**"}, footer)
    assert said(post).texts == (Text("**4 < 5**"), Text("Sources: a", is_small=True))


async def test_a_thread_is_a_stub_below_its_message_and_a_pane_of_its_own(general: Place, anna: Person) -> None:
    root = await anna.says(general, "How long is parental leave?")
    await anna.says(general, "Anybody?", thread=root)
    (outside,), (_, inside) = channel_pane(general).lines, thread_pane(general, root).lines
    assert isinstance(outside, Said)
    assert isinstance(inside, Said)
    assert outside.thread
    assert (outside.thread.messages, inside.texts) == (1, (Text("Anybody?"),))


async def test_thumbs_are_signs_alone(general: Place, client: AsyncWebClient) -> None:
    face = {"text": {"type": "plain_text", "text": "Helpful"}, "value": "up"}
    pair = {"type": "feedback_buttons", "action_id": "f", "positive_button": face, "negative_button": face}
    words = {"type": "section", "text": mrkdwn("Hello")}
    post = await posted(client, general, words, {"type": "context_actions", "elements": [pair]})
    assert said(post).buttons == (Button("👍"), Button("👎"))


async def test_a_page_has_menus_beside_its_words_and_rules_between_its_parts(
    slack: Slack, anna: Person, client: AsyncWebClient
) -> None:
    plain = {"type": "plain_text", "text": "Choose"}
    option = {"text": plain, "value": "echo"}
    menu = {"type": "static_select", "action_id": "model", "placeholder": plain, "options": [option]}
    section = {"type": "section", "text": mrkdwn("Model"), "accessory": menu}
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Sova"}}, {"type": "divider"}, section]
    await client.views_publish(user_id=anna.id, view={"type": "home", "blocks": blocks})
    assert anna.home
    assert sheet(slack.world, anna.home) == Sheet(((Section(Text("### Sova")),), (Section(Text("Model"), "Choose"),)))


async def test_a_form_has_what_somebody_is_writing_in_its_fields(
    general: Place, anna: Person, slack: Slack, client: AsyncWebClient
) -> None:
    words = {"type": "plain_text", "text": "Why?"}
    element = {"type": "plain_text_input", "action_id": "why"}
    field = {"type": "input", "block_id": "why", "label": words, "element": element}
    view = {"type": "modal", "title": words, "submit": words, "blocks": [field]}
    trigger = slack.world.triggers.give(anna.id)
    await client.views_open(trigger_id=trigger, view=view)
    assert anna.modal
    assert form(anna.modal, "too short") == Form("Why?", (Blank("Why?", "too short"),))
    with pytest.raises(ValueError, match="zip"):
        form(anna.modal, "one", "too many")
