import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.access import Access, Permission
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import RedisPersonaPins
from bot.commands.cards import Card
from bot.commands.personas.persona import PersonaCommands
from bot.commands.personas.values import Create, Delete, List, Push, Request, Reset, Show, Use, needed, read
from bot.commands.registry import Registry
from bot.errors import (
    BadArgument,
    BadPersona,
    CannotChat,
    CannotCreateModels,
    MissingArgument,
    NotAllowed,
    NoWorkspace,
    PersonaExists,
    PersonaWithoutModel,
    UnknownModel,
    UnknownPersona,
)
from bot.messages import Author, ConversationKey
from bot.ports import ChatModel, ModelInfo, NewModel, PinScope, PullProgress
from tests.bot.commands.conftest import CHANNEL, House, values
from tests.doubles.scripted_engine import ScriptedEngine

THREAD = replace(CHANNEL, thread="42")
OWL = """description = "Knows birds"
model = "lark:latest"
system = "You are an owl."
knowledge = ["it"]
[parameters]
temperature = 0.7
stop = ["END"]
[[messages]]
role = "user"
content = "Hoo?"
[[messages]]
role = "assistant"
content = "Hoo."
"""


def put(house: House, name: str, text: str = OWL) -> Path:
    folder = house.personas.path
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder / f"{name}.toml"


def administering(house: House) -> House:
    house.invocation = replace(house.invocation, author=Author("boss", "Bára"))
    return house


@dataclass
class CreatingEngine(ScriptedEngine):
    """An engine that makes models of others, as Ollama does."""

    created: list[NewModel] = field(default_factory=list)

    async def create(self, model: NewModel) -> AsyncGenerator[PullProgress, None]:
        await self.model(model.base)
        self.created.append(model)
        yield PullProgress("success")


@pytest.mark.parametrize(
    ("given", "where", "request_"),
    [
        ({}, CHANNEL, List()),
        ({"action": "list"}, CHANNEL, List()),
        ({"action": "show"}, CHANNEL, Show(None)),
        ({"action": "show", "name": "owl"}, CHANNEL, Show("owl")),
        ({"action": "use", "name": "owl"}, THREAD, Use("owl", PinScope.THREAD)),
        ({"action": "use", "name": "owl"}, CHANNEL, Use("owl", PinScope.CHANNEL)),
        ({"action": "use", "name": "owl", "scope": "user"}, CHANNEL, Use("owl", PinScope.USER)),
        ({"action": "reset"}, THREAD, Reset(PinScope.THREAD)),
        ({"action": "reset", "name": "mě"}, THREAD, Reset(PinScope.USER)),
        ({"action": "reset", "scope": "global"}, THREAD, Reset(PinScope.GLOBAL)),
        ({"action": "create", "name": "a", "system": "b"}, CHANNEL, Create("a", "b", None, None)),
        (
            {"action": "create", "name": "a", "system": "b", "model": "m", "knowledge": "it, hr/ "},
            CHANNEL,
            Create("a", "b", "m", frozenset({"it", "hr"})),
        ),
        (
            {"action": "create", "name": "a", "system": "b", "knowledge": "-"},
            CHANNEL,
            Create("a", "b", None, frozenset()),
        ),
        ({"action": "delete", "name": "owl"}, CHANNEL, Delete("owl")),
        ({"action": "push", "name": "owl"}, CHANNEL, Push("owl")),
    ],
)
def test_what_is_typed_is_what_is_done(given: dict[str, str], where: ConversationKey, request_: Request) -> None:
    assert read(given, where) == request_


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"action": "use"}, "name"),
        ({"action": "delete"}, "name"),
        ({"action": "push"}, "name"),
        ({"action": "create", "system": "a"}, "name"),
        ({"action": "create", "name": "a"}, "system"),
    ],
)
def test_what_is_missing_is_named(given: dict[str, str], missing: str) -> None:
    with pytest.raises(MissingArgument) as caught:
        read(given, CHANNEL)
    assert caught.value.parameter == missing


