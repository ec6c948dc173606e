"""Buttons, menus, commands, shortcuts, modals and home tabs: what people do to the app, and what it may answer."""

import asyncio
import re
from typing import Any

import aiohttp
import pytest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Impossible, Manifest, Person, Place, Post, Slack, View, slack_service
from tests.doubles.slack.conftest import Bolt, connected, error_of
from tests.doubles.slack.test_blocks import actions, asked, button, modal, option, plain, select
from tests.doubles.slack.test_streams import FEEDBACK

pytestmark = pytest.mark.timeout(20)
Body = dict[str, Any]
ANY = re.compile(".*")


@pytest.fixture
async def answer(client: AsyncWebClient, general: Place) -> Post:
    blocks = [actions(button(value="a1"), button(action_id="sova:stop", text=plain("Stop")), select(2)), FEEDBACK]
    await client.chat_postMessage(
        channel=general.id, text="Ten weeks.", blocks=blocks, unfurl_links=False, unfurl_media=False
    )
    return general.answers[0]


@pytest.fixture
def pressed(bolt: Bolt) -> "asyncio.Queue[Body]":
    """What Bolt heard of every button and menu."""
    bodies: asyncio.Queue[Body] = asyncio.Queue()

    @bolt.app.action({"type": "block_actions", "action_id": ANY})
    async def hear(ack: AsyncAck, body: Body) -> None:
        await ack()
        bodies.put_nowait(body)

    return bodies


@pytest.mark.parametrize(
    ("name", "action_id", "value"),
    [("sources", "sources", "a1"), ("Sources", "sources", "a1"), ("stop", "sova:stop", None), ("👎", "vote", "down")],
)
async def test_a_button_is_pressed_by_its_name_or_its_label(
    pressed: "asyncio.Queue[Body]", answer: Post, jana: Person, name: str, action_id: str, value: str | None
) -> None:
    interaction = await (await jana.presses(answer, name)).done()
    body = await pressed.get()
    (action,) = body["actions"]
    assert (action["action_id"], action.get("value"), body["user"]["id"]) == (action_id, value, jana.id)
    assert (body["container"]["message_ts"], body["message"]["text"]) == (answer.ts, "Ten weeks.")
    assert (interaction.is_acked, interaction.error) == (True, "")


async def test_a_menu_gives_its_option(pressed: "asyncio.Queue[Body]", answer: Post, jana: Person) -> None:
    await jana.chooses(answer, "model", "Model 1")
    (action,) = (await pressed.get())["actions"]
    assert (action["type"], action["selected_option"]) == ("static_select", option(1))


async def test_nobody_presses_what_they_dont_see(answer: Post, general: Place, jana: Person, slack: Slack) -> None:
    with pytest.raises(Impossible, match="sova:stop"):
        await jana.presses(answer, "regenerate")
    with pytest.raises(Impossible, match="not in this channel"):
        await slack.team.outsider("Karel").presses(answer, "sources")
    general.deletes(answer)
    with pytest.raises(Impossible, match="can't see"):
        await jana.presses(answer, "sources")


async def test_whoever_waits_too_long_is_told_and_nothing_comes_again(slack: Slack, answer: Post, jana: Person) -> None:
    slack.stop_clock()
    async with aiohttp.ClientSession() as session, session.ws_connect(slack.sockets.open_url()):
        await slack.until_connected()
        interaction = await jana.presses(answer, "sources")
        await slack.advance(3)
    assert ((await interaction.done()).error, len(slack.sockets.envelopes)) == ("operation_timeout", 1)


