import re
from dataclasses import replace
from typing import Any

import discord
import pytest
import simcord

from adapters.discord.callers import language_of
from adapters.discord.controls.slash import Slash
from bot.access import Permission
from bot.access.rules import Grantee, Kind, Rules
from bot.chat.controls.running import Commands
from bot.commands.cards import Action, Card, Picture
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.errors import HistoryUnavailable
from bot.messages import ConversationKey, Language
from bot.wording import speak
from tests.adapters.discord.controls.stage import Behind, Scene, said
from tests.doubles.behind import LARK, OWL, TURN

NAME = re.compile(r"[-_\w]{1,32}")
"""https://discord.com/developers/docs/interactions/application-commands#application-command-object"""


async def payloads(made: Behind) -> dict[str, dict[str, Any]]:
    """What Discord is told of each command."""
    client = discord.Client(intents=discord.Intents.none())
    tree = await Slash(Commands(made.registry), made.callers()).build(client, ask=_nothing)
    translator = tree.translator
    assert translator
    return {command.name: await command.get_translated_payload(tree, translator) for command in tree.get_commands()}


async def _nothing(interaction: discord.Interaction, **_: object) -> None:
    raise AssertionError("nobody asks here")


def texts(payload: dict[str, Any], key: str) -> list[str]:
    """The `key` (`name` or `description`) of a command, of its options and their choices, in every language."""
    own = [payload[key], *payload.get(f"{key}_localizations", {}).values()] if key in payload else []
    below = [*payload.get("options", ()), *payload.get("choices", ())]
    return own + [text for part in below for text in texts(part, key)]


# --- what Discord is told -------------------------------------------------------------------------------------------


async def test_every_command_of_the_registry_is_one_of_discord_and_so_is_ask(made: Behind) -> None:
    assert set(await payloads(made)) == {"ask", *(command.name for command in made.registry.commands)}


async def test_every_name_is_one_that_discord_allows(made: Behind) -> None:
    for payload in (await payloads(made)).values():
        options = payload["options"]
        names = [name for part in (payload, *options) for name in (part["name"], *part["name_localizations"].values())]
        assert all(NAME.fullmatch(name) and name == name.lower() for name in names), names


async def test_every_description_fits(made: Behind) -> None:
    for payload in (await payloads(made)).values():
        assert all(0 < len(text) <= 100 for text in texts(payload, "description")), payload["name"]


async def test_no_more_choices_are_told_than_discord_takes(made: Behind) -> None:
    for payload in (await payloads(made)).values():
        assert all(len(option.get("choices", ())) <= 25 for option in payload["options"])
        assert all(len(name) <= 100 for option in payload["options"] for name in texts(option, "name"))


async def test_everything_that_is_read_or_typed_has_a_czech_name(made: Behind) -> None:
    for payload in (await payloads(made)).values():
        for part in (payload, *payload["options"]):
            assert part["description_localizations"]["cs"] != part["description"]
            assert "cs" in part["name_localizations"], part["name"]
            assert all("cs" in choice["name_localizations"] for choice in part.get("choices", ()))


async def test_no_two_commands_have_the_same_czech_name(made: Behind) -> None:
    names = [payload["name_localizations"]["cs"] for payload in (await payloads(made)).values()]

    assert len(names) == len(set(names))


async def test_a_parameter_with_choices_offers_them_and_another_asks_while_somebody_types(made: Behind) -> None:
    options = {option["name"]: option for option in (await payloads(made))["model"]["options"]}

    assert [choice["value"] for choice in options["scope"]["choices"]] == [
        "thread",
        "channel",
        "user",
        "workspace",
        "global",
    ]
    assert options["name"]["autocomplete"]
    assert not options["name"]["required"]


async def test_ask_takes_a_question_whether_it_is_private_and_a_file(made: Behind) -> None:
    options = {option["name"]: option for option in (await payloads(made))["ask"]["options"]}

    assert options["question"]["required"]
    assert options["private"]["type"] == discord.AppCommandOptionType.boolean.value
    assert options["file"]["type"] == discord.AppCommandOptionType.attachment.value


async def test_commands_are_for_servers_and_direct_messages_with_sova(made: Behind) -> None:
    told = await payloads(made)

    assert all(payload["contexts"] == [0, 1] for payload in told.values())
    assert all(payload["integration_types"] == [0] for payload in told.values())