def test_a_scope_that_there_is_not_is_refused() -> None:
    with pytest.raises(BadArgument):
        read({"action": "reset", "name": "owl"}, CHANNEL)
    with pytest.raises(NoWorkspace):
        read({"action": "reset", "name": "server"}, ConversationKey("terminal", "host", "default"))


@pytest.mark.parametrize(
    ("given", "permission"),
    [
        ({}, Permission.ASK),
        ({"action": "show"}, Permission.ASK),
        ({"action": "use", "scope": "channel"}, Permission.SWITCH),
        ({"action": "use", "scope": "global"}, Permission.ADMINISTER),
        ({"action": "reset"}, Permission.SWITCH),
        ({"action": "reset", "name": "everyone"}, Permission.ADMINISTER),
        ({"action": "reset", "scope": "workspace"}, Permission.ADMINISTER),
        ({"action": "create"}, Permission.ADMINISTER),
        ({"action": "delete"}, Permission.ADMINISTER),
        ({"action": "push"}, Permission.ADMINISTER),
    ],
)
def test_what_concerns_others_is_an_administrator_s(given: dict[str, str], permission: Permission) -> None:
    assert needed(given) is permission


async def test_without_any_the_card_says_how_to_get_one(house: House) -> None:
    card = await house.card("/persona")
    assert card.text.startswith("No persona is chosen here: I answer as myself.\nThere is no persona yet.")
    assert card.tables == ()


async def test_the_card_lists_what_there_is_and_what_is_broken(house: House) -> None:
    put(house, "owl")
    file = put(house, "crow", 'system = "Krah."\ncolour = 1')
    card = await house.card("/persona")
    assert card.tables[0].rows == (("", "owl", "Knows birds", "lark:latest", "it"),)
    assert f"{file}, line 2, can't be used: I don't know “colour”." in card.text
    assert [action.command for action in card.actions] == ["persona use owl"]


async def test_a_used_persona_answers_as_it_is_told(house: House) -> None:
    put(house, "owl")
    card = await house.card("/persona use owl")
    assert card.text.startswith("From now on the persona owl answers in this channel.")
    assert (await house.ask("Who are you?")).model == "lark:latest"
    asked = house.engine.asked[-1]
    assert asked.messages[0].content.startswith("You are an owl.\n\nYou run on")
    assert [message.content for message in asked.messages[1:]] == ["Hoo?", "Hoo.", "Who are you?"]
    assert (asked.temperature, asked.sampling.stop) == (0.7, ("END",))
    shown = await house.card("/persona")
    assert shown.text == "The persona owl answers here."
    assert values(shown)["Chosen for this channel"] == "owl"
    assert shown.tables[0].rows[0][0] == "✓"


async def test_in_a_thread_it_is_the_thread_s_alone(house: House) -> None:
    put(house, "owl")
    house.in_thread()
    await house.card("/persona use owl")
    house.in_thread("other")
    assert "I answer as myself" in (await house.card("/persona")).text


async def test_every_action_of_a_card_can_be_typed(house: House) -> None:
    put(house, "owl")
    put(house, "lark")
    await house.card("/persona use owl")
    await house.card("/persona use lark me")
    for action in (await house.card("/persona")).actions:
        await house.card(f"/{action.command}")
    assert "I answer as myself" in (await house.card("/persona")).text


async def test_a_choice_that_another_outranks_says_so(house: House) -> None:
    put(house, "owl")
    put(house, "lark")
    await house.card("/persona use owl channel")
    assert "The persona owl answers here." in (await house.card("/persona use lark me")).text


async def test_taking_a_choice_back_tells_who_answers_then(house: House) -> None:
    put(house, "owl")
    await house.card("/persona use owl")
    assert (await house.card("/persona reset")).text == (
        "The choice of persona for this channel is taken back.\nNo persona is chosen here: I answer as myself."
    )
    assert (await house.card("/persona reset")).text.startswith("No persona was chosen for this channel.")


