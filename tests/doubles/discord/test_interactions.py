"""Commands, buttons, menus and forms: what a person does with them, and how long a bot may take."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from discord import app_commands

from tests.doubles.discord import Channel, Discord, Guild, Impossible, Person
from tests.doubles.discord.conftest import Bot, code_of, connected


@pytest.fixture
def team(service: Discord) -> Guild:
    return service.guild()


@pytest.fixture
def general(team: Guild) -> Channel:
    return team.channel("general")


@pytest.fixture
def anna(team: Guild) -> Person:
    return team.person("Anna", locale="cs")


@pytest.fixture
async def online(service: Discord, team: Guild) -> AsyncIterator[Bot]:
    async with connected(service) as bot:
        bot.tree.add_command(_model)
        bot.tree.add_command(_Settings())
        await bot.tree.sync()
        yield bot


@app_commands.command(name="model", description="Choose a model")
async def _model(interaction: discord.Interaction, name: str, file: discord.Attachment | None = None) -> None:
    size = len(await file.read()) if file else 0
    await interaction.response.send_message(f"{name} {interaction.locale} {size}", ephemeral=True)
    await interaction.followup.send("and more")
    await interaction.edit_original_response(content=f"{name} chosen")


@_model.autocomplete("name")
async def _names(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{typed}{n}", value=str(n)) for n in range(3)]


class _Settings(app_commands.Group):
    def __init__(self) -> None:
        super().__init__(
            name="settings", description="How things are", default_permissions=discord.Permissions(manage_guild=True)
        )

    @app_commands.command(name="allow", description="Answer here")
    async def allow(self, interaction: discord.Interaction, channel: discord.TextChannel, role: discord.Role) -> None:
        await interaction.response.send_message(f"{channel.name} {role.name}")


class _Reason(discord.ui.Modal):
    def __init__(self) -> None:
        super().__init__(title="Why?", custom_id="sova:reason:1")
        self.reason: discord.ui.TextInput[_Reason] = discord.ui.TextInput(
            label="Reason", custom_id="sova:text", max_length=10
        )
        self.add_item(self.reason)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"because {self.reason.value}", ephemeral=True)


class _Buttons(discord.ui.View):
    @discord.ui.button(label="Stop", custom_id="sova:stop:1")
    async def end(self, interaction: discord.Interaction, _: discord.ui.Button["_Buttons"]) -> None:
        await interaction.response.edit_message(content="stopped")

    @discord.ui.button(emoji="👎", custom_id="sova:down:1")
    async def down(self, interaction: discord.Interaction, _: discord.ui.Button["_Buttons"]) -> None:
        await interaction.response.send_modal(_Reason())

    @discord.ui.button(label="Off", custom_id="sova:off:1", disabled=True)
    async def off(self, interaction: discord.Interaction, _: discord.ui.Button["_Buttons"]) -> None:
        raise AssertionError

    @discord.ui.select(
        custom_id="sova:models:1", placeholder="Model", options=[discord.SelectOption(label="A", value="a")]
    )
    async def choose(self, interaction: discord.Interaction, menu: discord.ui.Select["_Buttons"]) -> None:
        await interaction.response.defer()
        await interaction.followup.send(f"chosen {menu.values[0]}")


async def test_a_command_is_answered_for_one_person_and_followed_up(
    service: Discord, online: Bot, general: Channel, anna: Person
) -> None:
    sent = anna.slash(general, "model", name="llama3", file=("a.txt", b"abc"))
    answer = await service.until(lambda: sent.answer)
    await service.until(lambda: answer.edits)
    assert answer.versions[0].text == "llama3 cs 3"
    assert (answer.text, answer.is_ephemeral) == ("llama3 chosen", True)
    assert [post.text for post in sent.follow_ups] == ["and more"]


async def test_what_is_offered_while_one_types_is_seen(
    service: Discord, online: Bot, general: Channel, anna: Person
) -> None:
    sent = anna.completes(general, "model", "name", "lla")
    assert await service.until(lambda: sent.choices) == ["lla0", "lla1", "lla2"]


async def test_a_subcommand_takes_channels_and_roles_and_those_who_may(
    service: Discord, online: Bot, team: Guild, general: Channel, anna: Person
) -> None:
    with pytest.raises(Impossible, match="default-member-permissions"):
        anna.slash(general, "settings allow", channel=general, role=team.role("x"))
    admins = team.role("Admins", permissions=discord.Permissions(manage_guild=True))
    boss = team.person("Boss", roles=[admins])
    sent = boss.slash(general, "settings allow", channel=general, role=admins)
    answer = await service.until(lambda: sent.answer)
    assert answer.text == "general Admins"


async def test_a_command_that_nobody_registered_cannot_be_sent(general: Channel, anna: Person) -> None:
    with pytest.raises(Impossible, match="/stats"):
        anna.slash(general, "stats")


async def test_a_button_changes_the_message_that_it_stands_on(
    service: Discord, online: Bot, general: Channel, anna: Person
) -> None:
    await online.get_partial_messageable(general.id).send("working", view=_Buttons())
    (answer,) = general.answers
    sent = anna.clicks(answer, "stop")
    await service.until(lambda: answer.text == "stopped")
    assert sent.answer == answer
    for button in ("Off", "Nothing"):
        with pytest.raises(Impossible):
            anna.clicks(answer, button)


async def test_a_form_is_filled_in_and_sent(service: Discord, online: Bot, general: Channel, anna: Person) -> None:
    await online.get_partial_messageable(general.id).send("an answer", view=_Buttons())
    shown = anna.clicks(general.answers[0], "👎")
    await service.until(lambda: shown.modal)
    sent = anna.submits(shown, text="wrong")
    answer = await service.until(lambda: sent.answer)
    assert (answer.text, answer.is_ephemeral) == ("because wrong", True)


async def test_one_of_a_menu_is_chosen(service: Discord, online: Bot, general: Channel, anna: Person) -> None:
    await online.get_partial_messageable(general.id).send("which?", view=_Buttons())
    with pytest.raises(Impossible, match="isn't among"):
        anna.chooses(general.answers[0], "models", "b")
    sent = anna.chooses(general.answers[0], "models", "a")
    assert [post.text for post in await service.until(lambda: sent.follow_ups)] == ["chosen a"]


async def test_in_a_direct_message_too(service: Discord, online: Bot, anna: Person) -> None:
    sent = anna.slash(service.direct(anna), "model", name="phi3")
    assert [post.text for post in await service.until(lambda: sent.follow_ups)] == ["and more"]
    assert sent.is_answered


@pytest.fixture
async def asked(service: Discord, general: Channel, anna: Person) -> AsyncIterator[discord.Interaction]:
    async with connected(service) as bot:
        await bot.http.bulk_upsert_global_commands(
            service.world.application_id, [{"name": "ask", "description": "Ask", "type": 1}]
        )
        coming = asyncio.create_task(bot.wait_for("interaction"))
        await asyncio.sleep(0)
        anna.slash(general, "ask")
        yield await coming


async def test_three_seconds_are_all_there_is_for_the_first_word(service: Discord, asked: discord.Interaction) -> None:
    service.advance(3)
    with pytest.raises(discord.NotFound) as caught:
        await asked.response.send_message("late")
    assert code_of(caught) == (404, 10062)


async def test_there_is_one_first_word(service: Discord, asked: discord.Interaction) -> None:
    await asked.response.defer()
    asked.response._response_type = None
    with pytest.raises(discord.HTTPException) as caught:
        await asked.response.send_message("again")
    assert code_of(caught) == (400, 40060)


async def test_after_a_quarter_of_an_hour_the_token_is_no_good(service: Discord, asked: discord.Interaction) -> None:
    await asked.response.defer(thinking=True)
    service.advance(14 * 60)
    await asked.edit_original_response(content="in time")
    service.advance(2 * 60)
    for late in (asked.edit_original_response(content="late"), asked.followup.send("late")):
        with pytest.raises(discord.HTTPException) as caught:
            await late
        assert code_of(caught) == (401, 50027)


async def test_whoever_says_nothing_has_failed_and_whoever_is_thinking_has_not(
    service: Discord, general: Channel, anna: Person, asked: discord.Interaction
) -> None:
    sent = anna.slash(general, "ask")
    assert not sent.has_failed
    service.advance(3)
    assert sent.has_failed


async def test_thinking_is_seen_until_the_answer_is_there(
    service: Discord, general: Channel, asked: discord.Interaction
) -> None:
    await asked.response.defer(thinking=True)
    (post,) = general.answers
    assert post.is_loading
    await asked.edit_original_response(content="done")
    assert (post.text, post.is_loading) == ("done", False)


@pytest.mark.parametrize(("with_response", "status"), [("true", 200), ("false", 204)])
async def test_what_became_of_an_answer_is_told_to_whoever_asks(
    service: Discord, asked: discord.Interaction, with_response: str, status: int
) -> None:
    told = {"type": 4, "data": {"content": "Hello"}}
    answer, body = await called_back(service, asked, told, with_response=with_response)
    assert (answer.status, "Hello" in body) == (status, status == 200)


@pytest.mark.parametrize(("choices", "status"), [(25, 204), (26, 400)])
async def test_no_more_than_twenty_five_choices_are_offered(
    service: Discord, asked: discord.Interaction, choices: int, status: int
) -> None:
    told = {"type": 8, "data": {"choices": [{"name": str(n), "value": str(n)} for n in range(choices)]}}
    answer, _ = await called_back(service, asked, told)
    assert answer.status == status


async def called_back(
    service: Discord, asked: discord.Interaction, told: object, **params: str
) -> tuple[aiohttp.ClientResponse, str]:
    url = f"{service.api_url}/interactions/{asked.id}/{asked.token}/callback"
    async with aiohttp.ClientSession() as session, session.post(url, json=told, params=params) as answer:
        return answer, await answer.text()


def option(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "description": "x", "type": 3, **more}


CHOICES = [{"name": str(n), "value": str(n)} for n in range(26)]
LONG = [option(f"o{n}", description="x" * 100, choices=[{"name": "n" * 100, "value": "v"}] * 25) for n in range(4)]


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Ask"},
        {"name": "a b"},
        {"description": ""},
        {"description": "x" * 101},
        {"name_localizations": {"cs": "Zeptej se"}},
        {"options": [option(f"o{n}") for n in range(26)]},
        {"options": [option("a"), option("b", required=True)]},
        {"options": [option("a", choices=CHOICES)]},
        {"options": [option("a", choices=CHOICES[:2], autocomplete=True)]},
        {"options": [option("a", type=1, options=[option("B")])]},
        {"options": LONG},
    ],
)
async def test_a_command_that_discord_would_not_take_is_not_registered(
    service: Discord, bot: Bot, changed: dict[str, object]
) -> None:
    with pytest.raises(discord.HTTPException) as caught:
        await registered(service, bot, [{"name": "ask", "description": "Ask", **changed}])
    assert code_of(caught) == (400, 50035)


async def test_commands_are_at_most_a_hundred_and_have_names_of_their_own(service: Discord, bot: Bot) -> None:
    hundred: list[dict[str, object]] = [{"name": f"c{n}", "description": "x"} for n in range(100)]
    await registered(service, bot, hundred)
    with pytest.raises(discord.HTTPException) as caught:
        await registered(service, bot, [*hundred, {"name": "one-more", "description": "x"}])
    assert code_of(caught) == (400, 30032)
    with pytest.raises(discord.HTTPException) as twice:
        await registered(service, bot, hundred[:1] * 2)
    assert code_of(twice) == (400, 50035)


async def registered(service: Discord, bot: Bot, commands: list[dict[str, object]]) -> None:
    route = discord.http.Route("PUT", "/applications/{app}/commands", app=service.world.application_id)
    await bot.http.request(route, json=commands)


async def test_what_is_registered_replaces_what_was(service: Discord, bot: Bot) -> None:
    for name in ("ask", "zeptej-se"):
        await bot.http.bulk_upsert_global_commands(
            service.world.application_id, [{"name": name, "description": "Ask", "type": 1}]
        )
    registered = await bot.http.get_global_commands(service.world.application_id)
    assert [command["name"] for command in registered] == ["zeptej-se"]
