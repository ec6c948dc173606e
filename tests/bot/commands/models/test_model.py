import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.access import Access, Permission, Rules
from bot.commands import parts
from bot.commands.models.model import Choose, Model, Request, Reset, Show, read
from bot.commands.registry import Registry
from bot.errors import (
    BadArgument,
    CannotChat,
    EngineUnreachable,
    HistoryUnavailable,
    MissingArgument,
    NotAllowed,
    NoWorkspace,
    UnknownModel,
)
from bot.messages import Author, ConversationKey
from bot.models.selection import ModelSelection
from bot.ports import ModelInfo, Pin, PinScope
from tests.bot.commands.conftest import CHANNEL, House, values

THREAD = replace(CHANNEL, thread="42")
REDIS_DOWN = HistoryUnavailable(where="redis", reason="refused")
UNREACHABLE = EngineUnreachable(engine="scripted", url="scripted://")


async def pinned(house: House) -> list[tuple[str, str]]:
    pins: Sequence[Pin] = await house.pins.pins(house.invocation.conversation, house.invocation.author)
    return [(pin.scope.value, pin.model) for pin in pins]


def break_engine(house: House, monkeypatch: pytest.MonkeyPatch, error: EngineUnreachable = UNREACHABLE) -> None:
    async def fail() -> Sequence[ModelInfo]:
        raise error

    monkeypatch.setattr(house.engine, "models", fail)
    monkeypatch.setattr(house.engine, "version", fail)
    monkeypatch.setattr(house.engine, "loaded", fail)


@pytest.mark.parametrize(
    ("given", "where", "request_"),
    [
        ({}, CHANNEL, Show()),
        ({"name": "owl"}, CHANNEL, Choose("owl", PinScope.CHANNEL)),
        ({"name": "owl"}, THREAD, Choose("owl", PinScope.THREAD)),
        ({"name": "owl", "scope": "thread"}, CHANNEL, Choose("owl", PinScope.CHANNEL)),
        ({"name": "owl", "scope": "channel"}, THREAD, Choose("owl", PinScope.CHANNEL)),
        ({"name": "owl", "scope": "user"}, THREAD, Choose("owl", PinScope.USER)),
        ({"name": "reset"}, THREAD, Reset(PinScope.THREAD)),
        ({"name": "RESET", "scope": "global"}, CHANNEL, Reset(PinScope.GLOBAL)),
    ],
)
def test_a_choice_is_for_this_thread_or_channel_unless_it_says_otherwise(
    given: dict[str, str], where: ConversationKey, request_: Request
) -> None:
    assert read(given, where) == request_


def test_a_scope_alone_says_that_the_name_is_missing() -> None:
    with pytest.raises(MissingArgument) as caught:
        read({"scope": "user"}, CHANNEL)
    assert caught.value.parameter == "name"


async def test_the_card_tells_who_answers_and_lists_what_there_is(house: House) -> None:
    card = await house.card("/model")
    assert card.text == "owl:3b answers here: nobody has chosen a model, so the engine did."
    assert values(card) == {"Engine": "scripted 1 at scripted://"}
    assert card.tables[0].rows == (
        ("✓", "owl:3b", "1.9 GB", "3.1B Q4_K_M", "32,768", "chat, tools", "loaded"),
        ("", "lark:latest", "–", "–", "–", "chat", "not loaded"),
        ("", "embedder", "–", "–", "–", "embeddings", "–"),
    )


async def test_the_card_offers_models_that_can_chat_and_taking_pins_back(house: House) -> None:
    await house.card("/model lark")
    card = await house.card("/model")
    assert [action.command for action in card.actions] == ["model owl:3b", "model reset channel"]


async def test_every_action_of_a_card_can_be_typed(house: House) -> None:
    house.engine.offers = [ModelInfo("a model's name"), ModelInfo("another")]
    await house.card("/model another")
    for action in (await house.card("/model")).actions:
        await house.card(f"/{action.command}")
    assert await pinned(house) == []


async def test_choosing_pins_the_model_for_this_channel(house: House) -> None:
    card = await house.card("/model lark")
    assert card.text == "From now on lark:latest is pinned for this channel."
    assert await pinned(house) == [("channel", "lark:latest")]
    assert (await house.ask("who are you?")).model == "lark:latest"


async def test_choosing_in_a_thread_pins_for_the_thread_alone(house: House) -> None:
    house.in_thread()
    assert "this thread" in (await house.card("/model lark")).text
    assert await pinned(house) == [("thread", "lark:latest")]
    house.invocation = replace(house.invocation, conversation=CHANNEL)
    assert await pinned(house) == []


async def test_in_the_terminal_the_channel_is_called_a_conversation(house: House) -> None:
    house.invocation = replace(house.invocation, conversation=ConversationKey("terminal", "host", "default"))
    assert (await house.card("/model lark")).text == "From now on lark:latest is pinned for this conversation."


