"""Commands: slash commands, the same as words after a mention, and as buttons below cards."""

import pytest

from bot.access.rules import Grantee, Kind, Permission, Rules
from bot.commands.cards import Card, Picture
from bot.commands.command import Command, Invocation, Values
from bot.errors import HistoryUnavailable
from bot.messages import Language
from bot.ports import PinScope
from bot.wording import speak
from tests.adapters.slack.controls.stage import Scene, manifest_told, scened
from tests.doubles.behind import LARK, OWL
from tests.doubles.slack import Broken, Hold, Post, Refuse

LEADS = Rules(given={"slack": {Permission.SWITCH: frozenset({Grantee.of(Kind.ROLE, "Leads")})}})


def everybodys(scene: Scene, words: str) -> Post | None:
    """What Sova says for everybody in the channel."""
    return next((post for post in scene.general.answers if not post.only_for and words in post.text), None)


# --- slash commands -------------------------------------------------------------------------------------------------


async def test_what_a_command_tells_is_shown_to_the_caller_alone(scene: Scene) -> None:
    await (await scene.jana.runs("/sova-model", "", scene.general)).done()

    shown = await scene.told(scene.jana, OWL.name)
    assert not shown.is_reply


async def test_what_concerns_the_channel_is_shown_to_everybody(scene: Scene) -> None:
    await scene.jana.runs("/sova-model", LARK.name, scene.general)

    await scene.until(lambda: everybodys(scene, LARK.name))
    await scene.told(scene.jana, "Everybody here can read it")
    assert list(scene.behind.pins.kept.values()) == [LARK.name]


async def test_values_may_be_given_by_name(scene: Scene) -> None:
    await scene.jana.runs("/sova-model", f"scope:me name:{LARK.name}", scene.general)

    await scene.told(scene.jana, LARK.name)
    ((scope, *_),) = scene.behind.pins.kept
    assert scope is PinScope.USER


async def test_a_command_works_in_a_channel_where_sova_is_not(scene: Scene) -> None:
    elsewhere = scene.slack.team.channel("elsewhere", with_bot=False)

    await scene.jana.runs("/sova-help", "", elsewhere)

    await scene.told(scene.jana, "/sova-model", elsewhere)


@pytest.mark.parametrize(
    ("command", "text", "said"),
    [("/sova-modle", "", "/sova-model"), ("/sova-model", "a b c", "“c”"), ("/sova-settings", "nothing", "language")],
)
async def test_nonsense_is_answered_with_what_helps(scene: Scene, command: str, text: str, said: str) -> None:
    scene.slack.app.manifest = type(scene.slack.app.manifest)()  # it knows every command

    await scene.boss.runs(command, text, scene.general)

    await scene.told(scene.boss, said)


async def test_commands_are_called_by_the_prefix_wherever_they_are_told_of(scene: Scene) -> None:
    await scene.jana.runs("/sova-help", "", scene.general)

    shown = await scene.told(scene.jana, "/sova-forget")
    assert " /forget" not in shown.text
    assert "/sova-help" in shown.text


async def test_the_prefix_is_the_operators(tmp_path: object) -> None:
    async with scened(tmp_path, prefix="") as scene:  # type: ignore[arg-type]
        await scene.jana.runs("/model", "", scene.general)

        await scene.told(scene.jana, OWL.name)


@pytest.mark.parametrize("name", ["stop", "regenerate", "sources", "forget"])
async def test_what_is_about_a_thread_is_told_to_be_written_there(scene: Scene, name: str) -> None:
    await scene.jana.runs(f"/sova-{name}", "", scene.general)

    await scene.told(scene.jana, f"@sova {name}")
    assert scene.behind.room.stops == []


async def test_who_may_not_is_told_so(scene: Scene) -> None:
    scene.behind.written.now = LEADS

    await scene.jana.runs("/sova-model", LARK.name, scene.general)

    await scene.told(scene.jana, "Leads")
    assert scene.behind.pins.kept == {}


