import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from adapters.discord.connection.client import intents
from adapters.discord.manifest import PERMISSIONS, Manifest, client_id_of
from bot.cli import main
from bot.messages import Language
from bot.wording import speak

CLIENT = "123456789012345678"
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.not-a-real-token"  # noqa: S105  # nobody's


@pytest.fixture(autouse=True)
def _no_other_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOVA_DISCORD_TOKEN", raising=False)


def test_the_link_asks_for_the_bot_its_commands_and_its_permissions() -> None:
    link = urlsplit(Manifest(CLIENT).invite_link or "")

    asked = parse_qs(link.query)
    assert (link.netloc, link.path) == ("discord.com", "/oauth2/authorize")
    assert asked["client_id"] == [CLIENT]
    assert asked["scope"] == ["bot applications.commands"]
    granted = discord.Permissions(int(asked["permissions"][0]))
    assert granted == discord.Permissions(**dict.fromkeys(PERMISSIONS, True))


def test_sova_asks_for_nothing_that_lets_it_change_what_is_not_its_own() -> None:
    wanted = discord.Permissions(**dict.fromkeys(PERMISSIONS, True))

    for power in ("administrator", "manage_messages", "manage_channels", "manage_roles", "mention_everyone"):
        assert not getattr(wanted, power)


@pytest.mark.parametrize("language", list(Language))
def test_every_permission_has_a_reason(language: Language) -> None:
    (table,) = Manifest(CLIENT).card(speak(language)).tables

    assert len(table.rows) == len(PERMISSIONS)
    assert all(why for *_, why in table.rows)


def test_the_privileged_intents_are_those_that_are_asked_for() -> None:
    wanted = intents()

    assert wanted.message_content
    assert not wanted.members
    assert not wanted.presences
    assert Manifest(CLIENT).as_plain(speak(Language.ENGLISH))["privileged_intents"] == ["Message Content Intent"]


def test_the_applications_id_stands_in_the_token() -> None:
    assert client_id_of(TOKEN) == CLIENT


@pytest.mark.parametrize("token", ["", "secret", "žluťoučký.kůň", "MTIz.x.y", "!!!!.x"])
def test_what_is_no_token_has_no_id(token: str) -> None:
    assert client_id_of(token) is None


def test_the_command_prints_the_link_in_one_piece(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "discord", "--client-id", CLIENT]) == 0

    out = capsys.readouterr().out
    assert Manifest(CLIENT).invite_link in out.splitlines()
    assert f"https://discord.com/developers/applications/{CLIENT}/bot" in out


def test_scripts_get_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVA_DISCORD_TOKEN", TOKEN)

    assert main(["manifest", "discord", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["client_id"] == CLIENT
    assert told["invite_link"] == Manifest(CLIENT).invite_link
    assert set(told["permissions"]["reasons"]) == set(PERMISSIONS)


def test_the_token_is_never_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVA_DISCORD_TOKEN", TOKEN)

    main(["manifest", "discord"])
    main(["manifest", "discord", "--json"])

    told = capsys.readouterr()
    assert "not-a-real-token" not in told.out + told.err


@pytest.mark.parametrize("words", [[], ["--client-id", "sova"], ["--client-id", "12"]])
def test_without_an_id_there_is_no_link(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "discord", *words]) == 2

    told = capsys.readouterr()
    assert "oauth2" not in told.out
    assert told.err