async def test_a_persona_whose_model_is_not_there_can_be_chosen_and_that_is_told(house: House) -> None:
    put(house, "owl", 'model = "own:1b"\nsystem = "Hoo."')
    assert "scripted has no model “own:1b”. Did you mean owl:3b?" in (await house.card("/persona use owl")).text
    reply = await house.ask("Who are you?")
    assert reply.model == "owl:3b"
    assert [notice.code for notice in reply.notices] == ["persona-model-gone"]
    assert house.engine.asked[-1].messages[0].content.startswith("Hoo.")


async def test_one_that_is_deleted_while_it_is_used_is_missed_in_words(house: House) -> None:
    put(house, "owl").unlink()
    put(house, "owl")
    await house.card("/persona use owl")
    (house.personas.path / "owl.toml").unlink()
    reply = await house.ask("Who are you?")
    assert [notice.code for notice in reply.notices] == ["persona-gone"]
    assert "You are Sova" in house.engine.asked[-1].messages[0].content
    assert "is gone" in (await house.card("/persona")).text


async def test_one_that_breaks_while_it_is_used_is_told_with_its_line(house: House) -> None:
    put(house, "owl")
    await house.card("/persona use owl")
    put(house, "owl", 'system = "a"\nbroken')
    (notice,) = (await house.ask("Who are you?")).notices
    assert (notice.code, notice.data["line"]) == ("persona-broken", 2)
    with pytest.raises(BadPersona):
        await house.card("/persona show owl")


async def test_the_model_card_says_whose_model_answers(house: House) -> None:
    put(house, "owl")
    await house.card("/persona use owl")
    assert (await house.card("/model")).text == "lark:latest answers here: it is the model of the persona owl."
    assert (await house.card("/model owl:3b me")).text.endswith("it is the model of the persona owl.")
    house.engine.offers = [ModelInfo("owl:3b", loaded=True)]
    assert (await house.card("/model")).text.startswith(
        "The engine no longer has lark:latest, the model of the persona"
    )


async def test_all_about_one_is_shown(house: House) -> None:
    put(house, "owl", OWL.replace('"it"', '"it", "attic"').replace("temperature", "num_gpu = 3\ntemperature"))
    card = await house.card("/persona show owl")
    assert card.title == "Persona owl"
    assert card.text.startswith("Knows birds\n\nYou are an owl.\n\n")
    assert "No folder in scopes.toml is called: attic." in card.text
    assert "num_gpu" in card.text
    assert values(card) == {
        "Model": "lark:latest",
        "Searches in": "attic, it",
        "Parameters": "temperature 0.7, stop “END”, num_gpu 3",
        "Examples": "1",
    }


async def test_without_a_name_the_one_that_answers_here_is_shown(house: House) -> None:
    put(house, "owl")
    assert "I answer as myself" in (await house.card("/persona show")).text
    await house.card("/persona use owl")
    assert (await house.card("/persona show")).title == "Persona owl"


async def test_an_unknown_name_is_answered_with_the_nearest(house: House) -> None:
    put(house, "teacher")
    with pytest.raises(UnknownPersona) as caught:
        await house.card("/persona use techer")
    assert caught.value.nearest == ("teacher",)


async def test_an_administrator_creates_a_persona_and_it_is_written_down(house: House) -> None:
    card = await administering(house).card('/persona create Bookkeeper "" "You keep books." lark it')
    assert card.text.startswith("The persona bookkeeper is written to ")
    persona = (await house.personas.read()).named("bookkeeper")
    assert (persona.system, persona.model, persona.knowledge) == ("You keep books.", "lark:latest", frozenset({"it"}))
    (entry,) = house.audit.entries
    assert (entry.command, entry.permission, entry.allowed) == ("persona", "administer", True)
    await house.card(f"/{card.actions[0].command}")
    assert (await house.ask("Hello?")).model == "lark:latest"


