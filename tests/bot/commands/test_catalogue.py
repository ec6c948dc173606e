import pytest

from bot.access import Permission
from bot.messages import Language
from bot.wording import speak
from tests.bot.commands.conftest import House

NAMES = ["help", "model", "stats", "stop", "regenerate", "forget"]
DISCORD_LIMIT = 100
"""Characters of a slash command's or an option's description, as Discord bounds them."""


def test_every_command_is_there_in_the_order_of_help(house: House) -> None:
    assert [command.name for command in house.registry.commands] == NAMES


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", NAMES)
def test_every_command_and_parameter_is_described_in_every_language(
    name: str, language: Language, house: House
) -> None:
    say = speak(language)
    command = house.registry.named(name)
    described = [command.description(say)]
    described += [command.parameter_description(parameter, say) for parameter in command.parameters]
    assert all(0 < len(description) <= DISCORD_LIMIT for description in described)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("permission", Permission)
def test_every_permission_has_a_name_in_every_language(permission: Permission, language: Language) -> None:
    assert speak(language)(f"permission-{permission}")
