from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.access import Access, Permission
from bot.commands.cards import Card
from bot.commands.places.values import COMMAND, Reset, Set, SetModel, Show, read
from bot.errors import AssistantError, BadArgument, CannotChat, MissingArgument, NotAllowed, NoWorkspace, UnknownModel
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
    assert card.text.startswith("Done. It holds for the whole workspace")
    assert rows(card) == {
        "Where I answer": ("in a thread: Slack knows no other replies", "–"),
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


async def test_the_workspace_s_model_is_its_pin_and_the_channel_s_comes_first(bossy: House) -> None:
    card = await bossy.card("/settings model lark server")
    assert card.text.startswith("Done. It holds for the whole workspace from now on.")
    assert rows(card)["Model"] == ("–", "lark:latest")
    (pin,) = await bossy.pins.pins(CHANNEL, BOSS)
    assert (pin.scope, pin.model) == (PinScope.WORKSPACE, "lark:latest")
    assert (await bossy.ask("who are you?")).model == "lark:latest"
    assert rows(await bossy.card("/settings model owl:3b channel"))["Model"] == ("owl:3b", "lark:latest")
    assert (await bossy.ask("and now?")).model == "owl:3b"
    assert (await bossy.card("/settings model RESET workspace")).text.startswith("One setting is taken back.")
    assert rows(await bossy.card("/settings"))["Model"] == ("owl:3b", "–")


async def test_what_model_sets_settings_shows_and_takes_back(bossy: House) -> None:
    await bossy.card("/model lark workspace")
    card = await bossy.card("/settings")
    assert rows(card)["Model"] == ("–", "lark:latest")
    assert [action.command for action in card.actions] == ["settings all reset workspace"]
    await bossy.card("/settings all reset workspace")
    assert "nobody has chosen" in (await bossy.card("/model")).text


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


def sees(bossy: House, **names: str) -> None:
    """The platform tells which channels the caller sees."""

    async def find() -> Mapping[str, str]:
        return names

    bossy.invocation = replace(bossy.invocation, find_channels=find)


async def test_channels_are_typed_and_shown_by_their_names_and_kept_by_their_ids(bossy: House) -> None:
    sees(bossy, C1="general", C2="čaj-a-káva", C3="Lounge")
    card = await bossy.card('/settings channels "#general, #čaj-a-káva lounge here"')
    assert (await bossy.places.chosen(CHANNEL)).workspace.channels == frozenset({"C1", "C2", "C3", "general"})
    assert rows(card)["Channels with me"] == ("–", "#Lounge, #general, #čaj-a-káva, general")
    await bossy.card("/settings channels C3")
    assert (await bossy.places.chosen(CHANNEL)).workspace.channels == frozenset({"C3"})


@pytest.mark.parametrize("typed", ["#random", "<#C9>", "C9"])
async def test_a_channel_that_the_caller_does_not_see_is_refused_rather_than_believed(bossy: House, typed: str) -> None:
    sees(bossy, C1="general")
    with pytest.raises(BadArgument):
        await bossy.card(f"/settings channels {typed}")
    assert await bossy.places.chosen(CHANNEL) == ChosenHere()


async def test_channels_of_one_name_are_told_apart_by_what_the_platform_writes(bossy: House) -> None:
    sees(bossy, C1="general", C2="general")
    with pytest.raises(BadArgument) as refused:
        await bossy.card("/settings channels #general")
    assert refused.value.expected == "<#C1>, <#C2>"
    await bossy.card("/settings channels <#C2>")
    assert (await bossy.places.chosen(CHANNEL)).workspace.channels == frozenset({"C2"})


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


async def test_a_direct_message_that_belongs_to_no_workspace_has_settings_of_its_own_alone(bossy: House) -> None:
    bossy.invocation = replace(bossy.invocation, conversation=ConversationKey("slack", "dm", "D1", direct=True))
    card = await bossy.card("/settings language cs")
    assert rows(card)["My own language"] == ("Czech",)
    assert "comes before" not in card.text
    for text in ("/settings language cs workspace", "/settings model lark workspace", "/settings channels here"):
        with pytest.raises(NoWorkspace):
            await bossy.card(text)


async def test_discord_s_workspaces_are_called_servers(bossy: House) -> None:
    bossy.registry.access = Access(admins=frozenset({"discord:boss"}))
    bossy.invocation = replace(bossy.invocation, conversation=ConversationKey("discord", "1", "2"))
    card = await bossy.card("/settings language cs workspace")
    assert card.text.startswith("Done. It holds for the whole server from now on.")
    assert card.tables[0].columns == ("Setting", "This channel", "Whole server")
    assert [action.label for action in card.actions] == ["Take back all for the whole server"]


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
        ("/settings channels #general", BadArgument),
        ("/settings channels here channel", BadArgument),
        ("/settings channels <#C1> channel", BadArgument),
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


async def offered(bossy: House, **given: str) -> set[str]:
    command = bossy.registry.named(COMMAND)
    invocation = replace(bossy.invocation, given=given)
    return set(await bossy.registry.completions(invocation, command, "value"))


async def test_likely_values_are_offered_for_the_option_that_is_chosen(bossy: House) -> None:
    sees(bossy, C1="general")
    assert await offered(bossy, option="answer_in") == {"thread", "reply", "reset"}
    assert await offered(bossy, option="jazyk") == {"en", "cs", "auto", "reset"}
    assert await offered(bossy, option="model") == {"owl:3b", "lark:latest", "reset"}
    assert await offered(bossy, option="knowledge") == {".", "hr", "it", "reset"}
    assert await offered(bossy, option="channels") == {"here", "all", "none", "#general", "reset"}
    assert await offered(bossy, option="all", unheard_of="x") == {"reset"}


async def test_before_an_option_is_chosen_the_values_of_all_are_offered(bossy: House) -> None:
    assert {"thread", "cs", "here", "hr", ".", "reset", "owl:3b"} <= await offered(bossy)


async def test_who_is_no_administrator_is_offered_nothing(house: House) -> None:
    assert await offered(house, option="model") == set()


def test_values_are_read_for_the_level_that_they_are_for() -> None:
    def what(**values: str) -> object:
        return read(values, channel="c1", scopes=frozenset({"hr"}))

    channel, workspace = PlaceLevel.CHANNEL, PlaceLevel.WORKSPACE
    assert what() == Show()
    assert what(option="model", value="owl") == SetModel(channel, "owl")
    assert what(option="model", value="owl", where="workspace") == SetModel(workspace, "owl")
    assert what(option="language", value="EN") == Set(channel, PlaceChoices(language=PlaceLanguage.ENGLISH))
    assert what(option="knowledge", value="hr/") == Set(channel, PlaceChoices(knowledge=frozenset({"hr"})))
    assert what(option="channels", value="here") == Set(workspace, PlaceChoices(channels=frozenset({"c1"})))
    assert what(option="channels", value="all") == Reset(workspace, (PlaceOption.CHANNELS,))
    assert what(option="all", value="reset") == Reset(channel, tuple(PlaceOption), model=True)
    assert what(option="all", value="reset", where="workspace") == Reset(workspace, tuple(PlaceOption), model=True)
