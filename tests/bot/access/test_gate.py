import pytest

from bot.access import Access, Allowed, Permission, Refusal
from bot.errors import NotAllowed
from bot.messages import Author, ConversationKey, Language
from bot.wording import speak

SLACK = ConversationKey("slack", "team", "general")
DISCORD = ConversationKey("discord", "guild", "general")
TERMINAL = ConversationKey("terminal", "host", "default")
ANA = Author("U1", "Ana", roles=frozenset({"ops"}))
BO = Author("U2", "Bo", roles=frozenset({"sales"}))
RESERVED = [Permission.PULL, Permission.REINDEX, Permission.ADMINISTER]


@pytest.mark.parametrize("permission", [Permission.ASK, Permission.SWITCH])
def test_everyone_may_ask_and_switch(permission: Permission) -> None:
    assert Access().may(BO, SLACK, permission) == Allowed()


@pytest.mark.parametrize("permission", RESERVED)
def test_nobody_does_more_on_a_chat_platform_unless_listed(permission: Permission) -> None:
    assert Access().may(ANA, SLACK, permission) == Refusal(needed=permission)


@pytest.mark.parametrize("permission", RESERVED)
@pytest.mark.parametrize("listed", ["slack:U1", "slack:@ops"])
def test_a_listed_person_or_role_does_everything(listed: str, permission: Permission) -> None:
    access = Access(admins=frozenset({listed}))
    assert access.allows(permission, ANA, SLACK)
    assert not access.allows(permission, BO, SLACK)


def test_a_person_listed_for_one_platform_is_nobody_on_another() -> None:
    access = Access(admins=frozenset({"slack:U1", "slack:@ops"}))
    assert not access.allows(Permission.ADMINISTER, ANA, DISCORD)


@pytest.mark.parametrize("id_", ["ops", "@ops"])
def test_a_person_named_like_a_role_is_not_in_it(id_: str) -> None:
    access = Access(admins=frozenset({"slack:@ops"}))
    assert not access.allows(Permission.ADMINISTER, Author(id_, "ops"), SLACK)


def test_a_role_named_like_a_person_is_not_that_person() -> None:
    access = Access(admins=frozenset({"slack:U1"}))
    assert not access.allows(Permission.ADMINISTER, Author("U9", "X", roles=frozenset({"U1"})), SLACK)


@pytest.mark.parametrize("permission", Permission)
def test_whoever_sits_at_the_machine_may_do_everything(permission: Permission) -> None:
    assert Access().may(BO, TERMINAL, permission) == Allowed()


def test_a_refusal_names_the_action_the_permission_and_who_has_it() -> None:
    with pytest.raises(NotAllowed) as caught:
        Access(admins=frozenset({"slack:@ops"})).demand(Permission.ADMINISTER, BO, SLACK, action="/model … global")
    assert caught.value.data() == {
        "action": "/model … global",
        "needed": "administer",
        "roles": "ops",
        "channels": "none",
        "contact": "none",
    }


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            Language.ENGLISH,
            "You may not have the documents indexed (/knowledge reindex). It takes one of these roles: editors, ops. "
            "Ask for it: Ana.",
        ),
        (
            Language.CZECH,
            "Indexovat dokumenty nesmíte (/knowledge reindex). Je k tomu potřeba některá z těchto rolí: editors, ops. "
            "Požádat o to můžete zde: Ana.",
        ),
    ],
)
def test_a_refusal_is_told_whole_in_the_person_s_language(language: Language, told: str) -> None:
    error = NotAllowed(action="/knowledge reindex", needed="reindex", roles=("editors", "ops"), contact="Ana")
    assert speak(language).of_error(error) == told


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("permission", Permission)
def test_a_refusal_says_something_else_for_each_permission(permission: Permission, language: Language) -> None:
    others = {
        speak(language).of_error(NotAllowed(action="/x", needed=one)) for one in Permission if one is not permission
    }
    assert speak(language).of_error(NotAllowed(action="/x", needed=permission)) not in others
