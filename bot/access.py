"""Owns who may do what: ask, change a model for others, see and manage the house."""

from dataclasses import dataclass
from enum import StrEnum

from bot.errors import NotAllowed
from bot.messages import Author, ConversationKey

LOCAL_PLATFORM = "terminal"


class Permission(StrEnum):
    """What a person may be allowed to do."""

    ASK = "ask"
    ADMINISTER = "administer"


@dataclass(frozen=True, slots=True)
class Access:
    """Decides by lists. `admins` holds `platform:user-id` or `platform:@role`; whoever sits at the machine is one."""

    admins: frozenset[str] = frozenset()

    def may(self, permission: Permission, author: Author, conversation: ConversationKey) -> bool:
        """Whether `author` may, in this conversation."""
        if permission is Permission.ASK or conversation.platform == LOCAL_PLATFORM:
            return True
        names = {f"{conversation.platform}:{author.id}"} | {f"{conversation.platform}:@{role}" for role in author.roles}
        return not self.admins.isdisjoint(names)

    def demand(self, permission: Permission, author: Author, conversation: ConversationKey, *, action: str) -> None:
        """Raise `NotAllowed`, naming `action`, unless `author` may."""
        if not self.may(permission, author, conversation):
            raise NotAllowed(action=action, needed=permission.value)