async def test_what_only_buttons_fill_in_is_no_option(made: Behind) -> None:
    assert [option["name"] for option in (await payloads(made))["sources"]["options"]] == ["number"]


async def test_a_name_that_discord_does_not_allow_is_refused_at_once(made: Behind) -> None:
    async def run(_invocation: Invocation, _values: Values) -> Card:
        return Card("?")

    made.registry.add(Command("Not Allowed", run))

    with pytest.raises(ValueError, match="Not Allowed"):
        await payloads(made)


# --- running --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("help", "Commands"),
        ("model", "Models"),
        ("sources", "Sources"),
        ("stats", "Statistics"),
        ("stop", "Stop"),
        ("regenerate", "again"),
        ("privacy", ""),
    ],
)
async def test_what_is_personal_is_shown_to_the_caller_alone(stage: Scene, name: str, title: str) -> None:
    result = await stage.ana.slash(stage.channel, name)

    assert result.deferred or result.acknowledged
    assert title in said(result)
    assert speak(Language.ENGLISH)("error-unexpected") not in said(result)


async def test_settings_are_for_administrators(stage: Scene) -> None:
    assert "administrator" in said(await stage.ana.slash(stage.channel, "settings")).lower()
    assert "Settings" in said(await stage.boss.slash(stage.channel, "settings"))


async def test_choosing_a_model_for_the_channel_is_shown_to_everybody(stage: Scene) -> None:
    result = await stage.ana.slash(stage.channel, "model", name=LARK.name)

    assert result.response
    assert result.response.ephemeral
    (shown,) = result.followups
    assert not shown.ephemeral
    assert LARK.name in shown.content
    assert list(stage.behind.pins.kept.values()) == [LARK.name]


async def test_choosing_a_model_for_oneself_is_nobody_elses_business(stage: Scene) -> None:
    assert LARK.name in said(await stage.ana.slash(stage.channel, "model", name=LARK.name, scope="user"))


async def test_everybody_sees_that_the_conversation_was_forgotten(stage: Scene) -> None:
    await stage.behind.answered(stage.place, TURN)

    result = await stage.ana.slash(stage.channel, "forget")

    assert not result.followups[-1].ephemeral
    assert not await stage.behind.history.turns(stage.place)


async def test_what_somebody_asked_is_forgotten_in_private(stage: Scene) -> None:
    assert said(await stage.ana.slash(stage.channel, "forget", what="me"))


async def test_a_refusal_is_for_the_caller_alone_though_the_answer_would_be_for_all(stage: Scene) -> None:
    result = await stage.ana.slash(stage.channel, "model", name=LARK.name, scope="global")

    assert "/model … global" in said(result)
    assert not stage.behind.pins.kept


async def test_an_administrator_is_known_by_the_role(stage: Scene) -> None:
    result = await stage.boss.slash(stage.channel, "model", name=LARK.name, scope="global")

    assert LARK.name in result.followups[-1].content


async def test_a_wrong_value_is_said_to_the_caller(stage: Scene) -> None:
    assert "nobird" in said(await stage.ana.slash(stage.channel, "model", name="nobird", scope="user"))


async def test_a_store_that_is_away_is_said_to_the_caller(stage: Scene) -> None:
    stage.behind.history.down = HistoryUnavailable(where="redis", reason="refused")

    assert said(await stage.ana.slash(stage.channel, "sources"))


async def test_regenerate_takes_its_turn_like_every_question(stage: Scene) -> None:
    await stage.ana.slash(stage.channel, "regenerate")

    (asked,) = stage.behind.room.asked
    assert asked.again
    assert asked.conversation == stage.place


async def test_models_are_offered_while_somebody_types(stage: Scene) -> None:
    offered = await stage.ana.autocomplete(stage.channel, "model", "name", "lar")

    assert [choice["value"] for choice in offered] == [LARK.name]


async def test_sources_are_offered_by_their_numbers(stage: Scene) -> None:
    assert await stage.ana.autocomplete(stage.channel, "sources", "number", "") == []


async def test_no_more_is_offered_than_discord_shows(stage: Scene) -> None:
    stage.behind.engine.offers = [replace(OWL, name=f"owl:{size}b") for size in range(100)]

    assert len(await stage.ana.autocomplete(stage.channel, "model", "name", "owl")) == 25


