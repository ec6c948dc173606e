"""Owns the check of the history's server: there, of which version, keeping what it is given, its password safe."""

import logging
from collections.abc import Awaitable
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from bot.addresses import Reach
from bot.doctor.findings import Code, Finding, Report
from bot.doctor.patient import HistoryServer, Patient
from bot.egress import addresses_of, farthest, host_of, place_of
from bot.errors import AssistantError, HistoryNotHere, HistoryUnavailable

logger = logging.getLogger(__name__)

Told = TypeVar("Told")

_CODES: dict[type[AssistantError], Code] = {
    HistoryUnavailable: Code.HISTORY_UNAVAILABLE,
    HistoryNotHere: Code.HISTORY_NOT_HERE,
}


async def check_history(patient: Patient, report: Report) -> None:
    """Open the server as the program would, and ask it about itself."""
    if finding := await _password_in_the_open(patient):
        report(finding)
    try:
        async with patient.open_history() as server:
            await server.ping()
            for finding in await _examined(server):
                report(finding)
    except AssistantError as error:
        report(_trouble(error, patient))


def silent_history(patient: Patient) -> Finding:
    """The server took too long."""
    where = place_of(_url(patient)) or "embedded"
    return _trouble(HistoryUnavailable(where=where, reason="timeout"), patient)


def _trouble(error: AssistantError, patient: Patient) -> Finding:
    """What the server failed with, and whether it is `own` or `configured`: the remedies differ."""
    server = "configured" if patient.settings.redis_url else "own"
    return Finding(_CODES.get(type(error), Code.HISTORY_TROUBLE), {**error.data(), "server": server}, error)


async def _examined(server: HistoryServer) -> list[Finding]:
    version = await _if_told(server.version())
    persists = await _if_told(server.persists())
    found = [Finding.of(Code.HISTORY, version=version or "none", where=server.where)]
    if persists is None:
        found.append(Finding.of(Code.HISTORY_UNTOLD, where=server.where))
    elif not persists:
        found.append(Finding.of(Code.HISTORY_VOLATILE, where=server.where))
    return found


async def _if_told(answer: Awaitable[Told]) -> Told | None:
    """A server may answer, and yet not let this user ask about it."""
    try:
        return await answer
    except HistoryUnavailable as error:
        logger.info("the history server doesn't tell about itself: %s", error)
        return None


async def _password_in_the_open(patient: Patient) -> Finding | None:
    url = _url(patient)
    host = host_of(url)
    if not host or not _sends_a_password_unencrypted(url):
        return None
    addresses = await addresses_of(host, patient.resolve)
    if not addresses or farthest(addresses)[1] is Reach.MACHINE:
        return None
    return Finding.of(Code.PASSWORD_IN_THE_OPEN, setting="SOVA_REDIS_URL", host=host)


def _sends_a_password_unencrypted(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "redis" and bool(parts.password or "password" in parse_qs(parts.query))


def _url(patient: Patient) -> str:
    return patient.settings.redis_url.get_secret_value() if patient.settings.redis_url else ""
