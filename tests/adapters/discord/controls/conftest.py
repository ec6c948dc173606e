"""The commands and buttons in a Discord of their own."""

from pathlib import Path

import pytest
import simcord

from tests.adapters.discord.controls.stage import Behind, ControlledClient, Scene, behind, scene


@pytest.fixture
def made(tmp_path: Path) -> Behind:
    return behind(tmp_path)


@pytest.fixture
def simcord_bot(made: Behind) -> ControlledClient:
    return ControlledClient(made.controls(), made.receive)


@pytest.fixture
def stage(simcord_env: simcord.Env, simcord_bot: ControlledClient, made: Behind) -> Scene:
    return scene(simcord_env, simcord_bot, made)
