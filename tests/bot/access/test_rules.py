"""Holds the decision to the rules as people are told them, by an oracle that was written on its own."""

import random
import unicodedata
from collections.abc import Mapping, Sequence

import pytest

from bot.access import Access, Allowed, Permission, Refusal, Rules, may, parse
from bot.access.rules import administrators
from bot.messages import Author, ConversationKey

PLATFORMS = ("discord", "slack")
NAMES = ("1", "2", "@1", "*", "everyone", "user:1", "á", "a\u0301")
TALK = ConversationKey("slack", "T1", "C1", "42")
QUERIES = 100_000

Written = Mapping[str, Mapping[str, Sequence[str]]]


def read(text: str) -> Rules:
    return parse(text.encode(), path="access.toml", platforms=PLATFORMS)


# --- one rule at a time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grantee", "conversation", "author", "allowed"),
    [
        ("everyone", TALK, Author("U2", "Bo"), True),
        ("user:U1", TALK, Author("U1", "Ana"), True),
        ("user:U1", TALK, Author("U2", "U1"), False),
        ("user:U1", TALK, Author("U2", "Bo", frozenset({"U1"})), False),
        ("user:U1", ConversationKey("slack", "U1", "U1"), Author("U2", "Bo"), False),
        ("role:ops", TALK, Author("U2", "Bo", frozenset({"ops", "x"})), True),
        ("role:ops", TALK, Author("ops", "ops"), False),
        ("role:Ops", TALK, Author("U2", "Bo", frozenset({"ops"})), False),
        ("channel:C1", TALK, Author("U2", "Bo"), True),
        ("channel:C1", ConversationKey("slack", "T1", "C2", "C1"), Author("C1", "Bo"), False),
        ("workspace:T1", TALK, Author("U2", "Bo"), True),
        ("workspace:T1", ConversationKey("slack", "T2", "T1"), Author("U2", "Bo"), False),
        ("user:U1", ConversationKey("discord", "T1", "C1"), Author("U1", "Ana"), True),
    ],
)
def test_each_kind_of_grantee_is_told_from_the_others(
    grantee: str, conversation: ConversationKey, author: Author, *, allowed: bool
) -> None:
    rules = read(f'[slack]\nask = ["{grantee}"]')
    assert isinstance(may(rules, author, conversation, Permission.ASK), Allowed) is allowed


def test_whoever_may_not_ask_may_do_nothing_else() -> None:
    rules = read('[slack]\nask = ["user:U1"]\nreindex = ["user:U2"]\nswitch = ["everyone"]')
    for permission in (Permission.REINDEX, Permission.SWITCH):
        assert may(rules, Author("U2", "Bo"), TALK, permission) == Refusal(needed=Permission.ASK)


def test_whoever_may_ask_may_switch_where_nothing_else_is_said() -> None:
    rules = read('[slack]\nask = ["user:U1"]')
    assert may(rules, Author("U1", "Ana"), TALK, Permission.SWITCH) == Allowed()
    assert may(read("[slack]\nswitch = []"), Author("U1", "Ana"), TALK, Permission.SWITCH) == Refusal(Permission.SWITCH)


def test_administrators_may_do_everything_whatever_else_is_said() -> None:
    closed = "ask = []\nswitch = []\npull = []\nreindex = []\n"
    rules = read(f'[slack]\n{closed}administer = ["user:U1"]')
    assert all(may(rules, Author("U1", "Ana"), TALK, one) == Allowed() for one in Permission)
    assert not any(may(rules, Author("U2", "Bo"), TALK, one) == Allowed() for one in Permission)


def test_an_empty_list_of_administrators_leaves_those_of_the_settings() -> None:
    rules = Rules(read("[slack]\nadminister = []").given, administrators(frozenset({"slack:U1"})))
    assert may(rules, Author("U1", "Ana"), TALK, Permission.ADMINISTER) == Allowed()


def test_a_refusal_tells_who_may_without_naming_people() -> None:
    rules = read(
        'contact = " Ana, #help "\n[slack]\n'
        'reindex = ["role:editors", "channel:C2", "user:U7"]\nadminister = ["role:ops", "user:U8"]'
    )
    assert may(rules, Author("U2", "Bo"), TALK, Permission.REINDEX) == Refusal(
        needed=Permission.REINDEX, roles=("editors", "ops"), channels=("C2",), contact="Ana, #help"
    )