async def test_people_are_spoken_to_in_the_language_of_their_slack(scene: Scene) -> None:
    pavel = scene.slack.team.person("Pavel", locale="cs-CZ")

    await pavel.runs("/sova-help", "", scene.general)

    await scene.told(pavel, speak(Language.CZECH)("command-stats"))


async def test_settings_take_channels_by_name(scene: Scene) -> None:
    secret = scene.slack.team.channel("secret", private=True, members=[scene.boss])

    await scene.boss.runs("/sova-settings", "channels #general,#secret", scene.general)

    await scene.told(scene.boss, "#general, #secret")
    assert scene.places.now.workspace.channels == frozenset({scene.general.id, secret.id})


async def test_settings_take_a_channel_that_was_chosen_from_slacks_list(scene: Scene) -> None:
    await scene.boss.runs("/sova-settings", f"channels <#{scene.general.id}|general>", scene.general)

    await scene.told(scene.boss, "#general")
    assert scene.places.now.workspace.channels == frozenset({scene.general.id})


# --- words after a mention --------------------------------------------------------------------------------------------


async def test_words_after_a_mention_are_a_command_in_their_thread(scene: Scene) -> None:
    question = await scene.asked()

    await scene.jana.says(scene.general, f"model {LARK.name}", mention=True, thread=question)

    shown = await scene.until(lambda: everybodys(scene, LARK.name))
    assert shown.thread == question.ts
    ((scope, place, *_),) = scene.behind.pins.kept
    assert scope is PinScope.THREAD
    assert question.ts in str(place)
    assert scene.behind.received == []


async def test_a_command_in_words_is_carried_out_once_though_slack_tells_of_it_twice(scene: Scene) -> None:
    question = await scene.asked()
    scene.behind.room.waiting = (scene.incoming(question),)

    await scene.jana.says(scene.general, "stop", mention=True, thread=question)

    await scene.until(lambda: scene.behind.room.stops)
    await scene.until(lambda: all(one.state != "waiting" for one in scene.slack.deliveries.all))
    assert scene.behind.room.stops == [(scene.place(question.ts), scene.jana.id)]


async def test_a_command_in_words_that_another_process_was_told_of_is_carried_out_there(scene: Scene) -> None:
    question = await scene.asked()
    scene.behind.room.is_first = False
    await scene.jana.says(scene.general, f"model {LARK.name}", mention=True, thread=question)
    await scene.until(lambda: all(one.state != "waiting" for one in scene.slack.deliveries.all))

    scene.behind.room.is_first = True
    await scene.jana.says(scene.general, "help", mention=True, thread=question)

    await scene.told(scene.jana, "/sova-model")
    assert scene.behind.pins.kept == {}


