"""Sova's own page, what is suggested in the agent's view, and what threads are called."""

from collections.abc import AsyncGenerator

import pytest

from adapters.slack.controls import home
from adapters.slack.retrying import TRIES
from bot.access.rules import Grantee, Kind, Permission, Rules
from bot.commands.cards import Card, LiveCard
from bot.commands.command import Command, Invocation, Values
from bot.errors import HistoryUnavailable
from bot.messages import Language
from bot.ports import ChosenHere, PinScope, PlaceChoices, PlaceLanguage
from bot.wording import speak
from tests.adapters.slack.controls.stage import Scene
from tests.doubles.behind import LARK, OWL
from tests.doubles.memory import MemoryAudit
from tests.doubles.slack import Broken, Refuse, View

LEADS = Rules(given={"slack": {Permission.SWITCH: frozenset({Grantee.of(Kind.ROLE, "Leads")})}})


def only_home_switches(scene: Scene) -> Rules:
    home = Grantee.of(Kind.ROLE, scene.slack.team.id)
    return Rules(given={"slack": {Permission.SWITCH: frozenset({home})}})


def menus(page: View) -> list[str]:
    """What can be chosen on the page."""
    return [block["accessory"]["action_id"] for block in page.blocks if block.get("accessory")]


# --- the page ---------------------------------------------------------------------------------------------------------


async def test_the_page_tells_how_sova_is_and_which_commands_there_are(scene: Scene) -> None:
    await scene.behind.hold("hr/leave.md", "Everybody has 25 days of leave.")

    await scene.jana.opens_home()

    page = await scene.page(scene.jana, OWL.name)
    assert "/sova-forget" in str(page.told)
    assert "@sova" in str(page.told)


