import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadScopes
from bot.messages import Author, ConversationKey, Language
from bot.retrieval.scopes import PUBLIC, Scopes, ScopesFile, parse
from bot.wording import speak

CHANNEL = ConversationKey("slack", "team", "C0HR")
DIRECT = ConversationKey("slack", "team", "D1", direct=True)
TERMINAL = ConversationKey("terminal", "ana", "default")
ANA = Author("U1", "Ana", roles=frozenset({"hr"}))
BO = Author("U2", "Bo")


def scopes(**readers: str) -> Scopes:
    """One folder a keyword; `__` is a slash."""
    return Scopes({name.replace("__", "/"): frozenset(listed.split()) for name, listed in readers.items()})


def read(text: str) -> Scopes:
    return parse(text.encode(), path="scopes.toml")


# --- which scope a document is in -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "scope"),
    [
        ("welcome.md", PUBLIC),
        ("hr/pay.md", "hr"),
        ("hr/2025/pay.md", "hr"),
        ("hr/handbook/leave.md", "hr/handbook"),
        ("hr/handbook/cs/leave.md", "hr/handbook"),
        ("hrx/pay.md", PUBLIC),
        ("HR/pay.md", PUBLIC),
        ("docs/hr/pay.md", PUBLIC),
        ("hr", "hr"),
    ],
)
def test_the_deepest_entry_above_a_document_holds(document: str, scope: str) -> None:
    assert scopes(hr="slack:C0HR", hr__handbook="*").scope_of(document) == scope


def test_an_entry_for_the_whole_folder_takes_in_what_has_no_other() -> None:
    whole = Scopes({".": frozenset({"terminal:*"}), "open": frozenset({"*"})})
    assert [whole.scope_of(name) for name in ("a.md", "x/a.md", "open/a.md")] == [".", ".", "open"]


def test_names_that_look_the_same_are_the_same_however_they_are_written() -> None:
    decomposed = unicodedata.normalize("NFD", "účetní")
    assert read(f'[folders."{decomposed}"]\nreaders = []').scope_of("účetní/a.md") == "účetní"
    assert read('[folders."účetní"]\nreaders = []').scope_of(f"{decomposed}/a.md") == "účetní"


# --- who may read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "conversation", "author", "may"),
    [
        ("*", CHANNEL, BO, True),
        ("slack:*", CHANNEL, BO, True),
        ("discord:*", CHANNEL, BO, False),
        ("slack:C0HR", CHANNEL, BO, True),
        ("slack:C0HR", replace(CHANNEL, thread="42"), BO, True),
        ("slack:C0HR", replace(CHANNEL, channel="C1"), ANA, False),
        ("slack:C0HR", DIRECT, ANA, False),
        ("discord:C0HR", CHANNEL, ANA, False),
        ("slack:U1", DIRECT, ANA, True),
        ("slack:U1", DIRECT, BO, False),
        ("slack:U1", CHANNEL, ANA, False),
        ("slack:@hr", DIRECT, ANA, True),
        ("slack:@hr", DIRECT, BO, False),
        ("slack:@hr", CHANNEL, ANA, False),
        ("slack:@HR", DIRECT, ANA, False),
        ("discord:@hr", DIRECT, ANA, False),
        ("terminal:*", TERMINAL, BO, True),
        ("terminal:U2", TERMINAL, BO, True),
        ("terminal:U1", TERMINAL, BO, False),
    ],
)
def test_a_reader_is_let_in_where_nobody_else_reads_along(
    reader: str, conversation: ConversationKey, author: Author, may: bool
) -> None:
    assert ("hr" in scopes(hr=reader).readable(conversation, author)) is may


def test_a_conversation_named_like_a_person_opens_nothing() -> None:
    posing = ConversationKey("terminal", "bo", "U1")
    assert scopes(hr="terminal:U1").readable(posing, BO) == {PUBLIC}