async def test_a_name_too_long_for_discord_is_not_offered(stage: Scene) -> None:
    stage.behind.engine.offers = [replace(OWL, name="o" * 101), LARK]

    offered = await stage.ana.autocomplete(stage.channel, "model", "name", "")
    assert [choice["value"] for choice in offered] == [LARK.name, "reset"]


async def test_in_a_direct_message_the_conversation_is_the_persons_own(stage: Scene, simcord_env: simcord.Env) -> None:
    user = simcord_env.create_user("solo")

    await user.slash("model", name=LARK.name)

    ((_, place),) = stage.behind.pins.kept
    assert place == str(ConversationKey("discord", "dm", str(user.dm_channel.id)))


async def test_in_a_thread_the_choice_is_the_threads(stage: Scene) -> None:
    message = await stage.ana.send(stage.channel, "hello")
    await message.create_thread(name="birds")
    (thread,) = stage.channel.threads

    await stage.ana.slash(thread, "model", name=LARK.name)

    ((_, place),) = stage.behind.pins.kept
    assert place == f"discord/{stage.guild.id}/{stage.channel.id}/{thread.id}"


async def test_what_a_card_offers_next_is_a_button_that_runs_it(stage: Scene) -> None:
    shown = await stage.ana.slash(stage.channel, "model")
    assert shown.response

    pressed = await stage.ana.click(shown.response, label=f"Use {LARK.name}")

    assert pressed.response
    assert list(stage.behind.pins.kept.values()) == [LARK.name]


async def test_an_action_too_long_for_a_button_is_left_out(stage: Scene) -> None:
    async def run(_invocation: Invocation, _values: Values) -> Card:
        return Card("Next", actions=(Action("Long", "model " + "o" * 100), Action("Short", "stop")))

    stage.behind.registry.add(Command("next", run))
    await stage.restart()

    result = await stage.ana.slash(stage.channel, "next")

    assert result.response
    (row,) = result.response.components
    assert [button["label"] for button in row["components"]] == ["Short"]


async def test_a_cards_button_is_refused_to_whoever_may_not(stage: Scene) -> None:
    (shown,) = (await stage.ana.slash(stage.channel, "model", name=LARK.name)).followups
    leads = frozenset({Grantee.of(Kind.ROLE, "Leads")})
    stage.behind.written.now = Rules(given={"discord": {Permission.SWITCH: leads}})

    pressed = await stage.bob.click(shown, custom_id="sova-run:model reset channel")

    assert "Leads" in said(pressed)
    assert list(stage.behind.pins.kept.values()) == [LARK.name]


async def test_a_picture_comes_with_the_card(made: Behind, simcord_env: simcord.Env, stage: Scene) -> None:
    del made, simcord_env

    async def run(_invocation: Invocation, _values: Values) -> Card:
        return Card("Chart", picture=Picture(b"\x89PNG", "how long answers take"))

    async def run_long(_invocation: Invocation, _values: Values) -> Card:
        return Card("Chart", picture=Picture(b"\x89PNG", "owl:3b 1.2, " * 200))

    stage.behind.registry.add(Command("stop-watch", run))
    stage.behind.registry.add(Command("again-watch", run_long, (Parameter("x"),)))
    await stage.restart()

    result = await stage.ana.slash(stage.channel, "stop-watch")

    assert result.response
    (file,) = result.response.attachments
    assert (file.filename, file.description) == ("sova.png", "how long answers take")
    result = await stage.ana.slash(stage.channel, "again-watch")
    assert result.response
    (file,) = result.response.attachments
    assert len(file.description or "") == 1024


async def test_a_command_that_changed_meanwhile_says_so(stage: Scene) -> None:
    tree = stage.client._connection._command_tree
    assert tree
    tree.remove_command("stats")

    assert "has changed" in said(await stage.ana.slash(stage.channel, "stats"))


# --- who is spoken to how -------------------------------------------------------------------------------------------


def test_czech_is_spoken_to_whoever_uses_discord_in_czech() -> None:
    assert language_of(discord.Locale.czech) is Language.CZECH
    assert language_of(discord.Locale.polish) is Language.ENGLISH


async def test_the_operators_language_comes_first(stage: Scene) -> None:
    stage.behind.spoken = Language.CZECH
    await stage.restart()

    assert "Zastavení" in said(await stage.ana.slash(stage.channel, "stop"))
