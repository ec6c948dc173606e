from pathlib import Path

import pytest

from bot.access import Access, Permission
from bot.assistant import Assistant
from bot.commands.cards import Card
from bot.commands.catalogue import Parts, build_registry, outlined_commands
from bot.commands.command import Command, Invocation, Values
from bot.messages import Language
from bot.models.selection import ModelSelection
from bot.stats.hardware import HardwareProbe
from bot.wording import speak
from tests.bot.commands.conftest import House, nobody
from tests.doubles.memory import MemoryAudit, MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import ScriptedEngine

NAMES = ["help", "model", "persona", "stats", "stop", "regenerate", "forget", "privacy", "settings"]
DISCORD_LIMIT = 100
"""Characters of a slash command's or an option's description, as Discord bounds them."""


def test_every_command_is_there_in_the_order_of_help(house: House) -> None:
    assert [command.name for command in house.registry.commands] == NAMES


def test_what_is_about_documents_stands_beside_the_models(tmp_path: Path) -> None:
    async def nothing(_invocation: Invocation, _values: Values) -> Card:
        return Card("")

    class Documents:
        def commands(self) -> tuple[Command, ...]:
            return (Command("sources", nothing), Command("knowledge", nothing))

    engine, history, latency = ScriptedEngine(), MemoryHistory(), MemoryLatencyLog()
    selection = ModelSelection(engine, history.pins, default=None)
    registry = build_registry(
        Parts(
            access=Access(frozenset()),
            audit=MemoryAudit(),
            engine=engine,
            pins=history.pins,
            selection=selection,
            memory=history,
            latency=latency,
            hardware=HardwareProbe(disk_of=tmp_path),
            answers=Assistant(engine=engine, history=history, selection=selection, latency=latency),
            find_contacts=nobody,
            documents=(Documents(),),
        )
    )
    assert [command.name for command in registry.commands] == [*NAMES[:2], "sources", "knowledge", *NAMES[3:-1]]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("command", outlined_commands(), ids=lambda command: command.name)
def test_every_command_and_parameter_is_described_in_every_language(command: Command, language: Language) -> None:
    say = speak(language)
    described = [command.description(say)]
    described += [
        command.parameter_description(parameter, say) for parameter in command.parameters if parameter.offered
    ]
    assert all(0 < len(description) <= DISCORD_LIMIT for description in described)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("permission", Permission)
def test_every_permission_has_a_name_in_every_language(permission: Permission, language: Language) -> None:
    assert speak(language)(f"permission-{permission}")