@pytest.mark.parametrize("word", ["user", "me", "mě", "ME"])
async def test_me_is_a_word_for_one_s_own_choice(word: str, house: House) -> None:
    await house.card(f"/model lark {word}")
    assert await pinned(house) == [("user", "lark:latest")]


async def test_a_choice_that_another_outranks_says_so(house: House) -> None:
    await house.card("/model owl:3b channel")
    assert (await house.card("/model lark me")).text == (
        "From now on lark:latest is pinned for you.\nowl:3b answers here: it is pinned for this channel."
    )


async def test_every_pin_that_concerns_the_person_is_shown(house: House) -> None:
    await house.card("/model owl:3b channel")
    await house.card("/model lark me")
    shown = values(await house.card("/model"))
    assert (shown["Pinned for this channel"], shown["Pinned for you"]) == ("owl:3b", "lark:latest")


@pytest.mark.parametrize(
    "text",
    [
        "/model lark global",
        "/model lark default",
        "/model reset global",
        "/model lark workspace",
        "/model reset server",
    ],
)
async def test_a_default_for_others_takes_the_right_to_administer(text: str, house: House) -> None:
    with pytest.raises(NotAllowed) as caught:
        await house.card(text)
    assert caught.value.needed == "administer"
    assert await pinned(house) == []
    assert [(entry.permission, entry.allowed) for entry in house.audit.entries] == [("administer", False)]


async def test_whoever_may_not_switch_is_shown_the_models_and_offered_nothing(house: House) -> None:
    class Fixed:
        def rules(self) -> Rules:
            return Rules(given={"slack": {Permission.SWITCH: frozenset()}})

    await house.card("/model lark me")
    access = Access(file=Fixed())
    family = Model(
        engine=house.engine,
        pins=house.pins,
        selection=ModelSelection(house.engine, house.pins, default=None),
        access=access,
    )
    house.registry = Registry(access)
    house.registry.add(*family.commands())
    assert (await house.card("/model")).actions == ()
    for text in ("/model owl me", "/model owl thread", "/model reset channel"):
        with pytest.raises(NotAllowed) as caught:
            await house.card(text)
        assert caught.value.needed == "switch"


async def test_an_administrator_sets_the_default_for_everyone_and_takes_it_back(house: House) -> None:
    house.invocation = replace(house.invocation, author=Author("boss", "Boss"))
    assert (await house.card("/model lark default")).text == "From now on lark:latest is the default for everyone."
    assert "model reset global" in [action.command for action in (await house.card("/model")).actions]
    house.invocation = replace(house.invocation, author=Author("U2", "Bo"))
    card = await house.card("/model")
    assert card.text == "lark:latest answers here: it is the default for everyone."
    assert "model reset global" not in [action.command for action in card.actions]
    house.invocation = replace(house.invocation, author=Author("boss", "Boss"))
    await house.card("/model reset default")
    assert await pinned(house) == []


async def test_an_administrator_sets_the_workspace_s_default_which_a_person_s_own_choice_outranks(house: House) -> None:
    ana, boss = house.invocation, replace(house.invocation, author=Author("boss", "Boss"))
    house.invocation = boss
    assert (await house.card("/model lark server")).text == (
        "From now on lark:latest is the default for this workspace."
    )
    assert "model reset workspace" in [action.command for action in (await house.card("/model")).actions]
    house.invocation = replace(ana, conversation=replace(CHANNEL, channel="random"))
    card = await house.card("/model")
    assert card.text == "lark:latest answers here: it is the default for this workspace."
    assert values(card)["Default for this workspace"] == "lark:latest"
    assert "model reset workspace" not in [action.command for action in card.actions]
    assert "pinned for you" in (await house.card("/model owl:3b me")).text
    assert "owl:3b answers here: it is pinned for you." in (await house.card("/model")).text
    house.invocation = replace(ana, conversation=replace(CHANNEL, workspace="other"))
    assert "nobody has chosen" in (await house.card("/model")).text
    house.invocation = boss
    assert (await house.card("/model reset workspace")).text.startswith("The default for this workspace is taken back.")
    assert (await house.card("/model reset workspace")).text.startswith("There was no default for this workspace.")


async def test_discord_s_workspaces_are_called_servers(house: House) -> None:
    place = ConversationKey("discord", "team", "general")
    await house.pins.pin(PinScope.WORKSPACE, place, house.invocation.author, "lark:latest")
    house.invocation = replace(house.invocation, conversation=place)
    assert (await house.card("/model")).text == "lark:latest answers here: it is the default for this server."
    house.in_czech()
    assert (await house.card("/model")).text == "Odpovídá tu lark:latest: je výchozí pro tento server."


@pytest.mark.parametrize("place", [ConversationKey("terminal", "boss", "x"), ConversationKey("slack", "dm", "D1")])
async def test_where_there_is_no_workspace_none_has_a_default(place: ConversationKey, house: House) -> None:
    house.invocation = replace(house.invocation, conversation=place, author=Author("boss", "Boss"))
    with pytest.raises(NoWorkspace):
        await house.card("/model lark workspace")
    assert await pinned(house) == []


