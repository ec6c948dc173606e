"""Owns the check that nothing leaves the network: where the addresses in the settings lead."""

import asyncio
import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.addresses import Reach, literal, reach_of
from bot.doctor.findings import Code, Finding, Report
from bot.doctor.patient import Patient
from bot.settings import Settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Peer:
    """A host that Sova talks to, and the setting that names it."""

    setting: str
    host: str


async def check_network(patient: Patient, report: Report) -> None:
    """Each peer's addresses must be this machine's, private or link-local."""
    findings = await asyncio.gather(*(_examined(peer, patient) for peer in peers(patient.settings)))
    for finding in findings:
        report(finding)


def peers(settings: Settings) -> tuple[Peer, ...]:
    """The hosts that questions and answers are sent to; those of engines that aren't used are left out."""
    urls = {"SOVA_REDIS_URL": settings.redis_url.get_secret_value() if settings.redis_url else ""}
    if settings.engine in {"auto", "ollama"}:
        urls["SOVA_OLLAMA_URL"] = settings.ollama_url
    if settings.engine == "openai":
        urls["SOVA_OPENAI_BASE_URL"] = settings.openai_base_url
    hosts = {setting: host_of(url) for setting, url in urls.items()}
    return tuple(Peer(setting, host) for setting, host in hosts.items() if host)


def host_of(url: str) -> str:
    """The host in `url`, empty when there is none (a unix socket) or it can't be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def place_of(url: str) -> str:
    """The host and port in `url`, without the password that may stand there."""
    return urlsplit(url).netloc.rpartition("@")[2]


async def addresses_of(host: str, patient: Patient) -> tuple[str, ...]:
    """The addresses of `host`, which may be one itself; none when its name is unknown."""
    if literal(host):
        return (host,)
    try:
        return tuple(await patient.resolve(host))
    except OSError as error:
        logger.info("%s can't be resolved: %s", host, error)
        return ()


def farthest(addresses: tuple[str, ...]) -> tuple[str, Reach]:
    """The address that is farthest away, and how far; what can't be read counts as outside."""
    order = list(Reach)
    known = [(address, literal(address)) for address in addresses]
    reaches = [(address, reach_of(plain) if plain else Reach.OUTSIDE) for address, plain in known]
    return max(reaches, key=lambda pair: order.index(pair[1]))


async def _examined(peer: Peer, patient: Patient) -> Finding:
    addresses = await addresses_of(peer.host, patient)
    if not addresses:
        return Finding.of(Code.NETWORK_UNKNOWN_HOST, setting=peer.setting, host=peer.host)
    address, reach = farthest(addresses)
    code = Code.NETWORK_OUTSIDE if reach is Reach.OUTSIDE else Code.NETWORK
    return Finding.of(code, setting=peer.setting, host=peer.host, address=address)
