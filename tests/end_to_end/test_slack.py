"""The whole of Sova in processes of its own, on a Slack that is reached over real sockets."""

import asyncio
import socket
from dataclasses import replace

import pytest

from tests.doubles.discord import Discord
from tests.end_to_end import slack_office
from tests.end_to_end.slack_office import Office, control

manifest, office = slack_office.manifest, slack_office.office


async def test_a_mention_is_answered_in_its_thread_and_so_is_who_goes_on_there_or_asks_while_sova_is_away(
    office: Office,
) -> None:
    office.engine.says = "Ask <!channel>, <@U0000001> or https://evil.example"
    async with office.serving():
        post = await office.asks()
        answer = await office.answer("Ask")
        assert office.general.statuses, "nothing was shown meanwhile"
        office.engine.says = ""
        await office.jana.says(office.general, "And for twins?", thread=post)
        await office.answer("And for twins?")
    assert (answer.pings, answer.unfurls, office.general.status(post)) == ([], False, "")
    await office.jana.says(office.general, "And in Norway?", mention=True, thread=post)
    async with office.serving():
        await office.answer("And in Norway?")
        await office.slack.advance(61)
        await office.slack.advance(301)
    assert [answer.thread for answer in office.general.answers] == [post.ts] * 3
    assert not office.slack.api.limited


async def test_a_worker_answers_what_a_gateway_took_in(office: Office) -> None:
    async with office.running("serve", "--platforms", "slack"), office.running("worker"):
        await office.slack.until_connected(2)
        await office.answered()
    assert len(office.general.answers) == 1


async def test_slack_and_discord_are_served_together_and_nothing_crosses(office: Office) -> None:
    async with Discord() as discord:
        guild = discord.guild()
        lobby, anna = guild.channel("general"), guild.person("Anna")
        settings = {
            "SOVA_DISCORD_TOKEN": discord.token,
            "SOVA_DISCORD_API_URL": discord.api_url,
            "SOVA_DISCORD_GATEWAY_URL": discord.gateway_url,
            "SOVA_ENGINE_PARALLEL": "2",
        }
        office.engine.may_end.clear()
        async with office.serving(**settings):
            await discord.until_ready()
            post = await office.asks(text="What is red?")
            lobby.says(anna, "What is blue?", mention=True)
            thread, *_ = await discord.until(lambda: guild.threads)
            await asyncio.gather(office.slack.seen(office.general), discord.until(lambda: thread.answers))
            office.engine.may_end.set()
            await office.answer("What is red?.")
            await discord.until(lambda: [one for one in thread.answers if "What is blue?." in one.text])
            await office.jana.says(office.general, "And dark?", thread=post)
            await office.answer("And dark?")
            forgot = anna.slash(thread, "forget")
            await discord.until(
                lambda: [one for one in (forgot.answer, *forgot.follow_ups) if one and "erased" in one.text]
            )
            await office.jana.says(office.general, "And bright?", thread=post)
            await office.answer("And bright?")
    told = office.engine.prompts[-1]
    assert ("What is red?" in told, "And dark?" in told, "blue" in told) == (True, True, False)
    assert len(office.general.answers) == 3


async def test_a_wrong_token_ends_it_with_what_to_click(office: Office) -> None:
    settings = {**office.sova.settings, "SOVA_SLACK_BOT_TOKEN": "xoxb-no-secret"}
    ran = await replace(office.sova, settings=settings)("serve")
    assert ran.code == 2
    assert "SOVA_SLACK_BOT_TOKEN" in ran.aside
    assert "api.slack.com/apps" in ran.aside
    assert not [word for word in ("Traceback", "no-secret") if word in ran.aside]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SOVA_SLACK_APP_TOKEN", "xoxb-the-other", "xapp-"),
        ("SOVA_SLACK_APP_TOKEN", "", "docs/slack.md"),
        ("SOVA_SLACK_API_URL", "slack.com", "SOVA_SLACK_API_URL"),
    ],
)
async def test_a_setting_that_does_not_fit_is_named(office: Office, name: str, value: str, told: str) -> None:
    ran = await replace(office.sova, settings={**office.sova.settings, name: value})("serve")
    assert ran.code == 2
    assert name in ran.aside
    assert told in ran.aside


async def test_over_http_questions_and_presses_are_answered_too(office: Office) -> None:
    port = free_port()
    async with office.running("serve", SOVA_SLACK_MODE="http", SOVA_SLACK_HTTP_PORT=str(port)):
        await office.slack.until(lambda: [one for one in office.slack.api.calls if one.method == "users.conversations"])
        await office.slack.uses_http(f"http://127.0.0.1:{port}/slack/events")
        answer = await office.answered()
        office.engine.says = "Half a year."
        await office.jana.presses(answer, control(answer, "again"))
        assert await office.answer("Half a year.") == answer
    assert office.slack.sockets.opened == 0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
