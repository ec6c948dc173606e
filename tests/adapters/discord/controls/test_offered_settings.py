"""What is offered while somebody types `/settings`, and to whom."""

import discord
import pytest

from bot.ports import AnswerIn
from tests.adapters.discord.controls.stage import Scene

HIDDEN = discord.PermissionOverwrite(view_channel=False)


async def offered(stage: Scene, typed: str = "", **filled: str) -> list[str]:
    choices = await stage.boss.autocomplete(stage.channel, "settings", "value", typed, **filled)
    return [choice["value"] for choice in choices]


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("answer_in", [*AnswerIn, "reset"]),
        ("model", ["owl:3b", "lark:7b", "reset"]),
        ("knowledge", [".", "reset"]),
        ("channels", ["here", "all", "none", "#general", "reset"]),
    ],
)
async def test_the_values_of_the_option_that_is_filled_in_are_offered(
    stage: Scene, option: str, values: list[str]
) -> None:
    assert await offered(stage, option=option) == values


async def test_channels_are_those_that_the_person_sees_and_no_categories(stage: Scene) -> None:
    stage.guild.create_text_channel("board", overwrites={stage.boss: HIDDEN})
    stage.guild.create_text_channel("birds", overwrites={stage.ana: HIDDEN})
    assert await offered(stage, "#", option="channels") == ["#birds", "#general"]


async def test_who_is_no_administrator_is_offered_nothing(stage: Scene) -> None:
    assert await stage.ana.autocomplete(stage.channel, "settings", "value", "", option="channels") == []