async def test_an_answer_by_the_response_url_is_for_one_person_five_times_in_half_an_hour(
    slack: Slack, bolt: Bolt, answer: Post, general: Place, jana: Person
) -> None:
    responded: asyncio.Queue[list[int]] = asyncio.Queue()

    @bolt.app.action("sources")
    async def respond_often(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        responded.put_nowait([(await respond(text=str(n))).status_code for n in range(6)])

    interaction = await jana.presses(answer, "sources")
    assert (await responded.get(), {post.only_for for post in general.answers[1:]}) == ([200] * 5 + [404], {jana.id})
    await slack.advance(30 * 60)
    async with aiohttp.ClientSession() as session:
        late = await session.post(interaction.payload["response_url"], json={"text": "late"})
        assert (late.status, await late.text()) == (404, "expired_url")


async def test_an_answer_may_replace_or_take_away_what_was_pressed(
    slack: Slack, answer: Post, general: Place, jana: Person
) -> None:
    url = (await jana.presses(answer, "sources")).payload["response_url"]
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"text": "two", "replace_original": True})
        assert (answer.text, answer.buttons) == ("two", [])
        await session.post(url, json={"delete_original": True})
    assert answer.is_deleted


async def test_a_command_is_answered_with_its_acknowledgement(
    slack: Slack, bolt: Bolt, general: Place, jana: Person
) -> None:
    @bolt.app.command("/sova-model")
    async def answer(ack: AsyncAck, body: Body) -> None:
        text = f"{body['command']} {body['text']}"
        await ack(text=text, response_type="in_channel", unfurl_links=False, unfurl_media=False)

    interaction = await (await jana.runs("/sova-model", "llama3", general)).done()
    assert [(post.text, post.only_for) for post in general.answers] == [("/sova-model llama3", "")]
    assert interaction.answer["response_type"] == "in_channel"


async def test_only_what_the_manifest_names_can_be_typed_or_chosen() -> None:
    told = {"features": {"slash_commands": [{"command": "/sova-ask"}], "shortcuts": [{"callback_id": "ask"}]}}
    async with slack_service(manifest=Manifest.read(told)) as slack:
        general, jana = slack.team.channel(), slack.team.person("Jana")
        await jana.runs("/sova-ask", "Well?", general)
        await jana.uses("ask")
        with pytest.raises(Impossible):
            await jana.runs("/sova-model", "", general)
        with pytest.raises(Impossible):
            await jana.uses("summarize")


async def test_a_shortcut_brings_its_message(slack: Slack, bolt: Bolt, answer: Post, jana: Person) -> None:
    bodies: asyncio.Queue[Body] = asyncio.Queue()

    @bolt.app.shortcut("ask_about")
    async def hear(ack: AsyncAck, body: Body) -> None:
        await ack()
        bodies.put_nowait(body)

    await jana.uses("ask_about", answer)
    body = await bodies.get()
    assert (body["type"], body["message"]["ts"], body["message_ts"]) == ("message_action", answer.ts, answer.ts)
    await jana.uses("ask_about")
    assert (await bodies.get())["type"] == "shortcut"


# ---------------------------------------------------------------- views


def in_front(person: Person) -> View:
    """The modal in front of somebody, who has one."""
    assert person.modal is not None
    return person.modal


def opening(bolt: Bolt, view: Body) -> None:
    """The button opens this modal."""

    @bolt.app.action("sources")
    async def open_view(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)


async def test_a_modal_is_opened_filled_in_and_refused_until_it_is_right(
    slack: Slack, bolt: Bolt, answer: Post, jana: Person
) -> None:
    opening(bolt, modal(blocks=[asked()], submit=plain("Send"), callback_id="why", private_metadata="a1"))

    @bolt.app.view("why")
    async def take(ack: AsyncAck, body: Body) -> None:
        reason = body["view"]["state"]["values"]["why"]["reason"]["value"]
        if len(reason) < 5:
            await ack(response_action="errors", errors={"why": "Say more."})
        else:
            await ack()

    await jana.presses(answer, "sources")
    view = await slack.until(lambda: jana.modal)
    assert view.told["private_metadata"] == "a1"
    with pytest.raises(Impossible, match="filled in"):
        await jana.submits(view)
    await (await jana.submits(view, {"reason": "bad"})).done()
    assert (jana.modal, view.errors) == (view, {"why": "Say more."})
    await (await jana.submits(view, {"why": "It is too short."})).done()
    assert jana.modal is None
    with pytest.raises(Impossible, match="in front"):
        await jana.submits(view, {"why": "It is too short."})


