import logging
import os
import tomllib
from pathlib import Path

import pytest

import bot
from bot.access import AccessFile, Allowed, Grantee, Kind, Permission, Rules, may, parse
from bot.composition.admittance import PLATFORMS, open_access
from bot.errors import BadAccess
from bot.messages import Author, ConversationKey, Language
from bot.settings import Settings
from bot.wording import speak

ROOT = Path(bot.__file__).parents[1]
EXAMPLE = (ROOT / "access.toml.example").read_text(encoding="utf-8")
CHANNEL = ConversationKey("discord", "guild", "general")
BO = Author("2", "Bo")


def read(text: str) -> Rules:
    return parse(text.encode(), path="access.toml", platforms=PLATFORMS)


def may_ask(rules: Rules, author: Author = BO) -> bool:
    return may(rules, author, CHANNEL, Permission.ASK) == Allowed()


# --- what is in it --------------------------------------------------------------------------------------------


def test_the_file_says_who_may_do_what_on_which_platform() -> None:
    rules = read('contact = "Ana"\n[discord]\nask = ["everyone", "role:HR team"]\n[slack]\npull = ["user:U1"]\n')
    assert rules.contact == "Ana"
    assert rules.given == {
        "discord": {Permission.ASK: {Grantee(Kind.EVERYONE), Grantee(Kind.ROLE, "HR team")}},
        "slack": {Permission.PULL: {Grantee(Kind.USER, "U1")}},
    }


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[discord]\n"])
def test_a_file_without_entries_changes_nothing(text: str) -> None:
    assert may_ask(read(text))


@pytest.mark.parametrize(
    ("text", "code", "named", "meant"),
    [
        ("[discrod]\nask = []", "unknown-key", "discrod", "discord"),
        ("[xyz]\nask = []", "unknown-key", "xyz", "contact, discord, slack, web"),
        ("kontact = 'Ana'", "unknown-key", "kontact", "contact"),
        ("[discord]\naks = []", "unknown-key", "discord.aks", "ask"),
        ("[discord]\nadmin = []", "unknown-key", "discord.admin", "administer"),
        ("[discord]\nre-index = []", "unknown-key", "discord.re-index", "reindex"),
        ("[discord]\nfly = []", "unknown-key", "discord.fly", "ask, pull, reindex, switch"),
        ("[terminal]\nask = []", "terminal", "terminal", "terminal"),
        ("discord = 'everyone'", "not-a-table", "discord", "ask = […]"),
        ("[discord]\nask = 'everyone'", "not-a-list", "discord.ask", '["everyone"]'),
        ("[discord]\nask = [1]", "not-a-list", "discord.ask", '["everyone"]'),
        ("contact = 3", "not-a-text", "contact", "text"),
        ('contact = "a\\nb"', "not-a-text", "contact", "text"),
        ("[discord]\nask = ['1234']", "bad-grantee", "1234", "user:1234"),
        ("[discord]\nask = ['@ops']", "bad-grantee", "@ops", "role:ops"),
        ("[discord]\nask = ['discord:@ops']", "bad-grantee", "discord:@ops", "role:ops"),
        ("[discord]\nask = ['chanel:1']", "bad-grantee", "chanel:1", "channel:1"),
        ("[discord]\nask = ['everybody']", "bad-grantee", "everybody", "everyone"),
        ("[discord]\nask = ['*']", "bad-grantee", "*", "everyone"),
        ("[discord]\nask = ['Role:ops']", "bad-grantee", "Role:ops", "role:ops"),
        ("[discord]\nask = ['role:']", "bad-grantee", "role:", "role:…"),
        ("[discord]\nask = ['role: ops']", "bad-grantee", "role: ops", "role:ops"),
        ('[discord]\nask = ["user:1\\n"]', "bad-grantee", "discord.ask", "user:1"),
        ("[discord]\nask = ['']", "bad-grantee", "discord.ask", "everyone"),
        ("[discord]\nask = oops\n", "not-toml", "line 2", "line 2"),
    ],
)
def test_whatever_is_not_exactly_right_is_refused_and_named_with_what_was_meant(
    text: str, code: str, named: str, meant: str
) -> None:
    with pytest.raises(BadAccess) as refused:
        read(text)
    assert refused.value.reason.code == f"access-{code}"
    for language in Language:
        told = speak(language).of_error(refused.value)
        assert "access.toml" in told
        assert named in told
        assert meant in told


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(BadAccess):
        parse(b"\xff\xfe\x00", path="access.toml", platforms=PLATFORMS)


