import json

import pytest
import simcord

from adapters.discord.controls.registering import Registration
from bot.commands.cards import Card
from bot.commands.command import Command, Invocation, Values
from tests.adapters.discord.controls.stage import Scene


async def run(_invocation: Invocation, _values: Values) -> Card:
    return Card("New")


def registered(env: simcord.Env) -> list[str]:
    """Where commands were registered, in order."""
    return [entry.path for entry in env.http_requests if entry.method == "PUT" and entry.path.endswith("/commands")]


async def test_commands_are_registered_once_and_not_at_every_start(stage: Scene) -> None:
    assert len(registered(stage.env)) == 1

    await stage.restart()

    assert len(registered(stage.env)) == 1
    assert (await stage.ana.slash(stage.channel, "stop")).acknowledged


async def test_a_new_command_is_registered(stage: Scene) -> None:
    stage.behind.registry.add(Command("stats-new", run))

    await stage.restart()

    assert len(registered(stage.env)) == 2
    assert "stats-new" in stage.ana.available_commands(stage.channel)


async def test_changed_words_are_registered(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "adapters.discord.controls.localizing.WordingTranslator.translate", lambda *_: _nothing_translated()
    )

    await stage.restart()

    assert len(registered(stage.env)) == 2


async def _nothing_translated() -> None:
    return None


async def test_in_development_commands_are_registered_in_one_server(stage: Scene) -> None:
    stage.behind.registration = Registration(stage.behind.registration.file, guild=stage.guild.id)

    await stage.restart()

    assert registered(stage.env)[-1].endswith(f"/guilds/{stage.guild.id}/commands")


async def test_what_could_not_be_registered_is_tried_at_the_next_start(stage: Scene) -> None:
    stage.behind.registry.add(Command("stats-new", run))
    stage.env.inject_error("PUT", "/applications/*/commands", status=503)
    await stage.restart()
    assert "stats-new" not in stage.ana.available_commands(stage.channel)
    assert (await stage.ana.slash(stage.channel, "stop")).acknowledged

    await stage.restart()

    assert "stats-new" in stage.ana.available_commands(stage.channel)


async def test_a_spoilt_memory_of_what_was_registered_only_means_once_more(stage: Scene) -> None:
    stage.behind.registration.file.write_text("[not json")

    await stage.restart()

    assert len(registered(stage.env)) == 2
    assert json.loads(stage.behind.registration.file.read_text())