async def test_whoever_does_not_administer_creates_and_deletes_nothing(house: House) -> None:
    put(house, "owl")
    for typed in ('persona create lark "" "Sing."', "persona delete owl", "persona push owl", "persona use owl all"):
        with pytest.raises(NotAllowed):
            await house.card(typed)
    assert list((await house.personas.read()).usable) == ["owl"]
    assert {entry.allowed for entry in house.audit.entries} == {False}


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ('persona create owl "" "Another."', PersonaExists),
        ('persona create ../owl "" "Out."', BadPersona),
        ('persona create lark "" "Sing." nosuch', UnknownModel),
        ('persona create lark "" "Sing." embedder', CannotChat),
    ],
)
async def test_what_cannot_be_created_is_refused_and_nothing_is_written(
    typed: str, error: type[Exception], house: House
) -> None:
    put(house, "owl")
    with pytest.raises(error):
        await administering(house).card(typed)
    assert os.listdir(house.personas.path) == ["owl.toml"]  # noqa: PTH208 - one file is quick to list


async def test_an_administrator_deletes_a_persona_broken_or_not(house: House) -> None:
    put(house, "owl", "broken")
    assert "deleted" in (await administering(house).card("/persona delete owl")).text
    with pytest.raises(UnknownPersona):
        await house.card("/persona delete owl")


async def test_an_engine_that_makes_no_models_says_so(house: House) -> None:
    put(house, "owl")
    with pytest.raises(CannotCreateModels):
        await administering(house).card("/persona push owl")


async def test_a_persona_becomes_a_model_of_the_engine_and_what_stays_behind_is_told(house: House) -> None:
    put(house, "účetní", OWL + '[[directives]]\nname = "RENDERER"\nvalue = "x"\n')
    engine = CreatingEngine(offers=house.engine.offers)
    card = await pushed(house, "účetní", engine)
    assert card.text.splitlines() == [
        "The persona účetní is now a model of Ollama's own: sova-ucetni.",
        "Not sent along, for I don't know them: RENDERER.",
        "What it may search was not sent along: Ollama knows no documents.",
    ]
    (model,) = engine.created
    assert (model.name, model.base, model.system) == ("sova-ucetni", "lark:latest", "You are an owl.")
    assert model.parameters == {"temperature": 0.7, "stop": ("END",)}


async def test_a_persona_without_a_model_cannot_be_pushed(house: House) -> None:
    put(house, "owl", 'system = "Hoo."')
    with pytest.raises(PersonaWithoutModel):
        await pushed(house, "owl", CreatingEngine())


async def pushed(house: House, name: str, engine: ChatModel) -> Card:
    """What an administrator is told who types it where `engine` answers."""
    access = Access(admins=frozenset({"slack:boss"}))
    pins = RedisPersonaPins(RedisConnection(house.redis, where="fakeredis"), prefix="test")
    (command,) = PersonaCommands(house.personas, pins, engine, access).commands()
    result = await Registry(access).run(administering(house).invocation, command, {"action": "push", "name": name})
    assert isinstance(result, Card)
    return result


async def test_names_models_and_folders_are_offered(house: House) -> None:
    put(house, "owl")
    put(house, "crow", "broken")
    command = house.registry.named("persona")

    async def offered(parameter: str, **given: str) -> list[str]:
        invocation = replace(house.invocation, given=given)
        return list(await house.registry.completions(invocation, command, parameter))

    assert await offered("name") == ["owl"]
    assert await offered("name", action="smazat") == ["owl", "crow"]
    assert await offered("name", action="create") == []
    assert await offered("model") == ["owl:3b", "lark:latest"]
    assert await offered("knowledge") == ["hr", "it"]
    assert "push" in await offered("action")


async def test_it_is_said_in_czech_too(house: House) -> None:
    put(house, "owl")
    house.in_czech()
    assert (await house.card("/persona použít owl vlákno")).text.startswith(
        "Odteď v tomto kanálu odpovídá persona owl."
    )