# --- the example ----------------------------------------------------------------------------------------------


def test_the_example_changes_nothing_as_it_is_shipped() -> None:
    assert read(EXAMPLE) == Rules()


def test_the_example_means_what_its_comments_say() -> None:
    rules = read("\n".join(_uncommented(EXAMPLE)))
    talk, ops = ConversationKey("slack", "T1", "C1"), ConversationKey("slack", "T1", "C0OPS")
    editor, engineer = Author("1", "Eda", frozenset({"editors"})), Author("2", "Eva", frozenset({"engineers"}))
    allowed = {
        (place.channel, author.name, permission)
        for place in (CHANNEL, talk, ops)
        for author in (BO, editor, engineer)
        for permission in Permission
        if may(rules, author, place, permission) == Allowed()
    }
    everywhere = {(CHANNEL.channel, name, Permission.ASK) for name in ("Bo", "Eda", "Eva")}
    assert allowed == everywhere | {
        (CHANNEL.channel, "Eva", Permission.SWITCH),
        (CHANNEL.channel, "Eva", Permission.PULL),
        (CHANNEL.channel, "Eda", Permission.REINDEX),
        *(("C0OPS", name, permission) for name in ("Bo", "Eda", "Eva") for permission in Permission),
    }
    assert may(rules, Author("1234567890", "Ada"), CHANNEL, Permission.ADMINISTER) == Allowed()
    assert may(rules, BO, ConversationKey("slack", "T1", "C0HELP"), Permission.ASK) == Allowed()
    assert rules.contact


def _uncommented(example: str) -> list[str]:
    """The lines that are meant to be uncommented: those that are TOML without their `#`."""
    return [line.removeprefix("#") for line in example.splitlines() if _is_toml(line.removeprefix("#"))]


def _is_toml(line: str) -> bool:
    try:
        return bool(tomllib.loads(line)) and not line.startswith(" ")
    except tomllib.TOMLDecodeError:
        return False


# --- while Sova runs ------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "access.toml"
    path.write_text("[discord]\nask = []", encoding="utf-8")
    return path


def opened(path: Path) -> AccessFile:
    return AccessFile(path, platforms=PLATFORMS)


def test_a_change_of_the_file_holds_for_the_next_decision(file: Path) -> None:
    live = opened(file)
    assert not may_ask(live.rules())
    file.write_text('[discord]\nask = ["everyone"]', encoding="utf-8")
    assert may_ask(live.rules())


def test_a_change_that_leaves_the_size_as_it_was_is_seen_by_its_time(file: Path) -> None:
    file.write_text('[discord]\nask = ["user:2"]', encoding="utf-8")
    live = opened(file)
    file.write_text('[discord]\nask = ["user:3"]', encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert not may_ask(live.rules())


@pytest.mark.parametrize("broken", ["[discord]\nask = ", "[discord]\naks = ['everyone']", None])
def test_a_broken_or_vanished_file_leaves_the_last_good_rules_and_is_logged_once(
    file: Path, broken: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    live = opened(file)
    if broken is None:
        file.unlink()
    else:
        file.write_text(broken, encoding="utf-8")
    assert not may_ask(live.rules())
    assert not may_ask(live.rules())
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    file.write_text('[discord]\nask = ["user:2"]', encoding="utf-8")
    assert may_ask(live.rules())


def test_nothing_starts_with_a_file_that_is_broken_missing_or_endless(file: Path) -> None:
    for text in ("[discord]\naks = []", "#" * 1_000_001):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BadAccess):
            opened(file)
    file.unlink()
    with pytest.raises(BadAccess):
        opened(file)


def test_the_settings_name_the_file_and_without_one_everything_is_as_before(file: Path) -> None:
    assert not may_ask(open_access(Settings(access_file=file)).rules)
    assert open_access(Settings(access_file=None, admins=frozenset({"discord:1"}))).rules.given == {}