async def test_modals_are_stacked_updated_and_cleared(
    slack: Slack, bolt: Bolt, client: AsyncWebClient, answer: Post, jana: Person
) -> None:
    page = modal(blocks=[actions(button(action_id="next", text=plain("Next")))], notify_on_close=True, callback_id="p")
    opening(bolt, page)

    @bolt.app.action("next")
    async def push(ack: AsyncAck, body: Body) -> None:
        await ack()
        pushed = await client.views_push(trigger_id=body["trigger_id"], view=page | {"title": plain("Two")})
        await client.views_update(view_id=str(pushed["view"]["id"]), view=page | {"title": plain("Two!")})

    @bolt.app.view_closed("p")
    async def close(ack: AsyncAck) -> None:
        await ack()

    await jana.presses(answer, "sources")
    first = await slack.until(lambda: jana.modal)
    await jana.presses(first, "next")
    await slack.until(lambda: jana.modal and jana.modal.told["title"]["text"] == "Two!")
    second = jana.modal
    assert second is not None
    assert second.previous == first.id
    with pytest.raises(Impossible, match="in front"):
        await jana.presses(first, "next")
    closing = await jana.closes(second, everything=True)
    assert closing is not None
    await closing.done()
    assert (jana.modal, closing.payload["is_cleared"]) == (None, True)


async def test_a_trigger_is_good_once_and_for_three_seconds(
    slack: Slack, client: AsyncWebClient, answer: Post, jana: Person
) -> None:
    used = (await jana.presses(answer, "sources")).payload["trigger_id"]
    await client.views_open(trigger_id=used, view=modal())
    late = (await jana.presses(answer, "stop")).payload["trigger_id"]
    await slack.advance(3)
    errors = []
    for trigger in (used, late, "1.2.3"):
        with pytest.raises(SlackApiError) as caught:
            await client.views_open(trigger_id=trigger, view=modal())
        errors.append(error_of(caught))
    assert errors == ["exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"]


