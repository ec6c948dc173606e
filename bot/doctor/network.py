"""Owns the check that nothing leaves the network: everyone who is talked to, and where the settings' hosts lead."""

from bot.doctor.findings import Code, Finding, Report
from bot.doctor.patient import Patient
from bot.egress.contacts import Located, Use, Where, contacts, locate

_CODES = {
    Where.MACHINE: Code.NETWORK,
    Where.SITE: Code.NETWORK,
    Where.LISTED: Code.NETWORK_ALLOWED,
    Where.OUTSIDE: Code.NETWORK_OUTSIDE,
    Where.UNKNOWN: Code.NETWORK_UNKNOWN_HOST,
}


async def check_network(patient: Patient, report: Report) -> None:
    """Report on everyone who is talked to.

    The addresses of whoever is sent what people say must be this machine's, private or link-local, or the host listed
    by the operator.
    """
    settings = patient.settings
    asked = [contact for contact in contacts(settings) if contact.use is not Use.NEVER]
    for one in await locate(asked, allowed=settings.allowed_hosts, resolve=patient.resolve):
        report(Finding.of(_code(one), **_data(one)))


def _code(one: Located) -> Code:
    if one.contact.use is Use.ON_REQUEST:
        return Code.NETWORK_ON_REQUEST
    if one.contact.is_chat_platform and one.where in {Where.OUTSIDE, Where.LISTED}:
        return Code.NETWORK_PLATFORM
    if one.where is Where.OWN or one.contact.by_socket:
        return Code.NETWORK_OWN
    return _CODES.get(one.where, Code.NETWORK_UNKNOWN_HOST)


def _data(one: Located) -> dict[str, str]:
    contact = one.contact
    return {
        "service": contact.service.value,
        "setting": contact.setting or "none",
        "host": contact.host or "none",
        "address": one.farthest or "none",
    }
