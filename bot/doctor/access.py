"""Owns the check of who may do what: the rules can be read and nobody else writes them, and the audit log is whole."""

import asyncio
from pathlib import Path

from bot.access import AccessFile
from bot.access.audit import AUDIT_FILE, examine_audit
from bot.doctor.configuration import is_open
from bot.doctor.findings import Code, Finding, Report
from bot.doctor.patient import Patient
from bot.errors import BadAccess

OTHERS_WRITE = 0o022
USUAL_NAME = Path("access.toml")


async def check_access(patient: Patient, report: Report) -> None:
    """The rules where a setting names them, a file that nobody reads where none does, and the audit log."""
    report(await asyncio.to_thread(_rules, patient))
    for finding in await asyncio.to_thread(_audit, patient.settings.state_dir / AUDIT_FILE):
        report(finding)


def _rules(patient: Patient) -> Finding:
    path = patient.settings.access_file
    if path is None:
        return _without_file(patient)
    try:
        rules = AccessFile(path, platforms=patient.platforms).rules()
    except BadAccess as error:
        return Finding.of_error(Code.ACCESS_BAD, error)
    if is_open(path, bits=OTHERS_WRITE):
        return Finding.of(Code.ACCESS_OPEN, path=str(path))
    return Finding.of(Code.ACCESS, path=str(path), platforms=", ".join(sorted(rules.given)) or "none")


def _without_file(patient: Patient) -> Finding:
    if USUAL_NAME.is_file():
        return Finding.of(Code.ACCESS_UNREAD, path=str(USUAL_NAME.absolute()))
    return Finding.of(Code.ACCESS_USUAL, admins=len(patient.settings.admins))


def _audit(path: Path) -> list[Finding]:
    standing = examine_audit(path)
    if standing.trouble:
        return [Finding.of(Code.AUDIT_TROUBLE, path=str(path), reason=standing.trouble)]
    if standing.missed:
        return [Finding.of(Code.AUDIT_GAPS, path=str(path), missed=standing.missed)]
    return [Finding.of(Code.AUDIT, path=str(path), lines=standing.lines)] if standing.lines else []