async def test_a_home_tab_is_published_and_pressed(
    slack: Slack, bolt: Bolt, client: AsyncWebClient, pressed: "asyncio.Queue[Body]", jana: Person
) -> None:
    await jana.opens_home()
    opened = await bolt.event()
    assert (opened["tab"], opened["user"], "view" in opened) == ("home", jana.id, False)
    told = await client.views_publish(user_id=jana.id, view={"type": "home", "blocks": [actions(button(), select(2))]})
    assert jana.home is not None
    await jana.presses(jana.home, "sources")
    assert (await pressed.get())["view"]["id"] == told["view"]["id"]
    await jana.opens_home()
    assert (await bolt.event())["view"]["id"] == told["view"]["id"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_publish(user_id=jana.id, hash="old", view={"type": "home", "blocks": []})


async def test_a_submission_may_be_answered_with_another_view(
    slack: Slack, bolt: Bolt, client: AsyncWebClient, answer: Post, jana: Person
) -> None:
    two, three = modal(title=plain("Two"), submit=plain("Next"), callback_id="two"), modal(title=plain("Three"))

    @bolt.app.view("one")
    async def update(ack: AsyncAck) -> None:
        await ack(response_action="update", view=two)

    @bolt.app.view("two")
    async def push(ack: AsyncAck) -> None:
        await ack(response_action="push", view=three)

    trigger = (await jana.presses(answer, "sources")).payload["trigger_id"]
    await client.views_open(trigger_id=trigger, view=modal(submit=plain("Next"), callback_id="one"))
    titles = []
    for _ in range(2):
        await (await jana.submits(in_front(jana))).done()
        titles.append(in_front(jana).told["title"]["text"])
    assert titles == ["Two", "Three"]
    with pytest.raises(Impossible, match="nothing to submit"):
        await jana.submits(in_front(jana))
    await jana.closes(in_front(jana))
    assert in_front(jana).told["title"]["text"] == "Two"


async def test_three_modals_are_enough(client: AsyncWebClient, answer: Post, jana: Person) -> None:
    view = modal(blocks=[actions(button())])
    trigger = (await jana.presses(answer, "sources")).payload["trigger_id"]
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await client.views_push(trigger_id=trigger, view=view)
    trigger = (await jana.presses(answer, "sources")).payload["trigger_id"]
    await client.views_open(trigger_id=trigger, view=view)
    for error in ("", "", "push_limit_reached"):
        trigger = (await jana.presses(in_front(jana), "sources")).payload["trigger_id"]
        pushing = client.views_push(trigger_id=trigger, view=view)
        if not error:
            await pushing
            continue
        with pytest.raises(SlackApiError) as caught:
            await pushing
        assert error_of(caught) == error


async def test_a_form_is_filled_in_as_people_do(
    slack: Slack, bolt: Bolt, client: AsyncWebClient, answer: Post, jana: Person
) -> None:
    bodies: asyncio.Queue[Body] = asyncio.Queue()

    @bolt.app.view("form")
    async def take(ack: AsyncAck, body: Body) -> None:
        await ack()
        bodies.put_nowait(body["view"]["state"]["values"])

    boxes = {"type": "checkboxes", "action_id": "boxes", "options": [option(1), option(2)]}
    asking = {
        "model": select(3) | {"initial_option": option(2)},
        "boxes": boxes,
        "who": {"type": "users_select", "action_id": "who"},
        "words": {"type": "plain_text_input", "action_id": "words", "max_length": 5},
    }
    blocks = [
        {"type": "input", "block_id": f"the-{name}", "label": plain(name), "element": element, "optional": True}
        for name, element in asking.items()
    ]
    trigger = (await jana.presses(answer, "sources")).payload["trigger_id"]
    view = modal(blocks=blocks, submit=plain("Save"), callback_id="form")
    await client.views_open(trigger_id=trigger, view=view)
    form = in_front(jana)
    for values in ({"words": "too long"}, {"nothing": "x"}, {"boxes": ["Model 7"]}):
        with pytest.raises(Impossible):
            await jana.submits(form, values)
    await jana.submits(form, {"boxes": ["Model 1"], "who": jana.id, "the-words": "short"})
    state = await bodies.get()
    assert state["the-model"]["model"]["selected_option"] == option(2)
    assert state["the-boxes"]["boxes"]["selected_options"] == [option(1)]
    assert state["the-who"]["who"]["selected_user"] == jana.id
    assert state["the-words"]["words"]["value"] == "short"


async def test_nobody_chooses_what_isnt_offered(answer: Post, jana: Person) -> None:
    with pytest.raises(Impossible, match="no menu"):
        await jana.chooses(answer, "colour", "red")
    with pytest.raises(Impossible, match="no option"):
        await jana.chooses(answer, "model", "Model 7")


async def test_errors_belong_to_what_was_asked(
    slack: Slack, client: AsyncWebClient, answer: Post, jana: Person
) -> None:
    bolt = Bolt(slack)

    @bolt.app.view("why")
    async def take(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"nowhere": "Say more."})

    async with connected(slack, bolt):
        trigger = (await jana.presses(answer, "sources")).payload["trigger_id"]
        view = modal(blocks=[asked(optional=True)], submit=plain("Send"), callback_id="why")
        await client.views_open(trigger_id=trigger, view=view)
        await (await jana.submits(in_front(jana))).done()
    assert [violation for violation in slack.violations if "nowhere" in violation]
    slack.violations.clear()
