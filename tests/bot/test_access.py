import pytest

from bot.access import Access, Permission
from bot.errors import NotAllowed
from bot.messages import Author, ConversationKey

SLACK = ConversationKey("slack", "team", "general")
DISCORD = ConversationKey("discord", "guild", "general")
TERMINAL = ConversationKey("terminal", "host", "default")
ANA = Author("U1", "Ana", roles=frozenset({"ops"}))
BO = Author("U2", "Bo", roles=frozenset({"sales"}))


def test_everyone_may_ask() -> None:
    assert Access().may(Permission.ASK, BO, SLACK)


def test_nobody_administers_a_chat_platform_unless_listed() -> None:
    assert not Access().may(Permission.ADMINISTER, ANA, SLACK)


@pytest.mark.parametrize("listed", ["slack:U1", "slack:@ops"])
def test_a_listed_person_or_role_administers(listed: str) -> None:
    access = Access(admins=frozenset({listed}))
    assert access.may(Permission.ADMINISTER, ANA, SLACK)
    assert not access.may(Permission.ADMINISTER, BO, SLACK)


def test_a_person_listed_for_one_platform_is_nobody_on_another() -> None:
    access = Access(admins=frozenset({"slack:U1", "slack:@ops"}))
    assert not access.may(Permission.ADMINISTER, ANA, DISCORD)


def test_a_person_named_like_a_role_is_not_in_it() -> None:
    access = Access(admins=frozenset({"slack:@ops"}))
    assert not access.may(Permission.ADMINISTER, Author("ops", "ops"), SLACK)


def test_a_role_named_like_a_person_is_not_that_person() -> None:
    access = Access(admins=frozenset({"slack:U1"}))
    assert not access.may(Permission.ADMINISTER, Author("U9", "X", roles=frozenset({"U1"})), SLACK)


def test_whoever_sits_at_the_machine_administers() -> None:
    assert Access().may(Permission.ADMINISTER, ANA, TERMINAL)


def test_a_refusal_names_the_action_and_the_permission() -> None:
    with pytest.raises(NotAllowed) as caught:
        Access().demand(Permission.ADMINISTER, ANA, SLACK, action="/model … global")
    assert caught.value.data() == {"action": "/model … global", "needed": "administer"}
