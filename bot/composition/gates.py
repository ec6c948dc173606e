"""Owns handing out gates: each client of a service gets one, after the service's address was found to lie inside.

And telling where everyone is whom Sova may talk to, with the same resolver.
"""

from collections.abc import Sequence

from bot.backends.hubs.name_resolution import resolve
from bot.egress import Gate, demand_inside, peer_of
from bot.egress.contacts import Located, contacts, locate
from bot.settings import Settings


async def gate_to(url: str, *, setting: str, settings: Settings) -> Gate:
    """What permits connections to the service at `url`, which `setting` names; raises `LeavesTheNetwork`."""
    await demand_inside(peer_of(setting, url), allowed=settings.allowed_hosts, resolve=resolve)
    return gate_for(setting, settings=settings)


def gate_for(setting: str, *, settings: Settings) -> Gate:
    """What permits connections to what `setting` names, where it may lie outside now: nothing is sent there then."""
    return Gate(setting=setting, allowed=settings.allowed_hosts, resolve=resolve)


async def found_contacts(settings: Settings, *, taken: str) -> Sequence[Located]:
    """Everyone whom Sova may talk to while the engine `taken` answers, and where they are at this moment."""
    return await locate(contacts(settings, taken=taken), allowed=settings.allowed_hosts, resolve=resolve)
