"""A picture in Discord and in Slack, with the whole of Sova: who sees it, and what is said by a model that doesn't."""

import asyncio

from tests.bot.attachments.drawn import drawn
from tests.end_to_end import slack_office
from tests.end_to_end import test_discord as discord_office
from tests.end_to_end.slack_office import Office
from tests.end_to_end.test_discord import Office as Guild

guild = discord_office.office
manifest, office = slack_office.manifest, slack_office.office

MODELS = ("echo", "hawk")
SETTINGS = {"SOVA_VISION_MODELS": "hawk"}
PICTURE = drawn("PNG")


async def test_in_discord_a_model_that_does_not_see_says_so_and_names_one_that_does(guild: Guild) -> None:
    guild.engine.models = MODELS
    async with guild.serving(**SETTINGS):
        await guild.discord.until_ready()
        guild.general.says(guild.anna, "What is on it?", mention=True, files=[("roof.png", PICTURE)])
        async with asyncio.timeout(20):
            answer = await guild.answer("You asked")
    assert "I can't see roof.png" in answer.text
    assert "/model hawk" in answer.text
    assert (guild.engine.asked_models, guild.engine.pictures) == (["echo"], [[]])


async def test_in_slack_a_model_that_sees_is_shown_the_picture_above_the_question(office: Office) -> None:
    office.engine.models = MODELS
    async with office.serving(**SETTINGS, SOVA_MODEL="hawk"):
        above = await office.petr.says(office.general, "Look at this roof.", files=[("roof.png", PICTURE)])
        await office.jana.says(office.general, "Whose is it?", mention=True, thread=above)
        answer = await office.answer("Whose is it?")
    assert "can't see" not in answer.text
    assert (office.engine.asked_models, office.engine.pictures) == (["hawk"], [[PICTURE]])