# --- whatever the rules ---------------------------------------------------------------------------------------


def test_of_a_hundred_thousand_queries_none_leaks_and_none_is_refused_in_silence() -> None:
    chance = random.Random(20)  # noqa: S311 - the same queries every time
    leaks = refusals_of_the_allowed = unexplained = 0
    seen = set()
    for _ in range(QUERIES // 100):
        written, admins = _some_rules(chance), _some_admins(chance)
        access = Access(admins, _RulesOf(written))
        for _ in range(100):
            author, place, permission = _some_query(chance)
            decision = access.may(author, place, permission)
            right = _oracle(written, admins, author, place, permission)
            seen.add((permission, right))
            leaks += isinstance(decision, Allowed) and not right
            refusals_of_the_allowed += isinstance(decision, Refusal) and right
            unexplained += isinstance(decision, Refusal) and decision.needed not in {permission, Permission.ASK}
    assert (leaks, refusals_of_the_allowed, unexplained) == (0, 0, 0)
    assert seen == {(permission, right) for permission in Permission for right in (True, False)}


class _RulesOf:
    """A file that was read already."""

    def __init__(self, written: Written) -> None:
        text = "\n".join(
            f"[{platform}]\n" + "\n".join(f"{key} = {list(names)!r}" for key, names in table.items())
            for platform, table in written.items()
        )
        self._parsed = read(text)

    def rules(self) -> Rules:
        return self._parsed


def _oracle(
    written: Written, admins: frozenset[str], author: Author, place: ConversationKey, permission: Permission
) -> bool:
    """The rules as docs/access.md tells them, on the file as it is written; knows nothing of `bot.access`."""
    if place.platform == "terminal":
        return True
    table = written.get(place.platform, {})
    if _listed([*table.get("administer", []), *_own(admins, place.platform)], author, place):
        return True
    asking = table.get("ask", ["everyone"])
    if not _listed(asking, author, place):
        return False
    otherwise = {"ask": asking, "switch": asking}.get(permission.value, [])
    return _listed(table.get(permission.value, otherwise), author, place)


def _listed(entries: Sequence[str], author: Author, place: ConversationKey) -> bool:
    for entry in entries:
        if entry == "everyone":
            return True
        kind, name = entry[: entry.index(":")], _nfc(entry[entry.index(":") + 1 :])
        held = {
            "user": [author.id],
            "role": list(author.roles),
            "channel": [place.channel],
            "workspace": [place.workspace],
        }
        if name in map(_nfc, held[kind]):
            return True
    return False


def _own(admins: frozenset[str], platform: str) -> list[str]:
    """The administrators of the settings, written as in the file."""
    here = [one.removeprefix(f"{platform}:") for one in admins if one.startswith(f"{platform}:")]
    return [f"role:{one[1:]}" if one[0] == "@" else f"user:{one}" for one in here]


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _some_rules(chance: random.Random) -> Written:
    kinds = ["user", "role", "channel", "workspace"]

    def grantee() -> str:
        return "everyone" if chance.random() < 0.1 else f"{chance.choice(kinds)}:{chance.choice(NAMES)}"

    def table() -> dict[str, list[str]]:
        keys = [permission.value for permission in Permission if chance.random() < 0.6]
        return {key: [grantee() for _ in range(chance.randrange(3))] for key in keys}

    return {platform: table() for platform in PLATFORMS if chance.random() < 0.8}


def _some_admins(chance: random.Random) -> frozenset[str]:
    listed = [
        f"{chance.choice(PLATFORMS)}:{chance.choice(['', '@'])}{chance.choice(['1', '2', 'á'])}" for _ in range(2)
    ]
    return frozenset(listed[: chance.randrange(3)])


def _some_query(chance: random.Random) -> tuple[Author, ConversationKey, Permission]:
    roles = frozenset(chance.sample(NAMES, chance.randrange(3)))
    author = Author(chance.choice(NAMES), chance.choice(NAMES), roles)
    platform = "terminal" if chance.random() < 0.02 else chance.choice((*PLATFORMS, "web"))
    place = ConversationKey(platform, chance.choice(NAMES), chance.choice(NAMES), chance.choice(NAMES))
    return author, place, chance.choice(list(Permission))
