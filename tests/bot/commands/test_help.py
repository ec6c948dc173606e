import pytest

from bot.commands.cards import Card
from bot.commands.command import Command, Invocation, Values
from bot.errors import UnknownCommand
from tests.bot.commands.conftest import House, values


async def test_help_lists_every_command_with_its_usage_and_one_line(house: House) -> None:
    (table,) = (await house.card("/help")).tables
    assert [row[0] for row in table.rows] == [command.usage for command in house.registry.commands]
    assert ("/model [name] [scope]", "Show which model answers here, or choose another one") in table.rows


async def test_a_lone_slash_is_help(house: House) -> None:
    assert await house.card("/") == await house.card("/help")


@pytest.mark.parametrize("named", ["model", "/model", "MODEL"])
async def test_help_for_a_command_tells_its_parameters_choices_and_permission(named: str, house: House) -> None:
    card = await house.card(f"/help {named}")
    assert card.title == "/model [name] [scope]"
    (table,) = card.tables
    assert [(row[0], row[2], row[3]) for row in table.rows] == [
        ("name", "–", "optional"),
        ("scope", "thread, channel, user, workspace, global", "optional"),
    ]
    assert values(card) == {"Who may use it": "anyone who may ask me"}


async def test_help_for_a_command_without_parameters_has_no_table(house: House) -> None:
    assert (await house.card("/help stop")).tables == ()


async def test_help_for_a_mistyped_command_gets_the_nearest(house: House) -> None:
    with pytest.raises(UnknownCommand) as caught:
        await house.card("/help modle")
    assert caught.value.nearest == ("/model",)


async def test_help_completes_the_names_of_commands(house: House) -> None:
    command = house.registry.named("help")
    assert list(await house.registry.completions(house.invocation, command, "command", typed="st")) == ["stats", "stop"]


async def test_help_speaks_czech(house: House) -> None:
    house.in_czech()
    assert (await house.card("/help")).title == "Příkazy"


async def test_what_is_for_buttons_alone_is_not_listed_and_works_all_the_same(house: House) -> None:
    async def hidden(_invocation: Invocation, _values: Values) -> Card:
        return Card("done")

    house.registry.add(Command("vote", hidden, listed=False))
    (table,) = (await house.card("/help")).tables
    assert "/vote" not in [row[0] for row in table.rows]
    assert (await house.card("/vote")).title == "done"
