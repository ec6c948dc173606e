"""People can do what real ones can, and nothing more: a test that asks for more is wrong, and told so."""

import discord
import pytest
from simcord.backend.errors import BackendError

from tests.doubles.discord import Channel, Discord, Guild, Impossible, Person
from tests.doubles.discord.forms import Unfillable, filled
from tests.doubles.discord.options import NoSuchOption, autocompleting, chosen


@pytest.fixture
def team(service: Discord) -> Guild:
    return service.guild()


@pytest.fixture
def general(team: Guild) -> Channel:
    return team.channel("general")


@pytest.fixture
def anna(team: Guild) -> Person:
    return team.person("Anna")


@pytest.fixture
def stranger(service: Discord) -> Person:
    return service.guild("elsewhere").person("Stranger")


def test_nobody_talks_where_they_are_not(service: Discord, general: Channel, anna: Person, stranger: Person) -> None:
    with pytest.raises(BackendError, match="Missing Access"):
        general.says(stranger, "Hello")
    with pytest.raises(Impossible):
        service.direct(anna).says(stranger, "Hello")


def test_nobody_changes_what_another_wrote(general: Channel, anna: Person, team: Guild) -> None:
    post = general.says(anna, "mine")
    with pytest.raises(Impossible):
        team.person("Boris").edits(post, "yours")
    anna.edits(post, "still mine")
    assert post.text == "still mine"


def test_nobody_uses_what_they_do_not_see_or_what_has_gone(
    service: Discord, general: Channel, anna: Person, stranger: Person
) -> None:
    parts = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Stop", "custom_id": "stop"}]}]
    service.world.create_message(general.id, service.bot, "working", components=parts)
    (post,) = general.answers
    with pytest.raises(Impossible, match="doesn't see"):
        stranger.clicks(post, "stop")
    anna.deletes(post)
    with pytest.raises(Impossible, match="gone"):
        anna.clicks(post, "stop")


def test_nobody_sends_commands_where_they_are_not(general: Channel, stranger: Person) -> None:
    with pytest.raises(Impossible, match="doesn't see"):
        stranger.slash(general, "model")


def test_nobody_fills_in_what_is_not_there_or_not_long_enough() -> None:
    form = [{"type": 18, "id": 1, "component": {"type": 4, "custom_id": "sova:why", "min_length": 2, "max_length": 5}}]
    sent = filled([{"type": 10, "id": 2}, *form], {"why": "wrong"})
    assert sent == [{"type": 18, "id": 1, "component": {"type": 4, "id": 1, "custom_id": "sova:why", "value": "wrong"}}]
    assert filled(form, {}, texts=["wrong"]) == sent
    with pytest.raises(Unfillable):
        filled(form, {}, texts=["wrong", "more"])
    for values in ({"why": "w"}, {"why": "wrongly"}, {}, {"why": "wrong", "more": "x"}):
        with pytest.raises(Unfillable):
            filled(form, values)


def test_nobody_gives_options_that_a_command_has_not(service: Discord, general: Channel) -> None:
    leaf = {"options": [{"name": "name", "type": 3, "required": True, "autocomplete": True}, {"name": "n", "type": 4}]}
    told, _ = chosen(service.world, leaf, {"name": "x", "n": 2}, channel=general.id)
    assert [(option["name"], option["value"]) for option in told] == [("name", "x"), ("n", 2)]
    for options in ({}, {"name": "x", "colour": "red"}):
        with pytest.raises(NoSuchOption):
            chosen(service.world, leaf, options, channel=general.id)
    with pytest.raises(NoSuchOption):
        autocompleting(service.world, leaf, "n", "1", {}, channel=general.id)


def test_only_threads_are_put_away(general: Channel) -> None:
    with pytest.raises(BackendError, match="Cannot execute action"):
        general.archive()


def test_roles_bring_what_they_permit(service: Discord, team: Guild, general: Channel) -> None:
    admin = team.person("Boss", roles=[team.role("Admins", permissions=discord.Permissions(manage_guild=True))])
    member = team.person("Anna")
    permitted = [
        discord.Permissions(service.world.compute_permissions(team.id, person.id, general.id)).manage_guild
        for person in (admin, member)
    ]
    assert permitted == [True, False]
