"""Owns the rules of access and the decision they lead to. Pure.

Asking is the way in: whoever may not ask may do nothing else. Administrators may do everything. Whoever sits at the
machine, at its terminal, is one.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from bot.messages import Author, ConversationKey

LOCAL_PLATFORM = "terminal"


class Permission(StrEnum):
    """What a person may be allowed to do.

    `ask`: ask questions and use the commands that concern oneself or the conversation. `switch`: choose another model
    for a thread, a channel or oneself. `pull`: have the engine fetch models. `reindex`: have the documents looked at
    anew. `administer`: all of that, and what concerns everybody.
    """

    ASK = "ask"
    SWITCH = "switch"
    PULL = "pull"
    REINDEX = "reindex"
    ADMINISTER = "administer"

    @property
    def is_audited(self) -> bool:
        """Whether what takes this permission is written into the audit log."""
        return self not in {Permission.ASK, Permission.SWITCH}


class Kind(StrEnum):
    """What a permission can be given to."""

    EVERYONE = "everyone"
    USER = "user"
    ROLE = "role"
    CHANNEL = "channel"
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True)
class Grantee:
    """Somebody or some place on one platform; `name` is the platform's id, of roles its name, empty for everyone."""

    kind: Kind
    name: str = ""

    @classmethod
    def of(cls, kind: Kind, name: str) -> Self:
        """A grantee by a name as it was written or came in: names that look the same are the same."""
        return cls(kind, unicodedata.normalize("NFC", name))


Grants = frozenset[Grantee]
EVERYONE: Grants = frozenset({Grantee(Kind.EVERYONE)})
NOBODY: Grants = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """Who was given what, by platform. `admins` are those of `SOVA_ADMINS`; `contact` is whom to ask for more."""

    given: Mapping[str, Mapping[Permission, Grants]] = field(default_factory=dict)
    admins: Mapping[str, Grants] = field(default_factory=dict)
    contact: str = ""

    def grants(self, platform: str, permission: Permission) -> Grants:
        """Who has `permission` on `platform` by name; without an entry the defaults.

        Everyone may ask and switch, and the rest is the administrators'. (Who may not ask may not switch: see `may`.)
        """
        admins = self.admins.get(platform, NOBODY) if permission is Permission.ADMINISTER else NOBODY
        given = self.given.get(platform, {}).get(permission)
        if given is not None:
            return given | admins
        match permission:
            case Permission.ASK | Permission.SWITCH:
                return EVERYONE
            case _:
                return admins


@dataclass(frozen=True, slots=True)
class Allowed:
    """Go ahead."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """No, and why: `needed` is the permission that is missing; `roles` and `channels` are those that have it.

    `contact` is whom to ask for it, as the operator wrote it; empty when nobody is named.
    """

    needed: Permission
    roles: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    contact: str = ""


Decision = Allowed | Refusal


def may(rules: Rules, author: Author, conversation: ConversationKey, permission: Permission) -> Decision:
    """Whether `author` has `permission` in this conversation."""
    platform = conversation.platform
    if platform == LOCAL_PLATFORM:
        return Allowed()
    identities = _identities(author, conversation)
    if rules.grants(platform, Permission.ADMINISTER) & identities:
        return Allowed()
    for needed in (Permission.ASK, permission):
        if not rules.grants(platform, needed) & identities:
            return _refusal(rules, platform, needed)
    return Allowed()


def administrators(listed: frozenset[str]) -> Mapping[str, Grants]:
    """The administrators of `SOVA_ADMINS` by platform; each is written `platform:user-id` or `platform:@role`."""
    found: dict[str, Grants] = {}
    for entry in listed:
        platform, _, name = entry.partition(":")
        kind = Kind.ROLE if name.startswith("@") else Kind.USER
        found[platform] = found.get(platform, NOBODY) | {Grantee.of(kind, name.removeprefix("@"))}
    return found


def _identities(author: Author, conversation: ConversationKey) -> Grants:
    """All that the asker counts as, here."""
    named = {
        Grantee.of(Kind.USER, author.id),
        Grantee.of(Kind.CHANNEL, conversation.channel),
        Grantee.of(Kind.WORKSPACE, conversation.workspace),
    }
    return EVERYONE | named | {Grantee.of(Kind.ROLE, role) for role in author.roles}


def _refusal(rules: Rules, platform: str, needed: Permission) -> Refusal:
    able = rules.grants(platform, needed) | rules.grants(platform, Permission.ADMINISTER)
    return Refusal(needed, _names(able, Kind.ROLE), _names(able, Kind.CHANNEL), rules.contact)


def _names(grants: Grants, kind: Kind) -> tuple[str, ...]:
    return tuple(sorted(grantee.name for grantee in grants if grantee.kind is kind))
