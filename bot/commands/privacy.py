"""Owns `/privacy`: everyone whom Sova may talk to, where they are, what they are sent, and what never leaves."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.access import LOCAL_PLATFORM, Permission
from bot.commands.cards import Card, Table
from bot.commands.command import Command, Invocation, Values
from bot.commands.parts import unknown
from bot.egress.contacts import Contact, Located, Use
from bot.wording import Wording

_COLUMNS = ("who", "host", "where", "use", "sent")

FindContacts = Callable[[], Awaitable[Sequence[Located]]]
"""Looks up where everyone is at this moment."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """Shows administrators the table of contacts; hosts and addresses are nobody else's business."""

    find_contacts: FindContacts

    def commands(self) -> tuple[Command, ...]:
        """`/privacy`."""
        return (Command("privacy", self._run, permission=Permission.ADMINISTER),)

    async def _run(self, invocation: Invocation, _values: Values) -> Card:
        say, found = invocation.say, await self.find_contacts()
        columns = tuple(say(f"privacy-column-{name}") for name in _COLUMNS)
        return Card(
            title=say("privacy-title"),
            text="\n".join((_promise(found, say), *_platform(invocation))),
            tables=(Table(columns, tuple(_row(one, say) for one in found)),),
        )


def _promise(found: Sequence[Located], say: Wording) -> str:
    """What never leaves, and what does because the operator wanted it so."""
    listed = sorted({one.contact.host for one in found if one.leaves})
    return say("privacy-leaving", hosts=", ".join(listed)) if listed else say("privacy-nothing-leaves")


def _platform(invocation: Invocation) -> tuple[str, ...]:
    """What Sova can't promise for: the chat platform itself."""
    platform = invocation.conversation.platform
    return () if platform == LOCAL_PLATFORM else (invocation.say("privacy-platform", platform=platform.capitalize()),)


def _row(one: Located, say: Wording) -> tuple[str, ...]:
    contact = one.contact
    is_used = contact.use is not Use.NEVER
    return (
        _who(contact, say),
        _host(one, say),
        say(f"contact-where-{one.where}") if is_used else unknown(say),
        say(f"contact-use-{contact.use}"),
        say(f"contact-sent-{contact.service}") if is_used else unknown(say),
    )


def _who(contact: Contact, say: Wording) -> str:
    name = say(f"contact-{contact.service}")
    return f"{name} ({contact.setting})" if contact.setting else name


def _host(one: Located, say: Wording) -> str:
    host, addresses = one.contact.host, ", ".join(one.addresses)
    if not host:
        return unknown(say)
    return f"{host} ({addresses})" if addresses and addresses != host else host