async def test_of_a_card_that_changes_the_page_shows_its_first_state(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[str] = []

    async def cards() -> AsyncGenerator[Card, None]:
        try:
            yield Card("Documents", "I'm reading them.")
            yield Card("Documents", "They are read.")
        finally:
            ends.append("ended")

    async def run(_invocation: Invocation, _values: Values) -> LiveCard:
        return LiveCard(cards())

    monkeypatch.setattr(home, "_TOLD", ("persona",))
    scene.behind.registry.add(Command("persona", run))

    await scene.jana.opens_home()

    await scene.page(scene.jana, "I'm reading them.")
    assert ends == ["ended"]


async def test_a_model_is_chosen_on_the_page_for_whoever_chooses_it(scene: Scene) -> None:
    await scene.jana.opens_home()
    page = await scene.page(scene.jana)

    await (await scene.jana.chooses(page, "sova-home-model", LARK.name)).done()

    await scene.page(scene.jana, f"From now on {LARK.name} is pinned for you")
    ((scope, *_),) = scene.behind.pins.kept
    assert scope is PinScope.USER


async def test_who_may_not_switch_models_has_no_choice_of_them(scene: Scene) -> None:
    scene.behind.written.now = LEADS

    await scene.jana.opens_home()

    assert menus(await scene.page(scene.jana)) == []


async def test_a_choice_that_is_not_allowed_any_more_is_refused_on_the_page(scene: Scene) -> None:
    await scene.jana.opens_home()
    page = await scene.page(scene.jana)
    scene.behind.written.now = LEADS

    await scene.jana.chooses(page, "sova-home-model", LARK.name)

    await scene.page(scene.jana, "Leads")
    assert scene.behind.pins.kept == {}


async def test_settings_are_for_administrators_alone(scene: Scene) -> None:
    await scene.jana.opens_home()
    await scene.boss.opens_home()

    assert menus(await scene.page(scene.jana)) == ["sova-home-model"]
    shown = menus(await scene.page(scene.boss))
    assert [name.removeprefix("sova-home-") for name in shown] == [
        "model",
        "set-language",
        "set-model",
        "set-knowledge",
        "set-channels",
    ]


async def test_that_an_administrator_looks_at_the_page_is_not_written_down_but_what_they_set_there_is(
    scene: Scene,
) -> None:
    audit = scene.behind.registry.audit
    assert isinstance(audit, MemoryAudit)
    await scene.boss.opens_home()
    page = await scene.page(scene.boss)
    assert audit.entries == []

    await scene.boss.chooses(page, "sova-home-set-language", "cs")

    await scene.page(scene.boss, "Done. It holds for the whole workspace")
    assert [entry.parameters["value"] for entry in audit.entries] == ["cs"]


async def test_people_of_other_organisations_have_their_own_roles_on_the_page(scene: Scene) -> None:
    scene.behind.written.now = only_home_switches(scene)
    scene.slack.team.channel("partners", shared=True)
    olga = scene.slack.team.outsider("Olga")

    await olga.opens_home()
    await scene.jana.opens_home()

    assert menus(await scene.page(olga)) == []
    assert menus(await scene.page(scene.jana)) == ["sova-home-model"]


async def test_of_whom_nobody_knows_where_they_are_from_no_role_is_believed(scene: Scene) -> None:
    scene.behind.written.now = only_home_switches(scene)
    scene.slack.faults.plan(Refuse("user_not_found"), "users.info", times=99)

    await scene.jana.opens_home()

    assert menus(await scene.page(scene.jana)) == []


async def test_an_administrator_sets_the_workspaces_language_on_the_page(scene: Scene) -> None:
    await scene.boss.opens_home()
    page = await scene.page(scene.boss)

    await scene.boss.chooses(page, "sova-home-set-language", "cs")

    await scene.page(scene.boss, "Done. It holds for the whole workspace")
    assert scene.places.now.workspace.language is PlaceLanguage.CZECH


async def test_channels_that_are_chosen_already_stand_in_their_menu(scene: Scene) -> None:
    scene.places.now = ChosenHere(workspace=PlaceChoices(channels=frozenset({scene.general.id})))

    await scene.boss.opens_home()

    page = await scene.page(scene.boss)
    (menu,) = [block["accessory"] for block in page.blocks if "set-channels" in str(block.get("accessory"))]
    assert menu["initial_channels"] == [scene.general.id]


async def test_the_page_is_in_the_readers_language(scene: Scene) -> None:
    pavel = scene.slack.team.person("Pavel", locale="cs-CZ")

    await pavel.opens_home()

    await scene.page(pavel, speak(Language.CZECH)("slack-home-model"))


async def test_what_cannot_be_told_is_said_on_the_page(scene: Scene) -> None:
    scene.behind.index.failure = HistoryUnavailable(where="redis", reason="refused")

    await scene.jana.opens_home()

    await scene.page(scene.jana, "/sova-help")


async def test_that_the_page_cannot_be_shown_now_is_logged_in_one_line(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.slack.faults.plan(Broken(), "views.publish", times=TRIES)

    await scene.jana.opens_home()

    await scene.until(lambda: [call.method for call in scene.slack.api.calls].count("views.publish") == TRIES)
    await scene.jana.opens_home()
    await scene.page(scene.jana)
    assert "a page isn't shown: platform-unreachable" in caplog.text
    assert "Traceback" not in caplog.text


# --- suggestions ------------------------------------------------------------------------------------------------------


async def test_documents_are_suggested_that_the_person_may_read(scene: Scene) -> None:
    await scene.behind.hold("hr/leave.md", "Everybody has 25 days of leave.")

    await scene.jana.opens_messages()

    prompts = await scene.until(scene.jana.direct.prompts)
    assert [prompt["title"] for prompt in prompts] == ["What can you do?", "Leave"]
    assert prompts[1]["message"] == "What does “Leave” say? Sum it up for me."


async def test_without_documents_there_is_still_something_to_ask(scene: Scene) -> None:
    scene.behind.index.failure = HistoryUnavailable(where="redis", reason="refused")

    await scene.jana.opens_messages()

    prompts = await scene.until(scene.jana.direct.prompts)
    assert [prompt["title"] for prompt in prompts] == ["What can you do?"]


async def test_that_nothing_can_be_suggested_matters_to_nobody(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    scene.slack.faults.plan(Refuse("channel_not_found"), "assistant.threads.setSuggestedPrompts")

    await scene.jana.opens_messages()
    await scene.jana.opens_home()

    await scene.page(scene.jana)
    assert "nothing is suggested to somebody: Slack says channel_not_found" in caplog.text
    assert "led to nothing" not in caplog.text


# --- titles -----------------------------------------------------------------------------------------------------------


async def test_a_thread_in_direct_messages_is_called_as_what_was_asked_first(scene: Scene) -> None:
    question = await scene.jana.says(scene.jana.direct, "How long is\nparental leave?")
    await scene.jana.says(scene.jana.direct, "And for twins?", thread=question)

    await scene.received(2)
    sessions = scene.slack.world.sessions
    await scene.until(lambda: (scene.jana.direct.id, question.ts) in sessions)
    assert [session.title for session in sessions.values()] == ["How long is parental leave?"]


async def test_threads_in_channels_are_not_named(scene: Scene) -> None:
    await scene.asked()

    assert scene.slack.world.sessions == {}


async def test_that_a_thread_cannot_be_named_matters_to_nobody(scene: Scene) -> None:
    scene.slack.faults.plan(Refuse("invalid_thread_ts"), "assistant.threads.setTitle")

    await scene.jana.says(scene.jana.direct, "How long is parental leave?")

    assert (await scene.received()).text == "How long is parental leave?"