@pytest.mark.parametrize("name", ["@hr", "*"])
def test_a_name_that_would_pass_for_a_role_or_for_everyone_opens_nothing(name: str) -> None:
    guarded = scopes(hr="slack:@hr", all="slack:*")
    assert guarded.readable(DIRECT, Author(name, "Eve")) == {PUBLIC, "all"}
    assert guarded.readable(replace(CHANNEL, channel=name), BO) == {PUBLIC, "all"}


def test_an_empty_list_of_readers_lets_nobody_in() -> None:
    assert read("[folders.vault]\nreaders = []").readable(TERMINAL, ANA) == {PUBLIC}


def test_an_entry_that_guards_nothing_is_told() -> None:
    guarded = Scopes({name: frozenset() for name in ("hr", "HR", "hr/pay", ".")})
    assert guarded.unused(["hr/a.md", "b.md"]) == ("HR", "hr/pay")


# --- leaks and silent denials, whatever the entries -----------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "á", "a\u0301", "A"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
PLATFORMS = st.sampled_from(["slack", "discord", "terminal"])
IDS = st.sampled_from(["1", "2", "@x", "*"])
READERS = st.one_of(
    st.just("*"),
    PLATFORMS.map(lambda platform: f"{platform}:*"),
    st.builds("{}:{}".format, PLATFORMS, st.sampled_from(["1", "2", "@x", "@y"])),
)
ENTRIES = st.dictionaries(PATHS | st.just("."), st.frozensets(READERS, max_size=3), max_size=6)
AUTHORS = st.builds(Author, IDS, st.just("name"), st.frozensets(st.sampled_from(["x", "y"])))
PLACES = st.builds(ConversationKey, PLATFORMS, st.just("w"), IDS, st.sampled_from(["", "t"]), st.booleans())


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def may_read(entries: dict[str, frozenset[str]], document: str, place: ConversationKey, author: Author) -> bool:
    """The rules as they are told to people, one after the other."""
    parts = nfc(document).split("/")
    above = ["/".join(parts[:depth]) for depth in range(len(parts), 0, -1)] + ["."]
    readers = next((entries[path] for path in above if path in entries), frozenset({"*"}))
    if "*" in readers or f"{place.platform}:*" in readers:
        return True
    if not (place.direct or place.platform == "terminal"):
        return place.channel not in {"@x", "*"} and f"{place.platform}:{place.channel}" in readers
    by_role = any(f"{place.platform}:@{role}" in readers for role in author.roles)
    return by_role or (author.id not in {"@x", "*"} and f"{place.platform}:{author.id}" in readers)


@given(ENTRIES, PATHS, PLACES, AUTHORS)
def test_a_document_is_found_exactly_where_the_rules_allow_it(
    written: dict[str, frozenset[str]], document: str, place: ConversationKey, author: Author
) -> None:
    entries = {nfc(path): readers for path, readers in written.items()}
    made = Scopes(entries)
    found = made.scope_of(document) in made.readable(place, author)
    assert found is may_read(entries, document, place, author)


@given(ENTRIES, PLACES, AUTHORS, AUTHORS)
def test_in_a_channel_it_does_not_matter_who_asks(
    entries: dict[str, frozenset[str]], place: ConversationKey, one: Author, other: Author
) -> None:
    public = replace(place, platform="slack", direct=False)
    assert Scopes(entries).readable(public, one) == Scopes(entries).readable(public, other)


# --- the file -------------------------------------------------------------------------------------------------


