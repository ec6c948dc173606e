"""Tests that panes say what stands in the loopback Discord, as Discord's own client would show it."""

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from PIL import Image
from simcord.backend import models

from tests.doubles.discord import Channel, Discord, Interaction, Person
from tests.pictures.from_discord import channel_pane, form, said, thread_pane
from tests.pictures.scene import MENTION, Blank, Columns, Embed, Form, Part, Said, Text


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord() as discord:
        yield discord


@pytest.fixture
def general(discord: Discord) -> Channel:
    return discord.guild().channel("general")


@pytest.fixture
def anna(discord: Discord, general: Channel) -> Person:
    guild = general.world.channels[general.id].guild_id
    person = Person(discord.world, discord.world.make_user("Anna").id)
    discord.world.add_member(guild or 0, person.id)
    return person


def texts(channel: Channel, person: Person, text: str) -> tuple[Part, ...]:
    return said(channel, channel.says(person, text)).texts


def test_people_have_names_where_discord_has_numbers(general: Channel, anna: Person) -> None:
    assert texts(general, anna, f"{anna.mention} hello") == (Text(f"[@Anna]({MENTION}) hello"),)


def test_small_lines_stand_apart(general: Channel, anna: Person) -> None:
    told = texts(general, anna, "About 6 GB.\n-# Sources: a\n-# page 1 of 2")
    assert told == (Text("About 6 GB."), Text("Sources: a\npage 1 of 2", is_small=True))


def test_a_quotation_ends_with_its_lines_but_code_stays_as_it_is(general: Channel, anna: Person) -> None:
    assert texts(general, anna, "> one\n> two\nthree") == (Text("> one\n> two\n\nthree"),)
    code = "```\n> one\ntwo\n```"
    assert texts(general, anna, code) == (Text(code),)


def test_an_embed_has_inline_fields_in_columns_and_others_across(general: Channel, anna: Person) -> None:
    fields = [
        {"name": "Speed", "value": "9 tokens/s", "inline": True},
        {"name": "Tokens", "value": "17", "inline": True},
        {"name": "Sources", "value": "[1] a\n[2] b", "inline": False},
    ]
    post = general.says(anna, "Which?")
    post.embeds.append({"title": "1 · owl", "description": "It `flies`.\n-# at night", "color": 255, "fields": fields})
    figures = Columns((Text("**Speed**\n9 tokens/s"), Text("**Tokens**\n17")), across=3)
    told = (Text("**1 · owl**"), Text("It `flies`."), Text("at night", is_small=True))
    sources = Text("**Sources**\n[1] a\n[2] b")
    assert said(general, post).texts == (Text("Which?"), Embed((*told, figures, sources), "#0000ff"))


def test_a_thread_is_a_stub_below_its_message_and_a_pane_of_its_own(general: Channel, anna: Person) -> None:
    start = general.says(anna, "How long is parental leave?")
    thread = general.starts_thread(anna, "Leave", on=start)
    thread.says(anna, "Anybody?")
    outside, inside = channel_pane(general), thread_pane(general, thread)
    stubs = [line.thread for line in outside.lines if isinstance(line, Said) and line.thread]
    assert [(stub.title, stub.messages) for stub in stubs] == [("Leave", 1)]
    assert [line.texts for line in inside.lines if isinstance(line, Said)] == [
        (Text("How long is parental leave?"),),
        (Text("Anybody?"),),
    ]


def test_a_png_is_shown_and_any_other_file_is_named(general: Channel, anna: Person) -> None:
    png = BytesIO()
    Image.new("RGB", (1, 1)).save(png, "PNG")
    post = general.says(anna, "Look", files=[("chart.png", png.getvalue()), ("notes.txt", b"notes")])
    shown = said(general, post)
    assert (shown.images, shown.files) == ((png.getvalue(),), ("notes.txt",))


def test_a_form_has_what_somebody_is_writing_in_its_fields(general: Channel, anna: Person) -> None:
    fields = [{"type": 18, "label": "Why?", "component": {"type": 4, "custom_id": "why"}}]
    modal = {"title": "What?", "components": fields}
    shown = Interaction(general.world, models.Interaction(1, "token", 3, general.id, None, anna.id, modal=modal))
    assert form(shown, "too short") == Form("What?", (Blank("Why?", "too short"),))
    with pytest.raises(ValueError, match="zip"):
        form(shown, "one", "too many")


def test_a_message_that_was_changed_says_so(general: Channel, anna: Person) -> None:
    post = general.says(anna, "Helo")
    assert not said(general, post).is_edited
    anna.edits(post, "Hello")
    assert said(general, post).is_edited
