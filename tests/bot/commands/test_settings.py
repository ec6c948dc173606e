from dataclasses import replace

import pytest

from bot.access import Permission
from bot.commands.cards import Card
from bot.commands.place_values import COMMAND, Reset, Set, SetModel, Show, read
from bot.errors import AssistantError, BadArgument, CannotChat, MissingArgument, NotAllowed, UnknownModel
from bot.messages import Author, ConversationKey
from bot.ports import AnswerIn, ChosenHere, PinScope, PlaceChoices, PlaceLanguage, PlaceLevel, PlaceOption
from tests.bot.commands.conftest import CHANNEL, House

BOSS = Author("boss", "Boss")


@pytest.fixture
def bossy(house: House) -> House:
    """An administrator types."""
    house.invocation = replace(house.invocation, author=BOSS)
    return house


def rows(card: Card) -> dict[str, tuple[str, ...]]:
    (table,) = card.tables
    return {name: tuple(values) for name, *values in table.rows}


async def test_at_first_nothing_is_set(bossy: House) -> None:
    card = await bossy.card("/settings")
    assert set(rows(card).values()) == {("–", "–")}
    assert card.actions == ()


async def test_what_is_set_is_shown_for_the_channel_and_the_server(bossy: House) -> None:
    await bossy.card("/settings answer_in reply")
    await bossy.card("/settings language cs server")
    await bossy.card("/settings knowledge hr,. workspace")
    await bossy.card("/settings model lark")
    card = await bossy.card('/settings channels "here, <#C9|random>"')
    assert card.text.startswith("Done. It holds for the whole server")
    assert rows(card) == {
        "Where I answer": ("as a reply", "–"),
        "My own language": ("–", "Czech"),
        "Model": ("lark:latest", "–"),
        "Documents searched": ("–", "., hr"),
        "Channels with me": ("–", "C9, general"),
    }
    chosen = await bossy.places.chosen(CHANNEL)
    assert chosen == ChosenHere(
        PlaceChoices(AnswerIn.REPLY),
        PlaceChoices(None, PlaceLanguage.CZECH, frozenset({"hr", ".", ""}), frozenset({"general", "C9"})),
    )


async def test_the_channel_s_model_is_its_pin_and_not_stored_twice(bossy: House) -> None:
    bossy.in_thread()
    await bossy.card("/settings model lark")
    (pin,) = await bossy.pins.pins(CHANNEL, BOSS)
    assert (pin.scope, pin.model) == (PinScope.CHANNEL, "lark:latest")
    assert await bossy.places.chosen(CHANNEL) == ChosenHere()
    assert (await bossy.card("/settings model reset")).text.startswith("One setting is taken back.")
    assert await bossy.pins.pins(CHANNEL, BOSS) == []


async def test_the_buttons_take_everything_back_at_their_level(bossy: House) -> None:
    await bossy.card("/settings answer_in reply")
    await bossy.card("/settings model lark")
    card = await bossy.card("/settings language auto workspace")
    assert [action.command for action in card.actions] == [
        "settings all reset channel",
        "settings all reset workspace",
    ]
    card = await bossy.card(f"/{card.actions[0].command}")
    assert card.text.startswith("2 settings are taken back.")
    assert [action.command for action in card.actions] == ["settings all reset workspace"]
    await bossy.card(f"/{card.actions[0].command}")
    assert await bossy.places.chosen(CHANNEL) == ChosenHere()


async def test_a_channel_that_is_not_in_the_list_is_said_to_be_closed(bossy: House) -> None:
    closed = "I don't answer questions in this channel"
    assert closed in (await bossy.card("/settings channels none")).text
    assert closed not in (await bossy.card("/settings channels here")).text
    assert closed in (await bossy.card("/settings channels C9")).text
    assert closed not in (await bossy.card("/settings channels all")).text


async def test_only_administrators_see_and_change_it_and_each_use_is_written_down(house: House) -> None:
    for text in ("/settings", "/settings language cs"):
        with pytest.raises(NotAllowed) as refused:
            await house.card(text)
        assert refused.value.needed == Permission.ADMINISTER
    house.invocation = replace(house.invocation, author=BOSS)
    await house.card("/settings language cs")
    assert [(entry.author, entry.allowed, entry.parameters.get("value")) for entry in house.audit.entries] == [
        ("U1", False, None),
        ("U1", False, "cs"),
        ("boss", True, "cs"),
    ]


async def test_it_is_typed_and_told_in_czech(bossy: House) -> None:
    bossy.in_czech()
    card = await bossy.card("/settings jazyk čeština kanál")
    assert card.text.startswith("Hotovo. Od teď to platí pro tento kanál.")
    assert rows(card)["Můj vlastní jazyk"] == ("čeština", "–")
    card = await bossy.card("/settings odpovědi vlákno server")
    assert rows(card)["Kam odpovídám"] == ("–", "do vlákna")
    assert (await bossy.card("/settings vše zpět")).text.startswith("Jedno nastavení je zrušeno.")
    assert (await bossy.card("/settings vše zpět")).text.startswith("Nebylo co rušit.")


async def test_at_the_terminal_there_is_nothing_to_set(bossy: House) -> None:
    bossy.invocation = replace(bossy.invocation, conversation=ConversationKey("terminal", "host", "default"))
    card = await bossy.card("/settings language cs")
    assert "The terminal has no channels" in card.text
    assert await bossy.places.chosen(bossy.invocation.conversation) == ChosenHere()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("/settings colour blue", BadArgument),
        ("/settings language", MissingArgument),
        ("/settings language de", BadArgument),
        ("/settings answer_in sky", BadArgument),
        ("/settings knowledge finance", BadArgument),
        ("/settings knowledge ,", BadArgument),
        ("/settings channels @everyone", BadArgument),
        ("/settings channels here channel", BadArgument),
        ("/settings model lark workspace", BadArgument),
        ("/settings all cs", BadArgument),
        ("/settings model nobody", UnknownModel),
        ("/settings model embedder", CannotChat),
    ],
)
async def test_what_cannot_be_set_changes_nothing(bossy: House, text: str, error: type[AssistantError]) -> None:
    with pytest.raises(error):
        await bossy.card(text)
    assert await bossy.places.chosen(CHANNEL) == ChosenHere()
    assert bossy.pins.kept == {}


async def test_likely_values_are_offered(bossy: House) -> None:
    command = bossy.registry.named(COMMAND)
    offered = await bossy.registry.completions(bossy.invocation, command, "value")
    assert {"thread", "cs", "here", "hr", ".", "reset", "owl:3b"} <= set(offered)
    assert "embedder" not in offered


def test_values_are_read_for_the_level_that_they_are_for() -> None:
    def what(**values: str) -> object:
        return read(values, channel="c1", scopes=frozenset({"hr"}))

    channel, workspace = PlaceLevel.CHANNEL, PlaceLevel.WORKSPACE
    assert what() == Show()
    assert what(option="model", value="owl") == SetModel("owl")
    assert what(option="language", value="EN") == Set(channel, PlaceChoices(language=PlaceLanguage.ENGLISH))
    assert what(option="knowledge", value="hr/") == Set(channel, PlaceChoices(knowledge=frozenset({"hr"})))
    assert what(option="channels", value="here") == Set(workspace, PlaceChoices(channels=frozenset({"c1"})))
    assert what(option="channels", value="all") == Reset(workspace, (PlaceOption.CHANNELS,))
    assert what(option="all", value="reset") == Reset(channel, tuple(PlaceOption), model=True)
    assert what(option="all", value="reset", where="workspace") == Reset(workspace, tuple(PlaceOption))
