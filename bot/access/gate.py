"""Owns the gate: the one object that is asked whether a person may do something here and now."""

from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.access.rules import Allowed, Decision, Permission, Refusal, Rules, administrators, may
from bot.errors import NotAllowed
from bot.messages import Author, ConversationKey


class KnowsRules(Protocol):
    """Whoever knows what the operator has written: `access.toml`."""

    def rules(self) -> Rules:
        """The rules that hold now; quick, it is asked for every decision."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """Decides by `admins` (`platform:user-id` or `platform:@role`) and, where there is one, by `access.toml`.

    The file is looked at again for every decision, which costs one look at its times.
    """

    admins: frozenset[str] = frozenset()
    file: KnowsRules | None = None
    _own: Rules = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_own", Rules(admins=administrators(self.admins)))

    @property
    def rules(self) -> Rules:
        """The rules that hold now."""
        return replace(self.file.rules(), admins=self._own.admins) if self.file else self._own

    def may(self, author: Author, conversation: ConversationKey, permission: Permission) -> Decision:
        """Whether `author` has `permission` in this conversation, and if not, why."""
        return may(self.rules, author, conversation, permission)

    def allows(self, permission: Permission, author: Author, conversation: ConversationKey) -> bool:
        """The same as a yes or no, for what is only shown or not."""
        return isinstance(self.may(author, conversation, permission), Allowed)

    def demand(self, permission: Permission, author: Author, conversation: ConversationKey, *, action: str) -> None:
        """Raise `NotAllowed`, naming `action`, unless `author` may."""
        decision = self.may(author, conversation, permission)
        if isinstance(decision, Refusal):
            raise not_allowed(decision, action=action)


def not_allowed(refusal: Refusal, *, action: str) -> NotAllowed:
    """The error that tells a person of `refusal`."""
    return NotAllowed(
        action=action,
        needed=refusal.needed.value,
        roles=refusal.roles,
        channels=refusal.channels,
        contact=refusal.contact,
    )
