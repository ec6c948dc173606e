"""Owns the check that nothing leaves the network: where the addresses in the settings lead."""

import asyncio

from bot.addresses import Reach
from bot.doctor.findings import Code, Finding, Report
from bot.doctor.patient import Patient
from bot.egress import Peer, addresses_of, farthest, peers


async def check_network(patient: Patient, report: Report) -> None:
    """Each peer's addresses must be this machine's, private or link-local, or its host listed by the operator."""
    findings = await asyncio.gather(*(_examined(peer, patient) for peer in peers(patient.settings)))
    for finding in findings:
        report(finding)


async def _examined(peer: Peer, patient: Patient) -> Finding:
    addresses = await addresses_of(peer.host, patient.resolve)
    if not addresses:
        return Finding.of(Code.NETWORK_UNKNOWN_HOST, setting=peer.setting, host=peer.host)
    address, reach = farthest(addresses)
    return Finding.of(_code(peer, reach, patient), setting=peer.setting, host=peer.host, address=address)


def _code(peer: Peer, reach: Reach, patient: Patient) -> Code:
    if reach is not Reach.OUTSIDE:
        return Code.NETWORK
    return Code.NETWORK_ALLOWED if peer.host in patient.settings.allowed_hosts else Code.NETWORK_OUTSIDE