async def test_while_nobody_knows_who_was_told_a_command_in_words_is_carried_out(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    question = await scene.asked()
    scene.behind.room.down = HistoryUnavailable(where="redis", reason="refused")

    await scene.jana.says(scene.general, "help", mention=True, thread=question)

    await scene.told(scene.jana, "/sova-model")
    assert len([post for post in scene.general.answers if post.only_for]) == 1
    assert "carried out elsewhere" in caplog.text


async def test_what_is_personal_is_shown_to_the_caller_alone_in_the_thread(scene: Scene) -> None:
    question = await scene.asked()

    await scene.jana.says(scene.general, "zdroje", mention=True, thread=question)

    shown = await scene.told(scene.jana, "")
    assert shown.thread == question.ts


async def test_in_direct_messages_words_need_no_mention(scene: Scene) -> None:
    await scene.jana.says(scene.jana.direct, "model")

    shown = await scene.until(lambda: next(iter(scene.jana.direct.answers), None))
    assert OWL.name in shown.text
    assert scene.behind.received == []


async def test_a_question_that_begins_like_a_command_is_a_question(scene: Scene) -> None:
    await scene.jana.says(scene.general, "stop the printer in room 4", mention=True)

    assert (await scene.received()).text == "stop the printer in room 4"


async def test_nonsense_after_a_slash_is_a_question(scene: Scene) -> None:
    await scene.jana.says(scene.general, "/etc/hosts is where?", mention=True)

    assert (await scene.received()).text.startswith("/etc")


# --- cards ------------------------------------------------------------------------------------------------------------


async def test_a_cards_button_runs_its_command_for_whoever_presses_it(scene: Scene) -> None:
    await scene.jana.runs("/sova-model", "", scene.general)
    shown = await scene.told(scene.jana, OWL.name)

    button = next(button for button in shown.buttons if LARK.name in button.label)
    await (await scene.jana.presses(shown, button.value)).done()

    await scene.until(lambda: everybodys(scene, LARK.name))
    assert list(scene.behind.pins.kept.values()) == [LARK.name]


async def test_a_cards_button_is_refused_to_whoever_may_not(scene: Scene) -> None:
    await scene.jana.runs("/sova-model", LARK.name, scene.general)
    shown = await scene.until(lambda: everybodys(scene, LARK.name))
    scene.behind.written.now = LEADS

    await scene.petr.presses(shown, "sova-run:model reset channel")

    await scene.told(scene.petr, "Leads")


async def _chart(_invocation: Invocation, _values: Values) -> Card:
    return Card("Chart", picture=Picture(b"\x89PNG", "how long answers take"))


async def test_a_picture_is_uploaded_and_shown_with_the_card(scene: Scene) -> None:
    scene.slack.app.manifest = type(scene.slack.app.manifest)()
    scene.behind.registry.add(Command("chart", _chart))

    await scene.jana.runs("/sova-chart", "", scene.general)

    shown = await scene.told(scene.jana, "Chart")
    (image,) = [block for block in shown.blocks if block["type"] == "image"]
    assert image["alt_text"] == "how long answers take"
    file = scene.slack.world.files[image["slack_file"]["id"]]
    assert (file.content, file.is_complete) == (b"\x89PNG", True)


async def test_where_a_picture_cannot_be_uploaded_the_card_is_shown_without_it(scene: Scene) -> None:
    scene.slack.app.manifest = type(scene.slack.app.manifest)()
    scene.behind.registry.add(Command("chart", _chart))
    scene.slack.faults.plan(Broken(), "files.completeUploadExternal")

    await scene.jana.runs("/sova-chart", "", scene.general)

    shown = await scene.told(scene.jana, "Chart")
    assert [block["type"] for block in shown.blocks] == ["header"]


async def test_a_picture_that_slack_does_not_take_keeps_no_card_away(scene: Scene) -> None:
    scene.slack.app.manifest = type(scene.slack.app.manifest)()
    scene.behind.registry.add(Command("chart", _chart))
    question = await scene.asked()
    scene.slack.faults.plan(Refuse("invalid_blocks"), "chat.postEphemeral")

    await scene.jana.says(scene.general, "chart", mention=True, thread=question)

    shown = await scene.told(scene.jana, "Chart")
    assert [block["type"] for block in shown.blocks] == ["header"]


async def test_what_was_pressed_of_another_version_says_so(scene: Scene) -> None:
    question = await scene.asked()
    button = {"type": "button", "action_id": "elsewhere", "text": {"type": "plain_text", "text": "Old"}}
    await scene.rest.client.chat_postMessage(
        channel=question.channel,
        thread_ts=question.ts,
        text="Old",
        blocks=[{"type": "actions", "elements": [button]}],
        unfurl_links=False,
        unfurl_media=False,
    )

    pressed = await (await scene.jana.presses(scene.general.answers[0], "Old")).done()

    assert pressed.is_acked
    await scene.told(scene.jana, "another version")


async def test_what_is_still_done_ends_with_the_connection(scene: Scene) -> None:
    hold = Hold()
    scene.slack.faults.plan(hold, "chat.postMessage")
    await scene.jana.runs("/sova-ask", "How long?", scene.general)
    await hold.reached.wait()

    await scene.controls.close()

    hold.released.set()
    await scene.jana.runs("/sova-help", "", scene.general)
    await scene.told(scene.jana, "/sova-model")  # which takes longer than what was begun before would have
    assert scene.behind.received == []


def test_every_command_in_the_manifest_begins_with_the_prefix() -> None:
    commands = manifest_told("bot-")["features"]["slash_commands"]
    assert {command["command"].startswith("/bot-") for command in commands} == {True}