async def test_a_typo_gets_the_nearest_names_and_pins_nothing(house: House) -> None:
    with pytest.raises(UnknownModel) as caught:
        await house.card("/model lrak")
    assert caught.value.nearest == ("lark:latest",)
    assert await pinned(house) == []


async def test_a_model_that_only_embeds_is_refused(house: House) -> None:
    with pytest.raises(CannotChat):
        await house.card("/model embedder")
    assert await pinned(house) == []


async def test_an_unknown_scope_is_refused(house: House) -> None:
    with pytest.raises(BadArgument):
        await house.card("/model lark somewhere")


async def test_reset_takes_the_choice_back_and_says_who_answers_now(house: House) -> None:
    await house.card("/model lark")
    assert (await house.card("/model reset")).text == (
        "The choice for this channel is taken back.\nowl:3b answers here: nobody has chosen a model, so the engine did."
    )
    assert await pinned(house) == []


async def test_reset_in_a_thread_leaves_the_channel_s_choice_and_names_it(house: House) -> None:
    await house.card("/model lark")
    house.in_thread()
    assert (await house.card("/model reset")).text == (
        "Nothing was pinned for this thread.\nlark:latest answers here: it is pinned for this channel."
    )


async def test_a_pinned_model_that_is_gone_is_told(house: House) -> None:
    await house.card("/model lark")
    house.engine.offers = [offer for offer in house.engine.offers if offer.name != "lark:latest"]
    card = await house.card("/model")
    assert card.text == (
        "lark:latest was chosen to answer here, but the engine doesn't have it any more, so owl:3b answers. "
        "/model shows what there is.\nowl:3b answers here: nobody has chosen a model, so the engine did."
    )
    assert [row[0] for row in card.tables[0].rows] == ["✓", ""]
    assert "model reset channel" in [action.command for action in card.actions]
    assert (await house.ask("who are you?")).model == "owl:3b"


async def test_when_every_pinned_model_is_gone_each_is_told_with_the_one_that_answers(house: House) -> None:
    await house.card("/model lark me")
    await house.card("/model owl:3b channel")
    house.engine.offers = [ModelInfo("wren")]
    card = await house.card("/model")
    assert [line.split()[0] for line in card.text.splitlines()] == ["owl:3b", "lark:latest", "wren"]
    assert all("so wren answers" in line for line in card.text.splitlines()[:2])


async def test_with_the_engine_down_the_card_still_shows_the_pins(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.card("/model lark")
    break_engine(house, monkeypatch)
    card = await house.card("/model")
    assert card.text.startswith("lark:latest answers here: it is pinned for this channel.\nI can't reach the engine")
    assert card.text.count("I can't reach") == 1
    assert card.tables == ()
    assert values(card) == {"Pinned for this channel": "lark:latest", "Engine": "scripted at scripted://"}


async def test_with_the_history_down_the_card_says_so_and_still_lists_the_models(house: House) -> None:
    house.pins.down = REDIS_DOWN
    card = await house.card("/model")
    assert "I can't reach the conversation history" in card.text
    assert [row[1] for row in card.tables[0].rows] == ["owl:3b", "lark:latest", "embedder"]


async def test_a_choice_that_cannot_be_kept_is_not_said_to_be(house: House) -> None:
    house.pins.down = REDIS_DOWN
    with pytest.raises(HistoryUnavailable):
        await house.card("/model lark")


async def test_a_reset_says_that_it_worked_though_the_engine_is_down(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.card("/model lark")
    break_engine(house, monkeypatch)
    text = (await house.card("/model reset")).text
    assert text.startswith("The choice for this channel is taken back.\nI can't reach the engine")


async def test_an_engine_that_never_answers_is_told_as_unreachable(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent() -> Sequence[ModelInfo]:
        await asyncio.Event().wait()
        return ()

    monkeypatch.setattr(house.engine, "models", silent)
    with pytest.raises(EngineUnreachable):
        await parts.promptly(house.engine, house.engine.models(), seconds=0.01)


async def test_names_are_completed_from_the_engine_without_those_that_cannot_chat(house: House) -> None:
    command = house.registry.named("model")
    offered = await house.registry.completions(house.invocation, command, "name")
    assert offered == ("owl:3b", "lark:latest", "reset")
    house.engine.offers = [*house.engine.offers, ModelInfo("larkspur")]
    assert await house.registry.completions(house.invocation, command, "name", typed="lark") == (
        "lark:latest",
        "larkspur",
    )


async def test_the_card_speaks_czech(house: House) -> None:
    house.in_czech()
    card = await house.card("/model lark kanál")
    assert card.text == "Model lark:latest je odteď připnutý pro tento kanál."
    row = (await house.card("/model")).tables[0].rows[0]
    assert (row[2], row[5], row[6]) == ("1,9 GB", "konverzace, nástroje", "načtený")