def test_the_file_says_who_reads_what() -> None:
    made = read('[folders."hr/"]\nreaders = ["discord:@HR team", "slack:C0HR", "terminal:*"]\n')
    assert made.readers == {"hr": {"discord:@HR team", "slack:C0HR", "terminal:*"}}


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[folders]\n"])
def test_a_file_without_entries_restricts_nothing(text: str) -> None:
    assert read(text).readers == {}


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("[folder.hr]\nreaders = []", "unknown-key", "folder"),
        ('[folders.hr]\nreader = ["*"]', "no-readers", "folders.hr.readers"),
        ('[folders.hr]\nreaders = ["*"]\nwriters = ["*"]', "unknown-key", "folders.hr.writers"),
        ("[folders.hr]\nreaders = '*'", "wrong-value", "folders.hr.readers"),
        ("[folders.hr]\nreaders = [1]", "wrong-value", "folders.hr.readers.0"),
        ("[folders]\nhr = ['*']", "wrong-value", "folders.hr"),
        ("[folders.hr]\nreaders = ['hr']", "bad-reader", "hr"),
        ("[folders.hr]\nreaders = ['Slack:C1']", "bad-reader", "Slack:C1"),
        ("[folders.hr]\nreaders = ['slack:']", "bad-reader", "slack:"),
        ("[folders.hr]\nreaders = ['slack: C1']", "bad-reader", "slack: C1"),
        ("[folders.hr]\nreaders = ['slack:@']", "bad-reader", "slack:@"),
        ("[folders.hr]\nreaders = ['']", "bad-reader", ""),
        ("[folders.'../hr']\nreaders = []", "bad-folder", "../hr"),
        ("[folders.'/hr']\nreaders = []", "bad-folder", "/hr"),
        ("[folders.'hr//pay']\nreaders = []", "bad-folder", "hr//pay"),
        ("[folders.'hr\\pay']\nreaders = []", "bad-folder", "hr\\pay"),
        ("[folders.'']\nreaders = []", "bad-folder", ""),
        ("[folders.hr]\nreaders = []\n[folders.'hr/']\nreaders = ['*']", "folder-twice", "hr"),
        ('[folders."a\\u0301"]\nreaders = []\n[folders."á"]\nreaders = []', "folder-twice", "á"),
    ],
)
def test_whatever_is_not_exactly_right_is_refused_and_named(text: str, code: str, named: str) -> None:
    with pytest.raises(BadScopes) as refused:
        read(text)
    assert refused.value.reason.code == f"scopes-{code}"
    assert named in refused.value.reason.data.values()
    for language in Language:
        assert named in speak(language).of_error(refused.value)


def test_a_slip_in_the_syntax_is_told_with_its_line() -> None:
    with pytest.raises(BadScopes) as refused:
        read("[folders.hr]\nreaders = oops\n")
    assert "line 2" in speak(Language.CZECH).of_error(refused.value)


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(BadScopes):
        parse(b"\xff\xfe\x00", path="scopes.toml")


async def test_without_a_file_everything_is_for_everyone(tmp_path: Path) -> None:
    assert await ScopesFile(tmp_path).readable(CHANNEL, BO) == {PUBLIC}
    assert await ScopesFile(tmp_path / "missing").readable(CHANNEL, BO) == {PUBLIC}


async def test_a_change_of_the_file_holds_for_the_next_question(tmp_path: Path) -> None:
    file, live = tmp_path / "scopes.toml", ScopesFile(tmp_path)
    file.write_text("[folders.hr]\nreaders = ['slack:C0HR']")
    assert await live.readable(CHANNEL, BO) == {PUBLIC, "hr"}
    file.write_text("[folders.hr]\nreaders = ['slack:C0PR']")
    assert await live.readable(CHANNEL, BO) == {PUBLIC}
    file.unlink()
    assert (await live.read()).readers == {}


async def test_while_the_file_is_broken_nobody_reads_anything(tmp_path: Path) -> None:
    file, live = tmp_path / "scopes.toml", ScopesFile(tmp_path)
    file.write_text("[folders.hr]\nreaders = ['*']")
    await live.read()
    file.write_text("[folders.hr]\nreaders = ")
    for _ in range(2):
        with pytest.raises(BadScopes):
            await live.readable(CHANNEL, BO)
    file.write_text("[folders.hr]\nreaders = ['*']")
    assert await live.readable(CHANNEL, BO) == {PUBLIC, "hr"}


async def test_a_file_that_cannot_be_opened_or_is_endless_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scopes.toml").mkdir()
    with pytest.raises(BadScopes):
        await ScopesFile(tmp_path).read()
    (tmp_path / "scopes.toml").rmdir()
    (tmp_path / "scopes.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(BadScopes):
        await ScopesFile(tmp_path).read()
